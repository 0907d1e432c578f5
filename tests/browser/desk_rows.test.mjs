// An operator with several cases at once: from one to the next without losing a word, and no case that waits for another.
import assert from 'node:assert/strict';
import test from 'node:test';
import { accessible, launch, overhear, somebody } from '../support/browser.mjs';
import { deskIn } from '../support/desk.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());
const world = new World();
const one = deskIn(browser, world);

// A case open in the page and others in the list: {page, id, others: [visitor]}.
async function several(t, names, options) {
	const opened = await one(t, options);
	const others = [];
	for (const name of names) others.push(await world.taxpayer({ name, state: 'active' }));
	for (const { conversation } of others) await row(opened.page, conversation).waitFor();
	return { ...opened, others };
}
const row = (page, id) => page.locator(`#case-${id}`);
const shows = (page, id) => page.locator(`#thread[data-conversation="${id}"]:not([aria-busy])`).waitFor();
const bodies = id => sql(`SELECT body FROM message WHERE conversation_id = ${id} AND author IN (3, 5) ORDER BY seq`).map(([body]) => body);
const sent = (id, text) => eventually(() => bodies(id).includes(text), `${text} is stored`);

test('who opens a case by its row writes at once, and what is half written says so in its row', async t => {
	const { page, id, others: [olga] } = await several(t, ['Olga Paz']);
	await page.fill('#text', 'Estoy mirando');
	await row(page, olga.conversation).locator('a').click();
	await page.keyboard.type('buenas, atiendo yo');
	await eventually(async () => await page.inputValue('#text') !== 'Estoy mirando', 'the box of the other case');
	await shows(page, olga.conversation);
	assert.equal(await page.evaluate(() => document.activeElement.id), 'text');
	await row(page, id).getByText('Borrador').waitFor();
	await accessible(page, 'a draft in the list');
	// Another tab, or a reload, knows it as well; and it is gone when it was sent.
	await page.reload();
	await row(page, id).getByText('Borrador').waitFor();
	await row(page, id).locator('a').click();
	await shows(page, id);
	assert.equal(await page.inputValue('#text'), 'Estoy mirando');
	assert.equal(await row(page, id).getByText('Borrador').count(), 0);
	await page.keyboard.press('Enter');
	await sent(id, 'Estoy mirando');
});

test('what is asked for last is shown, whatever comes first', async t => {
	const { page, others: [olga, pedro] } = await several(t, ['Olga Paz', 'Pedro Ruiz']);
	let late;
	await page.route(`**/desk/${olga.conversation}`, route => { late = route; });
	await row(page, olga.conversation).locator('a').click();
	await page.locator('#thread[aria-busy]').waitFor();
	await row(page, pedro.conversation).locator('a').click();
	await shows(page, pedro.conversation);
	const came = page.waitForResponse(answer => answer.url().endsWith(olga.conversation));
	await late.continue();
	await (await came).finished();
	await page.evaluate(() => new Promise(done => { setTimeout(done); }));
	await shows(page, pedro.conversation);
	assert.match(page.url(), new RegExp(`${pedro.conversation}$`));
});

test('U goes to whoever waits longest, with the caret in the box', async t => {
	const { page, id, others: [olga, pedro] } = await several(t, ['Olga Paz', 'Pedro Ruiz']);
	const waits = (conversation, seconds) =>
		sql(`UPDATE conversation SET last_contact_at = now() - interval '${seconds} s' WHERE conversation_id = ${conversation}`);
	waits(olga.conversation, 50);
	waits(pedro.conversation, 500);
	await page.reload();
	await page.locator('#text').blur();
	await page.keyboard.press('u');
	await shows(page, pedro.conversation);
	await eventually(() => page.evaluate(() => document.activeElement.id === 'text'), 'the caret in the box');
	await page.keyboard.type('Disculpe la espera');
	await page.keyboard.press('Enter');
	await sent(pedro.conversation, 'Disculpe la espera');
	await page.keyboard.press('Alt+u');
	await shows(page, olga.conversation);
	sql(`UPDATE conversation SET last_agent_at = now() WHERE conversation_id IN (${id}, ${pedro.conversation})`);
	await page.reload();
	const said = await overhear(page);
	await page.keyboard.press('Alt+u');
	await eventually(() => said('Nadie más espera tu respuesta.'), 'nobody else waits');
});

test('a file on its way in one case holds up no other, and the page does not go without asking', async t => {
	const { page, others: [olga] } = await several(t, ['Olga Paz']);
	await page.route('**/files', () => {});
	const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-attach]')]);
	await chooser.setFiles({ name: 'boleta.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n') });
	await page.locator('.atts [role=listitem]').waitFor();
	await page.press('#text', 'Enter');
	await page.locator('.up progress').waitFor();
	await row(page, olga.conversation).locator('a').click();
	await shows(page, olga.conversation);
	await page.fill('#text', 'No espera a nadie');
	await page.press('#text', 'Enter');
	await sent(olga.conversation, 'No espera a nadie');
	const asked = page.waitForEvent('dialog');
	const leaving = page.reload({ timeout: 1000 }).catch(() => {});
	await (await asked).dismiss();
	await leaving;
	await page.unroute('**/files');
});

test('what could not be sent in another case is said and marked, and goes by itself when the server is back', async t => {
	const { page, id, others: [olga] } = await several(t, ['Olga Paz'], { expected: [503, 'ERR_FAILED'] });
	const said = await overhear(page);
	await page.route(`**/desk/${id}/messages`, route => route.fulfill({ status: 503, contentType: 'application/json', body: '{}' }));
	await page.fill('#text', 'Se me cortó');
	await page.press('#text', 'Enter');
	await row(page, olga.conversation).locator('a').click();
	await shows(page, olga.conversation);
	await row(page, id).getByText('No enviado').waitFor({ timeout: 20000 });
	assert.ok(await said('Un mensaje de otra conversación no se envió. Está marcada en la lista.'));
	await accessible(page, 'a message that was not sent, in the list');
	await page.unroute(`**/desk/${id}/messages`);
	await page.evaluate(() => document.dispatchEvent(new Event('vt:connected')));
	await sent(id, 'Se me cortó');
	await eventually(async () => await row(page, id).getByText('No enviado').count() === 0, 'the mark is gone');
	assert.equal(bodies(id).filter(body => body === 'Se me cortó').length, 1);
});

test('a row is as high with something unread as without', async t => {
	const { page, others: [olga] } = await several(t, ['Olga Paz']);
	const height = async () => (await row(page, olga.conversation).boundingBox()).height;
	const before = await height();
	await olga.say('¿Hay alguien?');
	await row(page, olga.conversation).locator('.cnt').waitFor();
	assert.equal(await height(), before);
});

test('of two who take the same case at once one has it, the caret in the box; the other is told, and their page lives on', async t => {
	const shared = new World();
	sql(`UPDATE queue SET strategy = (SELECT value FROM code WHERE list = 'strategy' AND name = 'manual') WHERE queue_id = ${shared.queue}`);
	const pages = [];
	for (const name of ['Marina López', 'Julio Gómez']) pages.push(await somebody(t, browser, shared.person({ name }), { expected: [404, 409] }));
	const [wanted, later] = [await shared.taxpayer({ name: 'Rubén Acosta' }), await shared.taxpayer({ name: 'Olga Paz' })];
	for (const page of pages) {
		await page.goto('/desk');
		// By keyboard: the row has the focus when it goes away.
		await page.locator(`#case-${wanted.conversation} a`).press('Enter');
		await shows(page, wanted.conversation);
	}
	const told = await Promise.all(pages.map(overhear));
	await Promise.all(pages.map(page => page.keyboard.press('o')));
	const [[owner]] = await eventually(() => { const rows = sql(`SELECT u.name FROM conversation c JOIN app_user u USING (user_id) WHERE conversation_id = ${wanted.conversation}`); return rows.length && rows; }, 'one has it');
	const winner = owner === 'Marina López' ? 0 : 1, [has, lost] = winner ? [...pages].reverse() : pages;
	await has.locator('form#composer #text:focus').waitFor();
	await lost.getByText('ya no está a tu cargo ni en tus colas').waitFor();
	await eventually(() => told[1 - winner]('Esa conversación ya no está en espera: la tomó otra persona o terminó.'), 'the other is told');
	await later.say('¿Y a mí?');
	await lost.locator(`#case-${later.conversation}`, { hasText: '¿Y a mí?' }).waitFor();
});
