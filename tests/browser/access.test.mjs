// The ways to log in, in the browser: what an administrator arranges, and a person who comes by the agency's account.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { Admin, looksRight, screen } from '../support/admin.mjs';
import { Authority } from '../support/authority.mjs';
import { launch, open } from '../support/browser.mjs';
import { info, sql } from '../support/instance.mjs';
import { RealProvider, register, unregister } from '../support/oidc.mjs';
import { Directory } from '../support/slapd.mjs';
import { once } from '../support/visitor.mjs';

const browser = await launch();
const authority = new Authority();
after(async () => {
	await browser.close();
	authority.remove();
});

// The log-in page, once it offers a way: each process keeps what it read for some seconds.
async function offered(page, way) {
	await page.goto('/login');
	for (let i = 0; i < 40 && !await way.count(); i++) {
		await page.waitForTimeout(250);
		await page.goto('/login');
	}
}

test('an administrator registers a provider, is told what is missing, and tests it', async t => {
	const name = `Cuenta ${once().slice(0, 6)}`;
	const page = await screen(t, browser, '/admin/access', 'access', { expected: [422] });
	await looksRight(page, 'the list');
	await page.getByRole('link', { name: 'OpenID Connect' }).click();
	await page.getByLabel('Nombre', { exact: true }).fill(name);
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Completá este dato.').or(page.getByText('Escribí la dirección completa')).first().waitFor();
	await looksRight(page, 'the form with an error');
	await page.getByLabel('Emisor (issuer)').fill('https://127.0.0.1:9');
	await page.getByLabel('Identificador de cliente').fill('ventanilla');
	await page.getByLabel('Secreto del cliente').fill('secreto');
	await page.getByLabel('Grupo o valor del proveedor').first().fill('operadores');
	await page.getByLabel('Rol', { exact: true }).first().selectOption({ label: 'Operador' });
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByRole('link', { name }).click();
	await page.getByText('/callback').waitFor();
	assert.equal(await page.getByLabel('Secreto del cliente').inputValue(), '', 'the secret is not shown');
	await looksRight(page, 'the form');
	await page.getByRole('button', { name: 'Probar' }).click();
	await page.getByText('Esa dirección no está permitida.').waitFor();
	await looksRight(page, 'the test');
	await page.getByRole('link', { name: 'Volver' }).click();
	await page.getByRole('button', { name: 'Eliminar' }).click();
	await page.getByRole('button', { name: 'Eliminar' }).click();
	await page.getByText('Se eliminó.').waitFor();
	assert.equal(await page.getByRole('link', { name }).count(), 0);
});

test('on a telephone each form fits, and what is wrong in the folded part unfolds it', async t => {
	const page = await screen(t, browser, '/admin/access', 'access', { width: 390, height: 800, expected: [422] });
	for (const path of ['', '/new?kind=kerberos', '/new?kind=ldap', '/new?kind=oidc']) {
		await page.goto(`/admin/access${path}`);
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than the window`);
	}
	await looksRight(page, 'the form on a telephone');
	const folded = page.getByLabel('Direcciones internas permitidas');
	assert.equal(await folded.isVisible(), false);
	await page.getByText('Si está en la red interna de la agencia').click();
	await folded.fill('esto no es una dirección');
	await page.getByText('Si está en la red interna de la agencia').click();
	await page.getByLabel('Nombre', { exact: true }).fill(`Cuenta ${once().slice(0, 6)}`);
	await page.getByLabel('Emisor (issuer)').fill('https://127.0.0.1:9');
	await page.getByLabel('Identificador de cliente').fill('ventanilla');
	assert.equal(await folded.isVisible(), false);
	await page.getByRole('button', { name: 'Guardar' }).click();
	await folded.waitFor();
	await page.getByText('no está bien escrita').waitFor();
});

test('the form of a directory and its test look right', async t => {
	const directory = await Directory.start(authority);
	t.after(() => directory.stop());
	const admin = await Admin.logIn();
	const { id } = await register(admin, 'ldap', directory.settings(), [[directory.group('operadores'), 'operador']]);
	const ana = directory.person(`ana-${once().slice(0, 6)}`, { groups: ['operadores'] });
	const page = await screen(t, browser, `/admin/access/${id}`, 'directory');
	await looksRight(page, 'the form of a directory');
	await page.getByPlaceholder('Usuario para la prueba').fill(ana.login);
	await page.getByRole('button', { name: 'Probar' }).click();
	await page.getByText('Qué rol tendría').waitFor();
	await looksRight(page, 'the test of a directory');
	const { context, page: gate } = await open(browser);
	t.after(() => context.close());
	await offered(gate, gate.locator(`#login-${id}`));
	await gate.evaluate(() => { for (const one of document.querySelectorAll('details')) one.open = true; });
	await looksRight(gate, 'the log-in page with two forms');
	await gate.fill(`#login-${id}`, ana.login);
	await gate.fill(`#password-${id}`, ana.password);
	await gate.keyboard.press('Enter');
	await gate.waitForURL('**/desk');
	await unregister(admin, id);
});

test('somebody goes to the provider and back, works, and leaves both', async t => {
	const provider = await RealProvider.start(authority, { admin: await Admin.logIn() });
	t.after(() => provider.stop());
	const person = provider.person(['operadores']);
	// What the provider's own pages lack is not ours; the held poll learns of the end by 401.
	const { context, page } = await open(browser, { ignoreHTTPSErrors: true, expected: ['ERR_NAME_NOT_RESOLVED', 404, 401] });
	t.after(() => context.close());
	const way = page.getByRole('link', { name: provider.name });
	await offered(page, way);
	await looksRight(page, 'the log-in page');
	await way.click();
	await page.fill('input[name=login]', person.id);
	await page.fill('input[name=password]', 'x');
	await page.click('button[type=submit]');
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.waitForURL(`${info.base_url}/desk`);
	await page.locator('#me summary').click();
	await page.getByRole('button', { name: 'Cerrar sesión' }).first().click();
	await page.waitForURL(url => url.origin === provider.issuer);
	await page.getByRole('button', { name: 'Yes, sign me out' }).click();
	await page.waitForURL(`${info.base_url}/login`);
	assert.deepEqual(page.faults, []);
	assert.equal(sql(`SELECT close_reason FROM session JOIN session_login USING (session_id) JOIN login_identity i USING (login_identity_id)
		WHERE i.subject = '${person.id}'`)[0][0], 'logout');
});
