// The list of cases: its order and filters, kept with the person; what may be taken; the closed ones; who is there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';
import { earlier } from '../support/history.mjs';

const idsOf = html => [...html.matchAll(/<li id="case-(\d+)"/g)].map(([, id]) => Number(id));
const hiddenOf = html => [...html.matchAll(/<li id="case-(\d+)" class="off"/g)].map(([, id]) => Number(id));

test('the order is by news, by who waits the longest for an answer or by age, and stays with the person', async () => {
	const world = new World();
	const { staff, operator, id: first } = await world.case();
	const [second, third] = [(await world.taxpayer({ state: 'active' })).conversation, (await world.taxpayer({ state: 'active' })).conversation];
	const minutes = (id, assigned, contact, agent, last) => sql(`UPDATE conversation SET assigned_at = now() - interval '${assigned} min',
		last_contact_at = now() - interval '${contact} min', last_agent_at = now() - interval '${agent} min',
		last_message_at = now() - interval '${last} min' WHERE conversation_id = ${id}`);
	minutes(first, 30, 9, 10, 9);
	minutes(second, 50, 3, 2, 2);
	minutes(third, 40, 20, 25, 20);
	const list = async sort => {
		assert.equal((await staff.post('/desk/view', { sort })).status, 200);
		return idsOf((await staff.page('/desk/list', { 'X-Fragment': '1' })).text);
	};
	assert.deepEqual(await list('1'), [second, first, third]);
	assert.deepEqual(await list('2'), [third, first, second]);
	assert.deepEqual(await list('3'), [second, third, first]);
	const again = await Staff.logIn(operator.login);
	assert.deepEqual(idsOf((await again.page('/desk')).text), [second, third, first]);
	for (const sort of ['', '0', '4', 'x']) assert.equal((await staff.post('/desk/view', { sort })).status, 422, sort);
});

test('who writes again waits no less: the clock runs since their first message without an answer', async () => {
	const world = new World();
	const { staff, visitor, id } = await world.case();
	const waits = async () => Number(/ data-tick="(\d+)"/.exec((await staff.page('/desk/list', { 'X-Fragment': '1' })).text.split('data-unanswered')[1])?.[1] ?? NaN);
	const says = async text => {
		await visitor.say(text);
		await eventually(() => sql(`SELECT 1 FROM message WHERE conversation_id = ${id} AND body = '${text}'`).length, text);
	};
	const answers = text => staff.post(`/desk/${id}/messages`, { text, once: once() });
	await answers('Buenas');
	assert.ok(Number.isNaN(await waits()));
	await says('Uno');
	sql(`UPDATE conversation SET unanswered_at = unanswered_at - interval '5 min', requested_at = requested_at - interval '9 min',
		last_agent_at = last_agent_at - interval '6 min', last_contact_at = last_contact_at - interval '5 min' WHERE conversation_id = ${id}`);
	await says('Dos');
	assert.ok(await waits() >= 300);
	await answers('Acá estoy');
	assert.ok(Number.isNaN(await waits()));
	await says('Tres');
	assert.ok(await waits() < 300);
});

test('what a filter hides is counted and still there to be heard', async () => {
	const world = new World(), other = new World();
	const { staff, operator, visitor, id } = await world.case();
	sql(`INSERT INTO user_queue VALUES (${operator.id}, ${other.queue}); INSERT INTO user_channel VALUES (${operator.id}, ${other.channel})`);
	const waiting = (await other.taxpayer({ state: 'active' })).conversation;
	await visitor.say('nuevo');
	await visitor.until(({ messages }) => messages.some(({ text }) => text === 'nuevo'));
	const list = async fields => {
		await staff.post('/desk/view', { sort: '1', ...fields });
		return (await staff.page('/desk/list', { 'X-Fragment': '1' })).text;
	};
	assert.deepEqual(hiddenOf(await list({})), []);
	assert.deepEqual(hiddenOf(await list({ unread: '1' })), [waiting]);
	const text = await list({ queue: world.queue });
	assert.deepEqual(hiddenOf(text), [waiting]);
	assert.match(text, /Ocultas por tus filtros: 1/);
	assert.match(text, new RegExp(`<option value="${world.queue}" selected>`));
	assert.deepEqual(hiddenOf(await list({ messenger: '2' })).sort(), [id, waiting].sort());
	assert.deepEqual(hiddenOf(await list({ queue: '999999' })), []);
});

test('what waits where nobody gives it out is taken by hand, by one person only', async () => {
	const world = new World();
	sql(`UPDATE queue SET strategy = 6 WHERE queue_id = ${world.queue}`);
	const operator = world.person();
	const staff = await Staff.logIn(operator.login);
	const { conversation } = await world.taxpayer({ state: 'waiting' });
	assert.match((await staff.page('/desk')).text, new RegExp(`action="/desk/${conversation}/take"`));
	assert.match((await staff.page(`/desk/${conversation}`)).text, /data-take>[^]*Tomar/);
	const other = await Staff.logIn(world.person().login);
	await eventually(() => Number(sql(`SELECT count(*) FROM agent_state WHERE state = 1 AND user_id IN (SELECT user_id FROM user_queue WHERE queue_id = ${world.queue})`)[0][0]) === 2, 'both are in');
	const answers = await Promise.all([staff, other].map(each => each.post(`/desk/${conversation}/take`, { once: once() })));
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 404]);
	assert.equal(answers.find(({ status }) => status === 404).json.error.message, 'Esa conversación ya no está en espera: la tomó otra persona o terminó.');
	const taker = answers[0].status === 200 ? staff : other;
	assert.match((await taker.page(`/desk/${conversation}`)).text, /<form class="comp" id="composer"/);
	assert.equal(sql(`SELECT count(*) FROM assignment WHERE conversation_id = ${conversation}`)[0][0], '1');
});

test('what its queue gives out itself, or somebody cannot take now, is not taken', async () => {
	const world = new World(), operator = world.person(), staff = await Staff.logIn(operator.login);
	await staff.post('/state', { to: 'out' });
	const { conversation } = await world.taxpayer({ state: 'waiting' });
	const take = () => staff.post(`/desk/${conversation}/take`, { once: once() });
	assert.equal((await take()).json.error.message, 'Las conversaciones de esa cola se asignan solas.');
	sql(`UPDATE queue SET strategy = 6 WHERE queue_id = ${world.queue}`);
	assert.equal((await take()).status, 409);
	const stranger = await Staff.logIn(new World().person().login);
	assert.equal((await stranger.post(`/desk/${conversation}/take`, { once: once() })).status, 404);
	assert.equal(sql(`SELECT state FROM conversation WHERE conversation_id = ${conversation}`)[0][0], '2');
});

test('the closed ones come page by page, latest first', async () => {
	const world = new World();
	const { staff, id } = await world.case();
	for (let days = 1; days <= 2; days++) earlier(id, { days, messages: 1 });
	sql(`INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, queue_id, user_id, opened_at, closed_at)
		SELECT conversation_id_next(now() - interval '3 days'), channel_id, channel_version_id, contact_id, 4, queue_id, user_id,
			now() - interval '3 days', now() - interval '3 days' + make_interval(secs => n)
		FROM conversation, generate_series(1, 60) n WHERE conversation_id = ${id}`);
	const { text } = await staff.page('/desk/list?box=closed', { 'X-Fragment': '1' });
	const first = idsOf(text);
	assert.equal(first.length, 50);
	const [, link] = /href="(\/desk\?box=closed&amp;before=\d+)"/.exec(text);
	const rest = await staff.page(link.replace('/desk?', '/desk/list?').replace('&amp;', '&'), { 'X-Fragment': '1' });
	assert.equal(new Set([...first, ...idsOf(rest.text)]).size, 62);
	assert.ok(!rest.text.includes('before='));
});

test('who has their chat open is online; who was not heard of is not', async () => {
	const world = new World();
	const { staff, visitor, id } = await world.case();
	const online = async () => JSON.parse((await staff.page('/desk/presence')).text).online.includes(String(id));
	assert.ok(await online());
	assert.match((await staff.page(`/desk/${id}`)).text, /class="pres on" id="presence"/);
	sql(`UPDATE visitor SET last_seen_at = now() - interval '2 minutes' WHERE visitor_id = ${visitor.id}`);
	assert.ok(!await online());
	assert.match((await staff.page(`/desk/${id}`)).text, /class="pres" id="presence"/);
});

test('the row of a case says how far the operator\'s last word got', async () => {
	const world = new World();
	const { staff, visitor, id } = await world.case();
	const { json: { seq } } = await staff.post(`/desk/${id}/messages`, { text: 'hola', once: 'tilde-en-la-lista' });
	await staff.post(`/desk/${id}/messages`, { text: 'nota', note: '1', once: 'nota-despues-de-eso' });
	const tick = async () => new RegExp(`id="case-${id}"[^]*?class="tick[^"]*" title="([^"]+)"`).exec((await staff.page('/desk')).text)[1];
	assert.equal(await tick(), 'Enviado');
	await visitor.post('/webchat/seen', { conversation: id, delivered: seq, read: seq });
	await visitor.until(({ conversation }) => conversation.seen >= seq);
	assert.equal(await tick(), 'Leído');
});
