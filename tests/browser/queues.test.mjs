// Queues in the browser: an administrator arranges one, an operator is offered its words.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, logIn, open } from '../support/browser.mjs';
import { looksRight, screen } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const browser = await launch();
test.after(() => browser.close());

test('an administrator makes a queue, with an error on the way, and is told why it cannot be removed', async t => {
	const name = `Becas ${once().slice(0, 6)}`;
	const page = await screen(t, browser, '/admin/queues', 'queues', { expected: [422, 409] });
	await looksRight(page, 'the list of queues');
	await page.getByRole('link', { name: 'Nueva cola' }).click();
	await page.getByLabel('Nombre', { exact: true }).fill(name);
	await page.getByText('Rotación circular').click();
	await page.getByLabel('Al pasar la espera máxima').selectOption('Consultas generales');
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Para pasar a otra cola, indicá la espera máxima.').waitFor();
	await looksRight(page, 'the form of a queue with an error');
	await page.getByLabel('Espera máxima, en minutos').fill('15');
	await page.keyboard.press('Enter');
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByRole('row', { name: new RegExp(`${name}.*Rotación circular.*15:00.*y pasa a Consultas generales`) }).waitFor();
	await page.getByRole('link', { name: 'Consultas generales' }).click();
	await page.getByText(`La cola ${name} pasa a esta lo que espera demasiado`).waitFor();
	await page.getByRole('button', { name: 'Eliminar' }).click();
	await page.getByRole('button', { name: 'Eliminar' }).click();
	await page.getByText('No se puede eliminar porque todavía se usa.').waitFor();
	await looksRight(page, 'the form of a queue in use');
	await page.goto('/admin/queues');
	await page.getByRole('link', { name }).click();
	await page.getByRole('button', { name: 'Eliminar' }).click();
	await page.getByRole('button', { name: 'Eliminar' }).click();
	await page.getByText('Se eliminó.').waitFor();
	assert.equal(await page.getByRole('link', { name }).count(), 0);
});

test('an operator begins and ends with the words that the queue suggests', async t => {
	const world = new World({ greeting: '¡Hola, {{contacto.nombre}}!', farewell: 'Gracias, {{contacto.nombre}}.' });
	sql(`UPDATE queue SET greeting_mode = 2, farewell_mode = 2 WHERE queue_id = ${world.queue}`);
	const operator = world.person();
	const { context, page } = await open(browser);
	t.after(() => context.close());
	await logIn(page, operator.login);
	const visitor = await world.taxpayer({ state: 'active' });
	await page.goto(`/desk/${visitor.conversation}`);
	await looksRight(page, 'the desk with a suggested greeting');
	await page.getByRole('button', { name: 'Usar saludo' }).click();
	assert.equal(await page.locator('#text').inputValue(), '¡Hola, Graciela Benítez!');
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Usar saludo' }).waitFor({ state: 'detached' });
	await page.locator('#close').click();
	const farewell = page.locator('dialog[open]').getByLabel('Despedida');
	assert.equal(await farewell.inputValue(), 'Gracias, Graciela Benítez.');
	await looksRight(page, 'the closing form with a suggested farewell');
	await farewell.fill('¡Suerte con la beca!');
	await page.locator('dialog[open]').getByRole('button', { name: 'Cerrar conversación' }).click();
	await eventually(() => visitor.until(({ messages }) => messages.some(({ text }) => text === '¡Suerte con la beca!')), 'the farewell');
	assert.deepEqual(page.faults, []);
});
