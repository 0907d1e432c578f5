// The composer's second thoughts: undoing, answering with a quote, editing and deleting, with the taxpayer's widget at the
// other end.
import assert from 'node:assert/strict';
import test from 'node:test';
import { info, sql } from '../support/instance.mjs';
import { accessible, launch, open } from '../support/browser.mjs';
import { deskIn } from '../support/desk.mjs';
import { eventually, World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());
const world = new World();

const desk = deskIn(browser, world);
const said = (page, text) => page.locator('#msgs .m[data-seq]', { hasText: text });
function holding(t, seconds) {
	sql(`INSERT INTO setting (key, value) VALUES ('desk.undo_s', '"${seconds}"') ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	t.after(() => sql("DELETE FROM setting WHERE key = 'desk.undo_s'"));
}
async function send(page, text) {
	await page.fill('#text', text);
	await page.keyboard.press('Enter');
}
// The taxpayer's own widget, on the conversation of this visitor.
async function widget(t, visitor) {
	const { context, page } = await open(browser);
	t.after(() => context.close());
	await page.addInitScript(([name, token]) => localStorage.setItem(name, token), [`ventanilla.${world.name}`, visitor.token]);
	await page.goto(`${info.base_url}/webchat/frame?key=${world.name}&mode=page`);
	return page;
}

test('what was sent counts down and can be undone: the words are back in front of what is being written', async t => {
	holding(t, 20);
	const { page, visitor } = await desk(t);
	await send(page, 'con error');
	const held = page.locator('#unsaid .m', { hasText: 'con error' });
	await held.getByText(/Sale en \d+ s/).waitFor();
	await eventually(async () => await page.locator('#msgs .m', { hasText: 'con error' }).count() === 1, 'it shows once');
	await accessible(page, 'a message that waits');
	await page.reload();
	await held.waitFor();
	await page.fill('#text', 'lo que seguía');
	await held.getByText('Deshacer').click();
	await eventually(async () => await page.inputValue('#text') === 'con error\nlo que seguía', 'the words are back');
	await held.waitFor({ state: 'detached' });
	const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-attach]')]);
	await chooser.setFiles([{ name: 'nota.txt', mimeType: 'text/plain', buffer: Buffer.from('nota') }]);
	await page.keyboard.press('Enter');
	await page.locator('#unsaid .m', { hasText: 'nota.txt' }).waitFor();
	await page.keyboard.press('Alt+z');
	await page.locator('.atts [data-name]', { hasText: 'nota.txt' }).waitFor();
	const { json } = await visitor.get('/webchat/messages');
	assert.ok(!json.messages.some(({ author }) => author === 'agent'));
});

test('what is not undone becomes the message, in its place', async t => {
	holding(t, 1);
	const { page } = await desk(t);
	await send(page, 'sale solo');
	await said(page, 'sale solo').waitFor();
	await eventually(async () => await page.locator('#msgs .m', { hasText: 'sale solo' }).count() === 1, 'it shows once');
	assert.equal(await page.locator('#unsaid .m').count(), 0);
});

test('an answer quotes, an edit changes and a deletion takes away, live on the taxpayer\'s side too', async t => {
	const { page, visitor, id } = await desk(t);
	const other = await widget(t, visitor);
	await visitor.say('¿Cuándo vence?');
	await said(page, '¿Cuándo vence?').hover();
	await said(page, '¿Cuándo vence?').locator('[data-quote]').click();
	await page.getByText('Respondés a:').waitFor();
	await page.reload();
	await page.getByText('Respondés a:').waitFor();
	await send(page, 'Vense el lunes');
	await said(page, 'Vense el lunes').locator('.qt', { hasText: '¿Cuándo vence?' }).waitFor();
	assert.equal(await page.locator('#context').isVisible(), false);
	await other.locator('.m.agent .qt', { hasText: '¿Cuándo vence?' }).waitFor();
	await page.fill('#text', 'un borrador');
	await said(page, 'Vense').hover();
	await accessible(page, 'a message with what can be done with it');
	await said(page, 'Vense').locator('[data-edit]').click();
	assert.equal(await page.inputValue('#text'), 'Vense el lunes');
	await send(page, 'Vence el martes');
	await said(page, 'Vence el martes').getByText('editado').waitFor();
	await eventually(async () => await page.inputValue('#text') === 'un borrador', 'what was being written is back when the server has the edit');
	await other.locator('.m.agent', { hasText: 'Vence el martes' }).locator('.edited').waitFor();
	assert.equal(await other.getByText('Vense').count(), 0);
	await page.fill('#text', '');
	await page.keyboard.press('ArrowUp');
	assert.equal(await page.inputValue('#text'), 'Vence el martes');
	await page.keyboard.press('Escape');
	assert.equal(await page.inputValue('#text'), '');
	await page.keyboard.press('Alt+ArrowUp');
	await page.keyboard.press('Delete');
	await page.getByText('El contribuyente deja de verlo.').waitFor();
	await accessible(page, 'asking before it is deleted');
	await page.click('dialog .danger');
	await page.locator('#msgs .m.gone', { hasText: 'Mensaje eliminado' }).waitFor();
	await other.locator('.m.gone', { hasText: 'Mensaje eliminado' }).waitFor();
	assert.equal(sql(`SELECT count(*) FROM message_revision WHERE conversation_id = ${id}`)[0][0], '2');
});

test('emoji are found by a Spanish word, walked with arrows, and those used come first', async t => {
	const { page } = await desk(t);
	await page.fill('#text', 'Listo ');
	await page.keyboard.press('Alt+m');
	await page.keyboard.type('corazon');
	await page.locator('#p-emoji [data-insert="❤️"]').waitFor();
	assert.equal(await page.locator('#p-emoji [data-insert="🚗"]').count(), 0);
	await accessible(page, 'emoji');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Enter');
	assert.equal(await page.inputValue('#text'), 'Listo 🧡');
	await page.keyboard.press('Alt+m');
	await page.locator('#p-emoji .gd button').first().waitFor();
	assert.equal(await page.locator('#p-emoji .gd button').first().getAttribute('data-insert'), '🧡');
	await page.fill('#p-emoji input', 'zzz');
	await page.getByText('Ninguno con esa palabra').waitFor();
});

test('when no canned reply fits, the list says so', async t => {
	const { page } = await desk(t);
	await page.fill('#text', '/noexiste');
	await page.getByText('No hay respuestas rápidas con ese texto.').waitFor();
});
