// Who gets a case, when it goes back, and what the case tells of it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { decode } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, listened, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const caseOf = id => {
	const [[state, user]] = sql(`SELECT state, coalesce(user_id, 0) FROM conversation WHERE conversation_id = ${id}`);
	return { state: Number(state), user: Number(user) };
};
const outcomes = id => sql(`SELECT coalesce((SELECT name FROM code WHERE list = 'outcome' AND value = outcome), '-')
	FROM segment WHERE conversation_id = ${id} ORDER BY segment_seq`).map(([name]) => name).join(' ');
const agentState = id => Number(sql(`SELECT state FROM agent_state WHERE user_id = ${id}`)[0][0]);

test('a case nobody answers in the queue\'s time goes to somebody else, first in line, and whoever let it pass is out', async () => {
	const world = new World();
	const { id, operator } = await world.case();
	const other = world.person({ name: `Otra ${world.name}` });
	await Staff.logIn(other.login);
	sql(`UPDATE conversation SET requested_at = requested_at - interval '100 seconds' WHERE conversation_id = ${id}`);
	sql(`UPDATE queue SET answer_s = 1, answer_out = true WHERE queue_id = ${world.queue}`);
	await eventually(() => { listened(); return caseOf(id).user === other.id; }, 'with the other one', 15000);
	sql(`UPDATE queue SET answer_s = 0 WHERE queue_id = ${world.queue}`);
	assert.equal(outcomes(id), 'handed_off assigned unanswered assigned -');
	assert.equal(agentState(operator.id), 0);
	assert.equal(sql(`SELECT extract(epoch FROM assigned_at - requested_at) > 100 FROM conversation WHERE conversation_id = ${id}`)[0][0], 't');
	const staff = await Staff.logIn(other.login);
	const page = decode((await staff.page(`/desk/${id}`)).text);
	assert.match(page, new RegExp(`No tuvo respuesta a tiempo y volvió a Cola ${world.name}`));
});

test('a case that was answered in time stays', async () => {
	const world = new World();
	const { id, operator, staff } = await world.case();
	assert.equal((await staff.post(`/desk/${id}/messages`, { text: 'Hola.', once: once() })).status, 200);
	const silent = await world.taxpayer({ state: 'active' });
	sql(`UPDATE queue SET answer_s = 1 WHERE queue_id = ${world.queue}`);
	await eventually(() => { listened(); return /unanswered/.test(outcomes(silent.conversation)); }, 'the other one went back', 15000);
	sql(`UPDATE queue SET answer_s = 0 WHERE queue_id = ${world.queue}`);
	assert.equal(outcomes(id), 'handed_off assigned -');
	assert.equal(agentState(operator.id), 1);
});

test('the cases of an operator nobody sees any more go back to the line', async () => {
	const world = new World();
	const { id, operator } = await world.case();
	sql(`UPDATE agent_state SET heartbeat_at = now() - interval '3 minutes' WHERE user_id = ${operator.id}`);
	await eventually(() => { listened(); return caseOf(id).state === 2; }, 'waits again', 15000);
	assert.equal(outcomes(id), 'handed_off assigned disconnected -');
	assert.equal(sql(`SELECT open_count FROM agent_state WHERE user_id = ${operator.id}`)[0][0], '0');
});

test('who comes back in time gets the operator they had, and the case says so', async () => {
	const world = new World();
	sql(`UPDATE queue SET preferred_hours = 24 WHERE queue_id = ${world.queue}`);
	const { id, operator, staff, visitor } = await world.case();
	const other = world.person({ name: `Otra ${world.name}` });
	await Staff.logIn(other.login);
	assert.equal((await staff.post(`/desk/${id}/close`, { once: once() })).status, 200);
	// Beside one more case than the other: the ordinary rule would choose the other.
	sql(`UPDATE agent_state SET open_count = 1 WHERE user_id = ${operator.id}`);
	await visitor.say('Me quedó una duda');
	const [[second]] = await eventually(() => {
		const rows = sql(`SELECT conversation_id FROM conversation WHERE contact_id = (SELECT contact_id FROM conversation
			WHERE conversation_id = ${id}) AND state = 3`);
		return rows.length && rows;
	}, 'attended again', 10000);
	assert.equal(caseOf(second).user, operator.id);
	const page = decode((await staff.page(`/desk/${second}/assignments`)).text);
	assert.match(page, new RegExp(`Asignada a ${operator.name}: 1 de 50 casos, 0 min disponible, regla: Operador preferido: ya lo atendió`));
	assert.match(page, /Operadores posibles: 2/);
	assert.match(page, new RegExp(`Otra ${world.name}</th><td class="num">0 de 50`));
});

test('why a case is whose it is, is for those who may see the case', async () => {
	const { id } = await new World().case();
	const stranger = await new World().case();
	assert.equal((await stranger.staff.page(`/desk/${id}/assignments`)).status, 404);
	assert.equal((await stranger.staff.page(`/desk/26010100000001/assignments`)).status, 404);
	assert.equal((await stranger.staff.page(`/desk/${stranger.id}/assignments`)).status, 200);
});

test('a day is tried with another rule by whoever arranges queues, and by supervision for its own', async () => {
	const world = new World();
	const { id, staff } = await world.case();
	assert.equal((await staff.post(`/desk/${id}/close`, { once: once() })).status, 200);
	const today = new Date(Date.now() - 3 * 3600 * 1000).toISOString().slice(0, 10);
	const path = queue => `/queues/${queue}/simulate?day=${today}&strategy=round_robin`;
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	const link = `href="/queues/${world.queue}/simulate"`;
	assert.ok((await supervisor.page(`/desk/${id}/assignments`)).text.includes(link));
	assert.ok(!(await staff.page(`/desk/${id}/assignments`)).text.includes(link));
	const page = decode((await supervisor.page(path(world.queue))).text);
	for (const row of ['Como fue', 'Rotación circular']) {
		assert.match(page, new RegExp(`${row}</th><td class="num">1</td><td class="num">1</td><td class="num">0</td><td class="num">100 %`));
	}
	assert.match(page, new RegExp(`Persona ${world.name}</th><td class="num">1</td><td class="num">1</td>`));
	assert.equal((await supervisor.page(path(new World().queue))).status, 404);
	const admin = await Staff.logIn('admin');
	assert.equal((await admin.page(path(world.queue))).status, 200);
	for (const [query, text] of [['day=2060-01-01&strategy=round_robin', 'Elegí un día que ya haya pasado.'], ['day=ayer&strategy=round_robin', 'Elegí un día que ya haya pasado.'],
		[`day=${today}&strategy=manual`, 'Hay un dato que no está bien. Revisalo y probá de nuevo.']]) {
		const wrong = await admin.page(`/queues/${world.queue}/simulate?${query}`);
		assert.equal(wrong.status, 422);
		assert.ok(decode(wrong.text).includes(text));
	}
	assert.equal((await staff.page(path(world.queue))).status, 403);
});

const record = action => JSON.parse(sql(`SELECT after FROM audit WHERE action = '${action}' ORDER BY audit_id DESC LIMIT 1`)[0][0]);

test('who had a case and why leaves as a file for its supervision, a row for each who could have had it', async () => {
	const world = new World();
	const other = world.person({ name: '=Otra Persona' });
	await Staff.logIn(other.login);
	const operator = world.person({ name: 'Ana Ruiz', capacity: 4 }), staff = await Staff.logIn(operator.login);
	sql(`UPDATE agent_state SET open_count = 1 WHERE user_id = ${other.id}`);
	const { conversation: id } = await world.taxpayer({ state: 'active' });
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor', attends: false }).login);
	assert.match((await supervisor.page(`/desk/${id}/assignments`)).text, /Descargar CSV/);
	assert.doesNotMatch((await staff.page(`/desk/${id}/assignments`)).text, /Descargar CSV/);
	const take = (who, fields) => who.form(`/board/case/${id}/assignments/export`, fields);
	assert.equal((await take(supervisor, {})).status, 422);
	const { text, headers } = await take(supervisor, { reason: 'Reclamo' });
	assert.match(headers.get('content-disposition'), /asignaciones\.csv/);
	const [heading, ...rows] = text.trim().split('\r\n').map(line => line.split(';'));
	assert.equal(heading.length, 13);
	assert.deepEqual(rows.map(row => [row[1], row[5], row[7], row[8], row[9], row[10]]), [[`Cola ${world.name}`, 'Ana Ruiz', '', 'Ana Ruiz', '0', '4'],
		[`Cola ${world.name}`, 'Ana Ruiz', '', "'=Otra Persona", '1', '50']]);
	assert.deepEqual((({ rows: count, reason, filter }) => ({ count, reason, filter }))(record('assignment.export')),
		{ count: 2, reason: 'Reclamo', filter: { conversation: String(id) } });
	assert.ok((await take(supervisor, { reason: 'Reclamo', format: 'xlsx' })).text.startsWith('PK'));
	assert.equal((await take(staff, { reason: 'x' })).status, 403);
	assert.equal((await take(await Staff.logIn(new World().person({ role: 'supervisor' }).login), { reason: 'x' })).status, 404);
});

test('a day with another rule leaves as a file, each figure as it was and as it would have been', async () => {
	const world = new World();
	const { id, staff } = await world.case({ name: 'Ana Ruiz' });
	assert.equal((await staff.post(`/desk/${id}/close`, { once: once() })).status, 200);
	const day = new Date(Date.now() - 3 * 3600 * 1000).toISOString().slice(0, 10);
	const person = world.person({ role: 'supervisor', attends: false }), supervisor = await Staff.logIn(person.login);
	const take = (who, fields) => who.form(`/queues/${world.queue}/simulate/export`, { day, strategy: 'round_robin', reason: 'Comparar', ...fields });
	assert.match((await supervisor.page(`/queues/${world.queue}/simulate?day=${day}&strategy=round_robin`)).text, /Descargar Excel/);
	const { text, headers } = await take(supervisor);
	assert.match(headers.get('content-disposition'), /otra-regla\.csv/);
	for (const row of ['Rotación circular;Llegaron;1;1', ':00;Llegaron;1;1', 'Conversaciones de cada operador;Ana Ruiz;Conversaciones;1;1']) assert.ok(text.includes(row), row);
	assert.deepEqual(record('simulation.export').filter, { queue: String(world.queue), day, strategy: 'round_robin' });
	assert.ok((await take(supervisor, { format: 'xlsx' })).text.startsWith('PK'));
	for (const fields of [{ day: '2060-01-01' }, { strategy: 'manual' }, { reason: '' }]) assert.equal((await take(supervisor, fields)).status, 422, JSON.stringify(fields));
	assert.equal((await take(await Staff.logIn(new World().person({ role: 'supervisor' }).login))).status, 404);
	assert.equal((await take(staff)).status, 403);
	sql(`UPDATE export_rule SET masked = true WHERE dataset = 'simulation'`);
	try {
		assert.match((await take(supervisor)).text, /Ana R\./);
	} finally {
		sql(`UPDATE export_rule SET masked = false WHERE dataset = 'simulation'`);
	}
});
