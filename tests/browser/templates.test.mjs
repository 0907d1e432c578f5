// A template written in the browser, as its reader will see it, and followed through the provider's decisions.
import assert from 'node:assert/strict';
import test from 'node:test';
import { looksRight } from '../support/admin.mjs';
import { launch, logIn, open } from '../support/browser.mjs';
import { ownInstance, sql } from '../support/instance.mjs';
import { Phones } from '../support/networks.mjs';

const browser = await launch();
test.after(() => browser.close());

test('an administrator writes a template, submits it, and sees it approved, paused and back without doing anything', { timeout: 240000 }, async t => {
	const instance = ownInstance(t, 'test-templates-page', '--with', 'peers');
	const phones = new Phones(instance);
	const decide = decision => phones.ask('templates', { name: 'vencimiento_v5', ...decision });
	const { context, page } = await open(browser, { baseURL: instance.base_url, expected: [422] });
	const shown = name => page.locator(`[data-show=${name}]`);
	const stands = page.locator('#stands');
	const comes = text => stands.getByText(text).first().waitFor({ timeout: 30000 });
	await phones.ask('settings', { review: null });
	await logIn(page, 'admin');

	await page.goto('/admin/templates/new');
	await page.getByLabel('Nombre', { exact: true }).fill('vencimiento_v5');
	await page.getByLabel('Encabezado', { exact: true }).selectOption('Texto');
	await page.getByLabel('Texto del encabezado').fill('Partida {{1}}');
	await page.getByLabel('Ejemplo de la variable').fill('055-1');
	await page.getByLabel('Cuerpo', { exact: true }).fill('Hola {{1}}, la cuota vence el');
	await page.getByLabel('Cuerpo', { exact: true }).press('Space');
	await page.getByRole('button', { name: 'Variable' }).click();
	await page.getByLabel('Cuerpo', { exact: true }).press('End');
	await page.getByLabel('Cuerpo', { exact: true }).pressSequentially('. Pagala en el sitio.');
	await page.locator('#sample-1').fill('Graciela');
	await page.getByLabel('Pie', { exact: true }).fill('Agencia');
	await page.getByRole('button', { name: 'Agregar botón' }).click();
	await page.getByLabel('Tipo del botón 1', { exact: true }).selectOption('Abrir enlace');
	await page.getByLabel('Botón 1: Texto', { exact: true }).fill('Pagar ahora');
	await page.getByLabel('Botón 1: Enlace').fill('https://sitio.example/pagar/{{1}}');
	await page.getByLabel('Botón 1: Ejemplo').fill('77');
	assert.deepEqual(await page.locator('[data-show]').allTextContents(), ['Partida 055-1', 'Hola Graciela, la cuota vence el {{2}}. Pagala en el sitio.', 'Agencia', 'Pagar ahora']);
	assert.equal(await page.locator('[data-count]').textContent(), '56 / 1.024');
	assert.match(await page.locator('#footer-help').textContent(), / 7 \/ 60$/);
	const submit = async () => {
		if (!await page.locator('#submit').evaluate(node => node.open)) await page.getByText('Enviar a revisión de Meta').click();
		await page.getByRole('button', { name: 'Enviar', exact: true }).click();
	};
	await submit();
	await page.locator('#sample2-error', { hasText: 'Falta el ejemplo.' }).waitFor();
	await looksRight(page, 'the form of a template with an error');
	await page.locator('#sample-2').fill('3 de mayo');
	assert.equal(await shown('body').textContent(), 'Hola Graciela, la cuota vence el 3 de mayo. Pagala en el sitio.');
	await submit();
	await comes('en revisión');
	await decide({ status: 'APPROVED' });
	await comes('aprobada');
	await page.getByRole('button', { name: 'Guardar borrador' }).waitFor({ timeout: 30000 });
	await decide({ status: 'PAUSED' });
	await page.reload();
	await comes('pausada');
	await comes('La primera pausa es de 3 horas');
	await looksRight(page, 'a paused template');

	await page.goto('/admin/templates');
	const [[id]] = sql("SELECT template_id FROM template WHERE name = 'vencimiento_v5'", { instance });
	await page.locator(`#template-${id}`, { hasText: 'pausada' }).waitFor();
	await looksRight(page, 'the list of templates');
	await page.getByRole('button', { name: 'Traer de WhatsApp' }).click();
	await page.locator('#templates', { hasText: 'la lista es del' }).waitFor({ timeout: 30000 });
	await page.goto('/notices');
	await page.getByText('Meta pausó la plantilla vencimiento_v5').waitFor();
	// Before its instance goes.
	await context.close();
	assert.deepEqual(page.faults, []);
});
