// A webchat connected and designed in the browser, and seen on a site.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch } from '../support/browser.mjs';
import { Admin, looksRight, screen } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { tells, whatsappLine } from '../support/lines.mjs';
import { Site, siteUrl } from '../support/site.mjs';
import { once } from '../support/visitor.mjs';

const browser = await launch();
test.after(() => browser.close());

test('an administrator connects a webchat, designs it, and the site shows it at once', async t => {
	const name = `Trámites ${once().slice(0, 6)}`;
	const page = await screen(t, browser, '/admin/channels', 'channels', { expected: [422] });
	await looksRight(page, 'the list of channels');
	await page.getByText('Nuevo canal', { exact: true }).click();
	await page.locator('#new-channel').getByRole('link', { name: 'Webchat' }).click();
	await page.getByLabel('Nombre', { exact: true }).fill(name);
	await page.getByLabel('Primera cola').selectOption('Consultas generales');
	await page.getByLabel('Sitios permitidos').fill('www.agencia.example');
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Escribí cada sitio como').waitFor();
	await looksRight(page, 'the form of a channel with an error');
	await page.getByLabel('Sitios permitidos').fill('http://localhost:*');
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByRole('link', { name: `Diseñar ${name}` }).click();

	const preview = page.locator('[data-preview]');
	await preview.locator('[data-show=title]', { hasText: name }).waitFor(); // without a title its name
	await page.getByLabel('Título', { exact: true }).fill('Rentas');
	await page.getByLabel('Texto de la burbuja').fill('Escribinos');
	await page.getByLabel('Saludo').fill('Te damos la bienvenida.');
	await page.getByRole('button', { name: 'Magenta' }).click();
	await page.getByLabel('Posición').selectOption('Abajo a la izquierda');
	assert.deepEqual(await preview.locator('[data-show]').allTextContents(), ['Rentas', 'En línea · respondemos en minutos', 'Te damos la bienvenida.', '', 'Escribinos']);
	assert.equal(await preview.evaluate(node => node.style.getPropertyValue('--wc')), '#a82c63');
	await page.getByText('Contraste con las letras: 6,6 a 1').waitFor();
	await looksRight(page, 'the designer');
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.getByRole('button', { name: 'Copiar' }).click();
	const [[key]] = sql(`SELECT key FROM channel WHERE name = '${name}'`);
	assert.match(await page.evaluate(() => navigator.clipboard.readText()), new RegExp(`^<script src="[^"]+/w\\.js" data-key="${key}" async></script>$`));
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();

	const site = await Site.open(browser, { url: siteUrl(`?key=${key}`), bubble: false });
	t.after(() => site.context.close());
	await site.bubble.waitFor();
	assert.match(await site.bubble.textContent(), /Escribinos/);
	assert.equal(await site.bubble.evaluate(node => getComputedStyle(node).backgroundColor), 'rgb(168, 44, 99)');
	assert.ok((await site.bubble.boundingBox()).x < 100, 'at the left');
	await site.bubble.click();
	await site.chat.getByRole('heading', { name: 'Rentas' }).waitFor();
	await site.chat.getByText('Te damos la bienvenida.').waitFor();

	await page.getByLabel('Título', { exact: true }).fill('Rentas ya');
	await page.getByLabel('Saludo').fill('');
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	const later = await Site.open(browser, { url: siteUrl(`?key=${key}`), bubble: false });
	t.after(() => later.context.close());
	await later.bubble.click();
	await later.chat.getByRole('heading', { name: 'Rentas ya' }).waitFor();
	assert.equal(await later.chat.getByText('Te damos la bienvenida.').count(), 0);
	assert.deepEqual([...site.faults, ...later.faults], []);
});

test('what happens to a line shows in the list and on its screen by itself, and what is being written stays', async t => {
	const one = await whatsappLine(await Admin.logIn());
	const list = await screen(t, browser, '/admin/channels', 'channels'), page = await screen(t, browser, one.path, 'channels');
	await list.locator(`#pulse-${one.id}`, { hasText: 'sin movimiento' }).waitFor();
	await page.getByLabel('Nombre', { exact: true }).fill('A medio escribir');
	await tells(one, 'phone_number_quality_update', { event: 'FLAGGED', current_limit: 'TIER_10K' });
	await list.locator(`#pulse-${one.id}`, { hasText: 'calidad baja' }).waitFor();
	await page.locator('#health-card b', { hasText: 'La calidad del número es baja.' }).waitFor();
	await page.getByText('10.000 por día').waitFor();
	assert.equal(await page.getByLabel('Nombre', { exact: true }).inputValue(), 'A medio escribir');
	await looksRight(page, 'a line of whose network there is news');
	await page.getByRole('button', { name: 'Probar' }).click();
	await page.getByText('Probando…').or(page.getByText('no anda')).first().waitFor();
});
