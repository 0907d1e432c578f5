// The contact beside a conversation: data, notes, block and history, with the mouse and by two at once.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { accessible, fits, launch, logIn, open } from '../support/browser.mjs';
import { sql } from '../support/instance.mjs';
import { World } from '../support/staff.mjs';

const world = new World();
let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

async function desk(t, { who, ...options } = {}) {
	const { operator, id } = await world.case({ taxpayer: { name: 'Graciela' } });
	const { context, page } = await open(browser, options);
	t.after(async () => { await context.close(); assert.deepEqual(page.faults, []); });
	await logIn(page, who?.login ?? operator.login);
	await page.goto(`/desk/${id}`);
	return { page, operator, id, contact: sql(`SELECT contact_id FROM conversation WHERE conversation_id = ${id}`)[0][0] };
}

test('data is edited in a dialog: what is wrong stands beside its field; saved, it is everywhere at once', async t => {
	const { page, contact } = await desk(t, { expected: [422, 409] });
	await page.click('#contact-edit');
	await page.locator('dialog[open] #f-cuit').waitFor();
	await page.fill('dialog #f-name', 'Graciela Benítez');
	await page.fill('dialog #f-cuit', '20-11111111-1');
	await page.click('dialog .primary');
	await page.getByText('Revisá el CUIT').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'f-cuit');
	assert.equal(await page.inputValue('dialog #f-name'), 'Graciela Benítez');
	await page.fill('dialog #f-cuit', '');
	sql(`UPDATE contact SET email = 'otra@correo.example', revision = revision + 1 WHERE contact_id = ${contact}`);
	await page.click('dialog .primary');
	await page.getByText('Otra persona guardó cambios').waitFor();
	assert.equal(await page.inputValue('dialog #f-name'), 'Graciela Benítez');
	await page.click('dialog .primary');
	await page.getByText('Datos guardados.').waitFor();
	await page.locator('#thread-head', { hasText: 'Graciela Benítez' }).waitFor();
	await page.locator('.clist', { hasText: 'Graciela Benítez' }).waitFor();
});

test('a note is added, changed and taken away without leaving the page', async t => {
	const { page } = await desk(t);
	await page.fill('#contact-note', 'Prefiere que la llamen de tarde.');
	await page.getByRole('button', { name: 'Agregar nota' }).click();
	const note = page.locator('#contact-notes li');
	await note.filter({ hasText: 'Prefiere que la llamen de tarde.' }).waitFor();
	assert.equal(await page.inputValue('#contact-note'), '');
	await note.locator('summary').click();
	await note.locator('textarea').fill('Prefiere de mañana.');
	await note.getByRole('button', { name: 'Guardar nota' }).click();
	await note.filter({ hasText: 'editada' }).waitFor();
	await note.getByRole('button', { name: 'Quitar nota' }).click();
	await page.getByText('Sin notas.').waitFor();
});

test('an operator notes who wants no notices; whoever looks at the contact sees it at once', async t => {
	const { page, id, contact } = await desk(t, { expected: [422] });
	sql(`WITH h AS (INSERT INTO channel (key, name, messenger, default_queue_id) VALUES ('wish-${contact}', 'Avisos ${contact}', 7, ${world.queue}) RETURNING channel_id)
		INSERT INTO identity (contact_id, channel_id, kind, value) SELECT ${contact}, channel_id, 'phone', '549221${contact}' FROM h`);
	await page.reload();
	const { context, page: other } = await open(browser, { width: 400 });
	t.after(() => context.close());
	await logIn(other, world.person({ role: 'supervisor' }).login);
	await other.goto(`/desk/${id}`);
	await page.click('#contact-wish');
	await page.locator('dialog[open] #f-said').waitFor();
	await accessible(page, 'the form of notices');
	await page.click('dialog .primary');
	await page.locator('#said-error', { hasText: /./ }).waitFor();
	await page.fill('dialog #f-said', 'por teléfono');
	await page.click('dialog .primary');
	for (const each of [page, other]) await each.locator('#wishes', { hasText: 'SMS: no quiere recibir avisos' }).waitFor({ state: 'attached' });
	await accessible(page, 'a contact who wants no notices');
	await other.goto(`/contacts/${contact}/wish`);
	await fits(other, 'the form of notices at 400');
});

test('a supervisor blocks and unblocks; it stands at the top of the contact', async t => {
	const boss = world.person({ role: 'supervisor' });
	const { page } = await desk(t, { who: boss, expected: [422] });
	await page.click('#contact-block');
	await page.click('dialog .danger');
	await page.getByText('Completá este dato.').waitFor();
	await page.fill('dialog #f-reason', 'Insulta');
	await page.click('dialog .danger');
	await page.locator('#more .note', { hasText: 'Bloqueado hasta' }).waitFor();
	await accessible(page, 'a blocked contact');
	await page.click('#contact-block');
	await page.locator('dialog .primary').click();
	await page.locator('#more .note').waitFor({ state: 'detached' });
});

for (const theme of ['light', 'dark']) {
	test(`nothing keeps anybody out (${theme}): panel, form, history`, async t => {
		const { page, contact } = await desk(t, { theme });
		await page.fill('#contact-note', 'Una nota');
		await page.getByRole('button', { name: 'Agregar nota' }).click();
		await page.locator('#contact-notes li').waitFor();
		await accessible(page, 'panel');
		await fits(page, 'panel');
		await page.click('#history-open');
		await page.locator('dialog #history-q').waitFor();
		await page.fill('dialog #history-q', 'nada de esto');
		await page.keyboard.press('Enter');
		await page.getByText('No hay conversaciones con ese texto.').waitFor();
		await accessible(page, 'history');
		await page.keyboard.press('Escape');
		await page.goto(`/contacts/${contact}`);
		await accessible(page, 'form');
	});
}
