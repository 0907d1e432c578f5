// Who is in: the list, ending somebody's session, its limits as settings, and the seats.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import test, { after, before } from 'node:test';
import { Admin, errorOf, history } from '../support/admin.mjs';
import { info, root, sql } from '../support/instance.mjs';
import { eventually, Staff, tokenOf, World } from '../support/staff.mjs';

const world = new World();
const password = info.users[0].password;
let admin;

const set = (key, value) => sql(`INSERT INTO setting (key, value) VALUES ('${key}', to_jsonb('${value}'::text))
	ON CONFLICT (key) DO UPDATE SET value = excluded.value, revision = setting.revision + 1`);
const unset = () => { // As tests/run has it.
	sql(`DELETE FROM setting WHERE key LIKE 'session.%' OR key = 'seat.kind'`);
	set('seat.count', '100000');
};
before(async () => { admin = await Admin.logIn(); });
after(unset);

async function operator(options) {
	const person = world.person(options);
	return { person, staff: await Staff.logIn(person.login) };
}
const sessionOf = person => Number(sql(`SELECT max(session_id) FROM session WHERE user_id = ${person.id}`)[0][0]);
const people = () => Number(sql('SELECT seat_people()')[0][0]);

async function attempt(login) {
	const staff = new Staff();
	staff.csrf = tokenOf((await staff.page('/login')).text);
	return { staff, ...await staff.form('/login', { login, password }) };
}

test('whoever is in stands in the list, with their role, since when and from where', async () => {
	const { person } = await operator({ name: `Nélida Sosa ${world.name}` });
	const { text } = await admin.page('/admin/sessions');
	const row = new RegExp(`<tr>(?:(?!</tr>).)*${person.login}.*?</tr>`, 's').exec(text)[0];
	assert.match(row, /Nélida Sosa/);
	assert.match(row, /Operador/);
	assert.match(row, /Disponible/);
	assert.match(row, /127\.0\.0\.1/);
	assert.match(row, /00:0\d/);
});

test('a session that is closed is over at once, its held poll within five seconds, and its operator is out', async () => {
	const { person, staff } = await operator();
	const cursor = sql('SELECT pg_current_snapshot()::text')[0][0];
	const poll = staff.raw(`/live?v=shell,desk&c=${encodeURIComponent(cursor)}`, { headers: { 'X-Fragment': '1' } });
	await pause(300);
	assert.equal((await admin.form(`/admin/sessions/${sessionOf(person)}/close`, {})).status, 303);
	const began = Date.now();
	assert.equal((await poll).status, 401);
	assert.ok(Date.now() - began < 5000);
	assert.equal((await staff.page('/desk')).status, 303);
	assert.equal(sql(`SELECT state FROM agent_state WHERE user_id = ${person.id}`)[0][0], '0');
	assert.equal(history('user', person.id).find(({ action }) => action === 'session.close').actor, 'Administración');
});

test('closing it twice is like once; what never was is 404', async () => {
	const { person } = await operator();
	const path = `/admin/sessions/${sessionOf(person)}/close`;
	await admin.form(path, {});
	assert.equal((await admin.form(path, {})).status, 303);
	assert.equal(history('user', person.id).filter(({ action }) => action === 'session.close').length, 1);
	assert.equal((await admin.form('/admin/sessions/999999999/close', {})).status, 404);
});

test('one of two sessions of an operator is closed: they stay available', async () => {
	const { person } = await operator();
	const first = sessionOf(person);
	await Staff.logIn(person.login);
	await admin.form(`/admin/sessions/${first}/close`, {});
	assert.equal(sql(`SELECT state FROM agent_state WHERE user_id = ${person.id}`)[0][0], '1');
});

test('one logs out of all of one’s own sessions, and of nobody else’s', async () => {
	const { person, staff } = await operator();
	const second = await Staff.logIn(person.login);
	const other = await operator();
	assert.equal((await staff.form('/logout/everywhere', {})).headers.get('location'), '/login');
	assert.equal((await second.page('/desk')).status, 303);
	assert.equal((await other.staff.page('/desk')).status, 200);
	assert.deepEqual(history('user', person.id).at(-2).after, { sessions: 2 });
});

test('the list is a CSV for a spreadsheet, and its download is on record', async () => {
	const { person } = await operator({ name: `=1+1 ${world.name}` });
	const answer = await admin.form('/admin/sessions/export', { reason: 'Control' });
	assert.match(answer.headers.get('content-type'), /text\/csv/);
	assert.match(answer.headers.get('content-disposition'), /attachment.*sesiones\.csv/);
	assert.match(answer.text, new RegExp(`'=1\\+1 ${world.name};${person.login};Operador;`));
	assert.equal(sql(`SELECT action FROM audit WHERE action LIKE 'session.export' ORDER BY audit_id DESC LIMIT 1`).length, 1);
});

test('who may not manage sessions sees and ends none', async () => {
	const { staff } = await operator({ role: 'supervisor' });
	const { person } = await operator();
	assert.equal((await staff.page('/admin/sessions')).status, 403);
	assert.equal((await staff.form(`/admin/sessions/${sessionOf(person)}/close`, {})).status, 403);
	assert.equal(sql(`SELECT closed_at IS NULL FROM session WHERE session_id = ${sessionOf(person)}`)[0][0], 't');
});

test('the idle and the absolute limit are in force at once, for open sessions too', async t => {
	t.after(unset);
	const { person, staff } = await operator();
	sql(`UPDATE session SET last_seen_at = now() - interval '12 minutes' WHERE user_id = ${person.id}`);
	set('session.idle_min', '10');
	assert.equal((await staff.page('/desk')).status, 303);
	await eventually(() => sql(`SELECT coalesce(close_reason, '-') FROM session WHERE user_id = ${person.id}`)[0][0] === 'idle', 'closed on record');
	const later = await operator();
	sql(`UPDATE session SET created_at = now() - interval '61 minutes' WHERE user_id = ${later.person.id}`);
	assert.equal((await later.staff.page('/desk')).status, 200);
	set('session.absolute_h', '1');
	assert.equal((await later.staff.page('/desk')).status, 303);
});

test('the defaults that the database applies are those of setting.def', () => {
	sql(`DELETE FROM setting WHERE key LIKE 'session.%' OR key LIKE 'seat.%'`);
	try {
		const def = readFileSync(`${root}lib/people/setting.def`, 'utf8');
		const standard = key => new RegExp(`"${key}", \\w+, "(\\w+)"`).exec(def)[1];
		const [[idle, absolute, seats, named]] = sql(`SELECT extract(epoch FROM idle)::int / 60, extract(epoch FROM absolute)::int / 3600,
			seats, named FROM session_limits(), seat_rule()`);
		assert.deepEqual([idle, absolute, seats, named === 't' ? 'named' : 'at_once'],
			['session.idle_min', 'session.absolute_h', 'seat.count', 'seat.kind'].map(standard));
	} finally {
		unset();
	}
});

test('when all seats are taken the next is told so, on record; who is in already comes in again', async t => {
	t.after(unset);
	const inside = await operator();
	set('seat.count', String(people()));
	const person = world.person();
	const refused = await attempt(person.login);
	assert.equal(refused.status, 409);
	assert.match(refused.text, /Están ocupadas todas las licencias/);
	assert.equal(refused.staff.cookies.sid, undefined);
	assert.equal(history('user', person.id).at(-1).action, 'login.no_seat');
	assert.equal((await attempt(inside.person.login)).status, 303);
	await inside.staff.form('/logout/everywhere', {});
	assert.equal((await attempt(person.login)).status, 303);
});

test('of those who ask for the last seat at the same instant one gets it', async t => {
	t.after(unset);
	set('seat.count', String(people() + 1));
	const answers = await Promise.all([1, 2, 3, 4].map(() => attempt(world.person().login)));
	assert.deepEqual(answers.map(answer => answer.status).sort(), [303, 409, 409, 409]);
});

test('the peaks of today and of all days are shown', async t => {
	t.after(() => sql(`DELETE FROM seat_peak WHERE day = '2026-01-15'`));
	sql(`INSERT INTO seat_peak (day, people, at) VALUES ('2026-01-15', 4321, '2026-01-15 12:00-03')`);
	await operator();
	const { text } = await admin.page('/admin/seats');
	assert.match(text, /id="seats-best">4\.321</);
	assert.match(text, /el 15\/01\/2026/);
	const today = Number(/id="seats-today">([\d.]+)</.exec(text)[1].replace('.', ''));
	assert.ok(today >= people(), `${today} today, ${people()} now`);
});

test('named seats: chosen by the administrator, a free one is taken by who logs in, then nobody else comes in', async t => {
	t.after(() => { unset(); sql('DELETE FROM user_seat'); });
	set('seat.kind', 'named');
	sql('DELETE FROM user_seat');
	const chosen = world.person(), first = world.person(), second = world.person();
	const save = async ids => {
		const revision = await admin.revision('/admin/seats');
		return admin.save('/admin/seats', ids.map(id => ['users', String(id)]), revision);
	};
	assert.equal((await save([chosen.id])).status, 303);
	assert.deepEqual(history('seat', 1).at(-1).after.users, [chosen.name]);
	set('seat.count', '100000');
	assert.equal((await attempt(first.login)).status, 303);
	assert.equal(sql(`SELECT count(*) FROM user_seat WHERE user_id = ${first.id} AND until IS NULL`)[0][0], '1');
	const held = Number(sql('SELECT seat_named_count()')[0][0]);
	assert.equal(held, 2);
	// From here as many seats as are held; people in at once are fewer only when nobody else is in.
	sql(`UPDATE session SET closed_at = now() WHERE closed_at IS NULL AND user_id NOT IN (SELECT user_id FROM app_user WHERE login = 'admin')`);
	set('seat.count', '2');
	const refused = await attempt(second.login);
	assert.equal(refused.status, 409);
	assert.match(refused.text, /Tu usuario no tiene licencia/);
	assert.equal((await attempt(chosen.login)).status, 303);
	const many = await save([chosen.id, first.id, second.id]);
	assert.equal(many.status, 422);
	assert.equal(errorOf(many.text, 'users'), 'Elegiste más personas que licencias.');
	assert.equal((await save([chosen.id, second.id])).status, 303);
	sql(`UPDATE session SET closed_at = now() WHERE user_id = ${chosen.id}`);
	assert.equal((await attempt(second.login)).status, 303);
});

test('of two who choose the named seats the second is told', async t => {
	t.after(() => { unset(); sql('DELETE FROM user_seat'); });
	set('seat.kind', 'named');
	const [one, two] = [world.person(), world.person()];
	const revision = await admin.revision('/admin/seats');
	await admin.save('/admin/seats', [['users', String(one.id)]], revision);
	const late = await admin.save('/admin/seats', [['users', String(two.id)]], revision);
	assert.equal(late.status, 409);
	assert.match(late.text, /Otra persona guardó cambios/);
});
