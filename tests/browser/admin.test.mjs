// What every screen of the administration does in the browser, seen at the types of conversation.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch } from '../support/browser.mjs';
import { looksRight, screen } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { once } from '../support/visitor.mjs';

const browser = await launch();
test.after(() => browser.close());

test('an administrator makes, changes and removes a thing without leaving the list', async t => {
	const name = `Reclamo ${once().slice(0, 6)}`;
	const page = await screen(t, browser, '/admin', 'types', { expected: [422] });
	await page.getByRole('link', { name: 'Tipos de conversación' }).click();
	await page.getByRole('link', { name: 'Nuevo tipo' }).click();
	const dialog = page.locator('dialog[open]');
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await dialog.getByText('Completá este dato.').waitFor();
	await looksRight(page, 'the form with an error');
	await page.keyboard.type(name);
	await page.keyboard.press('Enter');
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await looksRight(page, 'the list');
	await page.getByRole('link', { name }).click();
	await dialog.getByRole('button', { name: 'Eliminar' }).click();
	await dialog.getByText('¿Eliminar este tipo?').waitFor();
	await dialog.getByRole('button', { name: 'Cancelar' }).click();
	await dialog.getByRole('button', { name: 'Eliminar' }).click();
	await dialog.getByRole('button', { name: 'Eliminar' }).click();
	await page.getByText('Se eliminó.').waitFor();
	assert.equal(await page.getByRole('link', { name }).count(), 0);
});

test('of two who edit the same thing the second sees what the first did', async t => {
	const name = `Denuncia ${once().slice(0, 6)}`;
	const [[id]] = sql(`INSERT INTO conversation_type (name) VALUES ('${name}') RETURNING conversation_type_id`);
	const page = await screen(t, browser, `/admin/types/${id}`, 'conflict', { expected: [409] });
	const other = await screen(t, browser, `/admin/types/${id}`, 'conflict');
	await other.fill('#f-description', 'De la primera');
	await other.getByRole('button', { name: 'Guardar' }).click();
	await other.getByText('Los cambios quedaron guardados').waitFor();
	await page.fill('#f-description', 'De la segunda');
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Otra persona guardó cambios mientras vos editabas.').waitFor();
	await page.getByRole('cell', { name: 'De la primera' }).waitFor();
	await looksRight(page, 'the conflict');
	assert.equal(await page.inputValue('#f-description'), 'De la segunda');
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
});

test('a break is made for some people, and its screens look right', async t => {
	const name = `Pausa ${once().slice(0, 6)}`;
	const page = await screen(t, browser, '/admin/breaks', 'breaks', { expected: [422] });
	await looksRight(page, 'the list of breaks');
	await page.getByRole('link', { name: 'Nuevo descanso' }).click();
	const dialog = page.locator('dialog[open]');
	await dialog.getByLabel('Nombre', { exact: true }).fill(name);
	await dialog.getByText('Solo para algunas personas').click();
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await dialog.getByText('Elegí al menos una persona o un grupo.').waitFor();
	await dialog.locator('summary').click();
	await dialog.getByPlaceholder('Buscar por nombre').fill('marina');
	await dialog.getByLabel('Marina López (mlopez)').check();
	await looksRight(page, 'the form of a break');
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByRole('row', { name: new RegExp(`${name}.*1 elegidos`) }).waitFor();
});

test('roles are a matrix, and one looks at the product as another role does', async t => {
	const page = await screen(t, browser, '/admin/roles', 'roles');
	await page.getByRole('rowheader', { name: 'Administrar colas' }).waitFor();
	await looksRight(page, 'the matrix of roles');
	await page.getByRole('link', { name: 'Supervisor', exact: true }).click();
	await looksRight(page, 'the form of a role');
	await page.getByRole('button', { name: 'Ver como este rol' }).click();
	await page.getByText('Ves como Supervisor · solo lectura').waitFor();
	await looksRight(page, 'looking as a supervisor');
	await page.getByRole('button', { name: 'Volver a mi vista' }).click();
	await page.getByRole('rowheader', { name: 'Administrar colas' }).waitFor();
});

test('what each role sees of a contact is a table, and a form for each role', async t => {
	const page = await screen(t, browser, '/admin/fields', 'fields');
	await looksRight(page, 'the table of visible fields');
	await page.getByRole('link', { name: 'Operador saliente' }).click();
	const dialog = page.locator('dialog[open]');
	await dialog.getByLabel('CUIT', { exact: true }).selectOption({ label: 'Enmascarado' });
	await looksRight(page, 'the form of visible fields');
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByRole('row', { name: /Operador saliente.*Enmascarado/ }).waitFor();
});

test('an administrator sees who is in, ends a session and looks at the seats', async t => {
	const page = await screen(t, browser, '/admin/sessions', 'sessions');
	const other = await screen(t, browser, '/', 'the other', { login: 'jgomez', expected: [401] });
	await page.reload();
	await looksRight(page, 'the sessions');
	await page.getByPlaceholder('Buscar por nombre').fill('jgomez');
	const row = page.getByRole('row', { name: /Julián Gómez/ }).first();
	await row.getByRole('button', { name: 'Cerrar la sesión de Julián Gómez' }).click();
	await row.getByText('¿Cerrar esta sesión?').waitFor();
	await row.getByRole('button', { name: 'Cerrar la sesión de Julián Gómez' }).click();
	await page.getByText('La sesión se cerró.').waitFor();
	await other.getByText('Tu sesión terminó').first().waitFor({ timeout: 5000 });
	await page.getByRole('link', { name: 'Licencias' }).click();
	await page.getByText('Personas conectadas').waitFor();
	await looksRight(page, 'the seats');
	await page.getByRole('link', { name: 'Cambiar cantidad o tipo' }).click();
	await page.getByLabel('Cantidad de licencias').waitFor();
	await looksRight(page, 'the settings');
});

test('a tab goes on with the session that another tab of the browser logged in to again', async t => {
	const page = await screen(t, browser, '/desk', 'two tabs', { login: 'jgomez', expected: [401] });
	const second = await page.context().newPage();
	await second.goto('/login');
	const old = await page.getAttribute('body', 'data-csrf');
	await second.fill('#login', 'jgomez');
	await second.fill('#password', info.users[0].password);
	await second.click('button[type=submit]');
	await second.waitForURL(/\/desk$/);
	await page.locator(`body:not([data-csrf="${old}"])`).waitFor({ timeout: 15000 });
	assert.equal(await page.getByText('Tu sesión terminó').first().isVisible(), false);
	await page.click('#agent summary');
	await page.getByRole('button', { name: 'Desconectado' }).click();
	await page.locator('#agent summary', { hasText: 'Desconectado' }).waitFor();
});

test('one finds a setting by its words, and the help of the screen', async t => {
	const page = await screen(t, browser, '/admin/types', 'find');
	await page.getByLabel('Buscar pantalla o ajuste').fill('duración sesión');
	await page.keyboard.press('Enter');
	const found = page.getByRole('link', { name: 'Duración máxima de una sesión, en horas' });
	await found.waitFor();
	await looksRight(page, 'what was found');
	await found.click();
	await page.getByLabel('Duración máxima de una sesión, en horas').waitFor();
	await page.getByRole('link', { name: 'Ayuda de esta pantalla' }).click();
	await page.getByRole('heading', { name: 'Ajustes generales' }).waitFor();
	await looksRight(page, 'a page of the manual');
	await page.getByRole('link', { name: 'Todo el manual' }).click();
	await page.getByRole('link', { name: 'Descansos', exact: true }).waitFor();
	await looksRight(page, 'the manual');
});

test('the picture of the SMS by class has its figures one click away', async t => {
	sql(`WITH c AS (INSERT INTO channel (messenger, key, name, default_queue_id, enabled) SELECT 7, 'sms-${once()}', 'SMS ${once().slice(0, 6)}', min(queue_id), false FROM queue RETURNING channel_id)
		INSERT INTO sms_count (day, channel_id, class, writer, messages, segments, delivered, failed)
		SELECT (now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::date - n, channel_id, class, 0, 40 * n + 5, 50 * n + 5, 40 * n, 2
		FROM c, generate_series(0, 20) n, unnest(ARRAY['transactional', 'notification', 'institutional']) class`);
	const page = await screen(t, browser, '/admin/sms', 'sms');
	await page.locator('#days tbody tr').first().waitFor({ state: 'hidden' });
	await page.getByText('Ver la tabla, día por día').click();
	await page.locator('#days tbody tr').first().waitFor();
	assert.ok(await page.locator('svg.chart rect').count() >= 63);
	await looksRight(page, 'SMS by class');
	await page.setViewportSize({ width: 400, height: 800 });
	await looksRight(page, 'SMS by class, on a telephone');
});
