// A WhatsApp line of the figures: its webhooks, and conversations by it.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { info, root, sql } from '../support/instance.mjs';
import { provider } from './provider.mjs';

const SECRET = 'secreto-del-banco';

export class Line {
	constructor(key, account) {
		this.key = key;
		this.account = account;
		this.numbered = Date.now();
	}

	async open(bot) {
		const put = spawnSync('./dev', ['ventanilla', '--state', info.state, 'channel-put'], { cwd: root, encoding: 'utf8', input: JSON.stringify({
			network: 'whatsapp', key: this.key, name: this.key, queue: 'general', bot, settings: { account: this.account, throughput: '5000', base: await provider() },
			secrets: { app_secret: SECRET, verify_token: 'palabra', token: 'ficha' } }) });
		if (put.status) throw new Error(put.stderr);
		this.id = Number(sql(`SELECT channel_id FROM channel WHERE key = '${this.key}'`)[0][0]);
		return this;
	}

	// It speaks or rests: what the bot says must not be sent while something else is measured.
	rest(on) {
		sql(`INSERT INTO channel_health (channel_id, paused_until) VALUES (${this.id}, ${on ? "'infinity'" : 'NULL'})
			ON CONFLICT (channel_id) DO UPDATE SET paused_until = excluded.paused_until`);
	}

	text(from, words, id = `wamid.${this.numbered++}`) {
		return { id, from, timestamp: String(Math.floor(Date.now() / 1000)), type: 'text', text: { body: words } };
	}

	body(messages, statuses) {
		return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages', value: {
			messaging_product: 'whatsapp', metadata: { display_phone_number: '1', phone_number_id: this.account },
			contacts: (messages ?? statuses).map(item => ({ profile: { name: 'Lucía' }, wa_id: item.from ?? item.recipient_id })),
			...messages && { messages }, ...statuses && { statuses } } }] }] });
	}

	// A request of the load client, signed.
	request(raw) {
		return ['POST', `/hooks/${this.key}`, `Content-Type: application/json|X-Hub-Signature-256: sha256=${signed(raw)}`, raw];
	}

	// `count` people, to each of whom `said` messages go out: on record, and in the queue. The conversations of the first
	// `held` are with the operators of the figures, five each; `bot` more are with the bot; the others are closed.
	converse(count, said, { held = 0, bot = 0 } = {}) {
		sql(`CREATE TEMP TABLE person ON COMMIT DROP AS SELECT CASE WHEN n <= ${held} THEN 3 WHEN n <= ${held + bot} THEN 1 ELSE 4 END AS state, n,
				nextval(pg_get_serial_sequence('contact', 'contact_id')) AS contact_id,
				conversation_id_next(now()) AS conversation_id, o.user_id, o.version_id
			FROM generate_series(1, ${count}) n LEFT JOIN app_user o ON n <= ${held} AND o.login = 'banco' || (1 + (n - 1) / 5);
		INSERT INTO contact (contact_id, name, phone) SELECT contact_id, 'Persona ' || n, ${PHONE} FROM person;
		INSERT INTO identity (contact_id, channel_id, kind, value) SELECT contact_id, ${this.id}, 'phone', ${PHONE} FROM person;
		INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, identity_id, state, queue_id, user_id, opened_at,
			requested_at, assigned_at, closed_at, seq, segment_seq, segment_kind, bot_version_id, bot_session, last_message_at, last_message_author,
			last_message_preview, last_contact_at, last_agent_at)
		SELECT p.conversation_id, h.channel_id, h.version_id, p.contact_id, i.identity_id, p.state,
			CASE WHEN p.user_id IS NOT NULL THEN h.default_queue_id END, p.user_id, now(), CASE WHEN p.user_id IS NOT NULL THEN now() END,
			CASE WHEN p.user_id IS NOT NULL THEN now() END, CASE WHEN p.state = 4 THEN now() END, 1 + ${said}, 1, least(p.state, 3),
			b.published_version_id, '{"node":"menu","wrong":0,"variables":{}}', now(), 3, 'Su plan', now(), now()
		FROM person p JOIN channel h ON h.channel_id = ${this.id} JOIN identity i ON i.channel_id = h.channel_id AND i.contact_id = p.contact_id
			LEFT JOIN bot b ON b.bot_id = h.bot_id;
		INSERT INTO segment (conversation_id, segment_seq, kind, started_at, queue_id, user_id, user_version_id)
		SELECT conversation_id, 1, least(state, 3), now(), CASE WHEN user_id IS NOT NULL THEN 1 END, user_id, version_id FROM person;
		INSERT INTO message (conversation_id, seq, created_at, author, kind, body)
		SELECT conversation_id, s, now(), CASE WHEN s = 1 THEN 1 ELSE 3 END, 1, 'Su plan de pagos vence el 10.' FROM person, generate_series(1, 1 + ${said}) s;
		WITH o AS (INSERT INTO outbox (channel_id, conversation_id, seq, kind, payload)
			SELECT ${this.id}, conversation_id, s, 'message', jsonb_build_object('to', jsonb_build_object('kind', 'phone', 'value', ${PHONE}),
				'text', 'Su plan de pagos vence el 10.') FROM generate_series(2, 1 + ${said}) s, person ORDER BY s, n
			RETURNING outbox_id, created_at, channel_id, conversation_id)
		INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id, conversation_id)
		SELECT 0, outbox_id, created_at, channel_id, conversation_id FROM o;
		ANALYZE contact, identity, conversation, message, outbox`);
	}
}

const PHONE = "'54923' || lpad(contact_id::text, 8, '0')";
export const number = n => `54922${String(n).padStart(8, '0')}`;
const signed = raw => createHmac('sha256', SECRET).update(raw).digest('hex');

// What is to be said to somebody: beside it a line asks its provider this and that.
export const TO_SAY = 'outbox_queue WHERE conversation_id IS NOT NULL';

// Until nothing is left in a table.
export function emptied(table, seconds) {
	const end = Date.now() + seconds * 1000;
	while (Number(sql(`SELECT count(*) FROM ${table}`)[0][0])) {
		if (Date.now() > end) throw new Error(`${table} is not empty after ${seconds} s`);
		execFileSync('sleep', ['0.02']);
	}
}
