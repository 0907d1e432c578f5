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

test('a message to several arrives at each of their desks at once, is answered, and its sender sees how many read it', { timeout: 60000 }, async t => {
	const world = new World();
	const people = [world.person({ name: 'Ana Ruiz' }), world.person({ name: 'Beto Luna' })], dora = world.person({ name: 'Dora Ausente' });
	const [carla, ...desks] = await Promise.all([somebody(t, browser, world.person({ role: 'supervisor', name: 'Carla Méndez', attends: false }), { expected: [422] }),
		...people.map(person => somebody(t, browser, person))]);
	const text = 'Se cae el sistema <b>a las 15</b>';
	const dialog = carla.locator('dialog[open]'), message = dialog.getByLabel('Mensaje', { exact: true });
	await carla.getByRole('link', { name: 'Operadores', exact: true }).click();
	for (const { id } of [...people, dora]) await carla.locator(`#agent-${id} input`).check();
	await carla.getByRole('link', { name: 'Mensaje interno' }).click();

	await t.test('it is for those who were chosen; whoever chooses a queue means its people', async () => {
		await dialog.getByLabel('Los elegidos (3)').waitFor();
		await looksRight(carla, 'the message to several');
		await dialog.locator('select[name=queue]').selectOption({ label: `Cola ${world.name}` });
		assert.ok(await dialog.getByLabel('Los presentes de una cola').isChecked());
		await dialog.getByLabel('Los elegidos (3)').check();
	});

	await t.test('a blank one is refused where it was written', async () => {
		await message.fill('   ');
		await dialog.getByRole('button', { name: 'Enviar' }).click();
		await dialog.getByText('Escribí un mensaje.').waitFor();
	});

	await t.test('each is told at their desk by whom and what, and hears it', async () => {
		const at = await Promise.all(desks.map(async desk => ({ desk, heard: await listen(desk), reads: await overhear(desk) })));
		const reads = await overhear(carla);
		await message.fill(text);
		await dialog.getByRole('button', { name: 'Enviar' }).click();
		await eventually(() => reads('Mensaje enviado a 3 operadores.'), 'to how many it went', 20000);
		for (const one of at) {
			await eventually(() => one.reads(`Carla Méndez en el chat interno: ${text}`), 'by whom and what', 20000);
			await eventually(async () => (await one.heard()).includes('supervision'), 'it is heard', 20000);
			await one.desk.locator('#nav-chat .cnt', { hasText: '1' }).waitFor();
		}
	});

	await t.test('one reads and answers it: the supervisor is told, and sees that one of three has read it', async () => {
		const reads = await overhear(carla);
		await desks[0].locator('#nav-chat').click();
		await desks[0].locator('.m', { hasText: text }).getByText('Carla Méndez · a varios operadores').waitFor();
		await desks[0].locator('#chat-text').fill('Recibido');
		await desks[0].locator('#chat-text').press('Enter');
		await eventually(() => reads('Ana Ruiz en el chat interno: Recibido'), 'the answer', 20000);
		await carla.getByRole('link', { name: 'Mensaje interno' }).click();
		await dialog.getByText('Lo vieron 1 de 3').waitFor();
		await carla.keyboard.press('Escape');
	});
});
