// The internal chat: who is in whose room, what stays on record, and what nobody else reads.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const somebody = async (world, options) => {
	const person = world.person(options);
	return Object.assign(await Staff.logIn(person.login), { id: person.id });
};
const say = (staff, room, text, more = {}) => staff.post(`/chat/${room}`, { once: once(), text, ...more });
const unread = async staff => Number(/id="nav-chat".*?<span class="cnt">(\d+)/s.exec((await staff.page('/chat')).text)?.[1] ?? 0);

test('an operator and the supervision of their queues talk; nobody else hears or finds it', async () => {
	const world = new World();
	const [marina, ana] = [await somebody(world, { name: 'Marina López' }), await somebody(world, { name: 'Ana Ruiz' })];
	const carla = await somebody(world, { role: 'supervisor', name: 'Carla Méndez', attends: false });
	const stranger = await somebody(new World(), { role: 'supervisor', attends: false });
	const text = 'No encuentro el expediente <b>4471</b>';
	assert.equal((await say(marina, marina.id, text)).status, 200);
	assert.equal(await unread(carla), 1);
	assert.equal(await unread(marina), 0);
	const page = await carla.page(`/chat/${marina.id}`);
	assert.ok(page.text.includes('No encuentro el expediente &lt;b&gt;4471&lt;/b&gt;'));
	assert.equal((await say(carla, marina.id, 'Está en archivo.')).status, 200);
	assert.ok((await marina.page('/chat')).text.includes('Está en archivo.'));
	for (const other of [ana, stranger]) {
		for (const path of [`/chat/${marina.id}`, `/chat/${marina.id}/messages?before=99999`]) assert.equal((await other.page(path)).status, 404);
		assert.equal((await say(other, marina.id, 'hola')).status, 404);
		assert.equal((await other.post(`/chat/${marina.id}/read`, { last: 1 })).status, 404);
		assert.ok(!(await other.page('/chat?q=expediente')).text.includes('4471'));
	}
	assert.equal((await carla.page(`/chat/${carla.id}`)).status, 404);
	assert.deepEqual(sql(`SELECT count(*) FROM chat_message WHERE operator_id = ${marina.id}`), [['2']]);
	assert.deepEqual(sql(`SELECT key, by_name FROM notice WHERE user_id = ${marina.id} AND key = 'chat'`), [['chat', 'Carla Méndez']]);
	assert.equal(sql(`SELECT count(*) FROM audit WHERE action = 'chat.say' AND entity_id = ${marina.id}`)[0][0], '2');
});

test('what is read is read, and only rises; the form twice says it once', async () => {
	const world = new World();
	const marina = await somebody(world), carla = await somebody(world, { role: 'supervisor', attends: false });
	const fields = { once: once() };
	await Promise.all([1, 2, 3].map(() => say(marina, marina.id, 'una vez', fields)));
	await say(marina, marina.id, 'y otra');
	const [[first], [last]] = sql(`SELECT chat_message_id FROM chat_message WHERE operator_id = ${marina.id} ORDER BY 1`);
	assert.equal(await unread(carla), 2);
	for (const [seen, left] of [[first, 1], [last, 0], [first, 0]]) {
		assert.equal((await carla.post(`/chat/${marina.id}/read`, { last: seen })).status, 200);
		assert.equal(await unread(carla), left);
	}
	assert.equal(await unread(marina), 0);
});

test('a long room comes in pages, and what was said is found by its words and led to', async () => {
	const world = new World();
	const marina = await somebody(world), carla = await somebody(world, { role: 'supervisor', attends: false });
	sql(`INSERT INTO chat_message (operator_id, user_id, user_version_id, body)
		SELECT ${marina.id}, ${marina.id}, version_id, 'renglón ' || n || CASE WHEN n = 7 THEN ' sobre moratorias' ELSE '' END
		FROM app_user, generate_series(1, 120) n WHERE user_id = ${marina.id}`);
	const { text } = await carla.page(`/chat/${marina.id}`);
	assert.equal(text.match(/id="cm\d+"/g).length, 50);
	assert.ok(text.includes('>renglón 120<') && !text.includes('>renglón 70<'));
	const older = /data-chat-older="([^"]+)"/.exec(text)[1];
	const part = (await carla.page(older, { 'X-Fragment': '1' })).text;
	assert.ok(part.includes('>renglón 70<') && part.includes('>renglón 21<') && !part.includes('>renglón 20<'));
	const found = (await carla.page('/chat?q=moratoria')).text;
	const [, href] = /<a class="card" href="([^"]+)"/.exec(found);
	const there = (await carla.page(href.replaceAll('&amp;', '&'))).text;
	assert.ok(there.includes('>renglón 7 sobre moratorias<') && !there.includes('>renglón 8<'));
	assert.match((await carla.page('/chat?q=inexistente')).text, /Nadie dijo eso/);
});

test('a blank and an endless message are refused beside the form; without script it all works', async () => {
	const world = new World();
	const marina = await somebody(world);
	for (const text of ['', ' \n ', 'x'.repeat(4097)]) assert.equal((await say(marina, marina.id, text)).status, 422);
	const page = await marina.form(`/chat/${marina.id}`, { once: once(), text: '' });
	assert.equal(page.status, 422);
	assert.match(page.text, /id="chat-error" role="alert">[^<]+</);
	assert.equal((await marina.form(`/chat/${marina.id}`, { once: once(), text: 'Hola' })).headers.get('location'), `/chat/${marina.id}`);
	assert.equal((await (await Staff.logIn('admin')).page('/chat')).status, 403);
});

test('a message to several is in the room of each, told to each and on record; nobody else of supervision has to read it', async () => {
	const world = new World(), elsewhere = new World();
	const [a, b, c] = [await somebody(world), await somebody(world), await somebody(world)];
	const gone = world.person(), stranger = await somebody(elsewhere);
	const [carla, dario] = [await somebody(world, { role: 'supervisor', name: 'Carla Méndez', attends: false }), await somebody(world, { role: 'supervisor', attends: false })];
	sql(`INSERT INTO user_queue VALUES (${c.id}, ${elsewhere.queue})`);
	const send = (fields, users = []) => carla.post('/board/agents/message', [...Object.entries({ once: once(), text: 'Se cae el sistema a las <b>15</b>', ...fields }), ...users.map(id => ['user', id])]);
	const rooms = () => sql(`SELECT operator_id FROM chat_message WHERE user_id = ${carla.id} ORDER BY operator_id`).map(([id]) => Number(id));
	const twice = { whom: 'chosen', once: once() };
	assert.equal((await send(twice, [a.id, gone.id, stranger.id])).json.text, 'Mensaje enviado a 2 operadores.');
	assert.equal((await send(twice, [a.id, gone.id, stranger.id])).json.text, 'Mensaje enviado a 2 operadores.');
	assert.deepEqual(rooms(), [a.id, gone.id].sort((x, y) => x - y));
	assert.deepEqual(sql(`SELECT key, by_name, words FROM notice WHERE user_id = ${a.id}`), [['chat', 'Carla Méndez', 'Se cae el sistema a las <b>15</b>']]);
	assert.equal(await unread(a), 1);
	assert.equal(await unread(dario), 0);
	assert.match((await a.page(`/chat/${a.id}`)).text, /Carla Méndez · a varios operadores.*Se cae el sistema a las &lt;b&gt;15/s);
	const [[after]] = sql(`SELECT after FROM audit WHERE action = 'chat.broadcast' AND actor_id = ${carla.id}`);
	assert.deepEqual(JSON.parse(after), { users: [a.id, gone.id].sort((x, y) => x - y).map(String), text: 'Se cae el sistema a las <b>15</b>' });
	assert.equal((await send({ whom: 'present' })).json.text, 'Mensaje enviado a 3 operadores.');
	assert.equal((await send({ whom: 'queue', queue: world.queue })).json.text, 'Mensaje enviado a 3 operadores.');
	assert.equal((await send({ whom: 'queue', queue: elsewhere.queue })).status, 409);
	const last = sql(`SELECT max(chat_message_id) FROM chat_message WHERE operator_id = ${b.id}`)[0][0];
	await b.post(`/chat/${b.id}/read`, { last });
	assert.match((await carla.page('/board/agents/message')).text, /Lo vieron 1 de 3/);
});

test('a message to several says for whom it is and what, is refused beside its form, and is supervision’s alone', async () => {
	const world = new World();
	const a = await somebody(world), carla = await somebody(world, { role: 'supervisor', attends: false });
	const send = (staff, fields) => staff.post('/board/agents/message', { once: once(), whom: 'chosen', user: a.id, text: 'Hola', ...fields });
	for (const fields of [{ whom: '' }, { whom: 'todos' }, { user: '' }, { user: 'x' }, { text: ' ' }, { text: 'x'.repeat(4097) }, { whom: 'queue' }, { whom: 'queue', queue: 'x' }])
		assert.equal((await send(carla, fields)).status, 422, JSON.stringify(fields));
	const page = await carla.form('/board/agents/message', { once: once(), whom: 'chosen', user: a.id, text: '' });
	assert.equal(page.status, 422);
	assert.match(page.text, new RegExp(`name="user" value="${a.id}".*value="chosen" checked.*data-error>[^<]+<`, 's'));
	assert.equal((await send(a)).status, 403);
	assert.equal((await a.page('/board/agents/message')).status, 403);
	const silent = world.person({ role: 'supervisor', attends: false });
	sql(`WITH r AS (INSERT INTO role (name) VALUES ('Sin chat ${world.name}') RETURNING role_id),
			p AS (INSERT INTO role_permission SELECT role_id, unnest(ARRAY['board.view', 'conversation.supervise']) FROM r)
		UPDATE user_role SET role_id = r.role_id FROM r WHERE user_id = ${silent.id}`);
	assert.equal((await send(await Staff.logIn(silent.login))).status, 403);
	assert.equal((await carla.form('/board/agents/message', { once: once(), whom: 'chosen', user: a.id, text: 'Hola' })).headers.get('location'), '/board/agents');
});
