// A case of WhatsApp whose time to answer is over, from both ends: the operator's desk and the taxpayer's telephone.
import assert from 'node:assert/strict';
import test from 'node:test';
import { accessible, fits, launch, logIn, open } from '../support/browser.mjs';
import { sql as ask } from '../support/instance.mjs';
import { practice } from '../support/networks.mjs';
import { eventually } from '../support/staff.mjs';
import { BOLETA, PDF, TURNO } from '../support/templates.mjs';

const WAIT = 20000;

test('the operator writes with a template, the taxpayer reads it and answers, and both go on', { timeout: 180000 }, async t => {
	const browser = await launch();
	t.after(() => browser.close());
	const { instance, phones, operator } = practice(t, 'test-desk-template');
	const sql = text => ask(text, { instance });
	const [line] = (await phones.ask('lines')).filter(one => one.network === 'whatsapp');
	const graph = async (path, body, headers = { Authorization: `OAuth ${line.token}` }) => {
		const answer = await fetch(`${instance.peers.url}/v25.0/${path}`, { method: 'POST', headers, body });
		assert.equal(answer.status, 200, await answer.clone().text());
		return answer.json();
	};
	const theirs = (name, components) => graph(`${line.waba}/message_templates`, JSON.stringify({ name, language: 'es_AR', category: 'UTILITY', components }),
		{ Authorization: `Bearer ${line.token}`, 'Content-Type': 'application/json' });
	const sample = await graph(`${line.app}/uploads?file_length=${PDF.length}&file_type=application%2Fpdf&file_name=a.pdf`);
	const { h: handle } = await graph(sample.id, PDF, { Authorization: `OAuth ${line.token}`, file_offset: '0', 'Content-Type': 'application/octet-stream' });
	await theirs('boleta', [{ ...BOLETA[0], example: { header_handle: [handle] } }, BOLETA[1]]);
	await theirs('turno', TURNO);
	await theirs('vencimiento', [{ type: 'BODY', text: 'Tu cuota vence mañana.' }]);
	await eventually(() => sql('SELECT 1 FROM template WHERE state = 2').length === 3, 'the line knows them', WAIT);
	await phones.ask('templates', { name: 'vencimiento', status: 'PAUSED' });
	await eventually(() => sql('SELECT 1 FROM template WHERE state = 6').length, 'and that one is paused', WAIT);

	const ana = await phones.person({ name: 'Ana Núñez', number: '5492215550001' });
	const { context, page } = await open(browser, { baseURL: instance.base_url, expected: [422] });
	await logIn(page, operator.login);
	await ana.act('whatsapp', 'text', { text: 'Hola, quiero un turno' });
	await page.locator('#list-mine a.ci').first().click({ timeout: WAIT });
	await page.locator('#thread[data-conversation]:not([aria-busy])').waitFor({ timeout: WAIT });
	const id = await page.locator('#thread').getAttribute('data-conversation');
	const form = page.locator('#template'), preview = page.locator('.tpl-see .wb');
	const reads = text => eventually(async () => (await preview.innerText()).replace(/\n+/g, '|') === text, text, WAIT);
	const choose = async () => {
		await page.keyboard.press('Alt+l');
		await page.locator('#offered').waitFor();
		await page.keyboard.type('ESPERAMOS');
		assert.deepEqual(await page.locator('#offered li:visible b').allTextContents(), ['turno']);
		await page.keyboard.press('Enter');
		await form.waitFor();
	};

	// While the time lasts it is one more way; when it is over it is the only one.
	await page.locator('#composer .tb a[data-key=l]').waitFor();
	sql(`UPDATE conversation SET last_contact_at = now() - interval '25 hours' WHERE conversation_id = ${id}`);
	await page.reload();
	await page.locator('#refusal').getByText('Escribir con una plantilla').waitFor();
	await page.fill('#text', 'una nota a medio escribir');
	await accessible(page, 'a case whose time is over');
	await page.keyboard.press('Alt+l');
	await page.locator('#offered').getByText('Meta pausó esta plantilla').waitFor();
	await accessible(page, 'choosing a template');
	await page.keyboard.type('nada de esto');
	await page.getByText('Ninguna plantilla con ese texto.').waitFor();
	await page.keyboard.press('Escape');

	await choose();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'f-header');
	await reads('Turno Dato del encabezado|Hola Dato 1, te esperamos el Dato 2.|Traé tu documento.|Agencia');
	await page.keyboard.type('88');
	await page.keyboard.press('Tab');
	await page.keyboard.type('Ana <b>');
	await reads('Turno 88|Hola Ana <b>, te esperamos el Dato 2.|Traé tu documento.|Agencia');
	await page.keyboard.press('Enter');
	await page.locator('#value2-error', { hasText: 'Completá este dato.' }).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'f-value2');
	await accessible(page, 'a template with something missing');
	await page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
	await page.setViewportSize({ width: 400, height: 700 });
	await accessible(page, 'the same in the dark, narrow');
	await fits(page, 'the same');
	await page.setViewportSize({ width: 1280, height: 800 });

	// What was typed waits where it was left.
	await page.keyboard.press('Escape');
	await choose();
	await reads('Turno 88|Hola Ana <b>, te esperamos el Dato 2.|Traé tu documento.|Agencia');
	sql("INSERT INTO setting (key, value) VALUES ('desk.undo_s', '\"30\"')");
	await page.fill('#f-value2', 'martes');
	await page.fill('#f-button2', 't9');
	await page.keyboard.press('Enter');
	await form.waitFor({ state: 'detached' });
	await page.getByRole('button', { name: 'Deshacer' }).click();
	await reads('Turno 88|Hola Ana <b>, te esperamos el martes.|Traé tu documento.|Agencia');
	sql("UPDATE setting SET value = '\"0\"' WHERE key = 'desk.undo_s'");
	await page.locator('dialog').getByRole('button', { name: 'Enviar' }).dblclick();

	const got = await ana.waits('whatsapp', { text: 'esperamos' });
	assert.deepEqual([got.kind, got.header, got.text, got.footer, got.buttons.map(one => one.label)],
		['template', 'Turno 88', 'Hola Ana <b>, te esperamos el martes.\n\nTraé tu documento.', 'Agencia', ['Confirmo', 'Ver']]);
	const bubble = page.locator('#msgs .m.out', { hasText: 'te esperamos el martes' });
	await bubble.getByText('plantilla turno, Español (Argentina)').waitFor({ timeout: WAIT });
	await eventually(async () => await bubble.locator('.tick .sr').textContent() === 'Entregado', 'its tick', WAIT);
	assert.equal((await ana.messages('whatsapp')).filter(one => one.kind === 'template').length, 1);
	assert.equal(await page.inputValue('#text'), 'una nota a medio escribir');
	await accessible(page, 'a template in the thread');
	await choose();
	assert.deepEqual(await page.locator('#template input.in').evaluateAll(all => all.map(one => one.value)), ['', '', '', '']);
	await page.keyboard.press('Escape');

	// One with a file in its header: what was chosen stays when something else is missing.
	await page.keyboard.press('Alt+l');
	await page.locator('#offered a', { hasText: 'boleta' }).click();
	await page.locator('#f-file').setInputFiles({ name: 'boleta-3.pdf', mimeType: 'application/pdf', buffer: PDF });
	await reads('boleta-3.pdf|Hola Dato 1, te mandamos tu boleta.');
	await page.locator('dialog').getByRole('button', { name: 'Enviar' }).click();
	await page.locator('#value1-error', { hasText: 'Completá este dato.' }).waitFor();
	await accessible(page, 'a template with a file');
	await page.fill('#f-value1', 'Ana');
	await reads('boleta-3.pdf|Hola Ana, te mandamos tu boleta.');
	await page.keyboard.press('Enter');
	const letter = await ana.waits('whatsapp', { text: 'te mandamos tu boleta' });
	assert.deepEqual([letter.kind, letter.file.name, PDF.compare(await phones.file(letter.file.id))], ['template', 'boleta-3.pdf', 0]);
	await page.locator('#msgs .m.out', { hasText: 'te mandamos tu boleta' }).getByText('boleta-3.pdf').waitFor({ timeout: WAIT });

	await ana.act('whatsapp', 'press', { key: 'Confirmo' });
	await page.locator('#msgs .m.user', { hasText: 'Confirmo' }).waitFor({ timeout: WAIT });
	await page.locator('#refusal').waitFor({ state: 'detached', timeout: WAIT });
	await page.locator('#composer label', { hasText: 'Responder' }).click();
	await page.fill('#text', 'Gracias, Ana.');
	await page.press('#text', 'Enter');
	await ana.waits('whatsapp', { text: 'Gracias, Ana.' });
	await context.close();
	assert.deepEqual(page.faults, []);
});
