// The router: 500 that wait and 170 operators as fast as it goes, and how long a decision takes at 50 a second.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { info, sql } from '../support/instance.mjs';

const WAITING = 500;
const BURSTS = 3;
const RATE = 50;
const SECONDS = 20;

// Hand-offs through the code that intake uses (tests/worker/routing_drive.c).
function offer(rate, count, { queue, channel }) {
	const [, database] = /^VT_DATABASE="(.*)"$/m.exec(readFileSync(`${info.state}/etc/owner.env`, 'utf8'));
	execFileSync(`${process.env.VENTANILLA_BUILD}/tests/worker/routing_drive`, ['offer', rate, count, queue, channel].map(String),
		{ env: { ...process.env, VT_DATABASE: database, VT_RUN: `${info.state}/run` }, stdio: ['ignore', 'ignore', 'inherit'] });
}

// A queue and a line that the 170 operators of the seed attend beside what they have.
function place() {
	const [[queue, channel]] = sql(`WITH q AS (INSERT INTO queue (key, name, strategy) SELECT k, k, 1
				FROM (SELECT 'banco-' || gen_random_uuid()::text AS k) n RETURNING queue_id),
			h AS (INSERT INTO channel (messenger, key, name, default_queue_id) SELECT 1, k, k, q.queue_id
				FROM q, (SELECT gen_random_uuid()::text AS k) n RETURNING channel_id),
			u AS (SELECT user_id FROM app_user WHERE login LIKE 'banco%'),
			a AS (INSERT INTO user_queue SELECT user_id, queue_id FROM u, q),
			b AS (INSERT INTO user_channel SELECT user_id, channel_id FROM u, h)
		SELECT queue_id, channel_id FROM q, h`);
	return { queue: Number(queue), channel: Number(channel) };
}

const waiting = at => Number(sql(`SELECT count(*) FROM conversation WHERE state = 2 AND queue_id = ${at.queue}`)[0][0]);

async function drained(at) {
	for (const end = Date.now() + 60000; waiting(at);) {
		if (Date.now() > end) throw new Error(`${waiting(at)} still wait`);
		await sleep(100);
	}
}

async function burst() {
	const at = place();
	sql(`UPDATE queue SET strategy = 6 WHERE queue_id = ${at.queue}`);
	offer(100000, WAITING, at);
	if (waiting(at) !== WAITING) throw new Error('they do not wait');
	sql(`UPDATE queue SET strategy = 1 WHERE queue_id = ${at.queue}`);
	await drained(at);
	const [[given, seconds, most]] = sql(`SELECT count(*), extract(epoch FROM max(pg_xact_commit_timestamp(a.xmin)) - min(a.assigned_at)),
		(SELECT max(n) FROM (SELECT count(*) AS n FROM assignment WHERE queue_id = ${at.queue} GROUP BY user_id) x)
		FROM assignment a WHERE a.queue_id = ${at.queue}`).map(row => row.map(Number));
	// By the default rule 500 are shared out evenly among 170.
	if (given !== WAITING || most > 3) throw new Error(`${given} given, ${most} to one operator`);
	return given / seconds;
}

// Other figures' operators had a page open and left it: they count as gone by now.
function everybodyBack() {
	sql(`UPDATE agent_state SET state = 1, break_type_id = NULL, wrap_until = NULL, heartbeat_at = now() + interval '1 day'
		WHERE user_id IN (SELECT user_id FROM app_user WHERE login LIKE 'banco%')`);
}

async function assign(world, say) {
	everybodyBack();
	const rates = [];
	for (let i = 0; i < BURSTS; i++) rates.push(await burst());
	say('assign_rps', rates.sort((a, b) => a - b)[Math.floor(BURSTS / 2)], 'assignments/s');
	const at = place();
	offer(RATE, RATE * SECONDS, at);
	await drained(at);
	const [[given, p50, p99]] = sql(`SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY ms), percentile_cont(0.99) WITHIN GROUP (ORDER BY ms)
		FROM (SELECT extract(epoch FROM pg_xact_commit_timestamp(a.xmin) - pg_xact_commit_timestamp(m.xmin)) * 1000 AS ms
			FROM assignment a JOIN message m ON m.conversation_id = a.conversation_id AND m.kind = 4
				AND m.data->>'event' = 'handed_off' AND m.created_at > now() - interval '1 hour'
			WHERE a.queue_id = ${at.queue}) t`).map(row => row.map(Number));
	if (given !== RATE * SECONDS) throw new Error(`${given} given`);
	say('assign_p50_ms', p50, 'ms');
	say('assign_p99_ms', p99, 'ms');
}

export const routing = [{ prints: ['assign_rps', 'assign_p99_ms'], measure: assign }];
