// Queues, channels and capacity of several people at once, and that nobody loses their place by it.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Admin, errorOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const apply = (people, fields) => admin.save('/admin/matrix', [...people.map(one => ['users', String(one.id)]), ...Object.entries(fields)]);
const queues = one => sql(`SELECT queue_id FROM user_queue WHERE user_id = ${one.id} ORDER BY 1`).map(([id]) => Number(id));
const channels = one => sql(`SELECT channel_id FROM user_channel WHERE user_id = ${one.id} ORDER BY 1`).map(([id]) => Number(id));
const capacity = one => Number(sql(`SELECT capacity FROM app_user WHERE user_id = ${one.id}`)[0][0]);

test('what is given and taken is in force for all of them, and the rest of each stays', async () => {
	const [here, there] = [new World(), new World()];
	const [one, other] = [here.person({ name: 'Ema Uno' }), there.person({ name: 'Leo Dos' })];
	const answer = await apply([one, other], { [`queue_${there.queue}`]: 'give', [`channel_${here.channel}`]: 'take', capacity: '7' });
	assert.equal(answer.status, 303);
	assert.deepEqual(queues(one), [here.queue, there.queue]);
	assert.deepEqual(queues(other), [there.queue]);
	assert.deepEqual(channels(one), []);
	assert.deepEqual(channels(other), [there.channel]);
	assert.deepEqual([capacity(one), capacity(other)], [7, 7]);
	assert.deepEqual(history('user', one.id), [{ actor: 'Administración', action: 'user.attend',
		before: { capacity: 50, queues: [`Cola ${here.name}`], channels: [`Canal ${here.name}`] },
		after: { capacity: 7, queues: [`Cola ${here.name}`, `Cola ${there.name}`].sort(), channels: [] } }]);
	assert.deepEqual(history('user', other.id), [{ actor: 'Administración', action: 'user.attend', before: { capacity: 50 }, after: { capacity: 7 } }]);
});

test('a whole page of people with every queue and channel named is one form', async () => {
	const world = new World();
	const people = sql(`WITH u AS (INSERT INTO app_user (login, name, display_name) SELECT '${world.name}-' || n, 'Persona ' || n, 'P'
		FROM generate_series(1, 100) n RETURNING user_id), q AS (INSERT INTO user_queue SELECT user_id, ${world.queue} FROM u)
		SELECT user_id FROM u`).map(([id]) => ({ id: Number(id) }));
	const [one] = people;
	const rest = sql('SELECT queue_id FROM queue WHERE deleted_at IS NULL ORDER BY queue_id DESC LIMIT 400').map(([id]) => [`queue_${id}`, '']);
	assert.equal((await apply(people, { ...Object.fromEntries(rest), [`queue_${world.queue}`]: 'take' })).status, 303);
	assert.deepEqual(people.flatMap(queues), []);
	assert.deepEqual(history('user', one.id).at(-1).after, { queues: [] });
	assert.equal((await apply([...people, world.person()], { capacity: '3' })).status, 422, 'more than a page shows');
});

test('a capacity of a channel is set for several at once, shown, on record, and taken away by 0', async () => {
	const [here, there] = [new World(), new World()];
	const [one, other] = [here.person({ name: 'Ema Uno' }), there.person({ name: 'Leo Dos' })];
	const limits = person => sql(`SELECT channel_id, capacity FROM user_channel WHERE user_id = ${person.id}`).map(row => row.map(Number));
	const limit = (value, ...worlds) => admin.save('/admin/matrix', [['users', String(one.id)], ['users', String(other.id)], ['limit', value],
		...worlds.map(({ channel }) => ['limit_channels', String(channel)])]);
	assert.equal((await limit('3', here)).status, 303);
	assert.deepEqual([limits(one), limits(other)], [[[here.channel, 3]], [[there.channel, 0]]]);
	assert.deepEqual(history('user', one.id).at(-1), { actor: 'Administración', action: 'user.attend',
		before: { channel_capacity: {} }, after: { channel_capacity: { [`Canal ${here.name}`]: 3 } } });
	assert.deepEqual(history('user', other.id), [], 'of a channel that is not theirs nothing');
	assert.match((await admin.page(`/admin/matrix?queue=${here.queue}`)).text, new RegExp(`title="Canal ${here.name}">0 / 3<`));
	assert.equal((await limit('0', here, there)).status, 303);
	assert.deepEqual(limits(one), [[here.channel, 0]]);
	for (const [answer, field, why] of [[await limit('3'), 'limit_channels', 'Marcá en qué canales.'], [await limit('', here), 'limit', 'Escribí cuántas; 0: sin cupo propio.'],
		[await limit('101', here), 'limit', 'El número está fuera de lo permitido.']]) {
		assert.equal(answer.status, 422);
		assert.equal(errorOf(answer.text, field), why);
	}
});

test('nothing changed is nothing on record', async () => {
	const world = new World();
	const one = world.person();
	assert.equal((await apply([one], { [`queue_${world.queue}`]: 'give' })).status, 303);
	assert.deepEqual(history('user', one.id), []);
});

test('the table shows who attends what, and is narrowed to a queue', async () => {
	const world = new World();
	const one = world.person({ name: `Tabla ${once().slice(0, 8)}` });
	const { text } = await admin.page(`/admin/matrix?queue=${world.queue}`);
	const row = new RegExp(`<tr><th scope="row">(?:(?!</tr>).)*${one.name}(?:(?!</tr>).)*</tr>`, 's').exec(text)[0];
	assert.match(row, new RegExp(`aria-label="Cola ${world.name}"`));
	assert.match(row, new RegExp(`aria-label="Canal ${world.name}"`));
	assert.match(row, /0 \/ 50/);
	assert.equal((text.match(/<th scope="row">/g)).length, 1);
});

test('who waits longest stays first, whatever is changed about several at once', async () => {
	const [world, other] = [new World(), new World()];
	const [first, second] = [world.person({ name: 'Primera Espera' }), world.person({ name: 'Segunda Espera' })];
	await Staff.logIn(first.login);
	await pause(20);
	await Staff.logIn(second.login);
	const places = () => sql(`SELECT user_id, state, available_since, since, last_assigned_at FROM agent_state
		WHERE user_id IN (${first.id}, ${second.id}) ORDER BY 1`).join();
	const before = places();
	await apply([first], { [`queue_${world.queue}`]: 'take', [`channel_${world.channel}`]: 'take' });
	await apply([first, second], { [`queue_${world.queue}`]: 'give', [`channel_${world.channel}`]: 'give', [`queue_${other.queue}`]: 'give', capacity: '3' });
	assert.equal(places(), before);
	const visitor = await world.taxpayer({ state: 'active' });
	assert.equal(sql(`SELECT user_id FROM conversation WHERE conversation_id = ${visitor.conversation}`)[0][0], String(first.id));
});

test('who is given a queue is given what waits there', async () => {
	const world = new World();
	const one = new World().person();
	await Staff.logIn(one.login);
	const visitor = await world.taxpayer({ state: 'waiting' });
	await apply([one], { [`queue_${world.queue}`]: 'give', [`channel_${world.channel}`]: 'give' });
	await eventually(() => sql(`SELECT user_id FROM conversation WHERE conversation_id = ${visitor.conversation}`)[0]?.[0] === String(one.id), 'assigned');
});

test('who no longer attends is out; who does again chooses when', async () => {
	const world = new World();
	const people = [world.person(), world.person()];
	for (const one of people) await Staff.logIn(one.login);
	const states = () => people.map(one => sql(`SELECT state FROM agent_state WHERE user_id = ${one.id}`)[0][0]).join();
	await apply(people, { set_attends: '0' });
	assert.equal(states(), '0,0');
	await apply(people, { set_attends: '1' });
	assert.equal(states(), '0,0');
	assert.deepEqual(people.map(one => sql(`SELECT attends FROM app_user WHERE user_id = ${one.id}`)[0][0]), ['t', 't']);
});

test('with one of them gone nothing is changed for any', async () => {
	const world = new World();
	const [one, gone] = [world.person(), world.person()];
	sql(`UPDATE app_user SET deleted_at = now() WHERE user_id = ${gone.id}`);
	assert.equal((await apply([one, gone], { capacity: '9' })).status, 404);
	assert.equal(capacity(one), 50);
});

test('a form that is sent twice is applied once', async () => {
	const world = new World();
	const one = world.person();
	const fields = [['once', once()], ['sent', '1'], ['users', String(one.id)], ['capacity', '8']];
	const answers = await Promise.all([admin.form('/admin/matrix', fields), admin.form('/admin/matrix', fields)]);
	assert.deepEqual(answers.map(answer => answer.status), [303, 303]);
	assert.equal(history('user', one.id).length, 1);
});

test('two who change the same people at the same time both get their change', async () => {
	const [world, left, right] = [new World(), new World(), new World()];
	const people = [world.person(), world.person(), world.person()];
	const answers = await Promise.all([apply(people, { [`queue_${left.queue}`]: 'give' }), apply([...people].reverse(), { [`queue_${right.queue}`]: 'give' })]);
	assert.deepEqual(answers.map(answer => answer.status), [303, 303]);
	for (const one of people) assert.deepEqual(queues(one), [world.queue, left.queue, right.queue]);
});

test('nobody chosen, or a capacity that is none, is told beside the field', async () => {
	const one = new World().person();
	assert.equal(errorOf((await apply([], { capacity: '3' })).text, 'users'), 'Marcá al menos una persona.');
	const answer = await apply([one], { capacity: '101', q: one.login });
	assert.equal(answer.status, 422);
	assert.equal(errorOf(answer.text, 'capacity'), 'El número está fuera de lo permitido.');
	assert.match(answer.text, new RegExp(`value="${one.id}" checked`));
});

test('who may only see users sees the table and changes nothing', async () => {
	const supervisor = await Staff.logIn('cmendez');
	const { status, text } = await supervisor.page('/admin/matrix');
	assert.equal(status, 200);
	assert.doesNotMatch(text, /name="users"/);
	assert.equal((await supervisor.form('/admin/matrix', { once: once() })).status, 403);
});
