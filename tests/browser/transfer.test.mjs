// Handing a case on, setting it aside and closing it, as operators do it: with the mouse, from the keyboard, two at once.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { accessible, fits, launch, logIn, open } from '../support/browser.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, World } from '../support/staff.mjs';

const world = new World(), other = new World();
let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

// An operator at their desk with a case in front of them.
async function desk(t, options = {}) {
	const { operator, visitor, id } = await world.case({ ...options, name: options.name ?? 'López Marina' });
	const { context, page } = await open(browser, options);
	t.after(async () => { await context.close(); assert.deepEqual(page.faults, []); });
	await logIn(page, operator.login);
	await page.goto(`/desk/${id}`);
	return { page, operator, visitor, id };
}
const has = (id, user) => sql(`SELECT 1 FROM conversation WHERE conversation_id = ${id} AND user_id = ${user} AND state = 3`).length;
async function tabTo(page, selector) {
	for (let i = 0; i < 60; i++) {
		if (await page.evaluate(wanted => document.activeElement.matches(wanted), selector)) return;
		await page.keyboard.press('Tab');
	}
	assert.fail(`Tab never came to ${selector}`);
}

test('from the keyboard: to a colleague, with a note that they see first', async t => {
	const { page, id } = await desk(t);
	const sosa = world.person({ name: 'Sosa Pablo' });
	const there = await open(browser);
	t.after(async () => { await there.context.close(); assert.deepEqual(there.page.faults, []); });
	await logIn(there.page, sosa.login);
	await tabTo(page, '#hand-over');
	await page.keyboard.press('Enter');
	await page.locator('dialog[open] #f-queue').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'f-queue');
	await tabTo(page, 'dialog input[name=user]');
	while (!await page.evaluate(wanted => document.activeElement.value === wanted, String(sosa.id))) await page.keyboard.press('ArrowDown');
	await tabTo(page, 'dialog textarea');
	await page.keyboard.type('Ya validé el CUIT.');
	await tabTo(page, 'dialog .primary');
	await page.keyboard.press('Enter');
	await page.getByText('Conversación derivada.').waitFor();
	await page.locator(`#case-${id}`).waitFor({ state: 'detached' });
	await there.page.locator(`#case-${id} a`).click();
	await there.page.locator('#handed', { hasText: 'López Marina te derivó esta conversación' }).waitFor();
	await there.page.locator('#handed', { hasText: 'Ya validé el CUIT.' }).waitFor();
	await accessible(there.page, 'a case that was handed on');
	await there.page.fill('#text', 'Sigo yo.');
	await there.page.keyboard.press('Enter');
	await there.page.locator('#handed .note').waitFor({ state: 'detached' });
	assert.ok(has(id, sosa.id));
});

test('another queue shows its own people; who left meanwhile is said, and what was written stays', async t => {
	const { page, id } = await desk(t, { expected: [409] });
	const there = other.person({ name: 'Ríos Ana' });
	sql(`INSERT INTO user_channel VALUES (${there.id}, ${world.channel});
		UPDATE agent_state SET state = 1, heartbeat_at = now() WHERE user_id = ${there.id}`);
	await page.click('#hand-over');
	await page.fill('dialog textarea', 'Una nota');
	await page.selectOption('dialog #f-queue', String(other.queue));
	await page.locator(`dialog input[value="${there.id}"]`).check();
	assert.equal(await page.inputValue('dialog textarea'), 'Una nota');
	sql(`UPDATE agent_state SET state = 0 WHERE user_id = ${there.id}`);
	await page.click('dialog .primary');
	await page.getByText('Esa persona está desconectada.').waitFor();
	assert.equal(await page.inputValue('dialog textarea'), 'Una nota');
	await page.click('dialog #others summary');
	assert.equal(await page.locator(`dialog input[value="${there.id}"]`).isDisabled(), true);
	await page.locator('dialog input[value=rule]').check();
	await page.click('dialog .primary');
	await page.getByText('Conversación derivada.').waitFor();
	assert.deepEqual(sql(`SELECT queue_id, state FROM conversation WHERE conversation_id = ${id}`)[0].map(Number), [other.queue, 2]);
});

test('set aside it has its own look and clock, in the list too, and is taken up again', async t => {
	const { page, id } = await desk(t);
	await page.click('#hold');
	await page.locator('#thread-clocks .held', { hasText: 'Espera al organismo' }).waitFor();
	await page.locator(`#case-${id} .held`).waitFor();
	await page.locator('#msgs .ev', { hasText: 'Queda en espera del organismo' }).waitFor();
	await accessible(page, 'set aside');
	await page.getByRole('button', { name: 'Retomar' }).click();
	await page.locator('#thread-clocks .held').waitFor({ state: 'detached' });
	await page.locator(`#case-${id} .held`).waitFor({ state: 'detached' });
});

test('closing from the keyboard: several tipificaciones, the main one chosen; then a count-down that Listo ends', async t => {
	sql(`UPDATE queue SET wrap_s = 600 WHERE queue_id = ${world.queue}`);
	t.after(() => sql(`UPDATE queue SET wrap_s = 0 WHERE queue_id = ${world.queue}`));
	const { page, operator, id } = await desk(t);
	await tabTo(page, '#close');
	await page.keyboard.press('Enter');
	await page.locator('dialog[open] [data-filter-tree]').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.matches('[data-filter-tree]')), true);
	await page.keyboard.type('baja');
	await page.keyboard.press('Enter');
	await page.locator('dialog [data-chosen] li', { hasText: 'principal' }).waitFor();
	await page.keyboard.press('Backspace');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Space');
	assert.equal(await page.locator('dialog [data-chosen] li').count(), 2);
	const second = await page.locator('dialog [data-make-main]').getAttribute('data-make-main');
	await page.locator('dialog [data-make-main]').focus();
	await page.keyboard.press('Enter');
	await accessible(page, 'tipificaciones chosen');
	await tabTo(page, 'dialog .primary');
	await page.keyboard.press('Enter');
	await page.locator('#wrap [data-countdown]').waitFor();
	assert.deepEqual(sql(`SELECT typification_id FROM conversation_typification WHERE conversation_id = ${id} AND main`).flat(), [second]);
	const shown = await page.innerText('#wrap [data-countdown]');
	await eventually(async () => await page.innerText('#wrap [data-countdown]') < shown, 'it counts down');
	await accessible(page, 'finishing');
	await page.getByRole('button', { name: 'Listo' }).click();
	await page.locator('#wrap').waitFor({ state: 'detached' });
	assert.equal(sql(`SELECT wrap_until IS NULL FROM agent_state WHERE user_id = ${operator.id}`)[0][0], 't');
});

for (const theme of ['light', 'dark']) {
	test(`nothing keeps anybody out (${theme}): the dialog of handing on, its page, the closing dialog`, async t => {
		const { page, id } = await desk(t, { theme });
		await page.click('#hand-over');
		await page.locator('dialog[open] #f-queue').waitFor();
		await page.click('dialog #others summary').catch(() => {});
		await accessible(page, 'handing on');
		await fits(page, 'handing on');
		await page.keyboard.press('Escape');
		await page.goto(`/desk/${id}/transfer`);
		await accessible(page, 'its page');
		await fits(page, 'its page');
	});
}
