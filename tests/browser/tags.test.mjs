// The tree of tipificaciones in the browser: with the mouse, and with the keyboard alone.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch } from '../support/browser.mjs';
import { looksRight, screen } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const browser = await launch();
test.after(() => browser.close());

const mark = once().slice(0, 6);
const named = name => `${name} ${mark}`;
const childrenOf = name => sql(`SELECT name FROM typification t WHERE deleted_at IS NULL AND parent_id = (SELECT typification_id
	FROM typification p WHERE p.name = '${named(name)}' AND p.deleted_at IS NULL) ORDER BY position`).map(([one]) => one.replace(` ${mark}`, ''));
const orderIs = (name, order) => eventually(() => childrenOf(name).join() === order, `${name}: ${order}, not ${childrenOf(name)}`);

async function add(page, name, parent) {
	if (parent) {
		const row = page.locator('.tn', { has: page.getByRole('link', { name: named(parent), exact: true }) });
		await row.locator('summary').click();
		await row.getByRole('link', { name: 'Agregar adentro' }).click();
	} else {
		await page.getByRole('link', { name: 'Nueva tipificación' }).click();
	}
	const dialog = page.locator('dialog[open]');
	await dialog.getByLabel('Nombre').fill(named(name));
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await page.getByRole('link', { name: named(name), exact: true }).waitFor();
}

test('an administrator makes a tree and arranges it by dragging and from the keyboard', async t => {
	const page = await screen(t, browser, '/admin/tags', 'tags', { expected: [422, 409] });
	await page.getByRole('link', { name: 'Nueva tipificación' }).click();
	await page.locator('dialog[open]').getByRole('button', { name: 'Guardar' }).click();
	await page.locator('dialog[open]').getByText('Completá este dato.').waitFor();
	await looksRight(page, 'the form of a tipificación with an error');
	await page.keyboard.press('Escape');
	await add(page, 'Becas');
	for (const name of ['Alta', 'Baja', 'Pago']) await add(page, name, 'Becas');
	await looksRight(page, 'the tree');
	const row = name => page.locator('.tn', { has: page.getByRole('link', { name: named(name), exact: true }) });
	await row('Pago').dragTo(row('Alta'), { targetPosition: { x: 60, y: 3 } });
	await orderIs('Becas', 'Pago,Alta,Baja');
	await page.getByText('Quedó en su nuevo lugar.').waitFor();
	const moved = page.waitForEvent('load');
	await row('Baja').dragTo(row('Pago'), { targetPosition: { x: 60, y: 15 } });
	await moved;
	await orderIs('Pago', 'Baja');
	assert.deepEqual(childrenOf('Becas'), ['Pago', 'Alta']);

	await page.getByRole('link', { name: named('Alta'), exact: true }).focus();
	for (const [key, order] of [['ArrowUp', 'Alta,Pago'], ['ArrowDown', 'Pago,Alta'], ['ArrowRight', 'Pago'], ['ArrowLeft', 'Pago,Alta']]) {
		await page.waitForFunction(name => document.activeElement?.textContent === name, named('Alta'));
		const loaded = page.waitForEvent('load');
		await page.keyboard.press(`Alt+${key}`);
		await loaded;
		await orderIs('Becas', order);
	}
	await row('Alta').locator('summary').press('Enter');
	await looksRight(page, 'the menu of a tipificación');
	await row('Alta').getByRole('button', { name: 'Subir' }).press('Enter');
	await orderIs('Becas', 'Alta,Pago');
});

test('without script the same menu moves it', async t => {
	const { context } = await screen(t, browser, '/admin/tags', 'tags').then(page => ({ context: page.context() }));
	const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState(), baseURL: new URL(context.pages()[0].url()).origin });
	t.after(() => plain.close());
	const page = await plain.newPage();
	await page.goto('/admin/tags');
	const row = page.locator('.tn', { has: page.getByRole('link', { name: named('Pago'), exact: true }) });
	await row.locator('summary').click();
	await row.getByRole('button', { name: 'Subir' }).click();
	await orderIs('Becas', 'Pago,Alta');
	await page.getByText('Quedó en su nuevo lugar.').waitFor();
});
