// A visitor of the webchat without a browser: the requests that the widget makes.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { info, sql } from './instance.mjs';

export const once = () => randomBytes(16).toString('hex');

export const hashOf = token => createHash('sha256').update(token).digest('hex');

// options of all that start one: whose instance, and what asks in place of fetch (support/faults.mjs).
export class Visitor {
	constructor(token, { instance = info, ask = fetch } = {}) {
		this.token = token;
		this.instance = instance;
		this.ask = ask;
	}

	static async start({ key = 'demo', ...more } = {}, options) {
		const answer = await new Visitor('', options).post('/webchat/start', { key, once: once(), ...more });
		assert.equal(answer.status, 200, JSON.stringify(answer.json));
		return Visitor.of(answer.json.token, options);
	}

	// Who has this token.
	static of(token, options) {
		return new Visitor(token, options);
	}

	static post(path, body) {
		return new Visitor('').post(path, body);
	}

	// In the database; looked up when it is wanted.
	get id() {
		this.number ??= Number(sql(`SELECT visitor_id FROM visitor WHERE token_hash = '\\x${hashOf(this.token)}'`, this)[0][0]);
		return this.number;
	}

	raw(method, path, body, headers = {}) {
		if (this.token) headers['X-Visitor-Token'] = this.token;
		return this.ask(this.instance.base_url + path, { method, body, headers });
	}

	async json(...request) {
		const answer = await this.raw(...request);
		return { status: answer.status, json: answer.status === 204 ? null : await answer.json() };
	}

	get(path) {
		return this.json('GET', path);
	}

	// An object as JSON; a string as it is.
	post(path, body) {
		return this.json('POST', path, typeof body === 'string' ? body : JSON.stringify(body),
			{ 'Content-Type': 'application/json' });
	}

	say(text) {
		return this.post('/webchat/messages', { text, once: once() });
	}

	choose({ key, label }) {
		return this.post('/webchat/choice', { key, label, once: once() });
	}

	form(path, fields) {
		const form = new FormData();
		for (const [name, value] of Object.entries(fields)) form.append(name, value);
		return this.json('POST', path, form);
	}

	upload(content, name, type = 'application/octet-stream') {
		const form = new FormData();
		form.append('once', once());
		form.append('file', new Blob([content], { type }), name);
		return this.json('POST', '/webchat/files', form);
	}

	// What found(answer) makes of the conversation, as soon as it makes something.
	async until(found, limit = 20000) {
		for (const end = Date.now() + limit; ;) {
			const { json } = await this.get('/webchat/messages');
			const result = json.conversation && found(json);
			if (result) return result;
			assert.ok(Date.now() < end, `not seen in ${limit} ms: ${JSON.stringify(json).slice(0, 600)}`);
			await pause(50);
		}
	}
}

// What the widget does while it is open: a held poll, and again. heard: the messages in their order.
export class Listener {
	constructor(visitor) {
		Object.assign(this, { visitor, heard: [], cursor: '', conversation: null });
	}

	async poll() {
		const query = new URLSearchParams({ c: this.cursor, since: this.heard.at(-1)?.seq ?? 0 });
		if (this.conversation) query.set('k', this.conversation.id);
		const answer = await this.visitor.raw('GET', `/live/visitor?${query}`);
		if (answer.status === 204) {
			this.cursor = answer.headers.get('x-cursor');
			return;
		}
		assert.equal(answer.status, 200, await answer.text());
		const { cursor, conversation, messages } = await answer.json();
		Object.assign(this, { cursor, conversation });
		this.heard.push(...messages ?? []);
	}

	async until(found, what, limit = 60000) {
		const missed = why => assert.fail(`${why}: ${what}; but ${JSON.stringify(this.heard.map(({ text }) => text))}`);
		for (const end = Date.now() + limit; !found(this);) {
			await this.poll().catch(error => missed(error.message));
			if (Date.now() > end) missed('never seen');
		}
	}

	hears(text) {
		return this.until(({ heard }) => heard.some(message => message.text === text), text);
	}
}

// The visitor's conversation once the bot has greeted. add puts a message into it as the house
// does (lock, seq, wake), for what no visitor and no bot says. Returns its seq.
export async function conversationOf(visitor) {
	const { id } = await visitor.until(answer => answer.messages.some(message => message.options) && answer.conversation);
	return {
		id,
		add(author, kind, body, data) {
			const json = data ? `'${JSON.stringify(data).replaceAll("'", "''")}'` : 'NULL';
			const [[seq]] = sql(`WITH c AS (UPDATE conversation SET seq = seq + 1 WHERE conversation_id = ${id} RETURNING seq),
				w AS (INSERT INTO wake (topics) VALUES ('v${visitor.id} c${id}'))
				INSERT INTO message (conversation_id, seq, created_at, author, kind, body, data)
				SELECT ${id}, seq, now(), ${author}, ${kind}, '${body.replaceAll("'", "''")}', ${json} FROM c RETURNING seq`);
			return Number(seq);
		},
	};
}

// A webchat channel of the test's own, with these settings and the demonstration's bot. Its key.
export function channel(settings) {
	const key = `t${randomBytes(6).toString('hex')}`;
	sql(`INSERT INTO channel (messenger, key, name, bot_id, default_queue_id, settings)
		SELECT 1, '${key}', 'Prueba ${key}', bot_id, default_queue_id, '${JSON.stringify(settings).replaceAll("'", "''")}'::jsonb
		FROM channel WHERE key = 'demo'`);
	return key;
}
