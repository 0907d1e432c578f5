// The live layer: from a visitor's post to the operator's held poll, and what an idle poll costs.
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { info, sql } from '../support/instance.mjs';
import { cpu } from './figures.mjs';
import { WITH_OPERATOR } from './seed.mjs';
import { agent, ask, Marks, percentile, snapshot, wait, watch } from './waiting.mjs';

async function postToDesk(world, say) {
	const cases = sql(`SELECT c.conversation_id, substr(u.login, 6)::int, substr(k.name, 17)::int, c.seq
		FROM conversation c JOIN app_user u USING (user_id) JOIN contact k USING (contact_id)
		WHERE c.state = 3 AND u.login LIKE 'banco%'`).map(row => row.map(Number));
	const first = new Map();
	for (const [id, operator, visitor, seq] of cases) {
		if (!first.has(operator)) first.set(operator, { id, operator, visitor, seq });
	}
	const state = { stopped: false, wrong: 0 };
	const marks = new Marks();
	const start = snapshot();
	for (const desk of first.values()) watch({ ...desk, token: world.staff[desk.operator - 1] }, start, state, marks);
	for (const token of world.visitors.slice(WITH_OPERATOR, WITH_OPERATOR + 1000)) {
		const visitor = { cursor: start };
		wait(() => `/live/visitor?c=${encodeURIComponent(visitor.cursor)}&since=1`, { 'X-Visitor-Token': token }, state,
			answer => { visitor.cursor = JSON.parse(answer.body).cursor; });
	}
	await sleep(3000);
	const desks = [...first.values()];
	const posts = 50 * 15;
	for (let i = 0, began = performance.now(); i < posts; i++) {
		await sleep(Math.max(0, began + i * 20 - performance.now()));
		const desk = desks[i % desks.length];
		const mark = marks.say(`espera banco ${i}`);
		ask('POST', '/webchat/messages', { 'X-Visitor-Token': world.visitors[desk.visitor - 1],
			'Content-Type': 'application/json' }, JSON.stringify({ text: mark, once: `desk${process.pid}${i}` }))
			.then(answer => { if (answer.status !== 202) state.wrong++; });
	}
	await sleep(2000);
	state.stopped = true;
	agent.destroy();
	const { took } = marks;
	if (state.wrong || took.length < posts) {
		throw new Error(`${posts} posts, ${took.length} seen by an operator, ${state.wrong} wrong answers`);
	}
	say('post_to_desk_p50_ms', percentile(took, .5), 'ms');
	say('post_to_desk_p99_ms', percentile(took, .99), 'ms');
}

// Memory of the live program and nginx, in kB (PSS).
function memory() {
	let size = 0;
	for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
		try {
			if (!/^nginx|\/bin\/live/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))) continue;
			size += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
		} catch {
			// It ended meanwhile.
		}
	}
	return size;
}

const transactions = () => Number(sql(`SELECT pg_stat_clear_snapshot(), xact_commit + xact_rollback
	FROM pg_stat_database WHERE datname = current_database()`)[0][1]);

// What the workers do by themselves in eight seconds, once they have done what earlier figures left
// them (visitors who went away, silent conversations).
async function alone() {
	for (let tries = 0; ; tries++) {
		const before = transactions();
		await sleep(8000);
		const count = transactions() - before;
		if (count < 500 || tries === 20) return count;
	}
}

// Until nobody asks any more: each asked once with an old cursor, and again with the one that this brought. They are held
// for longer than it takes; if they never were, the time is over and the figure tells.
async function parked(workers) {
	for (let tries = 0; tries < 10; tries++) {
		const before = transactions();
		await sleep(1000);
		if (tries > 2 && transactions() - before < workers / 8 + 50) return;
	}
}

async function idle(world, say) {
	const count = 5000;
	const state = { stopped: false, wrong: 0 };
	const workers = await alone();
	const before = memory();
	const start = snapshot();
	for (const token of world.visitors.slice(-count)) {
		const visitor = { cursor: start };
		wait(() => `/live/visitor?c=${encodeURIComponent(visitor.cursor)}&since=0`, { 'X-Visitor-Token': token }, state,
			answer => { visitor.cursor = JSON.parse(answer.body).cursor; });
	}
	await parked(workers);
	const first = transactions();
	await sleep(8000);
	const statements = Math.max(0, transactions() - first - workers);
	const used = cpu();
	const began = performance.now();
	await sleep(30000);
	const after = cpu();
	const seconds = (performance.now() - began) / 1000;
	const kb = (memory() - before) / count;
	state.stopped = true;
	agent.destroy();
	if (state.wrong) throw new Error(`${state.wrong} wrong answers`);
	const us = ['ours', 'postgres', 'nginx'].reduce((sum, kind) => sum + after[kind] - used[kind], 0);
	// A handful of transactions more or less is the workers' own polling.
	say('idle_client_statements', statements / count < 0.01 ? 0 : statements / count, 'statements');
	say('idle_client_cpu_us_per_s', us / seconds / count, 'us/s');
	say('idle_client_kb', kb, 'kB');
}

export const live = [
	{ prints: ['post_to_desk_p50_ms', 'post_to_desk_p99_ms'], measure: postToDesk },
	{ prints: ['idle_client_statements', 'idle_client_cpu_us_per_s', 'idle_client_kb'], measure: idle },
];
