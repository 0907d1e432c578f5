// People from a spreadsheet: seen line by line before anything happens, and then all or nothing.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, decode } from '../support/admin.mjs';
import { processesOf, processorMs } from '../support/faults.mjs';
import { info, sql } from '../support/instance.mjs';
import { made, roleId, userId } from '../support/people.mjs';
import { Staff } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const send = (content, { name = 'gente.csv', fields = {}, as = admin } = {}) => as.upload('/admin/users/files', fields, [{ name, content }], {});

// The preview of a file: {path, text, rows: [{line, login, name, kind, detail}]}.
async function look(path, as = admin) {
	const { status, text } = await as.page(path);
	const words = html => decode(html.replace(/<[^>]*>/g, '')).trim();
	const rows = [...text.matchAll(/<tr><td class="num">.*?<\/tr>/gs)].map(([row]) => {
		const [line, login, name, kind, detail] = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(cell => words(cell[1]));
		return { line: Number(line), login, name, kind, detail };
	});
	return { status, path, text, rows, may: text.includes('>Importar<') };
}
async function preview(content, options) {
	const answer = await send(content, options);
	assert.equal(answer.status, 303, answer.text);
	return look(answer.headers.get('location'), options?.as);
}
const refusal = answer => decode(/data-error-of="file"[^>]*>([^<]*)</.exec(answer.text)[1]);
const apply = (shown, as = admin) => as.save(shown.path, {});
const mark = () => once().slice(0, 8);
const stored = login => sql(`SELECT name, display_name, coalesce(staff_number, ''), coalesce(dni, ''), coalesce(office, ''), coalesce(email, ''),
	capacity, attends, enabled FROM app_user WHERE login = '${login}' AND deleted_at IS NULL`)[0];
const namesOf = (login, table, name = table) => sql(`SELECT t.name FROM user_${table === 'user_group' ? 'group_member' : table} x JOIN ${table} t USING (${name}_id)
	JOIN app_user u ON u.user_id = x.user_id WHERE u.login = '${login}' AND u.deleted_at IS NULL ORDER BY 1`).map(([value]) => value);

test('nothing happens until it is confirmed, and then everything the file says', async () => {
	const [one, two] = [`imp-${mark()}`, `imp-${mark()}`];
	sql(`INSERT INTO user_group (name) VALUES ('Mesa ${one}')`);
	const shown = await preview('usuario;nombre;legajo;DNI;oficina;correo;roles;colas;canales;grupos;conversaciones a la vez;atiende\r\n'
		+ `${one};Inés Prieto;${one};20.111.222;La Plata;${one}@agencia.example;Operador;planes|Automotores;demo;Mesa ${one};7;sí\r\n`
		+ `${two};Raúl Soto;;;;;Supervisor, Operador;;;;;\r\n`);
	assert.deepEqual(shown.rows, [{ line: 2, login: one, name: 'Inés Prieto', kind: 'nueva', detail: '' },
		{ line: 3, login: two, name: 'Raúl Soto', kind: 'nueva', detail: '' }]);
	assert.ok(Number.isNaN(userId(one)));
	const answer = await apply(shown);
	assert.equal(answer.headers.get('location'), '/admin/users?done=imported');
	assert.deepEqual(stored(one), ['Inés Prieto', 'Inés', one, '20111222', 'La Plata', `${one}@agencia.example`, '7', 't', 't']);
	assert.deepEqual(namesOf(one, 'queue'), ['Automotores', 'Planes de pago']);
	assert.deepEqual(namesOf(one, 'channel'), ['Webchat del sitio']);
	assert.deepEqual(namesOf(one, 'user_group'), [`Mesa ${one}`]);
	assert.deepEqual(namesOf(two, 'role'), ['Operador', 'Supervisor']);
	assert.deepEqual(stored(two).slice(6), ['5', 'f', 't']);
	const [[record]] = sql(`SELECT after FROM audit WHERE action = 'user.import' ORDER BY at DESC LIMIT 1`);
	assert.deepEqual(JSON.parse(record), { file: 'gente.csv', new: 2, changed: 0 });
	assert.equal(sql(`SELECT count(*) FROM audit WHERE action = 'user.save' AND entity_id IN (${userId(one)}, ${userId(two)})`)[0][0], '2');
	assert.equal((await look(shown.path)).status, 404);
});

test('a line about somebody who is there changes what the file has and leaves the rest', async () => {
	const one = await made(admin, { queues: sql(`SELECT queue_id FROM queue WHERE key = 'planes'`)[0][0] });
	const shown = await preview(`Usuario,Oficina,Colas\n${one.login.toUpperCase()},Tandil,"Automotores|Planes de pago"\n`);
	assert.deepEqual(shown.rows, [{ line: 2, login: one.login, name: one.name, kind: 'cambia', detail: 'Oficina, Colas' }]);
	await apply(shown);
	assert.deepEqual(stored(one.login), [one.name, 'Perla', one.staff_number, one.dni, 'Tandil', one.email, '4', 't', 't']);
	assert.deepEqual(namesOf(one.login, 'queue'), ['Automotores', 'Planes de pago']);
	assert.deepEqual(namesOf(one.login, 'role'), ['Operador']);
});

test('an empty cell empties what it is about', async () => {
	const one = await made(admin);
	await apply(await preview(`usuario;oficina;legajo\n${one.login};;\n`));
	assert.deepEqual(stored(one.login).slice(2, 5), ['', one.dni, '']);
});

test('what was downloaded comes back without a change', async () => {
	const one = await made(admin, { name: `=Sum ${mark()}`, office: 'Mar; del "Plata"' });
	const { text } = await admin.form('/admin/users/export', { q: one.login, reason: 'Control' });
	const shown = await preview(text);
	assert.deepEqual(shown.rows.map(row => row.kind), ['sin cambios']);
	assert.ok(!shown.may);
});

test('spreadsheets of all kinds are read: Windows-1252, a byte order mark, quotes, ; and ,', async () => {
	const logins = [mark(), mark(), mark()].map(one => `tipo-${one}`);
	const files = [
		Buffer.from(`usuario;nombre;roles\r\n${logins[0]};Núñez Peña;Operador\r\n`, 'latin1'),
		`\uFEFFusuario,nombre,roles\n${logins[1]},"Núñez, ""Tito"" Peña",Operador\n`,
		`usuario;nombre;roles\r${logins[2]};"Núñez;\rPeña";Operador\r`,
	];
	for (const file of files) await apply(await preview(file));
	assert.deepEqual(logins.map(login => stored(login)?.[0].replace(/\s+/, ' ')), ['Núñez Peña', 'Núñez, "Tito" Peña', 'Núñez; Peña']);
});

test('every wrong line says what is wrong with it, and while there is one nothing can be imported', async () => {
	const other = await made(admin);
	const [fine, again] = [`bien-${mark()}`, `otra-${mark()}`];
	const shown = await preview('usuario;nombre;legajo;DNI;correo;roles;colas;canales;grupos;conversaciones a la vez;atiende\n'
		+ `${fine};Sin Problema;;;;Operador;;;;;\n`
		+ `;Sin Usuario;;;;Operador;;;;;\n`
		+ `josé;Mal Usuario;;;;Operador;;;;;\n`
		+ `${again};;;;;Operador;;;;;\n`
		+ `a-${again};Sin Rol;;;;;;;;;\n`
		+ `b-${again};Rol Inventado;;;;Emperador;;;;;\n`
		+ `c-${again};Cola Inventada;;;;Operador;Planes de pago|Peajes;;;;\n`
		+ `d-${again};Canal Inventado;;;;Operador;;fax;;;\n`
		+ `e-${again};Grupo Inventado;;;;Operador;;;Nadie;;\n`
		+ `f-${again};Mal DNI;;12x;;Operador;;;;;\n`
		+ `g-${again};Mal Correo;;;nadie;Operador;;;;;\n`
		+ `h-${again};Mal Cupo;;;;Operador;;;;cien;\n`
		+ `i-${again};Mal Atiende;;;;Operador;;;;;quizás\n`
		+ `j-${again};Legajo Ajeno;${other.staff_number};;;Operador;;;;;\n`
		+ `k-${again};DNI Ajeno;;${other.dni};;Operador;;;;;\n`
		+ `l-${again};Correo Ajeno;;;${other.email.toUpperCase()};Operador;;;;;\n`
		+ `${fine.toUpperCase()};Repetido;;;;Operador;;;;;\n`
		+ `m-${again};De Más;;;;Operador;;;;;;;;x\n`);
	assert.deepEqual(shown.rows.map(row => `${row.line} ${row.kind} ${row.detail}`), [
		'2 nueva ', '3 error Usuario: Completá este dato.', '4 error Usuario: Usá solo letras sin acentos, números, punto, guion o arroba.',
		'5 error Nombre y apellido: Completá este dato.', '6 error Roles: Elegí al menos un rol.', '7 error Roles: No existe "Emperador".',
		'8 error Colas: No existe "Peajes".', '9 error Canales: No existe "fax".', '10 error Grupos: No existe "Nadie".',
		'11 error DNI: Revisá el DNI: son entre 6 y 9 números.', '12 error Correo: Revisá la dirección de correo.',
		'13 error Conversaciones a la vez: El número está fuera de lo permitido.', '14 error Atiende: Tiene que ser sí o no.',
		'15 error Legajo: Ya hay otro con ese dato.', '16 error DNI: Ya hay otro con ese dato.', '17 error Correo: Ya hay otro con ese dato.',
		'18 error Usuario: Está repetido en una línea de más arriba.', '19 error La línea tiene más celdas que títulos.']);
	assert.ok(!shown.may);
	const answer = await apply(shown);
	assert.equal(answer.status, 409);
	assert.ok(Number.isNaN(userId(fine)));
	assert.equal((await look(shown.path)).status, 200);
});

test('what became wrong between looking and confirming imports nothing', async () => {
	const [one, two] = [`carrera-${mark()}`, `carrera-${mark()}`];
	const shown = await preview(`usuario;nombre;legajo;roles\n${one};Primera;;Operador\n${two};Segunda;${two};Operador\n`);
	await made(admin, { staff_number: two });
	const answer = await apply(shown);
	assert.equal(answer.status, 409);
	assert.match(answer.text, /No se importó nada/);
	assert.match(answer.text, /Ya hay otro con ese dato/);
	assert.ok(Number.isNaN(userId(one)));
});

test('a line that would lock everybody out takes the whole file back, and is named', async () => {
	const me = await made(admin, { roles: roleId('administrador') });
	const fresh = `nueva-${mark()}`;
	const others = sql(`SELECT DISTINCT u.user_id FROM app_user u JOIN user_role x ON x.user_id = u.user_id JOIN role r ON r.role_id = x.role_id
		AND r.key = 'administrador' WHERE u.enabled AND u.deleted_at IS NULL AND u.user_id NOT IN (${me.id}, ${userId('admin')})`).map(([id]) => id);
	const shown = await preview(`usuario;nombre;roles\n${fresh};Nueva;Operador\n${me.login};${me.name};Operador\nadmin;Administración;Operador\n`);
	if (others.length) sql(`UPDATE app_user SET enabled = false WHERE user_id IN (${others})`);
	const answer = await apply(shown);
	if (others.length) sql(`UPDATE app_user SET enabled = true WHERE user_id IN (${others})`);
	assert.equal(answer.status, 422);
	assert.match(answer.text, /Línea 4:\s+Tiene que quedar alguien/);
	assert.ok(Number.isNaN(userId(fresh)));
	assert.deepEqual(namesOf('admin', 'role'), ['Administrador']);
});

test('a file that is none is refused beside its field', async () => {
	for (const [content, text] of [
		['', 'El archivo está vacío.'],
		['nombre;roles\nA;Operador\n', 'Falta la columna "usuario".'],
		['usuario;sueldo\na;1\n', 'Hay una columna que no se reconoce. Mirá los títulos de la primera línea.'],
		['usuario;nombre;Usuario\na;b;c\n', 'Hay una columna repetida.'],
		['usuario;nombre\n', 'El archivo tiene títulos pero ninguna persona.'],
		['usuario;nombre\n"a;b\n', 'Hay comillas que se abren y no se cierran.'],
		[Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]), 'El archivo no es un CSV de texto.'],
		[`usuario\n${'a\n'.repeat(1001)}`, 'El archivo tiene demasiadas filas.'],
		[`usuario\n${'x'.repeat(4001)}\n`, 'Hay una celda demasiado larga.'],
		[`usuario\n${`${'x'.repeat(3900)}\n`.repeat(150)}`, 'El archivo es demasiado grande.'],
	]) {
		const answer = await send(content);
		assert.equal(answer.status, 422, text);
		assert.equal(refusal(answer), text);
	}
	const none = await admin.save('/admin/users/files', {});
	assert.equal(refusal(none), 'Elegí un archivo.');
});

test('a file stays until it is discarded, and is nobody else’s', async () => {
	const login = `espera-${mark()}`;
	const shown = await preview(`usuario;nombre;roles\n${login};Espera;Operador\n`);
	const [[at]] = sql(`SELECT login FROM app_user WHERE user_id = (SELECT created_by FROM user_import ORDER BY user_import_id DESC LIMIT 1)`);
	assert.equal(at, 'admin');
	const again = await Admin.logIn();
	assert.equal((await look(shown.path, again)).status, 200);
	const one = await made(admin, { roles: roleId('administrador') });
	sql(`UPDATE app_user SET password_hash = (SELECT password_hash FROM app_user WHERE login = 'admin') WHERE user_id = ${one.id}`);
	const other = await Admin.logIn(one.login);
	assert.equal((await look(shown.path, other)).status, 404);
	assert.equal((await apply(shown, other)).status, 404);
	assert.equal((await other.save(`${shown.path}/remove`, {})).status, 404);
	assert.equal((await admin.save(`${shown.path}/remove`, {})).headers.get('location'), '/admin/users/import');
	assert.equal((await look(shown.path)).status, 404);
	assert.equal(sql(`SELECT content IS NULL FROM user_import ORDER BY user_import_id DESC LIMIT 1`)[0][0], 't');
	assert.ok(Number.isNaN(userId(login)));
});

test('a file that is sent twice waits once, and one that is confirmed twice is applied once', async () => {
	const login = `doble-${mark()}`;
	const content = `usuario;nombre;roles\n${login};Doble;Operador\n`, fields = { once: once() };
	const answers = [await send(content, { fields }), await send(content, { fields })];
	const [first, second] = answers.map(answer => answer.headers.get('location'));
	assert.equal(first, second);
	const same = [['once', once()], ['sent', '1']];
	const both = await Promise.all([admin.form(first, same), admin.form(first, same)]);
	assert.deepEqual(both.map(answer => answer.status), [303, 303]);
	assert.equal(sql(`SELECT count(*) FROM audit WHERE action = 'user.save' AND entity_id = ${userId(login)}`)[0][0], '1');
});

test('a thousand people take a few seconds', async () => {
	const base = `mil-${mark()}`;
	const lines = Array.from({ length: 1000 }, (_, i) => `${base}-${i};Persona ${i};${base}-${i};Operador;planes|automotores;demo`);
	const shown = await preview(`usuario;nombre;legajo;roles;colas;canales\n${lines.join('\n')}\n`);
	const work = () => processorMs([...processesOf(info, 'slow'),
		...sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'staff'").map(([pid]) => Number(pid))]);
	const before = work();
	assert.equal((await apply(shown)).status, 303);
	const ms = work() - before;
	assert.ok(ms > 100 && ms < 5000, `${ms} ms of work`);
	assert.equal(sql(`SELECT count(*) FROM app_user WHERE login LIKE '${base}-%'`)[0][0], '1000');
	sql(`UPDATE app_user SET deleted_at = now(), enabled = false WHERE login LIKE '${base}-%'`);
});

test('who may not change users brings no file', async () => {
	const supervisor = await Staff.logIn('cmendez');
	assert.equal((await supervisor.page('/admin/users/import')).status, 403);
	assert.equal((await send('usuario\na\n', { as: supervisor })).status, 403);
});
