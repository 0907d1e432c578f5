// The way out with the real networks: an instance whose lines speak to a peer in the test's own process, and rows for them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { channelOf } from '../peers/channels.mjs';
import { peers } from '../peers/peers.mjs';
import { root, sql } from './instance.mjs';
import { quietInstance, until } from './worker.mjs';

export const WAITING = '0', CLAIMED = '1', SENT = '2', DELIVERED = '3', READ = '4', FAILED = '5', UNKNOWN = '6';
const KIND = { whatsapp: 'phone', messenger: 'psid', instagram: 'igsid', telegram: 'telegram', x: 'x' };
const quote = text => `'${text.replaceAll("'", "''")}'`;

export async function sending(t, name, { networks = Object.keys(KIND), ...settings } = {}) {
	const { instance, workers } = await quietInstance(t, name);
	const peer = await peers({ x_limit: 0, ...settings });
	t.after(() => peer.close());
	for (const network of networks) {
		const channel = channelOf(peer.line(network), peer.url);
		const put = spawnSync('./dev', ['ventanilla', '--state', instance.state, 'channel-put'], { cwd: root, encoding: 'utf8', input: JSON.stringify(channel) });
		if (put.status !== 0) {
			throw new Error(put.stderr);
		}
		peer.configure({ lines: [{ network, webhook: `${instance.base_url}/hooks/${channel.key}` }] });
	}
	sql(`INSERT INTO setting (key, value) VALUES ('network.inner', '"127.0.0.1:${peer.port}:127.0.0.0/8"')
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, { instance });
	return new Sending(instance, workers, peer);
}

class Sending {
	constructor(instance, workers, peer) {
		Object.assign(this, { instance, workers, peer });
		this.numbered = 0;
	}

	sql(text) {
		return sql(text, { instance: this.instance });
	}

	// Somebody who wrote on each network a moment ago; nothing of it reaches the door.
	person() {
		const person = this.peer.person({ name: `Persona ${++this.numbered}`, number: `54922155${String(10000 + this.numbered)}` });
		for (const network of Object.keys(KIND)) {
			this.peer.world.chat(this.peer.line(network), this.peer.world.people.get(person.id)).inbound_at = Date.now();
		}
		return person;
	}

	// Rows of a network, in order, in a conversation of that person's: texts, or payloads. The ids.
	queue(network, person, ...said) {
		const conversation = 1000 * (Object.keys(KIND).indexOf(network) + 1) + Number(person.id.slice(1));
		const to = { kind: KIND[network], value: person.ids[network] };
		const rows = said.map((one, i) => `(${i}, ${quote(JSON.stringify({ to, human: true, ...typeof one === 'string' ? { text: one } : one }))}::jsonb)`);
		return this.sql(`WITH o AS (INSERT INTO outbox (channel_id, conversation_id, kind, payload)
				SELECT c.channel_id, ${conversation}, coalesce(v.payload->>'row', 'message'), v.payload - 'row'
				FROM channel c, (VALUES ${rows}) v (i, payload) WHERE c.key = 'practica-${network}' ORDER BY v.i
				RETURNING outbox_id, created_at, channel_id, conversation_id),
			q AS (INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id, conversation_id)
				SELECT 0, outbox_id, created_at, channel_id, conversation_id FROM o)
			SELECT outbox_id FROM o ORDER BY outbox_id`).map(([id]) => id);
	}

	// A file of ours, as a payload has it.
	file(name, type, content) {
		const hash = createHash('sha256').update(content).digest('hex');
		const folder = `${this.instance.state}/files/${hash.slice(0, 2)}/${hash.slice(2, 4)}`;
		mkdirSync(folder, { recursive: true, mode: 0o755 });
		writeFileSync(`${folder}/${hash}`, content, { mode: 0o644 });
		const [[id]] = this.sql(`WITH f AS (INSERT INTO file (sha256, size_bytes, media_type) VALUES ('\\x${hash}', ${content.length}, ${quote(type)})
				ON CONFLICT (sha256) DO UPDATE SET size_bytes = excluded.size_bytes RETURNING file_id)
			INSERT INTO attachment (conversation_id, seq, file_id, name, created_at) SELECT 1, 1, file_id, ${quote(name)}, now() FROM f RETURNING attachment_id`);
		return { id: Number(id), name, type, size: content.length };
	}

	states(ids) {
		return this.sql(`SELECT state FROM outbox WHERE outbox_id IN (${ids}) ORDER BY outbox_id`).map(([state]) => state);
	}

	// hurried: rows and lines that wait for a later time do so no longer than a moment.
	async become(ids, states, { hurried = false, seconds = 20 } = {}) {
		const wanted = typeof states === 'string' ? ids.map(() => states) : states;
		await until(() => {
			if (hurried) {
				this.hurry();
			}
			return this.states(ids).join() === wanted.join();
		}, 'the rows end', { seconds, every: 50 }).catch(() => assert.deepEqual(
			this.sql(`SELECT outbox_id, state, error FROM outbox WHERE outbox_id IN (${ids}) ORDER BY outbox_id`), ids.map((id, i) => [id, wanted[i], ''])));
	}

	hurry() {
		this.sql(`UPDATE outbox_queue SET due_at = now() WHERE claimed_at IS NULL AND due_at > now();
			UPDATE channel_health SET paused_until = NULL WHERE paused_until < 'infinity'`);
	}

	// What arrived on somebody's telephone, in order.
	arrived(network, person) {
		return person.messages(network).map(one => one.text || one.kind);
	}

	calls(network, operation) {
		return this.peer.calls(network).filter(one => one.operation === operation);
	}

	health(network) {
		return this.sql(`SELECT paused_until = 'infinity', h.fault, h.error FROM channel_health h JOIN channel c USING (channel_id)
			WHERE c.key = 'practica-${network}'`)[0];
	}
}
