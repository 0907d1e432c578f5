// The screens about people, in Chromium.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch } from '../support/browser.mjs';
import { looksRight, screen } from '../support/admin.mjs';
import { World } from '../support/staff.mjs';
import { codeOf } from '../support/telephone.mjs';
import { once } from '../support/visitor.mjs';

const browser = await launch();
test.after(() => browser.close());

test('an administrator makes somebody, finds them and disables them', async t => {
	const mark = once().slice(0, 8);
	const page = await screen(t, browser, '/admin/users', 'users', { expected: [422] });
	await looksRight(page, 'the list of users');
	await page.getByRole('link', { name: 'Nuevo usuario' }).click();
	const dialog = page.locator('dialog[open]');
	await dialog.getByLabel('Nombre y apellido').fill(`Nadia ${mark}`);
	await dialog.getByLabel('Usuario', { exact: true }).fill(`nadia-${mark}`);
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await dialog.getByText('Elegí al menos un rol.').waitFor();
	await looksRight(page, 'the form of a user with an error');
	await dialog.getByLabel('Operador', { exact: true }).check();
	await dialog.getByText('Habilitado para atender conversaciones').click();
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByPlaceholder('Nombre, usuario, legajo o DNI').fill(mark);
	await page.getByRole('button', { name: 'Filtrar' }).click();
	await page.getByText('1–1 de 1').waitFor();
	await page.getByRole('link', { name: `Nadia ${mark}` }).click();
	await dialog.getByText('Puede ingresar al sistema').click();
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.goto(`/admin/users?q=${mark}&enabled=0`);
	await page.getByRole('row', { name: /deshabilitado/ }).waitFor();
	await page.getByText('Descargar', { exact: true }).click();
	await page.getByLabel('Motivo').fill('Control');
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Descargar CSV' }).click()]);
	assert.equal(download.suggestedFilename(), 'usuarios.csv');
});

test('several operators get a queue at once', async t => {
	const world = new World();
	const people = ['Uno', 'Dos'].map(name => world.person({ name: `Lote ${name} ${world.name}` }));
	const page = await screen(t, browser, `/admin/matrix?q=${world.name}`, 'matrix', { expected: [422] });
	await page.getByLabel('Conversaciones a la vez').fill('3');
	await page.getByRole('button', { name: 'Aplicar a las marcadas' }).click();
	await page.getByText('Marcá al menos una persona.').waitFor();
	await looksRight(page, 'the table of who attends what');
	await page.getByLabel('Persona', { exact: true }).check();
	await page.getByLabel('Planes de pago', { exact: true }).selectOption({ label: 'Dar' });
	await page.getByRole('button', { name: 'Aplicar a las marcadas' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	for (const one of people) {
		const row = page.getByRole('row', { name: new RegExp(`${one.name}.*0 / 3`) });
		await row.getByRole('img', { name: 'Planes de pago' }).waitFor();
	}
});

test('a file of people is looked at before it is imported', async t => {
	const mark = once().slice(0, 8);
	const page = await screen(t, browser, '/admin/users', 'import', { expected: [422] });
	const bring = async content => {
		await page.getByLabel('Archivo CSV').setInputFiles({ name: 'gente.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
		await page.getByRole('button', { name: 'Ver qué va a pasar' }).click();
	};
	await page.getByRole('link', { name: 'Importar CSV' }).click();
	await bring('nombre\nNadie\n');
	await page.getByText('Falta la columna "usuario".').waitFor();
	await looksRight(page, 'the page that takes a file');
	await bring(`usuario;nombre;roles\n${mark};Olga ${mark};Operador\nmlopez;Marina López;Emperatriz\n`);
	await page.getByRole('row', { name: /error Roles: No existe "Emperatriz"/ }).waitFor();
	await looksRight(page, 'what a file would do');
	await page.getByRole('button', { name: 'Descartar' }).click();
	await bring(`usuario;nombre;roles\n${mark};Olga ${mark};Operador\n`);
	await page.getByRole('button', { name: 'Importar' }).click();
	await page.getByText('La importación terminó.').waitFor();
	await page.goto(`/admin/users?q=${mark}`);
	await page.getByRole('link', { name: `Olga ${mark}` }).waitFor();
});

test('a group is made of people found by name', async t => {
	const mark = once().slice(0, 8);
	const page = await screen(t, browser, '/admin/groups', 'groups', { expected: [422] });
	await page.getByRole('link', { name: 'Nuevo grupo' }).click();
	const dialog = page.locator('dialog[open]');
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await dialog.getByText('Completá este dato.').waitFor();
	await dialog.getByLabel('Nombre', { exact: true }).fill(`Turno ${mark}`);
	await dialog.getByPlaceholder('Buscar por nombre').fill('marina');
	await dialog.getByLabel('Marina López (mlopez)').check();
	await looksRight(page, 'the form of a group');
	await dialog.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.getByRole('row', { name: new RegExp(`Turno ${mark} 1`) }).waitFor();
	await looksRight(page, 'the list of groups');
});

test('somebody is invited, opens the link and chooses a password', async t => {
	const mark = once().slice(0, 8);
	const page = await screen(t, browser, '/admin/users/new', 'invite', { expected: [422, 404] });
	await page.getByLabel('Nombre y apellido').fill(`Ida ${mark}`);
	await page.getByLabel('Usuario', { exact: true }).fill(`ida-${mark}`);
	await page.getByLabel('Operador', { exact: true }).check();
	await page.getByRole('button', { name: 'Guardar' }).click();
	await page.getByText('Los cambios quedaron guardados').waitFor();
	await page.goto(`/admin/users?q=${mark}`);
	await page.getByRole('link', { name: `Ida ${mark}` }).click();
	await page.getByRole('button', { name: 'Invitar' }).click();
	const link = await page.getByLabel('Enlace').inputValue();
	await looksRight(page, 'the link of an invitation');
	await page.goto(link);
	await page.getByLabel('Contraseña', { exact: true }).fill('corta');
	await page.getByLabel('Repetila').fill('corta');
	await page.getByRole('button', { name: 'Guardar mi contraseña' }).click();
	await page.getByText('Es muy corta.').waitFor();
	await looksRight(page, 'the page of whoever is invited');
	for (const label of ['Contraseña', 'Repetila']) await page.getByLabel(label, { exact: true }).fill('cuatro caballos verdes');
	await page.getByRole('button', { name: 'Guardar mi contraseña' }).click();
	await page.getByText('Tu contraseña quedó guardada').waitFor();
	await looksRight(page, 'the password is set');
	await page.goto(link);
	await page.getByText('Este enlace ya no sirve').waitFor();
	await looksRight(page, 'a link that was used');
});

test('a temporary password is given, and its owner changes it before anything else', async t => {
	const person = new World().person({ name: 'Tomás Temporal' });
	const page = await screen(t, browser, `/admin/users/${person.id}`, 'temporary', { expected: [422] });
	await page.getByRole('button', { name: 'Contraseña temporal' }).click();
	await page.getByRole('button', { name: 'Contraseña temporal' }).click();
	const given = await page.getByLabel('Contraseña temporal').inputValue();
	await looksRight(page, 'the temporary password');
	await page.context().clearCookies();
	await page.goto('/login');
	await page.fill('#login', person.login);
	await page.fill('#password', given);
	await page.keyboard.press('Enter');
	await page.getByText('Antes de seguir, cambiá tu contraseña').waitFor();
	await page.getByLabel('Contraseña actual').fill(given);
	for (const label of ['Contraseña nueva', 'Repetila']) await page.getByLabel(label, { exact: true }).fill('12345678901234');
	await page.getByRole('button', { name: 'Guardar la contraseña nueva' }).click();
	await page.getByText('Es fácil de adivinar.').waitFor();
	await looksRight(page, 'the page that changes a password');
	await page.getByLabel('Contraseña actual').fill(given);
	for (const label of ['Contraseña nueva', 'Repetila']) await page.getByLabel(label, { exact: true }).fill('barcos rojos muy veloces');
	await page.getByRole('button', { name: 'Guardar la contraseña nueva' }).click();
	await page.waitForURL('**/desk');
	await page.locator('#me summary').click();
	await page.getByRole('link', { name: 'Cambiar mi contraseña' }).click();
	await page.getByRole('heading', { name: 'Tu contraseña' }).waitFor();
});

test('somebody takes a second factor and shows it at the next log-in', async t => {
	const person = new World().person({ name: 'Fátima Factor' });
	const page = await screen(t, browser, '/desk', 'factor', { login: person.login, expected: [401, 422] });
	await page.locator('#me summary').click();
	await page.getByRole('link', { name: 'Segundo factor' }).click();
	await page.getByRole('img', { name: 'Código QR' }).waitFor();
	await page.getByLabel('Código', { exact: true }).fill('000000');
	await page.getByRole('button', { name: 'Activar' }).click();
	await page.getByText('Ese código no sirve.').waitFor();
	await looksRight(page, 'the page that offers a second factor');
	const secret = await page.locator('.wrap-any').textContent();
	await page.getByLabel('Código', { exact: true }).fill(await codeOf(secret, -30));
	await page.getByRole('button', { name: 'Activar' }).click();
	await page.getByText('Guardá estos códigos').waitFor();
	await looksRight(page, 'the recovery codes');
	await page.getByRole('link', { name: 'Ya los guardé' }).click();
	await page.locator('#me summary').click();
	await page.getByRole('button', { name: 'Cerrar sesión', exact: true }).click();
	await page.fill('#login', person.login);
	await page.fill('#password', 'ventanilla');
	await page.keyboard.press('Enter');
	await page.getByText('Escribí el código que muestra tu teléfono').waitFor();
	await looksRight(page, 'the page that asks for the code');
	await page.getByLabel('Código', { exact: true }).fill(await codeOf(secret));
	await page.getByRole('button', { name: 'Ingresar' }).click();
	await page.waitForURL('**/desk');
	await page.goto('/factor');
	await page.getByText('Te quedan 10 códigos').waitFor();
	await looksRight(page, 'the second factor that one has');
});
