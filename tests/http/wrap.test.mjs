// How a case ends: the main tipificación, the time to finish after it, and what happens when they write again.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, fieldOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once, Visitor } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const state = id => Number(sql(`SELECT state FROM conversation WHERE conversation_id = ${id}`)[0][0]);
const wrapOf = id => sql(`SELECT coalesce(outcome, 0), ended_at IS NULL, round(extract(epoch FROM ended_at - started_at)) FROM segment
	WHERE conversation_id = ${id} AND kind = 4 ORDER BY segment_seq DESC LIMIT 1`)[0];
const ending = (world, { wrap = 0, mode = 1, hours = 24 }) =>
	sql(`UPDATE queue SET wrap_s = ${wrap}, reopen_mode = ${mode}, reopen_hours = ${hours} WHERE queue_id = ${world.queue}`);
// They open the chat again after it was closed.
const again = (visitor, world) => visitor.post('/webchat/start', { key: world.name, once: once() });
const close = (staff, id, fields = []) => staff.form(`/desk/${id}/close`, [['once', once()], ...fields]);

test('of several tipificaciones the one that is said to be the main one is, else the first', async () => {
	const world = new World();
	const { staff, id } = await world.case();
	const offered = [...(await staff.page(`/desk/${id}/close`)).text.matchAll(/name="typification" value="(\d+)"/g)].map(([, each]) => each).slice(0, 3);
	await close(staff, id, [...offered.map(each => ['typification', each]), ['main', offered[2]]]);
	assert.deepEqual(sql(`SELECT typification_id FROM conversation_typification WHERE conversation_id = ${id} AND main`).flat(), [offered[2]]);
	assert.equal(sql(`SELECT count(*) FROM conversation_typification WHERE conversation_id = ${id}`)[0][0], '3');
	const next = await world.taxpayer({ state: 'active' });
	await close(staff, next.conversation, [['typification', offered[1]], ['typification', offered[0]], ['main', '999999']]);
	assert.deepEqual(sql(`SELECT typification_id FROM conversation_typification WHERE conversation_id = ${next.conversation} AND main`).flat(), [offered[1]]);
});

test('after a close nothing comes until they say they are done, and that is on record', async () => {
	const world = new World();
	ending(world, { wrap: 600 });
	const { staff, operator, id } = await world.case();
	await close(staff, id);
	assert.match((await staff.page('/desk')).text, /data-countdown="(59\d|600)"/);
	const { conversation } = await world.taxpayer({ state: 'waiting' });
	await new Promise(done => { setTimeout(done, 500); });
	assert.equal(state(conversation), 2);
	assert.equal((await staff.form('/wrap/end', { next: '/desk' })).headers.get('location'), '/desk');
	await eventually(() => state(conversation) === 3, 'it comes now');
	assert.deepEqual(wrapOf(id).slice(0, 2), ['12', 'f']);
	assert.doesNotMatch((await staff.page('/desk')).text, /data-countdown/);
	assert.equal((await staff.form('/wrap/end', {})).status, 303);
	assert.equal(sql(`SELECT count(*) FROM audit WHERE actor_id = ${operator.id} AND action = 'agent.wrap'`)[0][0], '1');
});

test('the time ends by itself, and lasted no longer than the queue says', async () => {
	const world = new World();
	ending(world, { wrap: 1 });
	const { staff, id } = await world.case();
	await close(staff, id);
	const { conversation } = await world.taxpayer({ state: 'active' });
	assert.equal(state(conversation), 3);
	await eventually(() => wrapOf(id)[1] === 'f', 'the segment ends', 15000);
	assert.deepEqual(wrapOf(id), ['9', 'f', '1']);
});

test('who writes again within the time is back in the same conversation, with the same operator', async () => {
	const world = new World();
	ending(world, { mode: 3 });
	const { staff, operator, visitor, id } = await world.case();
	await Staff.logIn(world.person().login);
	await close(staff, id);
	await again(visitor, world);
	await eventually(() => state(id) === 3, 'it is with somebody again');
	assert.equal(Number(sql(`SELECT user_id FROM conversation WHERE conversation_id = ${id}`)[0][0]), operator.id);
	assert.deepEqual(sql(`SELECT closed_at, closed_by FROM conversation WHERE conversation_id = ${id}`)[0], ['', '']);
	assert.match((await staff.page(`/desk/${id}`)).text, /Volvió a escribir y se reabrió/);
	assert.equal(sql(`SELECT count(*) FROM audit WHERE conversation_id = ${id} AND action = 'conversation.reopen'`)[0][0], '1');
	assert.equal((await close(staff, id)).status, 303);
});

test('or in a new one that goes straight to the queue; or, when the time is over, through the bot', async () => {
	const world = new World({ nodes: queue => [{ id: 'pregunta', type: 'menu', config: { text: '¿Con quién?', retries: 1, invalid: 'Elegí una.' },
			outputs: [{ key: 'p', label: 'Persona', to: 'pasa' }, { key: 'else', label: 'Otra cosa', to: 'pasa' }] },
		{ id: 'pasa', type: 'handoff', config: { queue, text: 'Te paso.' } }] });
	ending(world, { mode: 2, hours: 2 });
	const operator = world.person(), staff = await Staff.logIn(operator.login);
	const visitor = await Visitor.start({ key: world.name, name: 'Olga Ruiz' });
	await eventually(() => sql(`SELECT 1 FROM conversation WHERE channel_id = ${world.channel}`).length, 'it is open');
	const first = sql(`SELECT conversation_id FROM conversation WHERE channel_id = ${world.channel}`)[0][0];
	await visitor.choose({ key: 'p', label: 'Persona' });
	await eventually(() => state(first) === 3, 'somebody has it');
	await close(staff, first);
	await again(visitor, world);
	const latest = () => sql(`SELECT conversation_id, state, queue_id FROM conversation WHERE channel_id = ${world.channel} ORDER BY opened_at DESC LIMIT 1`)[0];
	await eventually(() => latest()[0] !== first && latest()[1] === '3', 'a new one, past the bot');
	assert.equal(Number(latest()[2]), world.queue);
	const second = latest()[0];
	await close(staff, second);
	sql(`UPDATE conversation SET closed_at = closed_at - interval '3 hours' WHERE channel_id = ${world.channel}`);
	await again(visitor, world);
	await eventually(() => latest()[0] !== second, 'a third one');
	assert.equal(latest()[1], '1');
});

test('how its cases end is a queue’s setting, checked and on record', async () => {
	const world = new World(), path = `/admin/queues/${world.queue}`;
	const page = (await admin.page(path)).text;
	const fields = { name: `Cola ${world.name}`, strategy: '1', priority: '0', capacity: '0', service_level: '60', max_wait: '0', overflow: '0', greeting: '',
		greeting_mode: '1', farewell: '', farewell_mode: '1', wrap: '45', reopen: '3', reopen_hours: '48' };
	for (const [name, value] of [['wrap', '3601'], ['wrap', '-1'], ['wrap', 'mucho'], ['reopen', '4'], ['reopen_hours', '0'], ['reopen_hours', '721']]) {
		const answer = await admin.save(path, { ...fields, [name]: value }, fieldOf(page, 'revision'));
		assert.equal(answer.status, 422, `${name} ${value}`);
		assert.ok(errorOf(answer.text, name), name);
	}
	assert.equal((await admin.save(path, fields, fieldOf(page, 'revision'))).status, 303);
	const { after } = history('queue', world.queue).at(-1);
	assert.deepEqual([after.wrap_s, after.reopen_mode, after.reopen_hours], [45, 'same', 48]);
	assert.match((await admin.page(path)).text, /name="wrap" value="45"/);
});
