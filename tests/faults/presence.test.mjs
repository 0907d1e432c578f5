// Nobody loses a case because we could not hear them; who is really gone gives theirs back. Time passes by moving rows.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { kill, processesOf } from '../support/faults.mjs';
import { held } from '../support/held.mjs';
import { ownInstance, postgres, sql } from '../support/instance.mjs';
import { eventually, World } from '../support/staff.mjs';

const BEATS = 40000;               // two of them, on a slow machine
const AWAY = 180;

// A browser that shows the desk: it holds a poll and asks again, whatever comes.
async function page({ staff }, signal) {
	const headers = { Cookie: `sid=${staff.cookies.sid}`, 'X-Fragment': '1' };
	for (let cursor = ''; !signal.aborted; await pause(100)) {
		const poll = held(`${staff.instance.base_url}/live?v=shell&c=${encodeURIComponent(cursor)}`, { headers });
		signal.addEventListener('abort', poll.abort);
		const answer = await poll.catch(() => null);
		signal.removeEventListener('abort', poll.abort);
		cursor = answer?.cursor ?? cursor;
	}
}

test('presence', async t => {
	const instance = ownInstance(t, 'test-presence');
	const run = text => sql(text, { instance });
	const pages = new AbortController();
	t.after(() => pages.abort());

	// An operator with a case, each of a queue of their own.
	async function attending() {
		const { operator, staff, id } = await new World({ instance }).case();
		return { ...operator, staff, conversation: id };
	}
	const has = one => run(`SELECT state = 3 AND user_id = ${one.id} FROM conversation WHERE conversation_id = ${one.conversation}`)[0][0] === 't';
	const state = one => run(`SELECT state FROM agent_state WHERE user_id = ${one.id}`)[0][0];
	const keepAll = (people, why) => assert.deepEqual(people.map(one => [has(one), state(one)]), people.map(() => [true, '1']), why);
	const lives = () => {
		const [[silent, since, heard] = [Infinity, 0, 0]] = run(`SELECT extract(epoch FROM now() - beat_at)::int, extract(epoch FROM now() - since)::int, heard_count FROM live_program`);
		return { silent: Number(silent), since: Number(since), heard: Number(heard) };
	};
	// So many seconds pass in which nothing happens.
	const pass = seconds => run(`UPDATE live_program SET since = since - interval '${seconds} s', beat_at = beat_at - interval '${seconds} s',
			heard_at = heard_at - interval '${seconds} s';
		UPDATE agent_state SET heartbeat_at = heartbeat_at - interval '${seconds} s'`);
	// The rules have run from their beginning to their end: who was disabled meanwhile has lost theirs.
	async function rulesHaveRun() {
		const { id, conversation } = await attending();
		run(`UPDATE app_user SET enabled = false WHERE user_id = ${id}`);
		await eventually(() => run(`SELECT state FROM conversation WHERE conversation_id = ${conversation}`)[0][0] === '2', 'the rules run', 20000);
	}
	const health = async () => {
		const answer = await fetch(`${instance.base_url}/health`, { headers: { Accept: '*/*' } });
		return { status: answer.status, presence: (await answer.json()).checks.presence };
	};
	const live = () => processesOf(instance, 'live')[0];

	const here = [await attending(), await attending(), await attending()];
	const gone = await attending();
	for (const one of here) page(one, pages.signal);
	await eventually(() => lives().heard >= 3, 'all of them are heard', BEATS);

	await t.test('with live away for three minutes nobody is gone, and /health says so', async () => {
		process.kill(live(), 'SIGSTOP');
		try {
			pass(AWAY);
			await rulesHaveRun();
			keepAll([...here, gone], 'while it is away');
			const { status, presence } = await health();
			assert.deepEqual([status, presence.ok], [503, false]);
			assert.match(presence.detail, /^not written for (1[89]|2)\d+ s$/);
		} finally {
			process.kill(live(), 'SIGCONT');
		}
		await eventually(() => lives().silent < AWAY, 'it writes again', BEATS);
		assert.ok(lives().since < AWAY, 'everybody has the whole time anew');
		await rulesHaveRun();
		keepAll([...here, gone], 'when it is back');
		assert.equal((await health()).presence.ok, true);
	});

	await t.test('who is really gone gives theirs back in the rule\'s time, and the others stay', async () => {
		await eventually(() => lives().heard >= 3, 'the others are heard', BEATS);
		run("UPDATE live_program SET since = since - interval '120 s'");
		await eventually(() => !has(gone), 'gone', 20000);
		assert.equal(state(gone), '0');
		keepAll(here);
	});

	await t.test('killed at once it is back before anybody is missed, and nobody\'s time begins anew', async () => {
		const before = lives().since;
		const killed = live();
		kill(killed);
		await eventually(() => live() && live() !== killed && lives().silent < 10, 'another one writes', BEATS);
		await rulesHaveRun();
		keepAll(here);
		assert.ok(lives().since >= before);
	});

	await t.test('a database that was away for three minutes makes nobody gone', async () => {
		await postgres(instance, 'stop');
		await postgres(instance, 'start');
		pass(AWAY);
		await rulesHaveRun();
		keepAll(here, 'as soon as it is back');
		await eventually(() => lives().silent < 45 && lives().since < AWAY, 'presence is written again, for everybody anew', BEATS);
	});

	await t.test('when all fall silent at once it is the way to us, for ten minutes', async () => {
		await eventually(() => lives().heard >= 3, 'all of them are heard', BEATS);
		pages.abort();
		const silence = seconds => run(`UPDATE live_program SET heard_at = now() - interval '${seconds} s', since = now() - interval '1 hour';
			UPDATE agent_state SET heartbeat_at = now() - interval '${seconds} s'`);
		await pause(100);
		silence(AWAY);
		await rulesHaveRun();
		keepAll(here);
		silence(601);
		await eventually(() => !here.some(has), 'they are gone', 20000);
	});
});
