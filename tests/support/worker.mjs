// Workers in the hands of a test: an instance without its crontab, workers started and killed one by
// one, and visitors who write through the real webchat.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { kill } from './faults.mjs';
import { ownInstance, pidOf, root, sql } from './instance.mjs';

export { sleep };

// Until check() gives something true, which is returned; else a failure that names what was awaited.
export async function until(check, what, { seconds = 30, every = 20 } = {}) {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const value = await check();
		if (value) {
			return value;
		}
		if (Date.now() > end) {
			throw new Error(`not within ${seconds} s: ${what}`);
		}
		await sleep(every);
	}
}

function environment(instance) {
	const variables = {};
	for (const file of ['common.env', 'worker.env']) {
		for (const line of readFileSync(`${instance.state}/etc/${file}`, 'utf8').split('\n')) {
			const match = /^(\w+)="?([^"]*)"?$/.exec(line);
			if (match) {
				variables[match[1]] = match[2];
			}
		}
	}
	return { ...process.env, ...variables };
}

export class Workers {
	constructor(instance) {
		this.instance = instance;
		this.started = new Set();
		this.fallen = [];
	}

	// One process of a lane. lines: what it logged, {ts (ms), ev, ...}. ended: a promise of its end.
	start(command, lane, { binary = 'bin/ventanilla', shift } = {}) {
		const env = environment(this.instance);
		if (shift) {
			env.VT_SHIFT_S = String(shift);
		}
		const build = process.env.VENTANILLA_BUILD ?? `${root}build`;
		const child = spawn(`${build}/${binary}`, [command, String(lane)],
			{ env, stdio: ['ignore', 'ignore', 'pipe'] });
		const worker = { child, lines: [], command, lane };
		createInterface({ input: child.stderr }).on('line', text => {
			const line = readLine(text);
			worker.lines.push(line);
			if (line.ev === 'worker.died' && line.signal !== '9') this.fallen.push(text);
		});
		worker.ended = new Promise(resolve => child.on('close', () => {
			this.started.delete(worker);
			resolve(worker);
		}));
		this.started.add(worker);
		return worker;
	}

	// Like cron, only faster: keep `count` of a lane running until the end of test t, or stop().
	keep(t, command, lane, count, options) {
		let going = true;
		const all = [];
		const one = async () => {
			while (going) {
				const worker = this.start(command, lane, options);
				all.push(worker);
				await worker.ended;
				await sleep(50);
			}
		};
		const loops = Array.from({ length: count }, one);
		const stop = async () => {
			going = false;
			for (const worker of all) {
				worker.child.kill('SIGTERM');
			}
			await Promise.all(loops);
		};
		t.after(stop);
		return { stop, lines: () => all.flatMap(worker => worker.lines).sort((a, b) => a.ts - b.ts) };
	}

	// The process that works a lane now.
	holder(command, lane) {
		const [row] = sql(`SELECT w.pid FROM worker w JOIN pg_locks l ON l.locktype = 'advisory'
			AND l.objsubid = 2 AND l.objid = w.lane AND l.granted AND l.mode = 'ExclusiveLock'
			AND l.classid = ${classes[command] * 2}
			WHERE w.command = '${command}' AND w.lane = ${lane} AND w.dirty`, { instance: this.instance });
		return row ? Number(row[0]) : 0;
	}

	working(command, lane, not = 0) {
		return until(() => {
			const pid = this.holder(command, lane);
			return pid && pid !== not ? pid : 0;
		}, `somebody works ${command} ${lane}`);
	}

	async stop() {
		const ends = [...this.started].map(worker => {
			worker.child.kill('SIGCONT');
			worker.child.kill('SIGTERM');
			return worker.ended;
		});
		await Promise.race([Promise.all(ends), sleep(5000, null, { ref: false })]);
		for (const worker of this.started) {
			worker.child.kill('SIGKILL');
		}
		// Whoever is started again after a fault does its work all the same: no test would know.
		assert.deepEqual(this.fallen, [], 'a worker died by itself');
	}
}

const classes = { intake: 1, send: 2, route: 3, expire: 4, seal: 5, partition: 6, mail: 10, login: 20, scan: 21 };

function readLine(line) {
	const fields = Object.fromEntries([...line.matchAll(/(\w+)=("[^"]*"|\S+)/g)].map(m => [m[1], m[2]]));
	return { ...fields, ts: Date.parse(fields.ts), us: Number((/\.(\d{6})Z/.exec(fields.ts) ?? [])[1]), line };
}

// The ticker may have died before it wrote a pid: 0 would be ourselves.
function tell(pid, signal) {
	if (pid) {
		kill(pid, signal);
	}
}

// An instance of the test's own, its crontab and workers stopped.
export async function quietInstance(t, name) {
	const instance = ownInstance(t, name);
	tell(-pidOf(instance, 'ticker'), 'SIGKILL');
	await until(() => {
		for (const file of readdirSync(`${instance.state}/run`).filter(f => /@.*\.pid$/.test(f))) {
			tell(-Number(readFileSync(`${instance.state}/run/${file}`, 'utf8')), 'SIGTERM');
		}
		for (const [pid] of sql('SELECT pid FROM worker WHERE dirty', { instance })) {
			tell(Number(pid), 'SIGTERM');
		}
		return sql(`SELECT count(*) FROM pg_stat_activity WHERE usename = 'vent_worker'`,
			{ instance, role: 'postgres' })[0][0] === '0';
	}, 'the workers of the crontab leave', { every: 200 });
	sql('UPDATE worker SET dirty = false', { instance });
	const workers = new Workers(instance);
	t.after(() => workers.stop());
	return { instance, workers };
}

// Nothing waits in a lane, or in any.
export function settled(instance, lane = null) {
	return until(() => sql(`SELECT count(*) FROM inbound_queue WHERE ${lane ?? 'lane'} = lane`,
		{ instance })[0][0] === '0', 'nothing waits any more', { seconds: 30 });
}

// Somebody at the webchat.
export class Writer {
	static async open(instance, { key = instance.webchat_key } = {}) {
		const visitor = new Writer();
		visitor.instance = instance;
		const answer = await visitor.post('start', { key, once: randomUUID() });
		visitor.token = answer.token;
		[[visitor.id]] = sql(`SELECT visitor_id FROM visitor
			WHERE token_hash = sha256('${visitor.token}'::bytea)`, { instance });
		return visitor;
	}

	async post(what, body) {
		const response = await fetch(`${this.instance.base_url}/webchat/${what}`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', ...(this.token && { 'X-Visitor-Token': this.token }) },
			body: JSON.stringify(body),
		});
		if (!response.ok) {
			throw new Error(`${what}: ${response.status} ${await response.text()}`);
		}
		return response.json();
	}

	say(text) {
		return this.post('messages', { text, once: randomUUID() });
	}

	choose(key, label) {
		return this.post('choice', { key, label, once: randomUUID() });
	}

	async upload(name, content) {
		const form = new FormData();
		form.append('once', randomUUID());
		form.append('file', new Blob([content]), name);
		const response = await fetch(`${this.instance.base_url}/webchat/files`,
			{ method: 'POST', headers: { 'X-Visitor-Token': this.token }, body: form });
		if (!response.ok) {
			throw new Error(`files: ${response.status} ${await response.text()}`);
		}
	}

	leave() {
		return this.post('leave', { once: randomUUID() });
	}
}

// A CUIT that nobody has had yet in this instance: 20-NNNNNNNN-check digit.
let number = 30000000 + Math.floor(Math.random() * 1000000);
export function newCuit() {
	for (;;) {
		const digits = `20${++number}`;
		const sum = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2].reduce((total, weight, i) => total + weight * digits[i], 0);
		const check = 11 - sum % 11;
		if (check < 10) {
			return `${digits}${check}`;
		}
	}
}

// A channel whose bot asks for anything and answers each line with the same words, for ever.
export function echoChannel(instance, key = 'eco') {
	const flow = {
		start: 'a',
		nodes: [
			{ id: 'a', type: 'ask', x: 0, y: 0, config: { text: '¿Algo más?', kind: 'text', variable: 'x', retries: 2, invalid: 'No.' },
				outputs: [{ key: 'ok', label: 'ok', to: 'a' }, { key: 'fail', label: 'fail', to: 'b' }] },
			{ id: 'b', type: 'handoff', x: 0, y: 0, config: { queue: 'general', text: 'Te paso.' }, outputs: [] },
		],
	};
	botChannel(instance, key, flow);
	return key;
}

export function botChannel(instance, key, flow, messenger = 1) {
	sql(`WITH b AS (INSERT INTO bot (name) VALUES ('${key}') RETURNING bot_id),
		v AS (INSERT INTO bot_version (bot_id, number, flow)
			SELECT bot_id, 1, $flow$${JSON.stringify(flow)}$flow$ FROM b RETURNING bot_id, bot_version_id)
		INSERT INTO channel (messenger, key, name, bot_id, default_queue_id, settings)
		SELECT ${messenger}, '${key}', '${key}', b.bot_id, q.queue_id,
			'{"starts_per_address": 0}' FROM b, queue q WHERE q.key = 'general';
		UPDATE bot SET published_version_id = v.bot_version_id FROM bot_version v
		WHERE v.bot_id = bot.bot_id AND bot.name = '${key}'`, { instance });
}
