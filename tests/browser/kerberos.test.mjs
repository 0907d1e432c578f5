// Log-in with the session of a computer of the domain, in a browser that an administrator told to: a real krb5kdc, kinit's
// ticket, Debian's Chromium.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open } from '../support/browser.mjs';
import { info } from '../support/instance.mjs';
import { Domain } from '../support/kerberos.mjs';

const ALLOWED = '--auth-server-allowlist=127.0.0.1';
let domain, realm, way;
before(async () => {
	domain = await Domain.start();
	({ realm, way } = domain);
	realm.principal('nuria');
	domain.directory.person('nuria', { groups: ['operadores'], name: 'Nuria del Dominio' });
});
after(() => domain.stop());

// The log-in page of a browser of one's own, where the way has come up.
async function browse(t, options) {
	const browser = await launch(options);
	t.after(() => browser.close());
	const { page } = await open(browser, { expected: [401] });
	const link = page.getByRole('link', { name: way.name });
	await page.goto('/login?next=/desk');
	for (const end = Date.now() + 20000; !await link.count() && Date.now() < end;) await page.reload();
	await link.click();
	return page;
}

test('with a ticket of the domain the button logs in, and no password is asked for', async t => {
	const page = await browse(t, { args: [ALLOWED], env: await realm.ticket('nuria') });
	// Chromium loads Kerberos when it is first asked for a ticket, which a browser of this minute was not: it sends none yet.
	for (const end = Date.now() + 30000; !page.url().endsWith('/desk') && Date.now() < end;) {
		await page.waitForTimeout(300);
		if (!page.url().endsWith('/desk')) await page.getByRole('link', { name: way.name }).click({ timeout: 2000 }).catch(() => {});
	}
	await page.locator('#me summary[title="Nuria del Dominio"]').waitFor();
	assert.deepEqual(page.faults, []);
});

test('without a ticket, or at a computer that was not told to send it, the form is there, says so and works', async t => {
	for (const options of [{ args: [ALLOWED], env: { ...realm.environment, KRB5CCNAME: `FILE:${realm.folder}/none` } },
		{ env: await realm.ticket('nuria') }]) {
		const page = await browse(t, options);
		await page.getByText('Tu navegador no mandó la sesión de la computadora').waitFor();
		await page.fill('#login', 'mlopez');
		await page.fill('#password', info.users[0].password);
		await page.click('#login-form button[type=submit]');
		await page.waitForURL(url => !url.pathname.startsWith('/login'));
		assert.deepEqual(page.faults, []);
	}
});
