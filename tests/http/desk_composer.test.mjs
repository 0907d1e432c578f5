// What an operator says and may still take back: held, undone, answered with a quote, edited, deleted; and what a channel
// does not take.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { eventually, listened, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
const holding = (t, seconds) => {
	const set = value => sql(`INSERT INTO setting (key, value) VALUES ('desk.undo_s', '"${value}"') ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	set(seconds);
	t.after(() => sql("DELETE FROM setting WHERE key = 'desk.undo_s'"));
	return { set };
};
const bodies = id => sql(`SELECT to_json(body) FROM message WHERE conversation_id = ${id} AND author = 3 ORDER BY seq`).map(([body]) => JSON.parse(body));
const say = (staff, id, text, more) => staff.post(`/desk/${id}/messages`, { text, once: once(), ...more });

test('what is held shows to its author only, and goes out when its time has passed, though nobody looks', async t => {
	holding(t, 1);
	const { staff, visitor, id } = await world.case();
	const answer = await say(staff, id, 'en un segundo');
	assert.deepEqual(answer.json, { seq: 0, held: true });
	assert.deepEqual(bodies(id), []);
	assert.match((await staff.page(`/desk/${id}`)).text, /m agent out unsaid"[^>]*><div class="bub"><p>en un segundo<\/p>/);
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	assert.ok(!(await supervisor.page(`/desk/${id}`)).text.includes('en un segundo'));
	await visitor.until(({ messages }) => messages.some(({ text }) => text === 'en un segundo'));
	assert.ok(!(await staff.page(`/desk/${id}`)).text.includes('m agent out unsaid'));
});

test('several go out in the order they were written, files among them, each once', async t => {
	holding(t, 1);
	const { staff, visitor, id } = await world.case();
	const fields = { text: 'uno', once: once() };
	await staff.post(`/desk/${id}/messages`, fields);
	await staff.post(`/desk/${id}/messages`, fields);
	await staff.upload(`/desk/${id}/files`, { text: 'dos' }, [{ name: 'dos.txt', content: 'dos' }]);
	await say(staff, id, 'tres');
	const said = await visitor.until(({ messages }) => messages.some(({ text }) => text === 'tres') && messages.filter(({ author }) => author === 'agent'));
	assert.deepEqual(said.map(({ text, file }) => [text, file?.name]), [['uno', undefined], ['dos', 'dos.txt'], ['tres', undefined]]);
});

test('who undoes in time gets the words back and nobody else gets them; too late is too late', async t => {
	const { set } = holding(t, 30);
	const { staff, visitor, id } = await world.case();
	const message = once();
	await staff.post(`/desk/${id}/messages`, { text: 'me arrepiento', once: message });
	const stranger = await new World().case();
	assert.equal((await stranger.staff.post(`/desk/${id}/undo`, { message })).status, 404);
	const undone = await staff.post(`/desk/${id}/undo`, { message });
	assert.deepEqual([undone.status, undone.json], [200, { text: 'me arrepiento', quote: 0, file: '' }]);
	assert.equal((await staff.post(`/desk/${id}/undo`, { message })).status, 409);
	set(0);
	await say(staff, id, 'esto sí');
	await visitor.until(({ messages }) => messages.some(({ text }) => text === 'esto sí'));
	assert.deepEqual(bodies(id), ['esto sí']);
	assert.deepEqual(sql(`SELECT action FROM audit WHERE conversation_id = ${id} AND action LIKE 'conversation.%' AND actor_id IS NOT NULL
		ORDER BY audit_id`).map(([action]) => action).filter(action => action !== 'conversation.assign'),
	['conversation.reply', 'conversation.undo', 'conversation.reply']);
});

test('closing says first what was held; what the contact\'s leaving cuts off says that it was not sent', async t => {
	holding(t, 30);
	const { staff, visitor, id } = await world.case();
	await say(staff, id, 'lo último');
	assert.equal((await staff.post(`/desk/${id}/close`, { once: once() })).status, 200);
	const [said] = await visitor.until(({ conversation, messages }) => conversation.state === 'closed' && messages.filter(({ author }) => author === 'agent'));
	assert.equal(said.text, 'lo último');
	const other = await world.case();
	await say(other.staff, other.id, 'nadie lo lee');
	await other.visitor.post('/webchat/leave', { once: once() });
	await other.visitor.until(({ conversation }) => conversation.state === 'closed');
	sql(`UPDATE held_message SET due_at = now() WHERE conversation_id = ${other.id}`);
	await eventually(async () => (await other.staff.page(`/desk/${other.id}`)).text.includes('No se envió: la conversación terminó antes'), 'it is told');
	assert.deepEqual(bodies(other.id), []);
});

test('whatever takes the case out of their hands, what its operator sent goes out before, in their name', async t => {
	holding(t, 30);
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	const ways = {
		'a transfer to a queue': ({ staff, id }) => staff.post(`/desk/${id}/transfer`, { once: once(), user: 'rule', queue: new World().queue, note: '' }),
		'back to the bot': ({ staff, id }) => staff.post(`/desk/${id}/transfer`, { once: once(), user: 'bot', note: 'de vuelta' }),
		'taken over': ({ id }) => supervisor.post(`/board/case/${id}/take`, { once: once(), segment: sql(`SELECT segment_seq FROM conversation WHERE conversation_id = ${id}`)[0][0] }),
		'ended by supervision': ({ id }) => supervisor.post(`/board/case/${id}/close`, { once: once() }),
		'who had it is disabled': ({ operator }) => sql(`UPDATE app_user SET enabled = false WHERE user_id = ${operator.id}`),
	};
	for (const [way, act] of Object.entries(ways)) {
		const one = await world.case({ name: `Persona ${once().slice(0, 6)}` });
		const message = once();
		await one.staff.post(`/desk/${one.id}/messages`, { text: 'ya lo había enviado', once: message });
		const answer = await act(one);
		if (answer?.status) assert.ok([200, 303].includes(answer.status), `${way}: ${answer.text}`);
		const said = () => sql(`SELECT m.seq, v.user_id FROM message m JOIN user_version v USING (user_version_id)
			WHERE m.conversation_id = ${one.id} AND m.author = 3 AND m.body = 'ya lo había enviado'`);
		const [[seq, author]] = await eventually(() => (said().length ? said() : null), `${way}: it is said`, 15000);
		assert.equal(Number(author), one.operator.id, way);
		const ends = sql(`SELECT seq FROM message WHERE conversation_id = ${one.id} AND author NOT IN (1, 2, 3) AND seq > ${seq}`);
		assert.ok(ends.length, `${way}: before it changed hands`);
		if (answer?.status) assert.equal((await one.staff.post(`/desk/${one.id}/undo`, { message })).status, 409, way);
		await one.visitor.until(({ messages }) => messages.some(({ text }) => text === 'ya lo había enviado'));
	}
});

test('who answered, though it is held, did not let it pass', async t => {
	holding(t, 30);
	const other = new World();
	const { staff, operator, id } = await other.case();
	await say(staff, id, 'acá estoy');
	sql(`UPDATE conversation SET assigned_at = assigned_at - interval '100 seconds' WHERE conversation_id = ${id};
		UPDATE queue SET answer_s = 60, answer_out = true WHERE queue_id = ${other.queue}`);
	await eventually(() => { listened(); return bodies(id).length; }, 'it is said', 15000);
	sql(`UPDATE queue SET answer_s = 0 WHERE queue_id = ${other.queue}`);
	assert.deepEqual(sql(`SELECT c.state, c.user_id, a.state FROM conversation c JOIN agent_state a USING (user_id) WHERE conversation_id = ${id}`),
		[['3', String(operator.id), '1']]);
});

test('a note is never held', async t => {
	holding(t, 30);
	const { staff, id } = await world.case();
	assert.ok((await say(staff, id, 'para el equipo', { note: '1' })).json.seq > 0);
});

test('an answer shows what it answers on both sides, as it read then', async () => {
	const { staff, visitor, id } = await world.case();
	await visitor.say('¿Cuándo vence?');
	const asked = await visitor.until(({ messages }) => messages.find(({ text }) => text === '¿Cuándo vence?'));
	await say(staff, id, 'El lunes.', { quote: asked.seq });
	const answer = await visitor.until(({ messages }) => messages.find(({ text }) => text === 'El lunes.'));
	assert.deepEqual(answer.quote, { seq: asked.seq, author: 'contact', text: '¿Cuándo vence?' });
	assert.match((await staff.page(`/desk/${id}`)).text, /<blockquote class="qt"><b>Contribuyente<\/b> ¿Cuándo vence\?<\/blockquote><p>El lunes/);
	await say(staff, id, 'secreto', { note: '1' });
	const [[note]] = sql(`SELECT seq FROM message WHERE conversation_id = ${id} AND author = 5`);
	for (const quote of [note, '9999', 'x']) assert.equal((await say(staff, id, 'no', { quote })).status, 422, quote);
});

test('one\'s own message is edited and deleted within its time; the contact sees it so, supervision the original', async () => {
	const { staff, visitor, id } = await world.case();
	const { json: { seq } } = await say(staff, id, 'Vense el lunes');
	await visitor.until(({ messages }) => messages.some(message => message.seq === seq));
	const change = (what, fields) => staff.post(`/desk/${id}/${what}`, { seq, once: once(), ...fields });
	assert.equal((await change('edit', { text: 'Vence el lunes' })).status, 200);
	const seen = async () => (await visitor.get(`/webchat/messages?k=${id}&since=${seq}`)).json.messages.find(message => message.seq === seq);
	const edited = await seen();
	assert.deepEqual([edited.text, edited.edited], ['Vence el lunes', true]);
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	assert.match((await supervisor.page(`/desk/${id}`)).text, /Ver el original<\/summary><p>Vense el lunes<\/p>/);
	const own = (await staff.page(`/desk/${id}`)).text;
	assert.match(own, /Vence el lunes<\/p>[^]*· editado/);
	assert.ok(!own.includes('Vense'));
	assert.match(own, new RegExp(`id="case-${id}"[^]*Vence el lunes`));
	assert.equal((await change('edit', { text: ' ' })).status, 422);
	assert.equal((await change('delete')).status, 200);
	const gone = await seen();
	assert.deepEqual([gone.text, gone.deleted], ['', true]);
	assert.match((await staff.page(`/desk/${id}`)).text, /m agent out gone"[^]*Mensaje eliminado/);
	assert.equal((await change('edit', { text: 'otra vez' })).status, 409);
	assert.equal((await change('delete')).status, 409);
	assert.deepEqual(sql(`SELECT body FROM message WHERE conversation_id = ${id} AND seq = ${seq}`), [['Vense el lunes']]);
});

test('what is late, of somebody else or the contact\'s own cannot be changed', async () => {
	const { staff, visitor, id } = await world.case();
	await visitor.say('mío');
	const mine = await visitor.until(({ messages }) => messages.find(({ text }) => text === 'mío'));
	const { json: { seq } } = await say(staff, id, 'tarde');
	sql(`UPDATE message SET created_at = created_at - interval '6 minutes' WHERE conversation_id = ${id} AND seq = ${seq}`);
	const edit = number => staff.post(`/desk/${id}/edit`, { seq: number, text: 'x', once: once() });
	assert.equal((await edit(seq)).json.error.message, 'Pasó el tiempo para cambiar ese mensaje.');
	for (const number of [mine.seq, 9999]) assert.equal((await edit(number)).status, 422);
	assert.ok(!(await staff.page(`/desk/${id}`)).text.includes('data-edit '));
});

test('a file that the network does not take is refused with what to do, and none of those beside it is sent', async () => {
	const { staff, id } = await world.case();
	sql(`UPDATE channel SET messenger = 2 WHERE channel_id = ${world.channel}; UPDATE conversation SET last_contact_at = now() WHERE conversation_id = ${id}`);
	try {
		const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
		const answer = await staff.upload(`/desk/${id}/files`, {}, [{ name: 'a.txt', content: 'hola' }, { name: 'b.gif', content: gif }]);
		assert.deepEqual([answer.status, answer.json.error.field, answer.json.error.message],
			[422, 'file', 'Esta red no recibe imágenes de ese tipo. Guardala como JPG o PNG y mandala otra vez.']);
		assert.equal(sql(`SELECT count(*) FROM attachment WHERE conversation_id = ${id}`)[0][0], '0');
	} finally {
		sql(`UPDATE channel SET messenger = 1 WHERE channel_id = ${world.channel}`);
	}
});

test('what waits for its turn says until when', async t => {
	holding(t, 0);
	const { staff, id } = await world.case();
	const { seq } = (await say(staff, id, 'en un rato')).json;
	sql(`INSERT INTO outbox (channel_id, conversation_id, seq, kind, payload) VALUES (${world.channel}, ${id}, ${seq}, 'message', '{}');
		INSERT INTO channel_health (channel_id, paced_until) VALUES (${world.channel}, now() + interval '9 minutes')`);
	assert.match((await staff.page(`/desk/${id}`)).text, /Espera su turno hasta el \d\d\/\d\d \d\d:\d\d: la red limita cuántos mensajes salen\./);
	sql(`UPDATE channel_health SET paced_until = now() - interval '1 second' WHERE channel_id = ${world.channel}`);
	assert.ok(!(await staff.page(`/desk/${id}`)).text.includes('Espera su turno'));
});

test('a network whose time to answer is over lets nothing be written but notes, and says why', async () => {
	const { staff, id } = await world.case();
	sql(`UPDATE channel SET messenger = 2, name = name || ' w' WHERE channel_id = ${world.channel}`);
	try {
		const { text } = await staff.page(`/desk/${id}`);
		assert.match(text, /id="refusal"[^]*Pasó el plazo de esta red para responder/);
		assert.match(text, /name="note" value="" disabled/);
		assert.ok(!text.includes('data-attach'));
		const answer = await say(staff, id, 'hola');
		assert.deepEqual([answer.status, answer.json.error.field], [422, 'text']);
		assert.equal((await say(staff, id, 'nota', { note: '1' })).status, 200);
		assert.equal((await staff.upload(`/desk/${id}/files`, {}, [{ name: 'a.txt', content: 'a' }])).status, 422);
		assert.equal(sql(`SELECT count(*) FROM attachment WHERE conversation_id = ${id}`)[0][0], '0');
	} finally {
		sql(`UPDATE channel SET messenger = 1 WHERE channel_id = ${world.channel}`);
	}
});
