// What people want to be sent, as they say it by SMS with a word alone.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { digits, secret } from '../support/lines.mjs';
import { eventually } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const OUT = 'No vas a recibir más avisos. Para volver: ALTA.', IN = 'Vas a recibir avisos de nuevo.';
const NEW = '/admin/channels/new';
let admin;
before(async () => { admin = await Admin.logIn(); });

const fields = changes => ({ messenger: 'sms', name: `SMS ${once().slice(0, 10)}`, enabled: '1', bot: sql("SELECT min(bot_id) FROM bot WHERE published_version_id IS NOT NULL")[0][0],
	queue: sql("SELECT queue_id FROM queue WHERE key = 'general'")[0][0], idle: '30', lost: '120', account: digits(), base: 'http://127.0.0.1:9', user: 'v',
	password: secret(), hook: '', hook_token: secret(), class: 'notification', stop_answer: OUT, start_answer: IN, ...changes });

// A line, and somebody who writes to it.
async function line(changes) {
	const sent = fields(changes), answer = await admin.save(NEW, sent);
	assert.equal(answer.status, 303, answer.text);
	const [[id, key]] = sql(`SELECT channel_id, key FROM channel WHERE name = '${sent.name}'`);
	const phone = `549221${Math.floor(1e6 + Math.random() * 9e6)}`;
	const messages = () => sql(`SELECT m.author, coalesce(m.data->>'event', m.body) FROM message m JOIN conversation c USING (conversation_id)
		WHERE c.channel_id = ${id} AND m.kind <> 9 ORDER BY c.conversation_id, m.seq`);
	const writes = async text => {
		const query = new URLSearchParams({ token: sent.hook_token, from: `+${phone}`, to: sent.account, text, coding: '0', ts: String(Math.floor(Date.now() / 1000)), id: once() });
		assert.equal((await fetch(`${info.base_url}/hooks/${key}?${query}`)).status, 200);
	};
	return {
		id, writes, messages,
		says: async text => {
			const count = () => messages().filter(([author, body]) => author === '1' && body === text).length, before = count();
			await writes(text);
			await eventually(() => count() > before, `«${text}» is in the thread`);
		},
		out: () => sql(`SELECT opted_out_at IS NOT NULL FROM identity WHERE channel_id = ${id}`)[0]?.[0],
		ours: () => messages().filter(([author]) => author === '2').map(([, body]) => body),
		states: () => sql(`SELECT state FROM conversation WHERE channel_id = ${id} ORDER BY conversation_id`).flat(),
		wishes: () => sql(`SELECT wish, source, said FROM contact_wish JOIN identity USING (identity_id) WHERE channel_id = ${id} ORDER BY contact_wish_id`),
	};
}

test('a word alone ends notices and another takes them up: answered once, on record, and neither the bot nor a queue has to do with it', async () => {
	const one = await line();
	await one.says(' baja ');
	assert.equal(one.out(), 't');
	assert.deepEqual(one.messages().slice(0, 4), [['1', ' baja '], ['4', 'opted_out'], ['2', OUT], ['4', 'closed']]);
	assert.deepEqual(one.states(), ['4']);
	await one.says('STOP');
	assert.deepEqual([one.ours(), one.states(), one.wishes()], [[OUT], ['4', '4'], [['1', '2', ' baja ']]], 'once more is nothing new');
	await one.says('Alta.');
	assert.deepEqual([one.out(), one.ours(), one.wishes().at(-1)], ['f', [OUT, IN], ['2', '2', 'Alta.']]);
	await one.says('ALTA');
	assert.deepEqual(one.states().slice(-1), ['1'], 'to whom it says nothing it is a word as others, for the bot');
	await one.says('quiero la baja');
	assert.equal(one.out(), 'f', 'among others it is none');
	await one.says('BAJA');
	assert.deepEqual([one.out(), one.states().slice(-1)], ['t', ['1']], 'what was going on goes on');
});

test('two machines do not answer each other for ever', async () => {
	const one = await line();
	for (let turn = 0; turn < 4; turn++) {
		await one.says('BAJA');
		await one.says('ALTA');
	}
	assert.equal(one.ours().length, 4);
	assert.equal(one.wishes().length, 8, 'what they wished is kept nevertheless');
});

test('a line has words of its own, and answers only what is written there', async () => {
	const one = await line({ stop_words: 'Salir, no más', start_words: 'Volver', stop_answer: '', start_answer: '' });
	await one.says('NO MAS');
	assert.deepEqual([one.out(), one.ours()], ['t', []]);
	await one.says('volver');
	assert.deepEqual([one.out(), one.ours()], ['f', []]);
	await one.says('BAJA');
	assert.equal(one.out(), 'f', 'it is no word of this line');
	for (const [name, value] of [['stop_words', '1'], ['stop_words', 'BAJA,,STOP'], ['start_words', 'x'.repeat(21)], ['stop_answer', 'x'.repeat(301)]]) {
		const answer = await admin.save(NEW, fields({ [name]: value }));
		assert.equal(answer.status, 422, name);
		assert.ok(errorOf(answer.text, name), name);
	}
});

test('whom we do not answer may end notices too', async () => {
	const one = await line();
	await one.says('Hola');
	const [[contact]] = sql(`SELECT contact_id FROM identity WHERE channel_id = ${one.id}`);
	sql(`UPDATE contact SET blocked_until = 'infinity', blocked_reason = 'x' WHERE contact_id = ${contact}`);
	const before = one.ours();
	const heard = () => sql(`SELECT count(*) FROM contact_unheard WHERE contact_id = ${contact}`)[0][0];
	await one.writes('BAJA');
	await eventually(() => heard() === '1', 'it is kept');
	assert.deepEqual([one.out(), one.ours()], ['t', before]);
});
