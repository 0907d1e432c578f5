// What is measured, and how. Each figure names what it prints; rates stand beside the CPU that a
// request cost in our processes, PostgreSQL and nginx, because absolute times depend on the machine.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { info, root, sql } from '../support/instance.mjs';
import { WITH_BOT, WITH_OPERATOR } from './seed.mjs';

const host = `127.0.0.1:${info.port}`;
const build = process.env.VENTANILLA_BUILD;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);

// CPU used so far, in us, by kind of process of this instance.
export function cpu() {
	const used = { ours: 0, postgres: 0, nginx: 0 };
	for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
		try {
			const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
			const kind = /^nginx/.test(command) ? 'nginx' : /^postgres/.test(command) ? 'postgres'
				: command.startsWith(`${build}/bin/`) ? 'ours' : null;
			if (!kind) continue;
			const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
			used[kind] += (Number(fields[11]) + Number(fields[12])) * 10000;
		} catch {
			// It ended meanwhile.
		}
	}
	return used;
}

// The load client's arguments for a run; lines are [method, path, headers, body].
function loadArguments(lines, { connections = 8, seconds = SECONDS, rate, status = 200, mark = '', name = 'requests' }) {
	const file = `${info.state}/bench-${name}`;
	writeFileSync(file, lines.map(line => line.join('\t')).join('\n') + '\n');
	const args = ['-c', connections, '-t', seconds, '-s', status, '-m', mark];
	if (rate) args.push('-r', rate);
	return [...args, host, file].map(String);
}

function loadResult(output) {
	const [requests, errors, rps, p50, p99, max] = output.trim().split(' ').map(Number);
	if (errors) throw new Error(`${errors} of ${requests} answers were wrong`);
	return { requests, rps, p50, p99, max };
}

const client = `${build}/tests/bench/load`;

// A run of the load client.
export function run(lines, options = {}) {
	const args = loadArguments(lines, options), before = cpu();
	const output = execFileSync(client, args, { encoding: 'utf8' });
	const after = cpu();
	const result = loadResult(output);
	const each = kind => (after[kind] - before[kind]) / result.requests;
	return { ...result, cpu: { ours: each('ours'), postgres: each('postgres'), nginx: each('nginx') } };
}

// One beside others; each has a name.
export async function runBeside(lines, options) {
	try {
		return loadResult((await promisify(execFile)(client, loadArguments(lines, options), { encoding: 'utf8' })).stdout);
	} catch (error) {
		throw new Error(`${options.name}: ${error.message} ${error.stdout ?? ''}`);
	}
}

function sayCpu(say, name, measured) {
	say(`${name}_cpu_ours_us`, measured.cpu.ours, 'us/request');
	say(`${name}_cpu_postgres_us`, measured.cpu.postgres, 'us/request');
	say(`${name}_cpu_nginx_us`, measured.cpu.nginx, 'us/request');
}

// Statements of one request, as the program itself counts them (Server-Timing).
export async function statements(path, headers) {
	const answer = await fetch(`http://${host}${path}`, { headers });
	const timing = answer.headers.get('server-timing');
	await answer.arrayBuffer();
	return Number(/db;desc=(\d+)/.exec(timing)[1]);
}

const cookie = token => `Cookie: sid=${token}`;
const json = token => `X-Visitor-Token: ${token}|Content-Type: application/json`;

const pages = world => world.cases.map((id, i) =>
	['GET', `/desk/${id}`, cookie(world.staff[Math.floor(i / 5)]), '']);

async function conversationPage(world, say) {
	const options = { mark: 'data-conversation' };
	const busy = run(pages(world), { ...options, connections: 8 });
	const alone = run(pages(world), { ...options, connections: 1, seconds: SECONDS / 2 });
	say('conversation_page_rps', busy.rps, 'requests/s');
	sayCpu(say, 'conversation_page', busy);
	say('conversation_page_p50_ms', alone.p50, 'ms');
	say('conversation_page_statements', await statements(`/desk/${world.cases[0]}`,
		{ cookie: `sid=${world.staff[0]}` }), 'statements');
}

async function deskList(world, say) {
	const lines = world.staff.map(token => ['GET', '/desk/list', `${cookie(token)}|X-Fragment: 1`, '']);
	const busy = run(lines, { mark: 'desk-list' });
	say('desk_list_rps', busy.rps, 'requests/s');
	sayCpu(say, 'desk_list', busy);
	say('desk_list_statements', await statements('/desk/list', { cookie: `sid=${world.staff[0]}`, 'x-fragment': '1' }),
		'statements');
}

function drained(limit_s) {
	const end = Date.now() + limit_s * 1000;
	for (;;) {
		const left = Number(sql('SELECT count(*) FROM inbound_queue')[0][0]);
		if (!left || Date.now() > end) return left;
		execFileSync('sleep', ['0.1']);
	}
}

function visitorPost(world, say) {
	const lines = world.visitors.slice(0, WITH_OPERATOR).map(token =>
		['POST', '/webchat/messages', json(token), '{"text":"¿Cuándo se imputa? {n}","once":"banco{n}"}']);
	const busy = run(lines, { status: 202, mark: '"accepted":true' });
	say('visitor_post_rps', busy.rps, 'requests/s');
	sayCpu(say, 'visitor_post', busy);
	const left = drained(60);
	if (left) throw new Error(`${left} posts were never taken in`);
}

// The rate is offered, not raced: what counts is that replies keep up and nothing is left waiting.
function botReply(world, say) {
	const offered = Number(process.env.BENCH_BOT_RATE ?? 1550);
	const seconds = 20;
	const first = sql('SELECT clock_timestamp()')[0][0];
	const lines = world.visitors.slice(WITH_OPERATOR, WITH_OPERATOR + WITH_BOT).map(token =>
		['POST', '/webchat/messages', json(token), '{"text":"otra vez","once":"bot{n}"}']);
	const busy = run(lines, { connections: 16, seconds, rate: offered, status: 202, mark: '"accepted":true' });
	const waiting = Number(sql('SELECT count(*) FROM inbound_queue')[0][0]);
	const left = drained(60);
	// From the row of the post to the commit of its reply, by the server's own clock: the post's
	// message and the reply commit together.
	const [[replies, p50, p99]] = sql(`SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY ms),
		percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) FROM (
		SELECT extract(epoch FROM pg_xact_commit_timestamp(d.xmin) - i.received_at) * 1000 AS ms
		FROM inbound_dedupe d JOIN inbound i ON i.inbound_id = d.inbound_id
		WHERE i.received_at >= '${first}' AND d.provider_id LIKE '%:bot%') t`);
	const [[stored]] = sql(`SELECT count(*) FROM message WHERE author = 2 AND created_at >= '${first}'`);
	if (left || Number(stored) < busy.requests) {
		throw new Error(`${busy.requests} posts, ${stored} replies stored, ${left} left waiting`);
	}
	say('bot_reply_rps', Number(replies) / seconds, 'replies/s');
	say('bot_reply_p50_ms', Number(p50), 'ms');
	say('bot_reply_p99_ms', Number(p99), 'ms');
	say('bot_reply_left_waiting', waiting, 'rows');
	sayCpu(say, 'bot_reply', busy);
}

// The largest of a program's processes.
function largest(program) {
	const sizes = readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(pid => {
		try {
			const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
			if (!command.startsWith(`${build}/bin/${program}`)) return [];
			return [Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1])];
		} catch {
			return [];
		}
	});
	return Math.max(...sizes);
}

function insertFloor(say) {
	const script = `${info.state}/bench-insert.sql`;
	sql('CREATE TABLE IF NOT EXISTS bench_floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text)');
	writeFileSync(script, `INSERT INTO bench_floor (body) VALUES (repeat('x', 200));\n`);
	const output = execFileSync('/usr/lib/postgresql/15/bin/pgbench', ['-n', '-c', 8, '-j', 2, '-T', 5, '-M', 'prepared',
		'-h', info.database.socket, '-U', 'vent_owner', '-f', script, info.database.name].map(String), { encoding: 'utf8' });
	say('floor_insert_tps', Number(/tps = ([\d.]+)/.exec(output)[1]), 'transactions/s');
}

// Last of a run: what the processes grew to when pages of every kind have been shown.
export const memory = {
	prints: ['staff_process_all_pages_pss_kb', 'slow_process_pss_kb'],
	measure(world, say) {
		say('staff_process_all_pages_pss_kb', largest('staff'), 'kB');
		say('slow_process_pss_kb', largest('slow'), 'kB');
	},
};

export const figures = [
	{
		prints: ['floor_static_rps', 'floor_insert_tps'],
		measure(world, say) {
			say('floor_static_rps', run([['GET', '/static/css/ventanilla.css', '', '']], { seconds: 5 }).rps, 'requests/s');
			insertFloor(say);
		},
	},
	{
		prints: ['login_page_rps'],
		measure(world, say) {
			const busy = run([['GET', '/login', '', '']], { mark: 'type="password"' });
			say('login_page_rps', busy.rps, 'requests/s');
			sayCpu(say, 'login_page', busy);
		},
	},
	{ prints: ['conversation_page_rps', 'conversation_page_p50_ms', 'conversation_page_statements'], measure: conversationPage },
	{ prints: ['desk_list_rps', 'desk_list_statements'], measure: deskList },
	{ prints: ['visitor_post_rps'], measure: visitorPost },
	{ prints: ['bot_reply_rps', 'bot_reply_p99_ms'], measure: botReply },
	{ prints: ['staff_process_pss_kb'], measure: (world, say) => say('staff_process_pss_kb', largest('staff'), 'kB') },
];
