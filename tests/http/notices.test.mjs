// The bell: what each person was told, as their roles want it, until they have read it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const list = async staff => {
	const { text } = await staff.page('/notices');
	return [...text.matchAll(/<li class="row( unread)?">(.*?)<\/li>/gs)].map(([, unread, item]) => ({ unread: Boolean(unread), text: item.replace(/<[^>]*>/g, ' '),
		id: /action="\/notices\/(\d+)\/open"/.exec(item)?.[1] }));
};
const unread = async staff => Number(/Avisos: (\d+) sin leer/.exec((await staff.page('/notices')).text)?.[1] ?? 0);

test('a new case stands in its operator’s list and in nobody else’s, and to open it leads there', async () => {
	const world = new World();
	const { operator, staff, id } = await world.case({ taxpayer: { name: 'Nora Quiroga' } });
	const colleague = await Staff.logIn(world.person().login);
	const [item, ...rest] = await list(staff);
	assert.equal(rest.length, 0);
	assert.match(item.text, /Conversación nueva: Nora Quiroga.*Para vos/s);
	assert.equal(item.unread, true);
	assert.equal(await unread(staff), 1);
	assert.deepEqual(await list(colleague), []);
	assert.equal((await colleague.form(`/notices/${item.id}/open`, {})).status, 404);
	assert.equal(sql(`SELECT read_at IS NULL FROM notice WHERE user_id = ${operator.id}`)[0][0], 't');
	assert.equal((await staff.form(`/notices/${item.id}/open`, {})).headers.get('location'), `/desk/${id}`);
	assert.equal(await unread(staff), 0);
	assert.equal((await list(staff))[0].unread, false);
});

test('one about a conversation that they may no longer see is read and leads back to the list', async () => {
	const world = new World();
	const { staff, id } = await world.case();
	const [item] = await list(staff);
	sql(`UPDATE conversation SET user_id = NULL, state = 1, queue_id = NULL WHERE conversation_id = ${id}`);
	assert.equal((await staff.form(`/notices/${item.id}/open`, {})).headers.get('location'), '/notices');
	assert.deepEqual((await list(staff)).map(({ unread, id }) => [unread, id]), [[false, undefined]]);
});

test('all are marked at once, up to what was seen', async () => {
	const world = new World();
	const operator = world.person();
	const staff = await Staff.logIn(operator.login);
	sql(`INSERT INTO notice (event, user_id, conversation_id) SELECT 5, ${operator.id}, (SELECT max(conversation_id) FROM conversation) FROM generate_series(1, 60)`);
	const { text } = await staff.page('/notices');
	const last = /name="last" value="(\d+)"/.exec(text)[1];
	sql(`INSERT INTO notice (event, user_id, conversation_id) SELECT 5, ${operator.id}, max(conversation_id) FROM conversation`);
	assert.equal((await staff.form('/notices/read', { last })).status, 303);
	assert.equal(await unread(staff), 1);
	const older = /href="(\/notices\?before=\d+)"/.exec(text)[1];
	assert.equal([...(await staff.page(older)).text.matchAll(/<li class="row/g)].length, 10);
	for (const bad of ['', 'x', '-1']) assert.equal((await staff.form('/notices/read', { last: bad })).status, 422);
});

test('what their roles do not want is not in it', async t => {
	const world = new World();
	t.after(() => sql("UPDATE notice_rule SET sound = true, shown = true WHERE event = 1 AND role_id = (SELECT role_id FROM role WHERE key = 'operador')"));
	sql("UPDATE notice_rule SET sound = false, shown = false WHERE event = 1 AND role_id = (SELECT role_id FROM role WHERE key = 'operador')");
	const { staff } = await world.case();
	assert.deepEqual(await list(staff), []);
});

test('they are kept as many days as the settings say', async t => {
	const world = new World();
	const { operator, staff } = await world.case();
	t.after(() => sql("DELETE FROM setting WHERE key = 'notice.keep_days'"));
	sql(`UPDATE notice SET at = now() - interval '8 days' WHERE user_id = ${operator.id}`);
	assert.equal((await list(staff)).length, 1);
	sql(`INSERT INTO setting (key, value) VALUES ('notice.keep_days', '"7"')`);
	await eventually(() => sql(`SELECT count(*) FROM notice WHERE user_id = ${operator.id}`)[0][0] === '0', 'pruned', 25000);
});

test('what is said about one thing is one notice with the latest words, until it is read; then there is another', async () => {
	const world = new World();
	const { operator, staff, id } = await world.case({ taxpayer: { name: 'Nora Quiroga' } });
	const carla = await Staff.logIn(world.person({ role: 'supervisor', name: 'Carla Méndez', attends: false }).login);
	const dario = await Staff.logIn(world.person({ role: 'supervisor', name: 'Darío Paz', attends: false }).login);
	const say = (who, text) => who.post(`/chat/${operator.id}`, { once: once(), text });
	const whisper = text => carla.post(`/board/case/${id}/say`, { once: once(), mode: 'whisper', text });
	const texts = async () => (await list(staff)).map(({ text, unread }) => [unread, text.replace(/\s+/g, ' ').replace(/ Para vos.*/, '').trim()]);
	await Promise.all([1, 2, 3].map(() => say(carla, 'Hola')));
	assert.equal((await say(dario, '¿Almorzás?')).status, 200);
	for (const text of ['Ofrecele el plan', 'De seis cuotas']) assert.equal((await whisper(text)).status, 200);
	assert.deepEqual(await texts(), [[true, 'Carla Méndez te susurra en la conversación de Nora Quiroga: De seis cuotas (2 mensajes)'],
		[true, 'Darío Paz en el chat interno: ¿Almorzás? (4 mensajes)'], [true, 'Conversación nueva: Nora Quiroga']]);
	// To open the one leads to the chat; to read the conversation reads what was told about it.
	const [, chat] = await list(staff);
	assert.equal((await staff.form(`/notices/${chat.id}/open`, {})).headers.get('location'), `/chat/${operator.id}`);
	const [[seq]] = sql(`SELECT seq FROM conversation WHERE conversation_id = ${id}`);
	assert.equal((await staff.post(`/desk/${id}/read`, { seq })).status, 200);
	assert.equal(await unread(staff), 0);
	await say(carla, 'Otra cosa');
	assert.equal(await unread(staff), 1);
	assert.deepEqual((await texts())[0], [true, 'Carla Méndez en el chat interno: Otra cosa']);
	const [[last]] = sql(`SELECT max(chat_message_id) FROM chat_message WHERE operator_id = ${operator.id}`);
	await staff.post(`/chat/${operator.id}/read`, { last });
	assert.equal(await unread(staff), 0);
	assert.equal((await list(staff)).length, 4);
});
