// A case that is handed on: to a queue, to somebody, back to the bot; and one that waits for the agency.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World(), other = new World();

const row = id => sql(`SELECT state, queue_id, coalesce(user_id, 0) FROM conversation WHERE conversation_id = ${id}`)[0].map(Number);
const segments = id => sql(`SELECT k.name, coalesce(o.name, 'open') FROM segment s
	JOIN code k ON k.list = 'segment_kind' AND k.value = s.kind LEFT JOIN code o ON o.list = 'outcome' AND o.value = s.outcome
	WHERE s.conversation_id = ${id} ORDER BY s.segment_seq`).map(each => each.join(' '));
const openCases = person => Number(sql(`SELECT open_count FROM agent_state WHERE user_id = ${person.id}`)[0][0]);

// Somebody who attends a queue by the first world's channel, and is in.
async function colleague(where = world, options = {}) {
	const person = where.person(options);
	sql(`INSERT INTO user_channel VALUES (${person.id}, ${world.channel}) ON CONFLICT DO NOTHING`);
	return { ...person, staff: await Staff.logIn(person.login) };
}
const hand = (staff, id, fields) => staff.form(`/desk/${id}/transfer`, { once: once(), queue: world.queue, user: 'rule', note: '', ...fields });

test('to another queue: it waits there, whoever takes it sees the note first, and until they answer', async () => {
	const { staff, operator, visitor, id } = await world.case();
	const there = await colleague(other, { name: 'Sosa Pablo' });
	const answer = await hand(staff, id, { queue: other.queue, note: 'Quiere un plan.\nYa validé el CUIT.' });
	assert.equal(answer.headers.get('location'), '/desk');
	await eventually(() => row(id)[2] === there.id, 'it is assigned there');
	assert.deepEqual(segments(id).slice(-3), ['agent transferred', 'queue assigned', 'agent open']);
	assert.equal(openCases(operator), 0);
	assert.equal(sql(`SELECT closed_today FROM agent_state WHERE user_id = ${operator.id}`)[0][0], '0');
	const { text } = await there.staff.page(`/desk/${id}`);
	assert.match(text, /id="handed">[^]*te derivó esta conversación[^]*Quiere un plan\.\nYa validé el CUIT\./);
	assert.match(text, /Nota interna[^]*Quiere un plan/);
	await there.staff.post(`/desk/${id}/messages`, { text: 'Hola, sigo yo.', once: once() });
	assert.match((await there.staff.page(`/desk/${id}`)).text, /id="handed"><\/div>/);
	const { messages } = await visitor.until(seen => seen.messages.some(({ text: line }) => line === 'Hola, sigo yo.') && seen);
	assert.ok(!messages.some(({ text: line }) => line?.includes('Quiere un plan')));
	assert.equal((await staff.page(`/desk/${id}`)).status, 404);
	assert.equal(sql(`SELECT count(*) FROM audit WHERE conversation_id = ${id} AND action = 'conversation.transfer' AND actor_id = ${operator.id}`)[0][0], '1');
});

test('to an operator: only who can take it now can be chosen, with their load; the others say why', async () => {
	const { staff, id } = await world.case();
	const free = await colleague(world, { name: 'Ríos Ana' }), away = await colleague(world, { name: 'Paz Leo' }), full = await colleague(world, { name: 'Gil Eva', capacity: 1 });
	sql(`UPDATE agent_state SET state = 2, break_type_id = (SELECT min(break_type_id) FROM break_type) WHERE user_id = ${away.id};
		UPDATE agent_state SET open_count = 1 WHERE user_id = ${full.id}`);
	const { text } = await staff.page(`/desk/${id}/transfer`);
	assert.match(text, new RegExp(`value="${free.id}"><span>Ríos Ana [^]*?0 de 50`));
	assert.match(text, new RegExp(`value="${away.id}" disabled><span[^>]*>Paz Leo · [^]*?en descanso`));
	assert.match(text, new RegExp(`value="${full.id}" disabled><span[^>]*>Gil Eva · [^]*?completo`));
	for (const [who, why] of [[away, 'Esa persona está en descanso.'], [full, 'Esa persona ya tiene todas las conversaciones que puede atender.']]) {
		const refused = await hand(staff, id, { user: who.id, note: 'se conserva' });
		assert.equal(refused.status, 409);
		assert.match(refused.text, new RegExp(why));
		assert.match(refused.text, /se conserva/);
	}
	assert.equal((await hand(staff, id, { user: free.id })).status, 303);
	assert.deepEqual(row(id), [3, world.queue, free.id]);
	assert.deepEqual(segments(id).slice(-2), ['agent transferred', 'agent open']);
	assert.equal(openCases(free), 1);
	assert.match((await free.staff.page(`/desk/${id}`)).text, /Elegido por una persona/);
});

test('back to the bot: it begins anew when the taxpayer writes', async () => {
	const { staff, operator, visitor, id } = await world.case();
	assert.equal((await hand(staff, id, { user: 'bot' })).status, 303);
	assert.equal(row(id)[0], 1);
	assert.deepEqual(segments(id).slice(-2), ['agent transferred', 'bot open']);
	assert.equal(openCases(operator), 0);
	await visitor.say('sigo acá');
	await eventually(() => row(id)[0] !== 1, 'the bot hands over');
	assert.equal(segments(id).filter(each => each === 'bot handed_off').length, 2);
});

test('what is wrong stands beside its field and changes nothing', async () => {
	const { staff, id } = await world.case();
	const before = segments(id);
	for (const [fields, field] of [[{ user: '' }, 'user'], [{ user: 'nadie' }, 'user'], [{ user: '-1' }, 'user'], [{ queue: '' }, 'queue'],
		[{ queue: '999999' }, 'queue'], [{ user: '999999' }, 'user'], [{ note: 'x'.repeat(1001) }, 'note']]) {
		const answer = await hand(staff, id, fields);
		assert.equal(answer.status, 422, JSON.stringify(fields));
		assert.ok(errorOf(answer.text, field), JSON.stringify(fields));
	}
	sql(`UPDATE queue SET channel_ids = ARRAY[${other.channel}] WHERE queue_id = ${other.queue}`);
	assert.equal((await hand(staff, id, { queue: other.queue })).status, 422);
	sql(`UPDATE queue SET channel_ids = '{}' WHERE queue_id = ${other.queue}`);
	assert.deepEqual(segments(id), before);
});

test('the same form twice hands it on once; of two at once one is told; what is closed stays closed', async () => {
	const one = await world.case();
	const fields = { once: once(), queue: other.queue, user: 'rule', note: 'una vez' };
	const twice = await Promise.all([1, 2].map(() => one.staff.form(`/desk/${one.id}/transfer`, fields)));
	assert.deepEqual(twice.map(({ status }) => status), [303, 303]);
	assert.equal(sql(`SELECT count(*) FROM message WHERE conversation_id = ${one.id} AND body = 'una vez'`)[0][0], '1');
	const two = await world.case();
	const race = await Promise.all(['bot', 'rule'].map(user => hand(two.staff, two.id, { user, queue: other.queue })));
	assert.deepEqual(race.map(({ status }) => status).sort(), [303, 404]);
	const three = await world.case();
	await three.staff.form(`/desk/${three.id}/close`, { once: once() });
	for (const path of ['transfer', 'hold']) {
		const answer = await three.staff.post(`/desk/${three.id}/${path}`, { once: once(), user: 'bot', on: '1' });
		assert.equal(answer.status, 409);
		assert.equal(answer.json.error.message, 'La conversación ya está cerrada.');
	}
});

test('while it waits for the agency silence closes nothing; taken up again it is our turn', async () => {
	const { staff, id } = await world.case();
	const loud = await world.taxpayer({ state: 'active' });
	await staff.post(`/desk/${id}/messages`, { text: 'Lo consulto.', once: once() });
	assert.equal((await staff.post(`/desk/${id}/hold`, { once: once(), on: '1' })).status, 200);
	assert.equal((await staff.post(`/desk/${id}/hold`, { once: once(), on: '1' })).status, 200);
	assert.match((await staff.page(`/desk/${id}`)).text, /chip warn held[^]*Espera al organismo/);
	assert.match((await staff.page('/desk')).text, new RegExp(`id="case-${id}"[^]*?chip warn held`));
	await staff.post(`/desk/${loud.conversation}/messages`, { text: '¿Seguís ahí?', once: once() });
	sql(`UPDATE silence_rule SET own = true, contact_close_s = 1 WHERE queue_id = ${world.queue}`);
	await eventually(() => row(loud.conversation)[0] === 4, 'the other one is closed', 15000);
	assert.equal(row(id)[0], 3);
	sql(`UPDATE silence_rule SET contact_close_s = 600 WHERE queue_id = ${world.queue}`);
	await staff.form(`/desk/${id}/hold`, { once: once(), on: '0' });
	assert.doesNotMatch((await staff.page(`/desk/${id}`)).text, /chip warn held/);
	assert.deepEqual(sql(`SELECT data->>'event' FROM message WHERE conversation_id = ${id} AND kind = 4 ORDER BY seq DESC LIMIT 2`).flat(), ['resumed', 'held']);
	assert.deepEqual(sql(`SELECT action FROM audit WHERE conversation_id = ${id} AND action IN ('conversation.hold', 'conversation.resume') ORDER BY audit_id`).flat(), ['conversation.hold', 'conversation.resume']);
	for (const on of ['', '2', 'x']) assert.equal((await staff.post(`/desk/${id}/hold`, { once: once(), on })).status, 422, on);
	sql(`UPDATE silence_rule SET own = false, contact_close_s = 0 WHERE queue_id = ${world.queue}`);
});

test('handed on, it waits for the agency no more', async () => {
	const { staff, id } = await world.case();
	await staff.post(`/desk/${id}/hold`, { once: once(), on: '1' });
	await hand(staff, id, { queue: other.queue });
	assert.equal(sql(`SELECT held_at IS NULL FROM conversation WHERE conversation_id = ${id}`)[0][0], 't');
});

test('what waits for the agency says so on the board', async () => {
	const { staff, id } = await world.case();
	await staff.post(`/desk/${id}/hold`, { once: once(), on: '1' });
	const boss = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	assert.match((await boss.page('/board')).text, new RegExp(`id="l-held"[^]*?id="card-${id}"`));
});
