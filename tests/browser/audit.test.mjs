// The audit as an administrator looks through it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch } from '../support/browser.mjs';
import { looksRight, screen } from '../support/admin.mjs';

const browser = await launch();
test.after(() => browser.close());

test('an administrator finds what was changed, and sees what was before and after', async t => {
	const page = await screen(t, browser, '/admin/types/new', 'audit', { expected: [422] });
	const name = `Elogio ${Date.now() % 100000}`;
	await page.getByLabel('Nombre').fill(name);
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByRole('link', { name: 'Auditoría' }).click();
	await page.getByRole('heading', { name: 'Auditoría', level: 2 }).waitFor();
	await looksRight(page, 'the audit');
	await page.getByLabel('Acción').selectOption({ label: 'Tipos de conversación: Tipo guardado' });
	await page.getByLabel('Persona').selectOption({ label: 'Administración (admin)' });
	await page.getByRole('button', { name: 'Buscar' }).click();
	await page.waitForURL(/action=type\.save/);
	await page.locator('tbody tr').first().getByRole('link').click();
	const dialog = page.locator('dialog[open]');
	await dialog.getByRole('cell', { name }).waitFor();
	await looksRight(page, 'a row of the audit');
	await page.keyboard.press('Escape');
	await page.getByLabel('Dirección').fill('10.0.');
	await page.getByRole('button', { name: 'Buscar' }).click();
	await page.getByText('Escribí una dirección completa').waitFor();
	await looksRight(page, 'an address that is none');
	await page.getByRole('link', { name: 'Limpiar' }).click();
	assert.equal(await page.getByLabel('Dirección').inputValue(), '');
});

test('who may take what is a table, and a list leaves with a reason', async t => {
	const page = await screen(t, browser, '/admin/exports', 'exports');
	await looksRight(page, 'the policy');
	await page.getByRole('link', { name: 'Operador saliente' }).click();
	const dialog = page.locator('dialog[open]');
	await looksRight(page, 'the rules of a role');
	await dialog.getByLabel('Máximo de filas').first().fill('500');
	await dialog.getByText('Puede descargar en CSV').first().click();
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByRole('row', { name: /Operador saliente.*hasta 500 filas/ }).waitFor();
	await page.goto('/admin/sessions');
	await page.getByText('Descargar', { exact: true }).click();
	await page.getByLabel('Motivo').fill('Control mensual');
	await looksRight(page, 'the menu of a list');
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Descargar CSV' }).click()]);
	assert.equal(download.suggestedFilename(), 'sesiones.csv');
	await page.goto('/downloads');
	await looksRight(page, 'one’s own downloads');
});
