// The table of operators as a supervisor uses it, and what the operator sees of it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, listen, overhear, somebody } from '../support/browser.mjs';
import { looksRight } from '../support/admin.mjs';
import { eventually, World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());

test('an operator is put in coaching: their control follows and they read who and why; the table follows them', { timeout: 60000 }, async t => {
	const world = new World();
	const [ana, beto] = [world.person({ name: 'Ana <b>Ruiz</b>' }), world.person({ name: 'Beto Luna' })];
	const [desk, carla] = await Promise.all([somebody(t, browser, ana), somebody(t, browser, world.person({ role: 'supervisor', name: 'Carla Méndez', attends: false }), { expected: [409] })]);
	const heard = await listen(desk), reads = await overhear(desk);
	await carla.getByRole('link', { name: 'Operadores', exact: true }).click();
	const row = carla.locator(`#agent-${ana.id}`);
	await row.getByText('Disponible').waitFor();
	await looksRight(carla, 'the table of operators');

	await t.test('all of them at once, and why one could not', async () => {
		await carla.getByLabel('Elegir a todos los que se ven').check();
		await carla.getByText('2 elegidos').waitFor();
		await carla.getByLabel('Pasar a…').selectOption('coaching');
		await carla.getByLabel('Motivo, que va a leer').fill('Charla de las 15');
		await carla.keyboard.press('Enter');
		await carla.getByText('1 operador cambiado. Beto Luna: no tiene la sesión iniciada.').waitFor();
		await row.getByText('Coaching').waitFor();
	});

	await t.test('the operator sees and hears it', async () => {
		await desk.locator('.state', { hasText: 'Coaching' }).waitFor();
		await eventually(() => reads('Carla Méndez te puso en coaching. Charla de las 15'), 'who and why', 20000);
		await eventually(async () => (await heard()).includes('supervision'), 'it is heard', 20000);
	});

	await t.test('what the operator does next is in the table without reloading, and what is ticked stays ticked', async () => {
		await carla.locator(`#agent-${beto.id} input`).check();
		await desk.click('.state');
		await desk.locator('#agent').getByRole('button', { name: 'Disponible', exact: true }).click();
		await row.getByText('Disponible').waitFor();
		assert.ok(await carla.locator(`#agent-${beto.id} input`).isChecked());
	});
});
