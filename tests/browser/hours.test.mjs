// The week of hours by mouse and keyboard, the calendar and the holidays, as an administrator sees them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch } from '../support/browser.mjs';
import { looksRight, screen } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { once } from '../support/visitor.mjs';

const browser = await launch();
test.after(() => browser.close());

function queue() {
	const name = `Cola ${once().slice(0, 6)}`;
	sql(`INSERT INTO queue (key, name) VALUES ('${name.replace(' ', '').toLowerCase()}', '${name}')`);
	return name;
}

test('a week is drawn with the mouse, written with the keyboard, repeated and saved', async t => {
	const name = queue();
	const page = await screen(t, browser, '/admin/hours', 'hours', { expected: [422] });
	await looksRight(page, 'the list of hours');
	await page.getByRole('link', { name, exact: true }).click();
	const bar = await page.locator('[data-hours-bar=day1]').boundingBox();
	const at = hour => bar.x + bar.width * hour / 24;
	await page.mouse.move(at(8), bar.y + 10);
	await page.mouse.down();
	await page.mouse.move(at(12), bar.y + 10, { steps: 4 });
	await page.mouse.up();
	assert.match(await page.inputValue('#f-day1'), /^0[78]:\d\d-1[12]:\d\d$/);
	await page.mouse.click(at(10), bar.y + 10);
	assert.equal(await page.inputValue('#f-day1'), '');
	await page.focus('#f-day1');
	await page.keyboard.type('8-12, 13-17');
	await page.getByRole('button', { name: 'Repetir el lunes de martes a viernes' }).click();
	assert.equal(await page.inputValue('#f-day5'), '8-12, 13-17');
	await page.fill('#f-day6', '13-9');
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Escribí franjas como').waitFor();
	await looksRight(page, 'the form of hours with an error');
	await page.fill('#f-day6', '');
	await page.locator('#f-closed_text').fill('Volvemos el {dia} a las {hora}.');
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByRole('row', { name: new RegExp(`${name}.*lun a vie 08:00-12:00, 13:00-17:00`) }).waitFor();
	await page.getByLabel('día', { exact: true }).fill('2031-03-15');
	await page.getByLabel('hora', { exact: true }).fill('10:00');
	await page.getByRole('button', { name: 'Ver' }).click();
	await page.getByRole('row', { name: new RegExp(`${name}.*Volvemos el 17/03 a las 08:00`) }).waitFor();
	await page.getByRole('link', { name: `Calendario de ${name}` }).click();
	await looksRight(page, 'the calendar');
});

test('holidays are a list by year, a form in place, and a file', async t => {
	const name = `Asueto ${once().slice(0, 6)}`;
	const page = await screen(t, browser, '/admin/holidays?year=2027', 'holidays', { expected: [422] });
	await looksRight(page, 'the list of holidays');
	await page.getByRole('link', { name: 'Agregar día' }).click();
	const dialog = page.locator('dialog[open]');
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await dialog.getByText('Completá este dato.').first().waitFor();
	await looksRight(page, 'the form of a holiday');
	await dialog.getByLabel('Día', { exact: true }).fill('2027-09-01');
	await dialog.getByLabel('Nombre').fill(name);
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.goto('/admin/holidays/import');
	await page.setInputFiles('#f-file', { name: 'dias.csv', mimeType: 'text/csv', buffer: Buffer.from('fecha;nombre\n31/02/2027;Nunca\n') });
	await page.getByRole('button', { name: 'Importar' }).click();
	await page.getByText('Está mal la línea 2').waitFor();
	await looksRight(page, 'an import with a mistake');
});

test('the times of silence are a list of queues and a form in place', async t => {
	const name = queue();
	const page = await screen(t, browser, '/admin/silence', 'silence', { expected: [422] });
	await looksRight(page, 'the list of silences');
	await page.getByRole('link', { name, exact: true }).click();
	const dialog = page.locator('dialog[open]');
	await dialog.getByText('Esta cola tiene tiempos propios').click();
	await dialog.getByLabel('Recordarle después de estos minutos').fill('10');
	await dialog.getByLabel('Recordatorio', { exact: true }).fill('¿Seguís ahí, {contacto}?');
	await dialog.getByLabel('Cerrar después de estos minutos').fill('5');
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await dialog.getByText('El cierre tiene que ser después del recordatorio.').waitFor();
	await looksRight(page, 'the form of a silence');
	await dialog.getByLabel('Cerrar después de estos minutos').fill('30');
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await page.getByRole('row', { name: new RegExp(`${name} 10:00 30:00`) }).waitFor();
});
