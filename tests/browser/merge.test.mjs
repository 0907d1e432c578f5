// Joining two contacts and parting them, in a dialog beside the conversation.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { accessible, fits, launch, logIn, open } from '../support/browser.mjs';
import { sql } from '../support/instance.mjs';
import { World } from '../support/staff.mjs';

const world = new World();
let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const theme of ['light', 'dark']) {
	test(`proposed, compared, joined and parted (${theme})`, async t => {
		const { operator, id } = await world.case({ taxpayer: { name: 'Graciela Benítez' } });
		const { conversation } = await world.taxpayer({ name: 'G. Benítez', state: 'active' });
		sql(`UPDATE contact SET email = 'g${id}@correo.example' WHERE contact_id IN (SELECT contact_id FROM conversation WHERE conversation_id IN (${id}, ${conversation}))`);
		const { context, page } = await open(browser, { theme });
		t.after(async () => { await context.close(); assert.deepEqual(page.faults, []); });
		await logIn(page, operator.login);
		await page.goto(`/desk/${id}`);
		await page.click('#contact-merge');
		await page.locator('dialog #proposals', { hasText: 'G. Benítez' }).waitFor();
		await accessible(page, 'proposals');
		await page.getByRole('link', { name: 'Comparar' }).click();
		await page.locator('dialog #merge').waitFor();
		await accessible(page, 'side by side');
		await fits(page, 'side by side');
		await page.getByRole('button', { name: 'Unificar' }).click();
		await page.getByText('Contactos unificados.').waitFor();
		await page.locator(`#case-${conversation}`, { hasText: 'Graciela Benítez' }).waitFor();
		await page.locator(`.hist a[href="/desk/${conversation}"]`).waitFor();
		await page.click('#contact-merge');
		await page.locator('dialog #parts').waitFor();
		await accessible(page, 'what was joined');
		await page.getByRole('button', { name: 'Separar' }).click();
		await page.getByText('Contactos separados.').waitFor();
		await page.locator(`#case-${conversation}`, { hasText: 'G. Benítez' }).waitFor();
		await page.locator(`.hist a[href="/desk/${conversation}"]`).waitFor({ state: 'detached' });
	});
}
