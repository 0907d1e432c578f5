// What goes out: once, in order, and never again without knowing.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import test from 'node:test';
import { Authority } from '../support/authority.mjs';
import { sql } from '../support/instance.mjs';
import { quietInstance, sleep, until } from '../support/worker.mjs';

const WAITING = '0', SENT = '2', FAILED = '5', UNKNOWN = '6';
const binary = 'tests/worker/ventanilla-peer';

// A provider that answers as `answers(body, nth)` says: {status, json}, or null to keep silent. With a certificate: by TLS.
async function provider(t, answers, certificate) {
	const heard = [];
	const open = certificate ? listener => createSecureServer(certificate, listener) : createServer;
	const server = open((request, response) => {
		let text = '';
		request.on('data', data => text += data);
		request.on('end', async () => {
			const body = JSON.parse(text);
			heard.push({ ...body, at: Date.now() });
			const answer = await answers(body, heard.filter(one => one.ref === body.ref).length);
			if (answer) {
				response.writeHead(answer.status, { 'Content-Type': 'application/json' });
				response.end(JSON.stringify(answer.json ?? {}));
			}
		});
	});
	await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return { heard, port: server.address().port };
}

const accepted = body => ({ status: 200, json: { id: `prov-${parseInt(body.ref)}` } });

test('send', async t => {
	const { instance, workers } = await quietInstance(t, 'test-send');
	sql(`INSERT INTO channel (messenger, key, name, default_queue_id) SELECT 7, 'red', 'red', queue_id FROM queue
		WHERE key = 'general'`, { instance });

	// The channel speaks to this provider, which an administrator permits.
	async function withProvider(part, answers, certificate) {
		const peer = await provider(part, answers, certificate);
		sql(`UPDATE channel SET settings = '{"url": "http${certificate ? 's' : ''}://127.0.0.1:${peer.port}/send"}' WHERE key = 'red'`, { instance });
		sql(`INSERT INTO setting (key, value) VALUES ('network.inner', '"127.0.0.1:${peer.port}:127.0.0.0/8"')
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, { instance });
		return peer;
	}

	// conversation:text, in order; gives the ids.
	function queue(...lines) {
		const rows = lines.map((line, i) => `(${i}, ${line.split(':')[0]}, '${line.split(':')[1]}')`);
		return sql(`WITH o AS (INSERT INTO outbox (channel_id, conversation_id, kind, payload)
				SELECT c.channel_id, v.conversation, 'message', jsonb_build_object('to',
					jsonb_build_object('kind', 'phone', 'value', '+54' || v.conversation), 'text', v.body)
				FROM channel c, (VALUES ${rows}) v (i, conversation, body) WHERE c.key = 'red' ORDER BY v.i
				RETURNING outbox_id, created_at, conversation_id),
			q AS (INSERT INTO outbox_queue (lane, outbox_id, created_at, conversation_id) SELECT 0, outbox_id, created_at, conversation_id FROM o)
			SELECT outbox_id FROM o ORDER BY outbox_id`, { instance }).map(([id]) => id);
	}

	const states = ids => sql(`SELECT state FROM outbox WHERE outbox_id IN (${ids}) ORDER BY outbox_id`, { instance })
		.map(([state]) => state);
	const emptied = () => until(() => sql('SELECT count(*) FROM outbox_queue', { instance })[0][0] === '0',
		'the queue is empty', { seconds: 30, every: 50 });

	await t.test('what is queued goes out once and carries the provider\'s id', async part => {
		const peer = await withProvider(part, accepted);
		const ids = queue('1:hola', '2:¿qué tal?', '3:ñandú 😀');
		workers.keep(part, 'send', 0, 1, { binary });
		await emptied();
		assert.deepEqual(states(ids), [SENT, SENT, SENT]);
		assert.deepEqual(peer.heard.map(one => [one.to, one.text]).sort(), [['+541', 'hola'], ['+542', '¿qué tal?'], ['+543', 'ñandú 😀']]);
		assert.deepEqual(sql(`SELECT provider_id FROM outbox WHERE outbox_id IN (${ids}) ORDER BY outbox_id`, { instance }),
			ids.map(id => [`prov-${id}`]));
	});

	await t.test('a conversation\'s lines go out one after the other, others meanwhile', async part => {
		const peer = await withProvider(part, async body => {
			await sleep(body.to === '+541' ? 150 : 0);
			return accepted(body);
		});
		const lines = [1, 2, 3, 4, 5].flatMap(n => [`1:${n}`, `2:${n}`]);
		queue(...lines);
		workers.keep(part, 'send', 0, 1, { binary });
		await emptied();
		for (const to of ['+541', '+542']) {
			assert.deepEqual(peer.heard.filter(one => one.to === to).map(one => one.text), ['1', '2', '3', '4', '5']);
		}
		const last = to => peer.heard.filter(one => one.to === to).at(-1).at;
		assert.ok(last('+542') < last('+541'), 'the slow one holds nobody else');
	});

	await t.test('a provider that is busy is asked again later, and what comes after waits for it', async part => {
		const peer = await withProvider(part, (body, nth) => body.text === 'uno' && nth < 3 ? { status: 429 } : accepted(body));
		const ids = queue('1:uno', '1:dos');
		workers.keep(part, 'send', 0, 1, { binary });
		await emptied();
		assert.deepEqual(peer.heard.map(one => one.text), ['uno', 'uno', 'uno', 'dos']);
		assert.ok(peer.heard[1].at - peer.heard[0].at > 900, 'as late as the provider asked');
		assert.deepEqual(states(ids), [SENT, SENT]);
	});

	await t.test('what the provider refuses is failed with its reason, and not tried again', async part => {
		const peer = await withProvider(part, () => ({ status: 400, json: { error: 'no such number' } }));
		const ids = queue('1:hola');
		workers.keep(part, 'send', 0, 1, { binary });
		await emptied();
		assert.equal(peer.heard.length, 1);
		assert.deepEqual(states(ids), [FAILED]);
		assert.deepEqual(sql(`SELECT error FROM outbox WHERE outbox_id = ${ids}`, { instance }), [['no such number']]);
	});

	await t.test('a gateway with a certificate of the agency\'s own hears nothing until an administrator trusts its authority', async part => {
		const authority = new Authority();
		part.after(() => {
			authority.remove();
			sql("DELETE FROM setting WHERE key = 'network.ca'", { instance });
		});
		const peer = await withProvider(part, accepted, authority.certificate('IP:127.0.0.1'));
		const ids = queue('1:hola');
		workers.keep(part, 'send', 0, 1, { binary });
		await until(() => sql(`SELECT count(*) FROM outbox WHERE outbox_id = ${ids} AND state = 0 AND error IS NOT NULL`, { instance })[0][0] === '1',
			'it was tried');
		assert.equal(peer.heard.length, 0);
		sql(`INSERT INTO setting (key, value) VALUES ('network.ca', to_jsonb('${authority.pem}'::text))`, { instance });
		await emptied();
		assert.deepEqual(states(ids), [SENT]);
		assert.equal(peer.heard.length, 1);
	});

	await t.test('a provider that cannot be reached is tried later', async part => {
		await withProvider(part, accepted);
		sql(`UPDATE channel SET settings = '{"url": "http://127.0.0.1:1/send"}' WHERE key = 'red'`, { instance });
		sql(`UPDATE setting SET value = '"127.0.0.1:1:127.0.0.0/8"' WHERE key = 'network.inner'`, { instance });
		const ids = queue('1:hola');
		workers.keep(part, 'send', 0, 1, { binary });
		await until(() => sql(`SELECT error FROM outbox WHERE outbox_id = ${ids} AND error <> ''`, { instance })[0], 'it was tried');
		assert.deepEqual(states(ids), [WAITING]);
		const [[later]] = sql(`SELECT due_at > now() AND claimed_at IS NULL FROM outbox_queue WHERE outbox_id = ${ids}`, { instance });
		assert.equal(later, 't');
		sql('DELETE FROM outbox_queue', { instance });
	});

	await t.test('an inner address that nobody permitted is never asked', async part => {
		const peer = await withProvider(part, accepted);
		sql(`DELETE FROM setting WHERE key = 'network.inner'`, { instance });
		const ids = queue('1:hola');
		workers.keep(part, 'send', 0, 1, { binary });
		await until(() => sql(`SELECT 1 FROM channel_health h JOIN channel c USING (channel_id) WHERE c.key = 'red'
			AND paused_until = 'infinity' AND error LIKE '%not allowed%'`, { instance }).length, 'the line rests');
		assert.deepEqual(states(ids), [WAITING], 'and what waits for it is kept');
		assert.equal(peer.heard.length, 0);
		assert.deepEqual(sql("SELECT login, key, by_name, said_count FROM notice JOIN app_user USING (user_id) WHERE subject LIKE 'line:%'", { instance }),
			[['admin', 'line_rests', 'red', '1']], 'whoever may mend it is told, once');
		sql('DELETE FROM outbox_queue; DELETE FROM channel_health', { instance });
	});

	await t.test('a network without build cannot send, and says so', async part => {
		const [[id]] = sql(`WITH o AS (INSERT INTO outbox (channel_id, kind, payload) SELECT channel_id, 'message', '{}' FROM channel
				WHERE key = 'demo' RETURNING outbox_id, created_at, conversation_id),
			q AS (INSERT INTO outbox_queue (lane, outbox_id, created_at, conversation_id) SELECT 0, outbox_id, created_at, conversation_id FROM o)
			SELECT outbox_id FROM o`, { instance });
		workers.keep(part, 'send', 0, 1, { binary });
		await emptied();
		assert.deepEqual(sql(`SELECT state, error FROM outbox WHERE outbox_id = ${id}`, { instance }),
			[[FAILED, 'the channel\'s network cannot send']]);
	});

	await t.test('a worker that is lost between call and answer leaves it unknown; nobody sends it again', async part => {
		const peer = await withProvider(part, body => body.text === 'perdida' ? null : accepted(body));
		const ids = queue('1:perdida', '1:sigue');
		workers.keep(part, 'send', 0, 2, { binary });
		await until(() => peer.heard.length, 'the call arrived');
		process.kill(await workers.working('send', 0), 'SIGKILL');
		await emptied();
		assert.deepEqual(states(ids), [UNKNOWN, SENT]);
		assert.deepEqual(peer.heard.map(one => one.text), ['perdida', 'sigue']);
	});

	await t.test('an answer that breaks off leaves it unknown too', async part => {
		const server = createServer((request, response) => {
			request.resume();
			request.on('end', () => {
				response.writeHead(200, { 'Content-Length': 1000 });
				response.write('{"id":');
				setTimeout(() => response.destroy(), 50);
			});
		});
		await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
		part.after(() => server.close());
		sql(`UPDATE channel SET settings = '{"url": "http://127.0.0.1:${server.address().port}/"}' WHERE key = 'red'`, { instance });
		sql(`UPDATE setting SET value = '"127.0.0.1:${server.address().port}:127.0.0.0/8"' WHERE key = 'network.inner'`, { instance });
		const ids = queue('1:hola');
		workers.keep(part, 'send', 0, 1, { binary });
		await emptied();
		assert.deepEqual(states(ids), [UNKNOWN]);
	});

	await t.test('a shift ends only when the calls under way have their answers', async part => {
		const peer = await withProvider(part, async body => {
			await sleep(1500);
			return accepted(body);
		});
		const ids = queue('1:lenta');
		const worker = workers.start('send', 0, { binary });
		await until(() => peer.heard.length, 'the call arrived');
		worker.child.kill('SIGTERM');
		await worker.ended;
		assert.deepEqual(states(ids), [SENT]);
	});
});
