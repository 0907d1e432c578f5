// Hours and holidays: what an administrator arranges, and what the screens say would happen at a moment.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, decode, errorOf, fieldOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

// A queue of the test's own: every one has its hours from birth.
function queue() {
	const key = `q${once().slice(0, 10)}`;
	sql(`INSERT INTO queue (key, name) VALUES ('${key}', 'Cola ${key}')`);
	const [[id]] = sql(`SELECT hours_rule_id FROM hours_rule JOIN queue USING (queue_id) WHERE key = '${key}'`);
	return { key, name: `Cola ${key}`, path: `/admin/hours/${id}`, id: Number(id) };
}
const office = { day1: '08:00-12:00, 13:00-17:00', day2: '8-17', day3: '8 a 17', day4: '8-17', day5: '8-17', closes_on: '1',
	closed_action: '3', closed_text: 'Volvemos el {dia} a las {hora}.', holiday_action: '2', holiday_text: 'Hoy es {feriado}.',
	absent_action: '1', absent_text: 'No hay nadie.' };
const save = async (one, fields) => admin.save(one.path, fields, await admin.revision(one.path));
const row = (html, name) => decode(new RegExp(`<tr><td><a[^>]*>${name}</a>.*?</tr>`, 's').exec(html)?.[0] ?? '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const at = async (one, date, time) => row((await admin.page(`/admin/hours?date=${date}&time=${time}`)).text, one.name);
const day = (fields, id = 'new', revision = '') => admin.save(`/admin/holidays/${id}`, { kind: '3', whom: '0', spans: '', ...fields }, revision);

test('a week is saved as it was written, once, and on record in the words of people', async () => {
	const one = queue();
	const answer = await save(one, office);
	assert.equal(answer.status, 303, answer.text);
	const { text } = await admin.page(one.path);
	assert.equal(fieldOf(text, 'day1'), '08:00-12:00, 13:00-17:00');
	assert.equal(fieldOf(text, 'day3'), '08:00-17:00');
	assert.equal(fieldOf(text, 'day6'), '');
	const [change] = history('hours', one.id);
	assert.equal(change.action, 'hours.save');
	assert.equal(change.after.monday, '08:00-12:00, 13:00-17:00');
	assert.deepEqual(change.after.closes_on, ['national']);
	assert.deepEqual([change.after.closed_action, change.after.absent_action], ['close', 'bot']);
	assert.match(row((await admin.page('/admin/hours')).text, one.name), /lun 08:00-12:00, 13:00-17:00 mar a vie 08:00-17:00/);
});

test('what is wrong stands beside its field and nothing changes', async () => {
	const one = queue();
	for (const [fields, field, text] of [
		[{ day2: '17-8' }, 'day2', /Escribí franjas como/],
		[{ day0: '8-12, 11-13' }, 'day0', /sin que se encimen/],
		[{ closed_action: '9' }, 'closed_action', /fuera de lo permitido/],
		[{ closed_text: 'x'.repeat(1001) }, 'closed_text', /demasiado largo/],
		[{ closes_on: '4' }, 'closes_on', /no está bien/],
	]) {
		const answer = await save(one, { ...office, ...fields });
		assert.equal(answer.status, 422, field);
		assert.match(errorOf(answer.text, field), text);
		assert.equal(fieldOf(answer.text, 'day1'), office.day1, 'what was typed stays');
	}
	assert.deepEqual(history('hours', one.id), []);
	assert.equal(sql(`SELECT count(*) FROM hours_span JOIN queue USING (queue_id) WHERE key = '${one.key}'`)[0][0], '0');
});

test('the second of two who edit the same hours is told what the first did', async () => {
	const one = queue();
	const revision = await admin.revision(one.path);
	await admin.save(one.path, office, revision);
	const answer = await admin.save(one.path, { ...office, day1: '9-10' }, revision);
	assert.equal(answer.status, 409);
	assert.match(answer.text, /Otra persona guardó cambios/);
	assert.match(answer.text, /08:00-12:00, 13:00-17:00/);
});

test('any date and time shows what would happen: open, closed with its answer, or holiday', async () => {
	const one = queue();
	await save(one, office);
	assert.match(await at(one, '2031-03-10', '10:30'), /Abierto por la semana Se atiende/);
	assert.match(await at(one, '2031-03-10', '12:30'), /Cerrado fuera de horario · abre el 10\/03 13:00 Se cierra Volvemos el 10\/03 a las 13:00\./);
	assert.match(await at(one, '2031-03-15', '10:00'), /Cerrado fuera de horario · abre el 17\/03 08:00 Se cierra Volvemos el 17\/03 a las 08:00\./);
	assert.equal((await day({ day: '2031-03-12', name: 'Día de prueba', kind: '1' })).status, 303);
	assert.match(await at(one, '2031-03-12', '10:00'), /Cerrado feriado: Día de prueba · abre el 13\/03 08:00 Espera en la cola Hoy es Día de prueba\./);
	const bad = await admin.page('/admin/hours?date=31/31/2031&time=10:00');
	assert.match(bad.text, /Escribí una fecha/);
});

test('a kind of holiday that it does not close on leaves it open', async () => {
	const one = queue();
	await save(one, office);
	await day({ day: '2032-03-10', name: 'Provincial', kind: '2' });
	assert.match(await at(one, '2032-03-10', '10:00'), /Abierto por la semana/);
});

test('an exception is for all or for one, and sets that day\'s hours', async () => {
	const [one, other] = [queue(), queue()];
	await save(one, office);
	await save(other, office);
	const made = await day({ day: '2033-03-09', name: 'Media jornada', kind: '4', whom: String(one.id), spans: '9-11' });
	assert.equal(made.status, 303, made.text);
	assert.match(await at(one, '2033-03-09', '10:00'), /Abierto por una excepción: Media jornada/);
	assert.match(await at(one, '2033-03-09', '12:00'), /Cerrado excepción: Media jornada/);
	assert.match(await at(other, '2033-03-09', '12:00'), /Abierto por la semana/);
});

test('the calendar of one shows each day of a month', async () => {
	const one = queue();
	await save(one, office);
	await day({ day: '2034-03-08', name: 'Asueto de marzo', kind: '1' });
	const { text } = await admin.page(`${one.path}/calendar?month=2034-03`);
	assert.match(text, /marzo de 2034/);
	const cells = [...text.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => cell.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim());
	assert.deepEqual(cells.filter(Boolean).length, 31);
	assert.ok(cells.includes('6 08:00-12:00, 13:00-17:00'), cells.join('|'));
	assert.ok(cells.includes('8 feriado Asueto de marzo'));
	assert.ok(cells.includes('12 fuera de horario'));
	assert.equal((await admin.page('/admin/hours/999999999/calendar')).status, 404);
});

test('the hours of one are copied to another only when it is saved', async () => {
	const [from, to] = [queue(), queue()];
	await save(from, office);
	const { text } = await admin.page(`${to.path}?from=${from.id}`);
	assert.equal(fieldOf(text, 'day1'), office.day1);
	assert.match(text, new RegExp(`Estos son los horarios y textos de ${from.name}`));
	assert.equal(fieldOf((await admin.page(to.path)).text, 'day1'), '');
});

test('the national holidays of 2026 and 2027 are there, and those of a year come at a button, once', async () => {
	const { text } = await admin.page('/admin/holidays?year=2027');
	for (const name of ['Carnaval', 'Viernes Santo', 'Día de la Soberanía Nacional', 'Aniversario de La Plata'])
		assert.match(text, new RegExp(name));
	const fields = [['once', once()], ['year', '2029']];
	assert.equal((await admin.form('/admin/holidays/national', fields)).status, 303);
	assert.equal((await admin.form('/admin/holidays/national', [['once', once()], ['year', '2029']])).status, 303);
	assert.equal(sql("SELECT count(*) FROM holiday WHERE extract(year FROM day) = 2029 AND deleted_at IS NULL")[0][0], '16');
	assert.equal((await admin.form('/admin/holidays/national', [['once', once()], ['year', '1810']])).status, 422);
});

test('what the migration brought is what the law says for those years', async () => {
	for (const year of [2026, 2027]) {
		await admin.form('/admin/holidays/national', [['once', once()], ['year', String(year)]]);
		const [[bridges]] = sql(`SELECT count(*) FROM holiday WHERE extract(year FROM day) = ${year} AND kind = 1 AND deleted_at IS NULL`);
		assert.equal(Number(bridges), year === 2026 ? 16 + 3 : 16);
	}
});

test('a CSV brings many; a line that is wrong is named and nothing comes in', async () => {
	const bad = await admin.save('/admin/holidays/import', { csv: '08/03/2040;Uno\n31/02/2040;Dos' });
	assert.equal(bad.status, 422);
	assert.match(bad.text, /Está mal la línea 2\. No se importó nada\./);
	const good = await admin.save('/admin/holidays/import', { csv: 'fecha;nombre;tipo\n08/03/2040;Uno;provincial\n2040-03-09;"Dos; y medio"\n' });
	assert.equal(good.status, 303, good.text);
	assert.deepEqual(sql("SELECT to_char(day, 'DD'), name, kind FROM holiday WHERE extract(year FROM day) = 2040 ORDER BY day"),
		[['08', 'Uno', '2'], ['09', 'Dos; y medio', '3']]);
	assert.equal((await admin.save('/admin/holidays/import', { csv: '' })).status, 422);
	assert.equal(sql("SELECT count(*) FROM audit WHERE action = 'holiday.import' AND after ? '20400308'")[0][0], '1');
});

test('a day is there once for the same, can be changed and removed', async () => {
	assert.equal((await day({ day: '2041-05-07', name: 'Una vez' })).status, 303);
	const twice = await day({ day: '7/5/2041', name: 'Otra vez' });
	assert.equal(twice.status, 422);
	assert.equal(errorOf(twice.text, 'day'), 'Ya hay otro con ese dato.');
	const [[id, revision]] = sql("SELECT holiday_id, revision FROM holiday WHERE day = '2041-05-07' AND deleted_at IS NULL");
	assert.equal((await day({ day: '2041-05-08', name: 'Un día después' }, id, revision)).status, 303);
	assert.equal((await admin.save(`/admin/holidays/${id}/remove`, {}, String(Number(revision) + 1))).status, 303);
	assert.equal(sql("SELECT count(*) FROM holiday WHERE extract(year FROM day) = 2041 AND deleted_at IS NULL")[0][0], '0');
	assert.deepEqual(history('holiday', id).map(one => one.action), ['holiday.save', 'holiday.save', 'holiday.remove']);
});

test('hours never change the state of an operator', async () => {
	const one = queue();
	const { operator } = await new World().case();
	sql(`INSERT INTO user_queue (user_id, queue_id) SELECT ${operator.id}, queue_id FROM queue WHERE key = '${one.key}'`);
	// Of everybody who attends in this test's queues: other tests' people come and go meanwhile.
	const states = () => sql(`SELECT s.user_id, s.state, s.since FROM agent_state s
		WHERE s.user_id = ${operator.id} OR s.user_id IN (SELECT user_id FROM user_queue JOIN queue USING (queue_id)
			WHERE queue.key = '${one.key}') ORDER BY 1`).join(';');
	const before = states();
	await save(one, { ...office, day1: '' });
	await day({ day: '2042-05-07', name: 'Cerrado', kind: '4' });
	assert.equal(states(), before);
});

test('who may not manage hours has neither screen nor form', async () => {
	const one = queue();
	const operator = await Staff.logIn('mlopez');
	for (const path of ['/admin/hours', one.path, `${one.path}/calendar`, '/admin/holidays', '/admin/holidays/import'])
		assert.equal((await operator.page(path)).status, 403, path);
	assert.equal((await operator.form(one.path, [['once', once()], ['revision', '1']])).status, 403);
});
