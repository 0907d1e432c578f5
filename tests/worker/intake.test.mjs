// What intake makes of what contacts do, at the webchat and on a network like any other.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { haste, sql } from '../support/instance.mjs';
import { botChannel, echoChannel, newCuit, quietInstance, settled, sleep, Writer } from '../support/worker.mjs';

const BOT = 1, WAITING = 2, CLOSED = 4;

function flow(...nodes) {
	return { start: nodes[0].id, nodes: nodes.map(node => ({ x: 0, y: 0, outputs: [], ...node })) };
}

const to = (...pairs) => pairs.map(([key, id]) => ({ key, label: key, to: id }));

const askCuit = flow(
	{ id: 'cuit', type: 'ask', config: { text: '¿CUIT?', kind: 'cuit', variable: 'cuit', retries: 1, invalid: 'No.' },
		outputs: to(['ok', 'mail'], ['fail', 'persona']) },
	{ id: 'mail', type: 'ask', config: { text: '¿Correo?', kind: 'email', variable: 'mail', retries: 1, invalid: 'No.' },
		outputs: to(['ok', 'horario'], ['fail', 'persona']) },
	{ id: 'horario', type: 'hours', config: { scope: 'queue:inmobiliario' }, outputs: to(['open', 'tipifica'], ['closed', 'fin']) },
	{ id: 'tipifica', type: 'typify', config: { typification: 'inmobiliario' }, outputs: to(['next', 'persona']) },
	{ id: 'persona', type: 'handoff', config: { queue: 'inmobiliario', text: 'Te paso.' } },
	{ id: 'fin', type: 'close', config: { text: 'Cerrado.' } });

test('intake', async t => {
	const { instance, workers } = await quietInstance(t, 'test-intake');
	const row = text => sql(text, { instance })[0];
	const conversation = visitor => row(`SELECT conversation_id, state, seq, contact_id, unread_count, contact_read_seq,
		agent_read_seq FROM conversation WHERE visitor_id = ${visitor.id} ORDER BY opened_at DESC, conversation_id DESC LIMIT 1`);
	const said = visitor => sql(`SELECT m.author, m.body FROM message m JOIN conversation c USING (conversation_id)
		WHERE c.visitor_id = ${visitor.id} AND m.kind <> 4 ORDER BY m.conversation_id, m.seq`, { instance });
	const open = key => Writer.open(instance, { key });
	const binary = 'tests/worker/ventanilla-peer';

	echoChannel(instance);
	botChannel(instance, 'cuit', askCuit);
	botChannel(instance, 'red', askCuit, 7);
	[0, 1].map(lane => workers.keep(t, 'intake', lane, 1, { binary }));

	// Rows of the test network, in one transaction: one batch.
	function network(...bodies) {
		const values = bodies.map(body => `('${JSON.stringify({ id: randomUUID(), ...body }).replaceAll("'", "''")}')`);
		sql(`WITH i AS (INSERT INTO inbound (channel_id, raw) SELECT channel_id, v.raw
				FROM channel, (VALUES ${values}) v (raw) WHERE key = 'red' RETURNING inbound_id, received_at)
			INSERT INTO inbound_queue (lane, inbound_id, received_at) SELECT 0, inbound_id, received_at FROM i`,
		{ instance });
		return settled(instance);
	}
	const phone = (value, column) => row(`SELECT ${column} FROM identity i JOIN contact k USING (contact_id)
		LEFT JOIN conversation c ON c.contact_id = k.contact_id AND c.channel_id = i.channel_id
		WHERE i.value = '${value}' ORDER BY c.conversation_id DESC`);

	await t.test('opening the chat makes a contact and a conversation that the bot greets', async () => {
		const visitor = await open('eco');
		await settled(instance);
		assert.deepEqual(said(visitor), [['2', '¿Algo más?']]);
		assert.equal(conversation(visitor)[1], String(BOT));
		assert.equal(row(`SELECT contact_id FROM visitor WHERE visitor_id = ${visitor.id}`)[0], conversation(visitor)[3]);
	});

	await t.test('what the bot answered counts as read, by whoever looks', async () => {
		const visitor = await open('eco');
		await visitor.say('hola');
		await settled(instance);
		const [, , seq, , unread, , agentRead] = conversation(visitor);
		assert.deepEqual([seq, unread, agentRead], ['3', '0', '2']);
	});

	await t.test('text is kept exactly as written', async () => {
		const visitor = await open('eco');
		const text = ' ñandú\n<b>"x"</b> & {cuit} $1 \\ \' \u202eabc 👩‍👧‍👦 漢字 ';
		await visitor.say(text);
		await settled(instance);
		const [[hex]] = sql(`SELECT encode(convert_to(m.body, 'UTF8'), 'hex') FROM message m
			JOIN conversation c USING (conversation_id) WHERE c.visitor_id = ${visitor.id} AND m.author = 1`, { instance });
		assert.equal(Buffer.from(hex, 'hex').toString(), text);
	});

	await t.test('what came in twice is stored once', async () => {
		const visitor = await open('eco');
		const once = randomUUID();
		await visitor.post('messages', { text: 'una vez', once });
		await visitor.post('messages', { text: 'una vez', once });
		await settled(instance);
		await visitor.post('messages', { text: 'una vez', once });
		await settled(instance);
		assert.equal(said(visitor).filter(([author]) => author === '1').length, 1);
	});

	await t.test('a CUIT that nobody has becomes the contact\'s, declared', async () => {
		const visitor = await open('cuit');
		const cuit = newCuit();
		await visitor.say(`${cuit.slice(0, 2)}-${cuit.slice(2, 10)}-${cuit.slice(10)}`);
		await settled(instance);
		assert.deepEqual(row(`SELECT cuit, cuit_state FROM contact WHERE contact_id = ${conversation(visitor)[3]}`), [cuit, '1']);
	});

	await t.test('a CUIT that a contact has brings the conversation to that contact', async () => {
		const [first, second] = [await open('cuit'), await open('cuit')];
		const cuit = newCuit();
		await first.say(cuit);
		await settled(instance);
		await second.say(cuit);
		await settled(instance);
		assert.equal(conversation(second)[3], conversation(first)[3]);
		assert.equal(row(`SELECT count(*) FROM contact WHERE cuit = '${cuit}'`)[0], '1');
	});

	await t.test('two who declare the same new CUIT in one batch become one contact', async () => {
		const cuit = newCuit();
		await network({ from: '+5491', text: 'hola' }, { from: '+5492', text: 'hola' });
		await network({ from: '+5491', text: cuit }, { from: '+5492', text: cuit });
		assert.equal(phone('+5491', 'k.contact_id')[0], phone('+5492', 'k.contact_id')[0]);
		assert.equal(row(`SELECT count(*) FROM contact WHERE cuit = '${cuit}'`)[0], '1');
	});

	await t.test('somebody who declares another CUIT writes for another contact', async () => {
		const visitor = await open('cuit');
		const cuits = [newCuit(), newCuit()];
		const contacts = [];
		for (const cuit of cuits) {
			await visitor.say(cuit);
			await settled(instance);
			contacts.push(conversation(visitor)[3]);
			await visitor.leave();
			await visitor.say('otra consulta');
			await settled(instance);
		}
		assert.notEqual(contacts[0], contacts[1]);
		assert.deepEqual(contacts.map(id => row(`SELECT cuit FROM contact WHERE contact_id = ${id}`)[0]), cuits);
	});

	await t.test('an e-mail fills what is empty and replaces nothing of a contact with CUIT', async () => {
		const cuit = newCuit();
		for (const mail of ['primera@ejemplo.ar', 'otra@ejemplo.ar']) {
			const visitor = await open('cuit');
			await visitor.say(cuit);
			await visitor.say(mail);
			await settled(instance);
		}
		assert.equal(row(`SELECT email FROM contact WHERE cuit = '${cuit}'`)[0], 'primera@ejemplo.ar');
	});

	await t.test('handed on, it waits in the queue of the topic with its tipificación and unread lines', async () => {
		const visitor = await open('cuit');
		for (const text of [newCuit(), 'yo@ejemplo.ar', '¿hay alguien?']) {
			await visitor.say(text);
		}
		await settled(instance);
		const [id, state, , , unread] = conversation(visitor);
		assert.deepEqual([state, unread], [String(WAITING), '1']);
		assert.deepEqual(sql(`SELECT q.key, t.key, (c.requested_at IS NOT NULL) FROM conversation c JOIN queue q USING (queue_id)
			JOIN conversation_typification ct USING (conversation_id) JOIN typification t USING (typification_id)
			WHERE c.conversation_id = ${id}`, { instance }), [['inmobiliario', 'inmobiliario', 't']]);
		assert.deepEqual(sql(`SELECT kind, outcome FROM segment WHERE conversation_id = ${id} ORDER BY segment_seq`,
			{ instance }), [['1', '10'], ['2', '']]);
	});

	await t.test('outside the hours of the queue the bot goes the other way', async () => {
		const visitor = await open('cuit');
		sql(`INSERT INTO hours_span (queue_id, weekday, from_minute, to_minute)
			SELECT queue_id, (extract(dow FROM now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::int + 3) % 7, 0, 60
			FROM queue WHERE key = 'inmobiliario'`, { instance });
		await sleep(3500 / haste);
		await visitor.say(newCuit());
		await visitor.say('yo@ejemplo.ar');
		await settled(instance);
		sql('DELETE FROM hours_span', { instance });
		assert.equal(said(visitor).at(-1)[1], 'Cerrado.');
		assert.deepEqual(sql(`SELECT state, closed_by, (SELECT outcome FROM segment s WHERE s.conversation_id = c.conversation_id)
			FROM conversation c WHERE visitor_id = ${visitor.id}`, { instance }), [[String(CLOSED), '2', '11']]);
	});

	await t.test('leaving while waiting is an abandonment; a line after it opens another conversation', async () => {
		const visitor = await open('cuit');
		await visitor.say('no');
		await visitor.say('tampoco');
		await visitor.leave();
		await visitor.say('volví');
		await settled(instance);
		const conversations = sql(`SELECT state, (SELECT outcome FROM segment s WHERE s.conversation_id = c.conversation_id
			ORDER BY segment_seq DESC LIMIT 1) FROM conversation c WHERE visitor_id = ${visitor.id} ORDER BY conversation_id`,
		{ instance });
		assert.deepEqual(conversations, [[String(CLOSED), '2'], [String(BOT), '']]);
	});

	await t.test('opening, leaving and opening again in one batch makes one conversation after the other', async () => {
		const visitor = await open('eco');
		await settled(instance);
		sql(`WITH i AS (INSERT INTO inbound (channel_id, raw) SELECT channel_id, v.raw FROM channel, (VALUES
				('{"v":${visitor.id},"o":"${randomUUID()}","k":"leave"}'), ('{"v":${visitor.id},"o":"${randomUUID()}","k":"open"}'),
				('{"v":${visitor.id},"o":"${randomUUID()}","k":"leave"}'),
				('{"v":${visitor.id},"o":"${randomUUID()}","k":"text","t":"tres"}')) v (raw) WHERE key = 'eco'
				RETURNING inbound_id, received_at)
			INSERT INTO inbound_queue (lane, inbound_id, received_at)
			SELECT ${visitor.id % 2}, inbound_id, received_at FROM i`, { instance });
		await settled(instance);
		assert.deepEqual(sql(`SELECT state FROM conversation WHERE visitor_id = ${visitor.id} ORDER BY conversation_id`,
			{ instance }), [['4'], ['4'], ['1']]);
	});

	await t.test('a file is in the thread with its name and type, and belongs to the conversation', async () => {
		const visitor = await open('eco');
		await visitor.upload('nota.txt', 'Hola, esto es una nota.');
		await settled(instance);
		const [id] = conversation(visitor);
		assert.deepEqual(sql(`SELECT m.seq, m.kind, m.data->'file'->>'name', m.data->'file'->>'type', m.data->'file'->>'size',
				(m.data->'file'->>'id')::bigint = a.attachment_id, a.name
			FROM message m JOIN attachment a USING (conversation_id, seq) WHERE m.conversation_id = ${id}`, { instance }),
		[['2', '3', 'nota.txt', 'text/plain', '23', 't', 'nota.txt']]);
	});

	await t.test('a bot sends a stored file under its name; without the file, the words alone', async () => {
		const visitor = await open('eco');
		await visitor.upload('tarifas.txt', 'Tarifas de este año');
		await settled(instance);
		const [sha256] = row(`SELECT encode(sha256, 'hex') FROM file ORDER BY file_id DESC LIMIT 1`);
		for (const [key, hash] of [['con', sha256], ['sin', '0'.repeat(64)]]) {
			botChannel(instance, key, flow(
				{ id: 'm', type: 'message', config: { text: 'Las tarifas', file: `${hash}/tarifas 2026.txt` }, outputs: to(['next', 'a']) },
				{ id: 'a', type: 'ask', config: { text: '¿?', kind: 'text', variable: 'x', retries: 1, invalid: 'No.' },
					outputs: to(['ok', 'a'], ['fail', 'h']) },
				{ id: 'h', type: 'handoff', config: { queue: '', text: 'Te paso.' } }));
		}
		const [having, lacking] = [await open('con'), await open('sin')];
		await settled(instance);
		const greeting = visitor => row(`SELECT kind, body, data->'file'->>'name' FROM message
			WHERE conversation_id = ${conversation(visitor)[0]} AND seq = 1`);
		assert.deepEqual(greeting(having), ['3', 'Las tarifas', 'tarifas 2026.txt']);
		assert.deepEqual(greeting(lacking), ['1', 'Las tarifas', '']);
	});

	await t.test('ticks only rise, and never above what was said', async () => {
		const visitor = await open('eco');
		await visitor.say('hola');
		await settled(instance);
		const seen = async (delivered, read) => {
			sql(`WITH i AS (INSERT INTO inbound (channel_id, raw) SELECT channel_id,
					'{"v":${visitor.id},"o":"${randomUUID()}","k":"seen","d":${delivered},"r":${read}}' FROM channel WHERE key = 'eco'
					RETURNING inbound_id, received_at)
				INSERT INTO inbound_queue (lane, inbound_id, received_at)
				SELECT ${visitor.id % 2}, inbound_id, received_at FROM i`, { instance });
			await settled(instance);
			return conversation(visitor)[5];
		};
		assert.equal(await seen(3, 2), '2');
		assert.equal(await seen(1, 1), '2');
		assert.equal(await seen(900, 900), '3');
	});

	await t.test('a bot that is broken hands over to a person', async () => {
		botChannel(instance, 'roto', { start: 'nada', nodes: [] });
		const visitor = await open('roto');
		await settled(instance);
		assert.equal(conversation(visitor)[1], String(WAITING));
		assert.equal(row(`SELECT q.key FROM conversation c JOIN queue q USING (queue_id) WHERE visitor_id = ${visitor.id}`)[0],
			'general');
	});

	await t.test('a channel without a bot puts the conversation in its queue at once', async () => {
		sql(`INSERT INTO channel (messenger, key, name, default_queue_id, settings)
			SELECT 1, 'solo', 'solo', queue_id, '{}' FROM queue WHERE key = 'planes'`, { instance });
		const visitor = await open('solo');
		await settled(instance);
		assert.equal(conversation(visitor)[1], String(WAITING));
		assert.deepEqual(sql('SELECT * FROM inbound_poison', { instance }), [], 'a channel a moment old is known');
	});

	await t.test('what a network repeats five times, in any order, is there once', async () => {
		const lines = Array.from({ length: 20 }, (_, i) => ({ from: '+5495', id: `cinco-${i}`, text: `línea ${i}` }));
		const again = Array.from({ length: 5 }, () => lines).flat();
		for (let i = again.length - 1; i > 0; i--) {
			const other = Math.floor(Math.random() * (i + 1));
			[again[i], again[other]] = [again[other], again[i]];
		}
		for (let i = 0; i < again.length; i += 7) await network(...again.slice(i, i + 7));
		const stored = sql(`SELECT m.provider_id, m.body FROM message m JOIN conversation c USING (conversation_id)
			JOIN identity i ON i.contact_id = c.contact_id AND i.value = '+5495' WHERE m.author = 1`, { instance });
		assert.deepEqual(stored.map(([, body]) => body).sort(), lines.map(({ text }) => text).sort());
	});

	await t.test('a contact of another network is known by its identity, and answered through the outbox', async () => {
		await network({ from: '+5493', name: 'Rosa', text: 'hola' });
		await network({ from: '+5493', text: 'no' });
		assert.deepEqual(phone('+5493', 'k.name, c.seq, c.visitor_id, c.identity_id = i.identity_id'), ['Rosa', '5', '', 't']);
		assert.deepEqual(sql(`SELECT payload->'to'->>'kind', payload->'to'->>'value', payload->>'text' FROM outbox
			WHERE payload->'to'->>'value' = '+5493' ORDER BY outbox_id`, { instance }),
		[['phone', '+5493', '¿CUIT?'], ['phone', '+5493', 'No.'], ['phone', '+5493', '¿CUIT?']]);
	});
});
