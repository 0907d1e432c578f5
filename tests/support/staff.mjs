// Staff without a browser, and a small world of a test's own: a queue, a line with a bot that hands
// over at once, and people who attend there and nowhere else.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { info, sql } from './instance.mjs';
import { once, Visitor } from './visitor.mjs';

const password = info.users[0].password;
const quote = text => `'${text.replaceAll("'", "''")}'`;

// The cookies that an answer sets, a line each. Debian's nodejs 18 has no getSetCookie and joins them with commas; none
// of ours has a date in it.
export const cookiesOf = ({ headers }) => headers.getSetCookie?.() ?? headers.get('set-cookie')?.split(/, (?=[\w-]+=)/) ?? [];

// options: whose instance, and what asks in place of fetch (support/faults.mjs).
export class Staff {
	constructor({ instance = info, ask = fetch } = {}) {
		this.cookies = {};
		this.instance = instance;
		this.ask = ask;
	}

	async raw(path, options = {}) {
		const headers = { ...options.headers };
		const cookie = Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`).join('; ');
		if (cookie) headers.Cookie = cookie;
		const answer = await this.ask(this.instance.base_url + path, { redirect: 'manual', ...options, headers });
		for (const line of cookiesOf(answer)) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
			if (/max-age=0/i.test(line)) delete this.cookies[name];
			else this.cookies[name] = value;
		}
		return answer;
	}

	async page(path, headers) {
		const answer = await this.raw(path, { headers });
		return { status: answer.status, headers: answer.headers, text: await answer.text() };
	}

	// A form as a browser without script sends it; fields: an object or pairs.
	async form(path, fields, headers) {
		const body = new URLSearchParams(fields);
		if (!body.has('csrf') && this.csrf) body.set('csrf', this.csrf);
		const answer = await this.raw(path, { method: 'POST', body, headers });
		return { status: answer.status, headers: answer.headers, text: await answer.text() };
	}

	// The same from a script: JSON comes back.
	async post(path, fields, headers) {
		const answer = await this.form(path, fields, { Accept: 'application/json', ...headers });
		return { ...answer, json: JSON.parse(answer.text) };
	}

	async upload(path, fields, files, headers = { Accept: 'application/json' }) {
		const body = new FormData();
		for (const [name, value] of Object.entries({ csrf: this.csrf, once: once(), ...fields })) body.append(name, value);
		for (const { name, content } of files) body.append('file', new Blob([content]), name);
		const answer = await this.raw(path, { method: 'POST', body, headers });
		const text = await answer.text();
		return { status: answer.status, headers: answer.headers, text, json: text.startsWith('{') ? JSON.parse(text) : null };
	}

	static async logIn(login, secret = password, options = {}) {
		const staff = new Staff(options);
		staff.csrf = tokenOf((await staff.page('/login')).text);
		const answer = await staff.form('/login', { login, password: secret });
		if (answer.status !== 303) throw new Error(`${login} was not let in: ${answer.status}`);
		staff.home = answer.headers.get('location');
		let page;
		for (let path = staff.home; path; path = page.headers.get('location')) page = await staff.page(path);
		staff.csrf = /data-csrf="([^"]*)"/.exec(page.text)?.[1];
		return staff;
	}
}

export const tokenOf = html => /name="csrf" value="([^"]*)"/.exec(html)?.[1];

const straightOn = queue => [{ id: 'pasa', type: 'handoff', config: { queue, text: 'Te paso con una persona.' } }];

export class World {
	// nodes: the bot's, the first is the start, a function of the queue's key.
	constructor({ typificationRequired = false, greeting = null, farewell = null, nodes = straightOn, instance = info } = {}) {
		this.instance = instance;
		this.name = `t${randomBytes(5).toString('hex')}`;
		const listed = nodes(this.name).map(node => ({ x: 0, y: 0, outputs: [], ...node }));
		const flow = { start: listed[0].id, nodes: listed };
		const text = value => (value ? quote(value) : 'NULL');
		// One transaction: intake must never meet the channel without its bot.
		const [[queue, channel]] = sql(`WITH q AS (
				INSERT INTO queue (key, name, typification_required, greeting, farewell)
				VALUES ('${this.name}', 'Cola ${this.name}', ${typificationRequired}, ${text(greeting)}, ${text(farewell)}) RETURNING queue_id
			), b AS (INSERT INTO bot (name) VALUES ('Bot ${this.name}') RETURNING bot_id
			), v AS (INSERT INTO bot_version (bot_id, number, flow) SELECT bot_id, 1, ${quote(JSON.stringify(flow))} FROM b RETURNING bot_id
			), c AS (INSERT INTO channel (messenger, key, name, bot_id, default_queue_id, settings)
				SELECT 1, '${this.name}', 'Canal ${this.name}', v.bot_id, q.queue_id, '{"starts_per_address": 100000, "files_per_hour": 100000, "origins": ["http://localhost:*"]}'
				FROM v, q RETURNING channel_id)
			SELECT queue_id, channel_id FROM q, c;
			UPDATE bot SET published_version_id = v.bot_version_id FROM bot_version v
			WHERE v.bot_id = bot.bot_id AND bot.name = 'Bot ${this.name}'`, this);
		this.queue = Number(queue);
		this.channel = Number(channel);
	}

	// A person of this world: {login, id}. role: a role's key; without log-in nobody is available.
	person({ role = 'operador', name = `Persona ${this.name}`, capacity = 50, attends = role === 'operador' } = {}) {
		const login = `${role}-${randomBytes(4).toString('hex')}`;
		const [[id]] = sql(`WITH u AS (
				INSERT INTO app_user (login, password_hash, name, display_name, attends, capacity)
				SELECT '${login}', password_hash, ${quote(name)}, ${quote(name.split(' ')[0])}, ${attends}, ${capacity}
				FROM app_user WHERE login = '${this.instance.users[0].login}' RETURNING user_id
			), r AS (INSERT INTO user_role SELECT u.user_id, role_id FROM u, role WHERE key = '${role}'
			), q AS (INSERT INTO user_queue SELECT user_id, ${this.queue} FROM u
			), h AS (INSERT INTO user_channel SELECT user_id, ${this.channel} FROM u
			), a AS (INSERT INTO agent_state (user_id) SELECT user_id FROM u WHERE ${attends})
			SELECT user_id FROM u`, this);
		return { login, id: Number(id), name };
	}

	// A taxpayer who waits for somebody, or is with somebody when an operator is available.
	async taxpayer({ name = 'Graciela Benítez', state } = {}) {
		const visitor = await Visitor.start({ key: this.name, name }, this);
		visitor.conversation = await visitor.until(({ conversation }) =>
			(state ? conversation.state === state : conversation.state !== 'bot') && conversation.id);
		return visitor;
	}

	// All its cases are over. Whoever had one and left would give it back after two minutes, to whoever is there by then.
	clear() {
		sql(`UPDATE conversation SET state = 4, closed_at = now() WHERE queue_id = ${this.queue} AND state IN (2, 3)`, this);
	}

	// An operator who is logged in, the only one available, and a taxpayer with them.
	async case(options) {
		const operator = this.person(options);
		sql(`UPDATE agent_state SET state = 0 WHERE user_id IN (SELECT user_id FROM user_queue WHERE queue_id = ${this.queue})`, this);
		const staff = await Staff.logIn(operator.login, password, this);
		const visitor = await this.taxpayer({ ...options?.taxpayer, state: 'active' });
		return { operator, staff, visitor, id: visitor.conversation };
	}
}

// As if live had listened for an hour: whoever was not heard meanwhile is gone. Say it anew in what is checked until it
// holds, for live may begin everybody's time anew.
export function listened({ instance = info } = {}) {
	sql("UPDATE live_program SET since = now() - interval '1 hour', heard_count = 0", { instance });
}

// Until check() gives something true, which is returned. How long that may take is no figure: a busy machine gets its time,
// and a test that means one measures it.
export async function eventually(check, what, limit = 20000) {
	for (const end = Date.now() + limit; ;) {
		const value = await check();
		if (value) return value;
		if (Date.now() > end) throw new Error(`not within ${limit} ms: ${what}`);
		await pause(30);
	}
}
