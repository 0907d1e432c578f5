// An agency begins: from nothing to a line that answers, led by the first steps.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { launch, logIn, open } from '../support/browser.mjs';
import { looksRight } from '../support/admin.mjs';
import { ownInstance, root, sql } from '../support/instance.mjs';
import { Visitor } from '../support/visitor.mjs';

const browser = await launch();
test.after(() => browser.close());
const PASSWORD = 'una clave bien larga';

function add(instance, login, ...options) {
	const run = spawnSync('./dev', ['ventanilla', '--state', instance.state, 'user-add', ...options, login],
		{ cwd: root, input: `${PASSWORD}\n`, encoding: 'utf8' });
	assert.equal(run.status, 0, run.stderr);
}

test('the first administrator is led to a line that works', { timeout: 180000 }, async t => {
	const instance = ownInstance(t, 'test-start', '--empty');
	add(instance, 'jefa', '--role', 'administrador', '--name', 'Jimena Prado');
	const { context, page } = await open(browser, { baseURL: instance.base_url, expected: [422] });
	t.after(() => context.close());
	const next = () => page.getByRole('button', { name: 'Guardar y seguir' }).click();

	await logIn(page, 'jefa', PASSWORD);
	await page.waitForURL(/\/admin\/start$/);
	await looksRight(page, 'the first step');
	const groups = await page.locator('.snav h2').allInnerTexts();
	assert.deepEqual(groups, [...new Set(groups)], 'each group of the navigation stands once');
	await page.getByLabel('Nombre de la agencia').fill('');
	await next();
	await page.getByText('Completá este dato.').waitFor();
	await page.getByLabel('Nombre de la agencia').fill('Rentas del Sur');
	await next();
	await page.getByRole('heading', { name: '¿Qué atiende la primera cola?' }).waitFor();
	await page.getByLabel('Nombre de la cola').fill('Patentes');
	await next();
	await page.getByRole('heading', { name: '¿Cuándo se atiende?' }).waitFor();
	await page.getByLabel('De lunes a viernes').fill('17-8');
	await next();
	await page.getByText('Escribí franjas como').waitFor();
	await page.getByLabel('De lunes a viernes').fill('0-24');
	await page.getByLabel('Sábados').fill('0-24');
	await looksRight(page, 'the hours');
	await next();
	await page.getByRole('heading', { name: 'El chat de tu sitio' }).waitFor();
	await page.getByLabel('Dirección del sitio').fill('esto no es un sitio');
	await next();
	await page.getByText('Escribí la dirección de un sitio').waitFor();
	await page.getByLabel('Dirección del sitio').fill('https://www.rentas.example/inicio');
	await next();

	await page.getByRole('heading', { name: '¿Quiénes atienden?' }).waitFor();
	await looksRight(page, 'the operators and the snippet');
	const [[key, settings, hours, flow]] = sql(`SELECT c.key, c.settings::text, (SELECT count(*) FROM hours_span), (SELECT count(*) FROM bot_version)
		FROM channel c`, { instance });
	assert.deepEqual([JSON.parse(settings), hours, flow], [{ title: 'Rentas del Sur', origins: ['https://www.rentas.example'] }, '6', '1']);
	assert.equal(await page.locator('#snippet').innerText(), `<script src="${instance.base_url}/w.js" data-key="${key}" async></script>`);

	sql("UPDATE holiday SET deleted_at = now(); DELETE FROM hours_span", { instance });
	await page.getByLabel('Nombre y apellido').fill('Olga Ríos');
	await page.getByLabel('Usuario', { exact: true }).fill('olga ríos');
	await page.getByRole('button', { name: 'Invitar' }).click();
	await page.locator('[data-error-of=login]', { hasText: /./ }).waitFor();
	await page.getByLabel('Usuario', { exact: true }).fill('olga');
	await page.getByRole('button', { name: 'Invitar' }).click();
	const link = await page.getByLabel('Enlace').inputValue();
	await looksRight(page, 'the link of the first operator');
	await page.getByRole('link', { name: 'Seguir con la puesta en marcha' }).click();
	await page.getByRole('heading', { name: 'La línea funciona' }).waitFor();
	await looksRight(page, 'the end');
	await page.getByRole('link', { name: 'Elegir cuántos segundos' }).click();
	assert.equal(await page.locator(':target').inputValue(), '0', 'undoing is offered, and off until somebody wants it');

	const desk = await open(browser, { baseURL: instance.base_url });
	t.after(() => desk.context.close());
	await desk.page.goto(link);
	await desk.page.getByLabel('Contraseña', { exact: true }).fill(PASSWORD);
	await desk.page.getByLabel('Repetila').fill(PASSWORD);
	await desk.page.getByRole('button', { name: 'Guardar mi contraseña' }).click();
	await desk.page.getByText('Tu contraseña quedó guardada').waitFor();
	await logIn(desk.page, 'olga', PASSWORD);
	await Visitor.start({ key, name: 'Nélida Paz' }, { instance });
	await desk.page.locator('#list-mine', { hasText: 'Nélida Paz' }).waitFor({ timeout: 30000 });
	assert.match(sql('SELECT body FROM message ORDER BY seq LIMIT 1', { instance })[0][0], /chat de Rentas del Sur/);
	assert.deepEqual(page.faults, []);
});
