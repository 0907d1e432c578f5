// What a supervisor does with cases: give them, take them, speak in them; exactly once, and only in their own queues.
import assert from 'node:assert/strict';
import test from 'node:test';
import { decode } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const supervisor = async world => {
	const person = world.person({ role: 'supervisor', name: 'Carla Méndez' });
	return Object.assign(await Staff.logIn(person.login), { id: person.id });
};
// Somebody who could take a case now, without a browser.
function present(world, options) {
	const person = world.person(options);
	sql(`UPDATE agent_state SET state = 1, heartbeat_at = now() WHERE user_id = ${person.id}`);
	return person;
}
const byHand = world => sql(`UPDATE queue SET strategy = 6 WHERE queue_id = ${world.queue}`);
const row = id => {
	const [[state, user, segment]] = sql(`SELECT state, coalesce(user_id, 0), segment_seq FROM conversation WHERE conversation_id = ${id}`);
	return { state: Number(state), user: Number(user), pick: `${id}.${segment}`, segment };
};
const open = user => Number(sql(`SELECT open_count FROM agent_state WHERE user_id = ${user}`)[0][0]);
const dialog = (staff, ...ids) => staff.page(`/board/assign?${ids.map(id => `id=${id}`).join('&')}`, { 'X-Fragment': '1' });
const offered = text => [...text.split('id="cannot"')[0].matchAll(/name="to" value="(\d+)"/g)].map(([, id]) => Number(id));
const assign = (staff, picks, to, more = {}) => staff.post('/board/assign', [['once', once()], ['to', to], ...picks.map(pick => ['pick', pick]), ...Object.entries(more)]);

test('only who can take it now is offered, the least busy first, and why the others cannot is said', async () => {
	const world = new World();
	byHand(world);
	const staff = await supervisor(world);
	const [idle, busy, full, away, deaf, gone] = ['Ana', 'Beto', 'Celia', 'Dora', 'Ema', 'Fito'].map(name => present(world, { name: `${name} López`, capacity: 3 }));
	sql(`UPDATE agent_state SET open_count = 1 WHERE user_id = ${busy.id}; UPDATE agent_state SET open_count = 3 WHERE user_id = ${full.id};
		UPDATE agent_state SET state = 3 WHERE user_id = ${away.id}; DELETE FROM user_channel WHERE user_id = ${deaf.id};
		UPDATE agent_state SET heartbeat_at = now() - interval '5 minutes' WHERE user_id = ${gone.id}`);
	const stranger = present(new World());
	const { conversation } = await world.taxpayer();
	const { status, text } = await dialog(staff, conversation);
	assert.equal(status, 200);
	assert.deepEqual(offered(text), [idle.id, busy.id]);
	assert.match(text, /Ana López.*0 de 3 casos.*sugerido por la regla/s);
	for (const [name, why] of [['Celia', 'con el cupo completo'], ['Dora', 'en coaching'], ['Ema', 'no atiende este canal'], ['Fito', 'sin señal']])
		assert.match(text.split('id="cannot"')[1], new RegExp(`${name} López <span[^>]*>· ${why} ·`));
	assert.ok(!text.includes(`value="${stranger.id}"`));
	const refused = await assign(staff, [row(conversation).pick], full.id);
	assert.equal(refused.status, 409);
	assert.equal(row(conversation).state, 2);
});

test('who has as many of a channel as they may is not offered another of it, and the dialog says how many', async () => {
	const world = new World();
	byHand(world);
	const staff = await supervisor(world), operator = present(world, { name: 'Gala López' });
	sql(`UPDATE user_channel SET capacity = 1 WHERE user_id = ${operator.id}`);
	const [first, second] = [await world.taxpayer(), await world.taxpayer()].map(one => one.conversation);
	const both = decode((await dialog(staff, first, second)).text);
	assert.match(both.split('id="cannot"')[1], /Gala López <span[^>]*>· sin lugar para todas ·/);
	assert.equal((await assign(staff, [row(first).pick], operator.id)).status, 200);
	const { text } = await dialog(staff, second);
	assert.deepEqual(offered(text), []);
	assert.match(decode(text).split('id="cannot"')[1], new RegExp(`Gala López <span[^>]*>· lleno en Canal ${world.name}: 1 de 1 ·`));
	const refused = await assign(staff, [row(second).pick], operator.id);
	assert.equal(refused.status, 409);
	assert.match(refused.text, /ya tiene todas las conversaciones de este canal/);
});

test('a case that waits is given by hand, with who gave it on record', async () => {
	const world = new World();
	byHand(world);
	const staff = await supervisor(world), operator = present(world, { name: 'Julia Vera' });
	const { conversation } = await world.taxpayer();
	const answer = await assign(staff, [row(conversation).pick], operator.id);
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.json.text, 'Asignada a Julia Vera.');
	assert.deepEqual([row(conversation).state, row(conversation).user, open(operator.id)], [3, operator.id, 1]);
	const [[actor, rule]] = sql(`SELECT a.actor_id, s.reason->>'rule' FROM audit a JOIN assignment s USING (conversation_id)
		WHERE a.conversation_id = ${conversation} AND a.action = 'conversation.assign'`);
	assert.deepEqual([Number(actor), rule], [staff.id, 'by_hand']);
});

test('of two supervisors who give the same case at once one does, the other is told; the form twice does it once', async () => {
	const world = new World();
	byHand(world);
	const [first, second] = await Promise.all([supervisor(world), supervisor(world)]);
	const [a, b] = [present(world), present(world)];
	const { conversation } = await world.taxpayer();
	const { pick } = row(conversation), id = once();
	const answers = await Promise.all([assign(first, [pick], a.id, { once: id }), assign(second, [pick], b.id)]);
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
	const won = answers[0].status === 200 ? [first, a] : [second, b];
	assert.equal(row(conversation).user, won[1].id);
	assert.match(answers.find(({ status }) => status === 409).json.error.message, /cambió de manos/);
	const again = [['once', 'repetido-1'], ['to', (won[1] === a ? b : a).id], ['pick', row(conversation).pick]];
	const twice = await Promise.all([1, 2].map(() => first.post('/board/assign', again)));
	assert.deepEqual(twice.map(({ status }) => status), [200, 200]);
	assert.equal(sql(`SELECT count(*) FROM assignment WHERE conversation_id = ${conversation}`)[0][0], '2');
	assert.equal(open(a.id) + open(b.id), 1);
});

test('several go to one person, or each by the rule; what cannot is said and the rest is done', async () => {
	const world = new World();
	byHand(world);
	const staff = await supervisor(world);
	const [a, b] = [present(world, { capacity: 2 }), present(world, { capacity: 2 })];
	const ids = [];
	for (let i = 0; i < 5; i++) ids.push((await world.taxpayer()).conversation);
	const rule = await assign(staff, ids.slice(0, 2).map(id => row(id).pick), 'rule');
	assert.equal(rule.json.text, '2 conversaciones asignadas.');
	assert.deepEqual([open(a.id), open(b.id)], [1, 1]);
	assert.deepEqual(offered((await dialog(staff, ...ids.slice(2))).text), []);
	const some = await assign(staff, ids.slice(2).map(id => row(id).pick), 'rule');
	assert.equal(some.status, 409);
	assert.match(some.json.error.message, /^Se asignaron 2 de 3\. Nadie puede tomarla ahora\./);
	assert.deepEqual([open(a.id), open(b.id)], [2, 2]);
	assert.equal(ids.filter(id => row(id).state === 2).length, 1);
});

test('an operator from whom a case is taken is back in the waiting order, has closed nothing, and is told who took it', async () => {
	const world = new World();
	const { operator, staff: agent, id } = await world.case();
	const staff = await supervisor(world);
	sql(`UPDATE agent_state SET available_since = now() - interval '1 hour' WHERE user_id = ${operator.id}`);
	const taken = await staff.post(`/board/case/${id}/take`, { once: once(), segment: row(id).segment });
	assert.equal(taken.status, 200, taken.text);
	assert.equal(row(id).user, staff.id);
	const [[count, closed, fresh]] = sql(`SELECT open_count, closed_today, available_since > now() - interval '1 minute' FROM agent_state WHERE user_id = ${operator.id}`);
	assert.deepEqual([count, closed, fresh], ['0', '0', 't']);
	assert.equal(sql(`SELECT outcome FROM segment WHERE conversation_id = ${id} AND user_id = ${operator.id}`)[0][0], '7');
	assert.deepEqual(sql(`SELECT key, by_name FROM notice WHERE user_id = ${operator.id} AND event = 6`), [['taken', 'Carla Méndez']]);
	assert.equal((await agent.page(`/desk/${id}`)).status, 404);
	// The router has been round, and it is still theirs.
	sql(`UPDATE agent_state SET state = 1, heartbeat_at = now() WHERE user_id = ${operator.id}`);
	await world.taxpayer({ state: 'active' });
	assert.deepEqual(sql(`SELECT user_id FROM conversation c JOIN app_user u USING (user_id) WHERE conversation_id = ${id}
		AND NOT (NOT u.attends AND NOT user_supervises(u.user_id))`), [[String(staff.id)]]);
	// Who took it speaks as its operator, and may give it back.
	const said = await staff.post(`/board/case/${id}/say`, { once: once(), mode: 'contact', text: 'Soy Carla, sigo yo.' });
	assert.equal(said.status, 200, said.text);
	assert.equal(sql(`SELECT author FROM message WHERE conversation_id = ${id} ORDER BY seq DESC LIMIT 1`)[0][0], '3');
	assert.equal((await assign(staff, [row(id).pick], operator.id)).status, 200);
});

test('a word to the taxpayer reaches them as supervision’s; a whisper reaches the operator and nobody else', async () => {
	const world = new World();
	const { operator, staff: agent, visitor, id } = await world.case();
	const staff = await supervisor(world);
	const whisper = 'Ofrecele el plan <b>corto</b>', word = 'Estamos viendo tu caso.';
	const fields = { once: once(), mode: 'whisper', text: whisper };
	const [first, second] = await Promise.all([1, 2].map(() => staff.post(`/board/case/${id}/say`, fields)));
	assert.deepEqual([first.status, second.status, first.json.seq], [200, 200, second.json.seq]);
	assert.equal((await staff.post(`/board/case/${id}/say`, { once: once(), mode: 'contact', text: word })).status, 200);
	const { messages } = await visitor.until(answer => answer.messages.some(({ text }) => text === word) && answer);
	assert.deepEqual(messages.filter(({ author }) => author === 'supervisor').map(({ text, name }) => [text, name]), [[word, 'Carla']]);
	assert.ok(!JSON.stringify(messages).includes('plan'));
	const desk = (await agent.page(`/desk/${id}`)).text;
	assert.ok(desk.includes('Ofrecele el plan &lt;b&gt;corto&lt;/b&gt;'));
	assert.match(desk, /Susurro de Carla Méndez · el contribuyente no lo ve/);
	assert.match(desk, new RegExp(`/desk/${id}/whisper`));
	assert.deepEqual(sql(`SELECT key, words FROM notice WHERE user_id = ${operator.id} AND event = 6 ORDER BY 1`), [['said', word], ['whisper', whisper]]);
	assert.equal(sql(`SELECT last_message_preview FROM conversation WHERE conversation_id = ${id}`)[0][0], word);
	const answer = await agent.post(`/desk/${id}/whisper`, { once: once(), text: 'Dale, ya se lo ofrezco' });
	assert.equal(answer.status, 200);
	assert.deepEqual(sql(`SELECT key, words FROM notice WHERE user_id = ${staff.id} AND event = 6`), [['answered', 'Dale, ya se lo ofrezco']]);
	assert.match((await staff.page(`/desk/${id}`)).text, /a supervisión · el contribuyente no lo ve/);
	assert.ok(!JSON.stringify((await visitor.get('/webchat/messages')).json).includes('Dale'));
});

test('the operator’s name rule holds for supervision too', async t => {
	const world = new World();
	const { visitor, id } = await world.case();
	const staff = await supervisor(world);
	sql(`INSERT INTO setting (key, value) VALUES ('contact.operator', '"nobody"') ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	t.after(() => sql("DELETE FROM setting WHERE key = 'contact.operator'"));
	await staff.post(`/board/case/${id}/say`, { once: once(), mode: 'contact', text: 'Hola' });
	await visitor.until(({ messages }) => messages.some(({ author, name }) => author === 'supervisor' && !name));
});

test('nothing goes where it is not said to go, nor into a case that is not theirs, closed, or nobody’s', async () => {
	const world = new World();
	const staff = await supervisor(world);
	const { id, visitor } = await world.case();
	const say = (which, fields) => staff.post(`/board/case/${which}/say`, { once: once(), text: 'Hola', mode: 'contact', ...fields });
	const last = () => sql(`SELECT count(*) FROM message WHERE conversation_id = ${id} AND author <> 4`)[0][0];
	const before = last();
	for (const fields of [{ mode: '' }, { mode: 'todos' }, { text: ' \n ' }, { text: 'x'.repeat(4097) }, { once: '' }]) assert.equal((await say(id, fields)).status, 422, JSON.stringify(fields).slice(0, 40));
	assert.equal(last(), before);
	const foreign = await new World().case();
	for (const which of [foreign.id, 26010100000001]) {
		assert.equal((await say(which)).status, 404);
		assert.equal((await staff.post(`/board/case/${which}/take`, { once: once(), segment: 1 })).status, 404);
		assert.equal((await assign(staff, [`${which}.1`], 'rule')).status, 404);
		assert.equal((await dialog(staff, which)).status, 404);
	}
	assert.equal((await staff.post(`/board/case/${id}/take`, { once: once(), segment: 1 })).status, 409);
	assert.equal((await assign(staff, ['nada'], 'rule')).status, 422);
	assert.equal((await assign(staff, [row(id).pick], 'nadie')).status, 422);
	await visitor.post('/webchat/leave', { once: once() });
	await eventually(() => row(id).state === 4, 'it is closed');
	assert.equal((await say(id)).status, 409);
	byHand(world);
	const waiting = await world.taxpayer();
	assert.equal((await say(waiting.conversation, { mode: 'whisper' })).status, 409);
	const page = await staff.page(`/desk/${waiting.conversation}`);
	assert.ok(page.text.includes('value="contact" checked') && !page.text.includes('value="whisper"'));
});

test('it all works without script: forms, a page for the dialog, the error beside what was written', async () => {
	const world = new World();
	byHand(world);
	const staff = await supervisor(world), operator = present(world);
	const { conversation } = await world.taxpayer();
	assert.match((await staff.page(`/board/assign?id=${conversation}`)).text, /<h1>Supervisión<\/h1>/);
	assert.equal((await staff.form('/board/assign', { once: once(), pick: row(conversation).pick, to: operator.id })).headers.get('location'), '/board');
	const wrong = await staff.form(`/board/case/${conversation}/say`, { once: once(), mode: 'contact', text: 'x'.repeat(4097) });
	assert.equal(wrong.status, 422);
	assert.match(wrong.text, /x{4097}<\/textarea>/);
	assert.equal((await staff.form(`/board/case/${conversation}/say`, { once: once(), mode: 'contact', text: 'Hola' })).headers.get('location'), `/desk/${conversation}`);
});

test('a supervisor ends a case with its tipificación; the operator is free, has closed nothing, and is told', async () => {
	const world = new World({ typificationRequired: true });
	const { operator, visitor, id } = await world.case();
	const staff = await supervisor(world);
	const form = await staff.page(`/board/case/${id}/close`, { 'X-Fragment': '1' });
	assert.match(form.text, new RegExp(`action="/board/case/${id}/close"`));
	assert.equal((await staff.post(`/board/case/${id}/close`, { once: once() })).json.error.field, 'typification');
	const [, typification] = /name="typification" value="(\d+)"/.exec(form.text);
	const fields = { once: once(), typification };
	for (let i = 0; i < 2; i++) assert.equal((await staff.post(`/board/case/${id}/close`, fields)).json.text, 'Conversación terminada.');
	assert.deepEqual(sql(`SELECT state, closed_by FROM conversation WHERE conversation_id = ${id}`), [['4', '6']]);
	assert.deepEqual(sql(`SELECT open_count, closed_today FROM agent_state WHERE user_id = ${operator.id}`), [['0', '0']]);
	assert.deepEqual(sql(`SELECT source, main FROM conversation_typification WHERE conversation_id = ${id}`), [['4', 't']]);
	assert.deepEqual(sql(`SELECT key FROM notice WHERE user_id = ${operator.id} AND event = 6`), [['ended']]);
	await visitor.until(({ conversation }) => conversation.state === 'closed');
	assert.equal((await staff.page(`/board/case/${id}/close`)).status, 409);
	assert.equal((await staff.page(`/board/case/${(await new World().case()).id}/close`)).status, 404);
	assert.match((await staff.page(`/desk/${id}`)).text, /Supervisión cerró la conversación/);
});
