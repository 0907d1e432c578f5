// What the waiting notice of a restart, a crash, and a database that goes away: an answer, or nothing.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { processorMs } from '../support/faults.mjs';
import { held } from '../support/held.mjs';
import { ownInstance, pidOf, postgres, sql } from '../support/instance.mjs';
import { eventually } from '../support/staff.mjs';

const VISITORS = 200;

// The process itself, below the one that keeps it running.
function livePid(instance) {
	const parent = pidOf(instance, 'live');
	return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).find(pid => {
		try {
			return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')[1]) === parent;
		} catch {
			return false;
		}
	});
}

test('the waiting', async t => {
	const instance = ownInstance(t, 'live-faults');
	const tokens = Array.from({ length: VISITORS }, () => randomBytes(32).toString('base64url'));
	const ids = sql(`INSERT INTO visitor (channel_id, token_hash) SELECT channel_id, decode(h, 'hex')
		FROM channel, unnest(ARRAY[${tokens.map(token => `'${createHash('sha256').update(token).digest('hex')}'`)}]) h
		WHERE key = 'demo' RETURNING visitor_id`, { instance }).map(([id]) => Number(id));
	const wake = id => sql(`INSERT INTO wake (topics) VALUES ('v${id}')`, { instance });
	const now = () => sql('SELECT pg_current_snapshot()', { instance })[0][0];
	const health = async () => (await fetch(`${instance.base_url}/live/health`)).json();

	const ask = (token, cursor) => held(`${instance.base_url}/live/visitor?since=0&c=${encodeURIComponent(cursor)}`,
		{ headers: { 'X-Visitor-Token': token } });

	// All of them wait, and let go at the end of test t.
	async function park(t) {
		const cursor = now();
		const polls = tokens.map(token => ask(token, cursor));
		t.after(() => polls.forEach(poll => poll.abort()));
		await eventually(async () => (await health()).parked >= VISITORS, 'all are parked');
		return polls;
	}

	await t.test('are answered at once when the program is stopped, and nobody who asks meanwhile is refused', async t => {
		const polls = await park(t);
		const before = livePid(instance);
		const began = performance.now();
		process.kill(before, 'SIGTERM');
		const during = Promise.all(Array.from({ length: 50 }, async (_, i) => {
			await pause(i * 10);
			return (await fetch(`${instance.base_url}/live/health`)).status;
		}));
		const answers = await Promise.all(polls);
		assert.ok(performance.now() - began < 2000, `${performance.now() - began} ms`);
		assert.deepEqual(new Set(answers.map(answer => answer.status)), new Set([204]));
		assert.deepEqual(new Set(await during), new Set([200]));
		await eventually(() => livePid(instance) && livePid(instance) !== before, 'another process serves');
	});

	await t.test('are told to come again when it is killed, and then miss nothing that happened before', async t => {
		const cursor = now();
		await park(t);
		process.kill(livePid(instance), 'SIGKILL');
		wake(ids[0]);
		const answer = await eventually(async () => {
			const again = await ask(tokens[0], cursor);
			return again.status === 200 ? again : assert.equal(again.status, 503);
		}, 'the wake from before is told');
		assert.ok(answer.text.includes('"cursor"'));
	});

	await t.test('go on waiting while the database is restarted, and hear of what happened then', async t => {
		const polls = await park(t);
		let ended = 0;
		for (const poll of polls) poll.then(() => ended++, () => ended++);
		const cursor = now();
		await postgres(instance, 'stop');
		assert.equal((await ask(tokens[1], cursor)).status, 503);
		const began = performance.now();
		const refused = await ask(tokens[1], cursor);
		assert.equal(refused.status, 503);
		assert.equal(refused.headers['retry-after'], '2');
		assert.equal(JSON.parse(refused.text).error.code, 'UNAVAILABLE');
		assert.ok(performance.now() - began < 1000, `${performance.now() - began} ms`);
		assert.equal(ended, 0);
		await postgres(instance, 'start');
		wake(ids[2]);
		const woken = await Promise.race([polls[2], pause(8000)]);
		assert.equal(woken?.status, 200);
		assert.equal(ended, 1);
	});

	await t.test('cost no processor time while the database is away', async () => {
		const used = () => processorMs([livePid(instance)]);
		await postgres(instance, 'stop');
		const before = used();
		await pause(4000);
		const ms = used() - before;
		assert.ok(ms <= 100, `${ms} ms in 4 s`);
		await eventually(async () => !(await health()).database, 'health says so');
		await postgres(instance, 'start');
		await eventually(async () => (await health()).database, 'health recovers', 10000);
	});
});
