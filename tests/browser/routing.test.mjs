// Routing in the browser: why a case is whose it is, and a day with another rule.
import assert from 'node:assert/strict';
import test from 'node:test';
import { looksRight, screen } from '../support/admin.mjs';
import { launch, logIn, open } from '../support/browser.mjs';
import { World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());

test('an operator sees why the case is theirs, and who else could have had it', async t => {
	const world = new World();
	const operator = world.person();
	const { context, page } = await open(browser);
	t.after(() => context.close());
	await logIn(page, operator.login);
	const visitor = await world.taxpayer({ state: 'active' });
	await page.goto(`/desk/${visitor.conversation}`);
	await page.getByRole('link', { name: 'Ver todas las asignaciones' }).click();
	const dialog = page.locator('dialog[open]');
	await dialog.getByText(`Asignada a ${operator.name}: 0 de 50 casos`).waitFor();
	await dialog.getByRole('rowheader', { name: operator.name }).waitFor();
	await looksRight(page, 'why a case was assigned');
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	assert.deepEqual(page.faults, []);
});

test('an administrator tries another rule from the form of a queue', async t => {
	const world = new World();
	world.person();
	const page = await screen(t, browser, `/admin/queues/${world.queue}`, 'simulator', { expected: [422] });
	await page.getByRole('link', { name: 'Probar con otra regla' }).click();
	await page.getByLabel('Día').fill('2060-01-01');
	await page.keyboard.press('Enter');
	await page.getByText('Elegí un día que ya haya pasado.').waitFor();
	await looksRight(page, 'the simulator with an error');
	await page.getByLabel('Día').fill('2026-01-05');
	await page.getByLabel('Cómo se asigna').selectOption('Rotación circular');
	await page.getByRole('button', { name: 'Probar' }).click();
	await page.getByText('no llegó nada a esta cola').waitFor();
	await page.goto('/queues/1/simulate?day=2026-01-05&strategy=round_robin');
	await looksRight(page, 'the simulator');
});
