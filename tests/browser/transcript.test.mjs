// A conversation as a document, in the browser: taken from its header, by keyboard too, and sent to the contact.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { looksRight, screen } from '../support/admin.mjs';
import { launch, logIn, open } from '../support/browser.mjs';
import { sql } from '../support/instance.mjs';
import { World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());

test('an operator takes the conversation along and sends it to the contact, who opens it', async t => {
	const world = new World(), operator = world.person();
	const { context, page } = await open(browser);
	t.after(async () => {
		await context.close();
		assert.deepEqual(page.faults, []);
	});
	await logIn(page, operator.login);
	const visitor = await world.taxpayer({ state: 'active' });
	await page.goto(`/desk/${visitor.conversation}`);
	await page.getByRole('link', { name: 'Descargar o enviar la conversación' }).press('Enter');
	await page.getByRole('heading', { name: 'Descargar conversación' }).waitFor();
	await looksRight(page, 'the dialog');
	assert.equal(await page.getByLabel('PDF').isChecked(), true);
	await page.getByLabel('TXT').check();
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Descargar' }).press('Enter')]);
	assert.equal(download.suggestedFilename(), `conversacion-${visitor.conversation}.txt`);
	assert.match(readFileSync(await download.path(), 'utf8'), /SHA-256 [0-9a-f]{64}\n$/);
	await page.getByRole('button', { name: 'Enviar al contribuyente' }).click();
	await page.locator('#msgs .att', { hasText: `conversacion-${visitor.conversation}.pdf` }).waitFor();
	const { file } = await visitor.until(({ messages }) => messages.find(one => one.file));
	const answer = await visitor.raw('GET', file.url);
	assert.equal(Buffer.from(await answer.arrayBuffer()).subarray(0, 5).toString(), '%PDF-');
});

test('an administrator says which formats a role may take', async t => {
	const [[role]] = sql("SELECT role_id FROM role WHERE key = 'operador_saliente'");
	const page = await screen(t, browser, '/admin/exports', 'exports');
	await page.getByRole('link', { name: 'Operador saliente' }).click();
	const conversations = page.getByRole('group', { name: 'Conversaciones' });
	assert.equal(await conversations.getByLabel('Puede descargar en PDF').isChecked(), true);
	await looksRight(page, 'the form of a role');
	await conversations.getByText('Puede descargar en HTML').click();
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await looksRight(page, 'the policy');
	assert.equal(sql(`SELECT formats FROM export_rule WHERE role_id = ${role} AND dataset = 'transcript'`)[0][0], '{pdf,txt}');
});
