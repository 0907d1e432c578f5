// The desk on a screen enlarged to 200 % (1280 px become 640) and on a telephone: all of it can be reached, nothing is cut,
// and what is said in passing covers nothing on any screen.
import assert from 'node:assert/strict';
import test from 'node:test';
import { accessible, fits, launch } from '../support/browser.mjs';
import { deskIn } from '../support/desk.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());
const world = new World();
const desk = deskIn(browser, world);

// Of what can be pressed and is in sight: what is not wholly on the screen, or lies under something else.
const unreachable = (page, part) => page.locator(`${part} :is(a,button,input,textarea,select,summary)`).evaluateAll(nodes => nodes
	.filter(node => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !node.closest('.msgs,.sc,ul'))
	.filter(node => {
		const { left, top, right, bottom } = node.getBoundingClientRect();
		const on = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
		return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight || !(node.contains(on) || on?.closest('label')?.contains(node));
	}).map(node => node.outerHTML.slice(0, 120)));
// A menu that is opened has to be on the screen, or be scrolled within it.
async function opens(page, opener, menu) {
	await page.locator(opener).click();
	const { x, y, width, height } = await page.locator(menu).boundingBox(), screen = page.viewportSize();
	assert.ok(x >= 0 && y >= 0 && x + width <= screen.width && y + height <= screen.height, `${menu} is cut`);
	await page.keyboard.press('Escape');
}
const inSight = (page, part) => page.locator(part).evaluate(node => node.checkVisibility({ visibilityProperty: true }));
const stored = (id, text) => eventually(() => sql(`SELECT 1 FROM message WHERE conversation_id = ${id} AND body = '${text}'`).length, `${text} is stored`);

for (const [width, height] of [[640, 720], [640, 360], [390, 780]]) {
	test(`all of the desk at ${width} × ${height}, by keyboard`, async t => {
		const { page, id, visitor } = await desk(t, { width, height });
		await visitor.say('¿Me escuchan?');
		await page.locator('#msgs .m', { hasText: '¿Me escuchan?' }).waitFor();
		await page.locator('#text:focus').waitFor();
		await fits(page, 'the thread');
		for (const part of ['.top', '.rail', '#thread']) assert.deepEqual(await unreachable(page, part), [], part);
		await accessible(page, 'the thread');
		for (const [opener, menu] of [['[data-pop=p-emoji]', '#p-emoji'], ['[data-pop=p-canned]', '#p-canned'], ['#agent summary', '#agent .pop'], ['#me summary', '#me .pop']]) await opens(page, opener, menu);
		await page.focus('#text');
		await page.keyboard.type('Sí, te escucho');
		await page.keyboard.press('Tab');
		for (let steps = 0; steps < 8 && !await page.locator('[data-send]:focus').count(); steps++) await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await stored(id, 'Sí, te escucho');

		await page.locator('[data-pane=side]:visible').press('Enter');
		assert.ok(await inSight(page, '#contact') && !await inSight(page, '#composer'));
		await fits(page, 'the contact');
		assert.deepEqual(await unreachable(page, '#side'), []);
		await page.locator('#contact-note').focus();
		await page.locator('#side [data-pane=thread]').press('Enter');
		await page.locator('#text:focus').waitFor();

		const other = await world.taxpayer({ name: 'Olga Paz', state: 'active' });
		await page.locator('#thread-head [data-pane=list]').press('Enter');
		await page.locator(`#case-${id} a:focus`).waitFor();
		assert.deepEqual(await unreachable(page, '#desk-list'), []);
		await opens(page, '#list-view summary', '#list-view .pop');
		await accessible(page, 'the list');
		// What comes while the list is in sight has been read by nobody.
		await visitor.say('¿Y ahora?');
		await page.locator(`#case-${id} .cnt`).waitFor();
		await page.locator(`#case-${other.conversation} a`).press('Enter');
		await page.locator(`#thread[data-conversation="${other.conversation}"]:not([aria-busy]) #text:focus`).waitFor();
		assert.ok(!await inSight(page, '#desk-list'));
		// A key that is for another part brings it.
		await page.keyboard.press('Alt+f');
		await page.locator('#list-filter:focus').waitFor();
		await page.keyboard.press('Alt+r');
		await page.locator('#text:focus').waitFor();
		await page.keyboard.press('Alt+c');
		await page.locator('dialog[open] button.primary').scrollIntoViewIfNeeded();
		assert.deepEqual(await unreachable(page, 'dialog .df'), []);
		await page.keyboard.press('Escape');
	});
}

test('at 1024 px, which is 1280 enlarged by a quarter, the contact takes the place of the thread', async t => {
	const { page } = await desk(t, { width: 1024, height: 576 });
	await page.locator('#text:focus').waitFor();
	await fits(page, 'the desk');
	for (const part of ['.top', '.rail', '#desk-list', '#thread']) assert.deepEqual(await unreachable(page, part), [], part);
	await page.locator('#thread-head [data-pane=side]').press('Enter');
	assert.ok(await inSight(page, '#contact') && await inSight(page, '#desk-list') && !await inSight(page, '#composer'));
	assert.deepEqual(await unreachable(page, '#side'), []);
	await accessible(page, 'the contact');
	await page.locator('#side [data-pane=thread]').press('Enter');
	await page.locator('#text:focus').waitFor();
});

test('enlarging leaves the thread where it was read', async t => {
	const { page, visitor } = await desk(t);
	for (let n = 0; n < 12; n++) await visitor.say(`línea ${n}\n\nmás\n\nmás`);
	await page.locator('#msgs .m', { hasText: 'línea 11' }).waitFor();
	await page.setViewportSize({ width: 640, height: 720 });
	const top = await page.locator('#msgs').evaluate(box => { box.scrollTop = 200; return box.scrollTop; });
	await page.locator('#thread-head [data-pane=list]').click();
	await page.locator('#desk-list a.ci[aria-current]').focus();
	await page.locator('#thread-head [data-pane=side]').evaluate(button => button.click());
	await page.locator('#side [data-pane=thread]').click();
	assert.equal(await page.locator('#msgs').evaluate(box => box.scrollTop), top);
});

for (const width of [1280, 1600]) {
	test(`what is said in passing covers no control at ${width} px, however long it is`, async t => {
		const { page } = await desk(t, { width });
		await page.evaluate(() => { document.getElementById('offline').hidden = false; });
		await page.evaluate(() => window.vt.toast('Carla te susurra en la conversación de Graciela Benítez: ' + 'acordate de pedirle el comprobante. '.repeat(5)));
		for (const part of ['.top', '.rail', '#thread', '#desk-list']) assert.deepEqual(await unreachable(page, part), [], part);
		const told = await page.locator('#toast').boundingBox(), bar = await page.locator('.top').boundingBox();
		assert.ok(told.y >= bar.y && told.y + told.height <= bar.y + bar.height, 'it is within the bar');
		// What is too long ends in an ellipsis, and nothing of the next line shows below.
		assert.equal(await page.locator('#toast').evaluate(box => getComputedStyle(box).paddingBottom), '0px');
		await fits(page, 'with a toast');
		await accessible(page, 'with a toast');
	});
}

test('past an hour without an answer the bot’s chip stays in its line', async t => {
	const { page } = await desk(t, { before: id => sql(`UPDATE conversation SET last_agent_at = now() - interval '66 min' WHERE conversation_id = ${id}`) });
	await page.locator('#thread-clocks', { hasText: 'última respuesta 1:06' }).waitFor();
	const bar = await page.locator('#thread-clocks').boundingBox(), chip = await page.locator('#thread-clocks .chip.bot').boundingBox();
	assert.ok(chip.x + chip.width <= bar.x + bar.width - 14, 'within the margin');
	assert.ok(bar.height < 40, 'one line');
});
