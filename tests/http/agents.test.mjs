// Operators as supervision sees them, and what it may do with their states.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { listened, Staff, World } from '../support/staff.mjs';

const supervisor = async world => {
	const person = world.person({ role: 'supervisor', name: 'Carla Méndez', attends: false });
	return Object.assign(await Staff.logIn(person.login), { id: person.id });
};
const inside = async (world, options) => {
	const person = world.person(options);
	return { ...person, staff: await Staff.logIn(person.login) };
};
const rowOf = (text, id) => new RegExp(`<tr id="agent-${id}">.*?</tr>`, 's').exec(text)?.[0];
const change = (staff, users, to, reason = 'Reunión de equipo') => staff.post('/board/agents',
	[['to', to], ['reason', reason], ...users.map(user => ['user', user.id])]);
const state = ({ id }) => Number(sql(`SELECT state FROM agent_state WHERE user_id = ${id}`)[0][0]);
const lunch = () => sql("SELECT break_type_id FROM break_type WHERE name = 'Almuerzo'")[0][0];

test('a supervisor sees the operators of their queues: state, cases, time, breaks; and filters them', async () => {
	const world = new World();
	const staff = await supervisor(world);
	const { operator: busy } = await world.case({ name: 'Ana Ocupada', capacity: 4 });
	const free = await inside(world, { name: 'Beto Libre' });
	const resting = await inside(world, { name: 'Celia <b>Descansa</b>' });
	await resting.staff.post('/state', { to: lunch() });
	// The day's count begins at midnight: shortly after it there are no ten minutes to have used.
	sql(`UPDATE agent_state_log SET started_at = started_at - interval '10 minutes' WHERE user_id = ${resting.id} AND ended_at IS NULL`);
	const [[sinceMidnight]] = sql("SELECT extract(epoch FROM now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::bigint % 86400");
	const gone = world.person({ name: 'Dora Ausente' }), stranger = await inside(new World());
	const { text } = await staff.page('/board/agents');
	assert.match(rowOf(text, busy.id), /En conversación.*1 de 4/s);
	assert.match(rowOf(text, free.id), /Disponible.*0 de 50/s);
	assert.match(rowOf(text, resting.id), sinceMidnight > 600 ? /Celia &lt;b&gt;Descansa.*Almuerzo.*10:0\d usado · /s
		: /Celia &lt;b&gt;Descansa.*Almuerzo.*\d:\d\d usado · /s);
	assert.match(rowOf(text, gone.id), /Sin sesión/);
	assert.equal(rowOf(text, stranger.id), undefined);
	const ids = async query => [...(await staff.page(`/board/agents?${query}`)).text.matchAll(/<tr id="agent-(\d+)"/g)].map(([, id]) => Number(id));
	assert.deepEqual(await ids('state=busy'), [busy.id]);
	assert.deepEqual(await ids('state=free'), [free.id]);
	assert.deepEqual(await ids('state=away'), [resting.id]);
	assert.deepEqual(await ids('state=in'), [busy.id, free.id, resting.id]);
	assert.deepEqual(await ids('state=out'), [gone.id]);
	assert.deepEqual(await ids(`state=break&queue=${world.queue}`), [resting.id]);
	assert.deepEqual(await ids('state=cosa&queue=x'), [busy.id, free.id, resting.id, gone.id]);
	sql(`UPDATE agent_state SET heartbeat_at = now() - interval '3 minutes' WHERE user_id = ${free.id}`);
	listened();
	assert.match(rowOf((await staff.page('/board/agents/rows', { 'X-Fragment': '1' })).text, free.id), /Sin señal/);
});

test('one, some or all go where they are sent, with the reason told and on record, and take no cases there', async () => {
	const world = new World();
	const staff = await supervisor(world);
	const [a, b] = [await inside(world, { name: 'Ana' }), await inside(world, { name: 'Beto' })];
	for (const [to, wanted] of [['coaching', 3], ['training', 4], [`break-${lunch()}`, 2], ['available', 1], ['out', 0]]) {
		const answer = await change(staff, [a, b], to, `Porque ${to}`);
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.text, '2 operadores cambiados.');
		assert.deepEqual([state(a), state(b)], [wanted, wanted], to);
	}
	const [[before, after]] = sql(`SELECT before::text, after::text FROM audit WHERE entity_id = ${a.id} AND action = 'agent.state' AND actor_id = ${staff.id} ORDER BY audit_id LIMIT 1`);
	assert.deepEqual([JSON.parse(before).state, JSON.parse(after)], ['available', { state: 'coaching', break_type: 0, reason: 'Porque coaching' }]);
	assert.deepEqual(sql(`SELECT key, by_name, words FROM notice WHERE user_id = ${a.id} ORDER BY notice_id LIMIT 1`), [['state_coaching', 'Carla Méndez', 'Porque coaching']]);
	await change(staff, [a], 'coaching');
	const told = () => sql(`SELECT count(*) FROM notice WHERE user_id = ${a.id} AND key = 'state_coaching'`)[0][0];
	const once = told();
	assert.equal((await change(staff, [a], 'coaching', 'Otra vez')).status, 200);
	assert.equal(told(), once, 'who is there already is not told again');
	const { conversation } = await world.taxpayer();
	assert.equal(sql(`SELECT state FROM conversation WHERE conversation_id = ${conversation}`)[0][0], '2');
	assert.match((await a.staff.page('/desk')).text, /<summary class="state">.*Coaching/s);
});

test('the intervals on record follow one another without a gap, and say who and why', async () => {
	const world = new World();
	const staff = await supervisor(world), a = await inside(world);
	for (const to of ['coaching', 'available', 'training', 'training', 'available']) await change(staff, [a], to, `a ${to}`);
	const rows = sql(`SELECT state, reason, set_by, started_at = lag(ended_at) OVER w, ended_at IS NULL FROM agent_state_log
		WHERE user_id = ${a.id} WINDOW w AS (ORDER BY agent_state_log_id) ORDER BY agent_state_log_id`);
	assert.deepEqual(rows.map(([one]) => one), ['1', '3', '1', '4', '1']);
	assert.deepEqual(rows.slice(1).map(([, , , follows]) => follows), ['t', 't', 't', 't']);
	assert.deepEqual(rows.map(([, , , , open]) => open), ['f', 'f', 'f', 'f', 't']);
	assert.deepEqual(rows[3].slice(1, 3), ['a training', String(staff.id)]);
});

test('who is not in can only be out; closing a session closes all of theirs', async () => {
	const world = new World();
	const staff = await supervisor(world), a = await inside(world, { name: 'Ana' }), gone = world.person({ name: 'Dora Ausente' });
	const mixed = await change(staff, [a, gone], 'coaching');
	assert.equal(mixed.status, 409);
	assert.equal(mixed.json.error.message, '1 operador cambiado. Dora Ausente: no tiene la sesión iniciada.');
	assert.deepEqual([state(a), state(gone)], [3, 0]);
	assert.equal((await change(staff, [a], 'logout')).status, 200);
	assert.equal(state(a), 0);
	assert.equal((await a.staff.page('/desk')).status, 303);
	assert.equal(sql(`SELECT count(*) FROM agent_state_log WHERE user_id = ${a.id} AND ended_at IS NULL`)[0][0], '0');
});

test('nobody of other queues, nothing without a reason, no state that there is not', async () => {
	const world = new World();
	const staff = await supervisor(world), a = await inside(world), stranger = await inside(new World());
	assert.equal((await change(staff, [stranger], 'out')).status, 404);
	for (const [users, to, reason] of [[[], 'out', 'x'], [[a], 'cosa', 'x'], [[a], 'break-0', 'x'], [[a], 'out', ''], [[a], 'out', 'x'.repeat(201)], [[{ id: 'x' }], 'out', 'x']])
		assert.equal((await change(staff, users, to, reason)).status, 422, `${to} ${reason.slice(0, 5)}`);
	assert.equal((await change(staff, [a], 'break-999999', 'x')).status, 422);
	assert.deepEqual([state(a), state(stranger)], [1, 1]);
	const operator = await Staff.logIn(world.person().login);
	assert.equal((await operator.page('/board/agents')).status, 403);
	assert.equal((await change(operator, [a], 'out')).status, 403);
	const page = await staff.form('/board/agents?state=in', { user: a.id, to: 'coaching', reason: '' });
	assert.equal(page.status, 422);
	assert.match(page.text, /id="agents-error"[^>]*>Completá este dato/);
	assert.equal((await staff.form('/board/agents?state=in', { user: a.id, to: 'coaching', reason: 'ya' })).headers.get('location'), '/board/agents?state=in');
});

// Operators without a session, as many as it takes; their names begin alike.
const many = (world, count) => sql(`WITH u AS (INSERT INTO app_user (login, name, display_name, staff_number, attends)
		SELECT '${world.name}-' || n, 'Fila ' || to_char(n, 'FM000') || ' ${world.name}', 'Fila', 'F${world.name}' || n, true FROM generate_series(1, ${count}) n RETURNING user_id)
	INSERT INTO user_queue SELECT user_id, ${world.queue} FROM u`);

test('the table comes in pages, in the order that is asked for, and finds by name or staff number on all of them', async () => {
	const world = new World();
	const staff = await supervisor(world);
	many(world, 118);
	const { operator: busy } = await world.case({ name: 'Zulema Última' });
	const rows = text => [...text.matchAll(/<th scope="row">.*?<b class="b nowrap">([^<]*)</gs)].map(([, name]) => name.split(' ')[1]);
	const first = (await staff.page('/board/agents')).text;
	assert.equal(rows(first).length, 50);
	assert.match(first, /1–50 de 119/);
	const next = /href="([^"]+page=2)"/.exec(first)[1].replaceAll('&amp;', '&');
	assert.deepEqual(rows((await staff.page(next)).text).slice(0, 2), ['051', '052']);
	const last = (await staff.page('/board/agents?page=99')).text;
	assert.match(last, /101–119 de 119/);
	assert.equal(rows(last).at(-1), 'Última');
	assert.equal(rows((await staff.page('/board/agents?sort=open')).text)[0], 'Última');
	assert.equal(rows((await staff.page('/board/agents?sort=cosa&page=x')).text)[0], '001');
	assert.deepEqual(rows((await staff.page('/board/agents?q=ULTIMÁ')).text), ['Última']);
	assert.deepEqual(rows((await staff.page(`/board/agents?q=F${world.name}117`)).text), ['117']);
	assert.deepEqual(rows((await staff.page('/board/agents?q=%25_')).text), []);
	assert.ok(rowOf((await staff.page('/board/agents/rows?page=3', { 'X-Fragment': '1' })).text, busy.id));
});

test('all who are present of what the filter means change together; who is not in is left out', async () => {
	const world = new World(), other = new World();
	const staff = await supervisor(world);
	const [a, b] = [await inside(world), await inside(world)], elsewhere = await inside(other);
	world.person();
	sql(`INSERT INTO user_queue VALUES (${b.id}, ${other.queue})`);
	const all = (query, to) => staff.post(`/board/agents?${query}`, { all: '1', to, reason: 'Simulacro' });
	assert.equal((await all('', 'training')).json.text, '2 operadores cambiados.');
	assert.deepEqual([state(a), state(b), state(elsewhere)], [4, 4, 1]);
	assert.equal((await all(`queue=${other.queue}`, 'available')).json.text, '1 operador cambiado.');
	assert.deepEqual([state(a), state(b), state(elsewhere)], [4, 1, 1]);
	assert.equal((await all('state=coaching', 'available')).status, 422);
});

test('who is sent to a break that is not theirs is named as somebody else is', async () => {
	const world = new World();
	const staff = await supervisor(world), a = await inside(world, { name: 'Ana Ruiz' });
	const [[other]] = sql(`INSERT INTO break_type (name, allowance_s, everybody, user_ids) VALUES ('Ajeno ${world.name}', 600, false, '{}') RETURNING break_type_id`);
	const answer = await change(staff, [a], `break-${other}`);
	assert.equal(answer.status, 409);
	assert.equal(answer.json.error.message, 'No cambió ningún operador. Ana Ruiz: ese descanso no está entre los suyos.');
});

test('of several, those who are not the supervisor’s any more are told as not changed, without their names', async () => {
	const world = new World();
	const staff = await supervisor(world), [a, b] = [await inside(world, { name: 'Ana Ruiz' }), await inside(world, { name: 'Beto Luna' })];
	sql(`UPDATE app_user SET attends = false WHERE user_id = ${a.id}`);
	const answer = await change(staff, [a, b], 'coaching');
	assert.equal(answer.status, 409);
	assert.equal(answer.json.error.message, '1 operador cambiado. Sin cambiar, 1 más.');
});

test('the table leaves as a file, as the policy of the role says, and it is on record', async () => {
	const world = new World();
	const staff = await supervisor(world);
	await world.case({ name: '=Ana Ocupada', capacity: 4 });
	world.person({ name: 'Dora Ausente' });
	assert.equal((await staff.form('/board/agents/export', {})).status, 422);
	const { text, headers } = await staff.form('/board/agents/export', { state: 'busy', reason: 'Control' });
	assert.match(headers.get('content-disposition'), /operadores\.csv/);
	assert.match(text, /'=Ana Ocupada;.*En conversación;00:\d\d;1;4;/);
	assert.ok(!text.includes('Dora'));
	assert.equal(sql(`SELECT count(*) FROM audit WHERE action = 'agent.export' AND actor_id = ${staff.id}`)[0][0], '1');
	const sheet = await staff.form('/board/agents/export', { reason: 'Control', format: 'xlsx' });
	assert.ok(sheet.text.startsWith('PK'));
	assert.equal((await (await Staff.logIn(world.person().login)).form('/board/agents/export', { reason: 'x' })).status, 403);
});
