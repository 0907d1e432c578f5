// Notices as people see and hear them, and as an administrator arranges them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, listen, logIn, open } from '../support/browser.mjs';
import { looksRight, screen } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());

test('what each role is told is a table, and a form where every sound can be heard', async t => {
	const page = await screen(t, browser, '/admin/notifications', 'notifications');
	await looksRight(page, 'the table of notices');
	await page.getByRole('link', { name: 'Supervisor saliente' }).click();
	const dialog = page.locator('dialog[open]');
	await looksRight(page, 'the form of notices');
	const heard = await listen(page);
	await dialog.getByLabel('Mensaje nuevo: Cuál').selectOption({ label: 'Doble' });
	await dialog.getByRole('button', { name: 'Escuchar Mensaje nuevo' }).click();
	await eventually(async () => (await heard()).includes('heard'), 'the chosen sound');
	await dialog.getByLabel('Espera por encima de la meta: Del navegador').check();
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByRole('row', { name: /Supervisor saliente.*Sonido: Doble/ }).waitFor();
});

// A supervisor at the board, and a conversation of their queue that waits longer than it should.
async function supervised(t, { muted = false } = {}) {
	const world = new World();
	const person = world.person({ role: 'supervisor', attends: false });
	const { context, page } = await open(browser);
	t.after(() => context.close());
	await logIn(page, person.login);
	const heard = await listen(page);
	if (muted) await page.click('[data-sound]');
	else await page.click('h1');
	const visitor = await world.taxpayer({ name: 'Nora Quiroga', state: 'waiting' });
	sql(`UPDATE segment SET started_at = started_at - interval '10 minutes' WHERE conversation_id = ${visitor.conversation} AND ended_at IS NULL`);
	await page.getByText(`Nora Quiroga espera más de la meta en Cola ${world.name}`).waitFor({ timeout: 20000 });
	return { page, heard };
}

test('a supervisor sees and hears that somebody waits too long, and finds it behind the bell', async t => {
	const { page, heard } = await supervised(t);
	await eventually(async () => (await heard()).includes('waiting'), 'the sound of a long wait');
	await page.locator('#bell .pip', { hasText: '1' }).waitFor();
	await page.getByRole('link', { name: 'Avisos: 1 sin leer' }).click();
	await looksRight(page, 'the list of notices');
	await page.getByRole('button', { name: /Nora Quiroga espera más de la meta/ }).click();
	await page.waitForURL(/\/desk\/\d+$/);
	assert.equal(await page.locator('#bell .pip').count(), 0);
	assert.deepEqual(page.faults, []);
});

test('who is muted sees it all the same', async t => {
	const { heard } = await supervised(t, { muted: true });
	await new Promise(done => setTimeout(done, 1500));
	assert.ok(!(await heard()).includes('waiting'));
});

test('the browser tells of a new case when the page is not in front, once it may', async t => {
	const world = new World();
	const operator = world.person();
	sql(`UPDATE notice_rule SET browser = true WHERE event = 1 AND role_id = (SELECT role_id FROM role WHERE key = 'operador')`);
	t.after(() => sql(`UPDATE notice_rule SET browser = false WHERE event = 1 AND role_id = (SELECT role_id FROM role WHERE key = 'operador')`));
	const { context, page } = await open(browser, { permissions: ['notifications'] });
	t.after(() => context.close());
	await context.addInitScript(() => {
		window.told = [];
		class Told extends EventTarget { constructor(title, { body }) { super(); window.told.push(`${title}: ${body}`); } }
		Told.permission = 'granted';
		window.Notification = Told;
		Object.defineProperty(document, 'hidden', { get: () => true });
	});
	await logIn(page, operator.login);
	await world.taxpayer({ name: 'Horacio Luna', state: 'active' });
	await eventually(() => page.evaluate(() => window.told.length), 'the browser tells it', 10000);
	assert.deepEqual(await page.evaluate(() => window.told), ['Bandeja · Ventanilla: Conversación nueva: Horacio Luna']);
});

test('a browser that lets nothing sound before a click shows it on the button, and one click there allows it', async t => {
	const browser = await launch({ sound: 'asks' });
	t.after(() => browser.close());
	const { context, page } = await open(browser);
	const { cookies } = await Staff.logIn(new World().person().login);
	await context.addCookies([{ name: 'sid', value: cookies.sid, url: info.base_url }]);
	await page.goto('/desk');
	const button = page.getByRole('button', { name: 'Permitir el sonido: el navegador lo tiene bloqueado' });
	await button.waitFor();
	await looksRight(page, 'blocked sound');
	await button.click();
	await page.getByText('Listo, ahora suena.').waitFor();
	const allowed = page.getByRole('button', { name: 'Sonido de ingreso de contactos y mensajes', pressed: true });
	await allowed.click();
	await page.getByText('Sonido desactivado').waitFor();
	assert.deepEqual(page.faults, []);
});

test('how loud it sounds is each one\'s own, in their menu', async t => {
	const world = new World();
	const person = world.person();
	const { context, page } = await open(browser);
	t.after(() => context.close());
	await logIn(page, person.login);
	await page.click('#me summary');
	await looksRight(page, 'the menu of a person');
	await page.getByLabel('Volumen').fill('20');
	await eventually(() => sql(`SELECT volume FROM app_user WHERE user_id = ${person.id}`)[0][0] === '20', 'it is kept');
	await page.reload();
	await page.click('#me summary');
	assert.equal(await page.getByLabel('Volumen').inputValue(), '20');
	assert.deepEqual(page.faults, []);
});
