// The thread and the list as an operator works with them: history without a jump, search, keyboard, what is calm.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { accessible, fits, launch } from '../support/browser.mjs';
import { earlier } from '../support/history.mjs';
import { deskIn } from '../support/desk.mjs';
import { eventually, World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());
const world = new World();

const desk = deskIn(browser, world);

test('further up earlier conversations come in, and what is before the eyes stays where it is', async t => {
	let old;
	const { page, id } = await desk(t, { before: number => {
		old = earlier(number, { days: 6, messages: 70 });
		sql(`INSERT INTO message (conversation_id, seq, created_at, author, body) SELECT ${number}, 100 + n, now(), 1, 'línea ' || n FROM generate_series(1, 30) n`);
	} });
	await page.locator('#msgs').evaluate(box => { box.scrollTop = 90; });
	await page.evaluate(() => new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
	const place = () => page.locator('#m105').evaluate(node => node.getBoundingClientRect().y);
	const before = await place();
	await page.evaluate(() => document.querySelector('[data-older]').click());
	await page.locator(`#m${old}-70`).waitFor({ state: 'attached' });
	assert.ok(Math.abs(await place() - before) < 2, `it jumped from ${before} to ${await place()}`);
	assert.equal(await page.locator(`.cv#cv${old}`).count(), 1);
	await page.locator('#msgs').evaluate(box => { box.scrollTop = 0; });
	await page.locator(`#m${old}-1`).waitFor({ state: 'attached' });
	assert.equal(await page.locator(`.cv#cv${old}`).count(), 1);
	await eventually(async () => await page.locator('#older').count() === 0, 'the beginning is reached');
	assert.equal(await page.locator(`.cv#cv${id}`).count(), 1);
	await accessible(page, 'the whole history');
});

test('what they answer to what was sent from here comes below it', async t => {
	const { page, visitor } = await desk(t);
	const shown = () => page.locator('#msgs>.m').evaluateAll(nodes => nodes.map(node => node.querySelector('.bub').textContent.replace('Contribuyente:', '').trim()).slice(-4));
	for (const n of [1, 2]) {
		await page.fill('#text', `pregunta ${n}`);
		await page.press('#text', 'Enter');
		await page.locator('#msgs .m[data-seq]', { hasText: `pregunta ${n}` }).waitFor();
		await visitor.say(`respuesta ${n}`);
		await page.locator('#msgs .m[data-seq]', { hasText: `respuesta ${n}` }).waitFor();
	}
	assert.deepEqual(await shown(), ['pregunta 1', 'respuesta 1', 'pregunta 2', 'respuesta 2']);
});

test('words are counted, marked and walked through, into parts that were not there yet', async t => {
	let old;
	const { page, visitor } = await desk(t, { before: number => { old = earlier(number, { days: 6, messages: 120 }); } });
	await visitor.say('Lo de antes, anterior 7');
	await page.getByText('Lo de antes').first().waitFor();
	await page.click('[data-find]');
	await page.keyboard.type('anterior 7');
	await page.getByText('1 de 12').waitFor();
	await accessible(page, 'searching');
	await page.keyboard.press('Enter');
	await page.getByText('2 de 12').waitFor();
	await page.locator(`#m${old}-79.hit`).waitFor();
	for (let i = 0; i < 10; i++) await page.keyboard.press('Enter');
	await page.locator(`#m${old}-7.hit`).waitFor();
	assert.ok(await page.locator(`#m${old}-7`).evaluate(node => { const { y, bottom } = node.getBoundingClientRect(), box = document.getElementById('msgs').getBoundingClientRect(); return y >= box.y && bottom <= box.bottom; }));
	assert.ok(await page.evaluate(() => CSS.highlights.get('found').size >= 12));
	await page.fill('#find input', 'no está en ningún lado');
	await page.getByText('Sin resultados').waitFor();
	await page.keyboard.press('Escape');
	assert.equal(await page.locator('#find').isVisible(), false);
	assert.equal(await page.evaluate(() => document.activeElement.id), 'text');
});

test('everything is done by keyboard, and no key does anything while one writes', async t => {
	const { page, id } = await desk(t);
	const { conversation: other } = await world.taxpayer({ name: 'Olga Ruiz', state: 'active' });
	await page.locator(`#case-${other}`).waitFor();
	await page.fill('#text', '');
	await page.keyboard.type('jkrncfbs?');
	assert.equal(await page.inputValue('#text'), 'jkrncfbs?');
	assert.match(page.url(), new RegExp(`${id}$`));
	await page.keyboard.press('Alt+k');
	await page.waitForURL(`**/desk/${other}`);
	await page.locator(`#thread[data-conversation="${other}"]`).waitFor();
	await page.focus('#msgs');
	await page.keyboard.press('j');
	await page.waitForURL(`**/desk/${id}`);
	await eventually(async () => await page.inputValue('#text') === 'jkrncfbs?', 'the draft is there');
	await page.focus('#msgs');
	await page.keyboard.press('n');
	assert.ok(await page.isChecked('input[name=note][value="1"]'));
	await page.focus('#msgs');
	await page.keyboard.press('r');
	assert.ok(await page.isChecked('input[name=note][value=""]'));
	assert.equal(await page.evaluate(() => document.activeElement.id), 'text');
	await page.keyboard.press('Alt+b');
	assert.equal(await page.evaluate(() => document.activeElement.closest('#find') !== null), true);
	await page.keyboard.press('Escape');
	await page.keyboard.press('Alt+ArrowUp');
	assert.ok(await page.evaluate(() => document.activeElement.matches('#msgs .m')));
	await page.focus('#text');
	await page.keyboard.press('Alt+s');
	await page.locator('#agent .mi[aria-current]:focus').waitFor();
	await page.keyboard.press('ArrowDown');
	await page.locator('#agent .mi[aria-current]+.mi:focus').waitFor();
	await page.keyboard.press('Escape');
	assert.equal(await page.locator('#agent details').evaluate(menu => menu.open), false);
	await page.locator('#text:focus').waitFor();
	await page.focus('#msgs');
	await page.keyboard.press('?');
	await page.getByText('Atajos de teclado').waitFor();
	await accessible(page, 'the keys');
	await page.keyboard.press('c');
	assert.equal(await page.locator('dialog [data-close-form]').count(), 0);
	await page.keyboard.press('Escape');
	await page.focus('#msgs');
	await page.keyboard.press('t');
	await page.locator('dialog form#transfer').waitFor();
	await page.keyboard.press('Escape');
	await page.focus('#msgs');
	await page.keyboard.press('c');
	await page.locator('dialog [data-close-form]').waitFor();
});

test('the list keeps its order and filters, tells who writes, and shows more of the closed ones', async t => {
	const { page, operator, id } = await desk(t);
	const other = await world.taxpayer({ name: 'Olga Ruiz', state: 'active' });
	await page.locator(`#case-${other.conversation}`).waitFor();
	await eventually(async () => { await other.post('/webchat/typing', {}); return page.locator(`#case-${other.conversation} [data-types-row]`).isVisible(); }, 'Olga writes');
	assert.equal(await page.locator(`#case-${id} [data-types-row]`).isVisible(), false);
	await other.say('listo');
	await page.click('#list-view summary');
	await accessible(page, 'order and filters');
	await fits(page, 'order and filters');
	await page.check('#list-view [value="3"]');
	await page.check('#list-view [name=unread]');
	await page.locator(`#case-${id}.off`).waitFor({ state: 'attached' });
	assert.equal(await page.locator(`#case-${id}`).isVisible(), false);
	await page.reload();
	assert.equal(await page.locator(`#case-${id}`).isVisible(), false);
	await page.click('[data-view-all]');
	await page.locator(`#case-${id}`).waitFor();
	assert.deepEqual(sql(`SELECT sort, unread FROM desk_view WHERE user_id = ${operator.id}`), [['3', 'f']]);
	sql(`INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, queue_id, user_id, opened_at, closed_at)
		SELECT conversation_id_next(now()), channel_id, channel_version_id, contact_id, 4, queue_id, user_id, now(), now() - make_interval(secs => n)
		FROM conversation, generate_series(1, 60) n WHERE conversation_id = ${id}`);
	await page.click('#box-closed');
	await eventually(async () => await page.locator('#list-mine li').count() === 50, 'a page of them');
	await page.click('[data-more]');
	await eventually(async () => await page.locator('#list-mine li').count() === 60, 'all of them');
	assert.equal(await page.locator('#list-more').count(), 0);
});
