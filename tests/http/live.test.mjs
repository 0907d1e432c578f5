// Requests that wait: who may, what ends the wait, and that nothing that happens is missed.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { held } from '../support/held.mjs';
import { info, openTransaction, sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { conversationOf, Visitor } from '../support/visitor.mjs';

const now = () => sql('SELECT pg_current_snapshot()')[0][0];
// As a host does whose datagrams do not come here: only the tail tells of it.
const wake = topics => sql(`INSERT INTO wake (topics) VALUES ('${topics}')`);

// A held poll: {status, cursor, text, ms}; `abort` lets go of it.
const hold = (path, headers) => held(info.base_url + path, { headers });

const visitorPoll = (visitor, query) => hold(`/live/visitor?${query}`, { 'X-Visitor-Token': visitor.token });
const staffPoll = (staff, views, cursor) => hold(`/live?v=${views}&c=${encodeURIComponent(cursor)}`,
	{ Cookie: `sid=${staff.cookies.sid}`, 'X-Fragment': '1' });

async function stillHeld(poll, ms) {
	return await Promise.race([poll.then(answer => answer), pause(ms).then(() => 'held')]) === 'held';
}

test('who has no session or no token is told so, as JSON', async () => {
	for (const [path, headers] of [['/live?v=shell', {}], ['/live?v=shell', { Cookie: `sid=${'x'.repeat(43)}` }],
		['/live/visitor', {}], ['/live/visitor', { 'X-Visitor-Token': 'y'.repeat(43) }]]) {
		const answer = await hold(path, headers);
		assert.equal(answer.status, 401, path);
		assert.equal(JSON.parse(answer.text).error.code, 'UNAUTHENTICATED');
	}
});

test('a malformed question is refused, another address does not exist', async () => {
	const visitor = await Visitor.start();
	for (const query of ['c=abc', 'since=-1', 'k=x', `c=${'1'.repeat(300)}:1:`]) {
		const answer = await visitorPoll(visitor, query);
		assert.equal(answer.status, 422, query);
		assert.equal(JSON.parse(answer.text).error.code, 'INVALID');
	}
	assert.equal((await hold('/live/nothing')).status, 404);
	assert.equal((await fetch(`${info.base_url}/live`, { method: 'POST', body: 'x'.repeat(100000) })).status, 404);
});

test('a page without a cursor is answered at once with what there is', async () => {
	const visitor = await Visitor.start();
	const { id } = await conversationOf(visitor);
	const answer = await visitorPoll(visitor, 'since=0');
	assert.equal(answer.status, 200);
	assert.equal(JSON.parse(answer.text).conversation.id, id);
	assert.match(JSON.parse(answer.text).cursor, /^\d+:\d+:/);
});

test('what happens while a poll is held ends it within milliseconds', async () => {
	const visitor = await Visitor.start();
	const { id } = await conversationOf(visitor);
	await pause(300);
	const { json } = await visitor.get('/webchat/messages');
	const poll = visitorPoll(visitor, `k=${id}&since=${json.conversation.seq}&c=${encodeURIComponent(json.cursor)}`);
	assert.ok(await stillHeld(poll, 300));
	await visitor.say('¿Hay alguien?');
	const began = performance.now();
	const answer = await poll;
	assert.equal(answer.status, 200);
	assert.equal(JSON.parse(answer.text).messages[0].text, '¿Hay alguien?');
	assert.ok(performance.now() - began < 800, `${performance.now() - began} ms`);
});

test('a lost hint is repaired within a second and a half', async () => {
	const visitor = await Visitor.start();
	await conversationOf(visitor);
	await pause(300);
	for (let i = 0; i < 3; i++) {
		const poll = visitorPoll(visitor, `since=1&c=${encodeURIComponent(now())}`);
		assert.ok(await stillHeld(poll, 200 + 150 * i));
		wake(`c1 v${visitor.id} q1`);
		const began = performance.now();
		assert.equal((await poll).status, 200);
		assert.ok(performance.now() - began < 1500, `${performance.now() - began} ms`);
	}
});

test('a notice from another host ends a poll at once', async () => {
	const visitor = await Visitor.start();
	await conversationOf(visitor);
	await pause(300);
	let fastest = Infinity;
	for (let i = 0; i < 3; i++) {
		const poll = visitorPoll(visitor, `since=1&c=${encodeURIComponent(now())}`);
		assert.ok(await stillHeld(poll, 150));
		sql(`WITH w AS (INSERT INTO wake (topics) VALUES ('v${visitor.id}') RETURNING xid)
			SELECT pg_notify('wake', xid || ' v${visitor.id}') FROM w`);
		const began = performance.now();
		assert.equal((await poll).status, 200);
		fastest = Math.min(fastest, performance.now() - began);
	}
	assert.ok(fastest < 300, `${fastest} ms`);
});

test('a page that was read before something happened is answered at once', async () => {
	const visitor = await Visitor.start();
	await conversationOf(visitor);
	const cursor = now();
	wake(`v${visitor.id}`);
	await pause(1500);
	const answer = await visitorPoll(visitor, `since=1&c=${encodeURIComponent(cursor)}`);
	assert.equal(answer.status, 200);
	assert.ok(answer.ms < 500, `${answer.ms} ms`);
});

test('what was under way when the page was read, and ends later, is not missed', async () => {
	const visitor = await Visitor.start();
	await conversationOf(visitor);
	const slow = await openTransaction(`INSERT INTO wake (topics) VALUES ('v${visitor.id}')`);
	for (let i = 0; i < 5; i++) wake('c1');
	const cursor = now();
	assert.match(cursor, /:\d+$/, 'the transaction is among the running');
	const poll = visitorPoll(visitor, `since=1&c=${encodeURIComponent(cursor)}`);
	assert.ok(await stillHeld(poll, 1500));
	await slow.commit();
	const began = performance.now();
	assert.equal((await poll).status, 200);
	assert.ok(performance.now() - began < 1700);
});

test('a transaction that runs for long makes nobody ask again and again', async () => {
	const visitor = await Visitor.start();
	await conversationOf(visitor);
	const slow = await openTransaction(`INSERT INTO wake (topics) VALUES ('c1')`);
	for (let i = 0; i < 20; i++) wake(`v${visitor.id}`);
	await pause(1500);
	const poll = visitorPoll(visitor, `since=1&c=${encodeURIComponent(now())}`);
	assert.ok(await stillHeld(poll, 1500));
	poll.abort();
	await slow.commit();
});

test('a page that asks again and again with an old cursor is slowed down', async () => {
	const visitor = await Visitor.start();
	await conversationOf(visitor);
	const cursor = now();
	wake(`v${visitor.id}`);
	await pause(1200);
	const began = performance.now();
	for (let i = 0; i < 10; i++) await visitorPoll(visitor, `since=1&c=${encodeURIComponent(cursor)}`);
	assert.ok(performance.now() - began > 9 * 40, `${performance.now() - began} ms`);
});

test('a poll ends when its session is closed, within five seconds, and the next is refused', async () => {
	const world = new World();
	const staff = await Staff.logIn(world.person().login);
	await pause(300);
	const poll = staffPoll(staff, 'shell,desk', now());
	assert.ok(await stillHeld(poll, 500));
	const cookie = staff.cookies.sid;
	await staff.form('/logout', {});
	const began = performance.now();
	assert.equal((await poll).status, 401);
	assert.ok(performance.now() - began < 5000);
	staff.cookies.sid = cookie;
	assert.equal((await staffPoll(staff, 'shell', now())).status, 401);
});

test('a poll that is held ends when its person is disabled', async () => {
	const person = new World().person();
	const staff = await Staff.logIn(person.login);
	const poll = staffPoll(staff, 'shell', now());
	assert.ok(await stillHeld(poll, 500));
	sql(`UPDATE app_user SET enabled = false WHERE user_id = ${person.id}`);
	const began = performance.now();
	assert.equal((await poll).status, 401);
	assert.ok(performance.now() - began < 5000);
});

test('of two rows of one transaction none is lost', async () => {
	const visitors = [await Visitor.start(), await Visitor.start()];
	for (const visitor of visitors) await conversationOf(visitor);
	await pause(300);
	const polls = visitors.map(visitor => visitorPoll(visitor, `since=1&c=${encodeURIComponent(now())}`));
	for (const poll of polls) assert.ok(await stillHeld(poll, 150));
	sql(`INSERT INTO wake (topics) VALUES ('v${visitors[0].id}'), ('v${visitors[1].id}')`);
	const began = performance.now();
	for (const poll of polls) assert.equal((await poll).status, 200);
	assert.ok(performance.now() - began < 2000, `${performance.now() - began} ms`);
});

test('a person who was disabled, or idle for half an hour, waits no more', async () => {
	const world = new World();
	const disabled = world.person(), idle = world.person();
	const first = await Staff.logIn(disabled.login), second = await Staff.logIn(idle.login);
	sql(`UPDATE app_user SET enabled = false WHERE user_id = ${disabled.id}`);
	sql(`UPDATE session SET last_seen_at = now() - interval '31 minutes' WHERE user_id = ${idle.id}`);
	assert.equal((await staffPoll(first, 'shell', now())).status, 401);
	assert.equal((await staffPoll(second, 'shell', now())).status, 401);
});

test('a view that is not theirs wakes nobody, theirs does', async () => {
	const world = new World();
	const mine = await world.case(), elsewhere = await new World().case();
	await pause(500);
	const poll = staffPoll(mine.staff, `board,c${elsewhere.id}:0,c${mine.id}:0`, now());
	wake(`b0 c${elsewhere.id}`);
	assert.ok(await stillHeld(poll, 1700));
	wake(`c${mine.id}`);
	const answer = await poll;
	assert.equal(answer.status, 200);
	assert.ok(answer.cursor);
});

test('the desk hears of its operator and of each of their queues', async () => {
	const world = new World();
	const person = world.person();
	const staff = await Staff.logIn(person.login);
	for (const topic of [`o${person.id}`, `q${world.queue}`]) {
		await pause(300);
		const poll = staffPoll(staff, 'desk', now());
		assert.ok(await stillHeld(poll, 200));
		wake(topic);
		assert.equal((await poll).status, 200, topic);
	}
});

test('a board that moves all the time is woken at most once a second', async () => {
	const world = new World();
	const staff = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	let cursor = now(), answers = 0;
	const end = performance.now() + 4000;
	const events = (async () => {
		while (performance.now() < end) {
			wake('b0');
			await pause(40);
		}
	})();
	while (performance.now() < end) {
		const answer = await staffPoll(staff, 'board', cursor);
		assert.equal(answer.status, 200);
		cursor = answer.cursor;
		answers++;
	}
	await events;
	assert.ok(answers >= 3 && answers <= 6, `${answers} answers in 4 s`);
});

test('who types is told to the other side, and to nobody else', async () => {
	const world = new World();
	const { staff, visitor, id } = await world.case();
	await pause(500);
	const desk = staffPoll(staff, `c${id}:99`, now());
	const bystander = visitorPoll(visitor, `k=${id}&since=99&c=${encodeURIComponent(now())}`);
	assert.ok(await stillHeld(desk, 200));
	assert.equal((await visitor.post('/webchat/typing', {})).status, 202);
	const answer = await desk;
	assert.equal(answer.status, 200);
	assert.match(answer.text, /<evt type="typing" id="\d+" who="v">/);
	assert.ok(await stillHeld(bystander, 300));
	assert.equal((await staff.post(`/desk/${id}/typing`, {})).status, 200);
	assert.equal(JSON.parse((await bystander).text).typing, true);
});

test('a browser that leaves is forgotten', async () => {
	const visitor = await Visitor.start();
	await conversationOf(visitor);
	const parked = async () => JSON.parse((await hold('/live/health')).text).parked;
	await pause(300);
	const before = await parked();
	const polls = Array.from({ length: 20 }, () => visitorPoll(visitor, `since=9&c=${encodeURIComponent(now())}`));
	await eventually(async () => await parked() >= before + 15, 'they wait');
	polls.forEach(poll => poll.abort());
	await eventually(async () => await parked() < before + 10, 'they are forgotten', 2000);
});

// What takes its time goes on from the beginning, beside everything above.
function beside(work) {
	const done = work();
	done.catch(() => {});
	return () => done;
}

test('a poll that nothing wakes is answered after some 25 s, with a cursor to go on from', beside(async () => {
	const visitor = await Visitor.start();
	await conversationOf(visitor);
	await pause(500);
	const old = now();
	const answer = await visitorPoll(visitor, `since=1&c=${encodeURIComponent(old)}`);
	assert.equal(answer.status, 204);
	assert.ok(answer.ms > 22000 && answer.ms < 29000, `${answer.ms} ms`);
	assert.ok(BigInt(answer.cursor.split(':')[1]) >= BigInt(old.split(':')[1]), `${answer.cursor} after ${old}`);
	wake(`v${visitor.id}`);
	const next = await visitorPoll(visitor, `since=1&c=${encodeURIComponent(answer.cursor)}`);
	assert.equal(next.status, 200);
	assert.ok(next.ms < 1700);
}));

test('who waits is present: session, operator and visitor have a heartbeat, and the idle clock goes on', beside(async () => {
	const world = new World();
	const { staff, operator, visitor } = await world.case();
	sql(`UPDATE session SET heartbeat_at = now() - interval '1 hour', last_seen_at = now() - interval '10 minutes'
		WHERE user_id = ${operator.id}`);
	sql(`UPDATE agent_state SET heartbeat_at = now() - interval '1 hour' WHERE user_id = ${operator.id}`);
	sql(`UPDATE visitor SET last_seen_at = now() - interval '1 hour' WHERE visitor_id = ${visitor.id}`);
	const polls = [staffPoll(staff, 'shell', now()), visitorPoll(visitor, `since=99&c=${encodeURIComponent(now())}`)];
	await pause(17000);
	const [[session, agent, seen, idle]] = sql(`SELECT s.heartbeat_at > now() - interval '20 seconds',
			a.heartbeat_at > now() - interval '20 seconds', v.last_seen_at > now() - interval '20 seconds',
			s.last_seen_at < now() - interval '9 minutes'
		FROM session s JOIN agent_state a USING (user_id), visitor v
		WHERE s.user_id = ${operator.id} AND v.visitor_id = ${visitor.id}`);
	polls.forEach(poll => poll.abort());
	assert.deepEqual({ session, agent, seen, idle }, { session: 't', agent: 't', seen: 't', idle: 't' });
}));

test('peers that say nothing, half a request or nonsense hold up nobody, and are let go', beside(async () => {
	const closed = [];
	for (let i = 0; i < 30; i++) {
		const peer = connect(`${info.state}/run/live.sock`);
		peer.on('error', () => {});
		if (i % 3 === 1) peer.write(Buffer.from([1, 1, 0, 1, 0, 8, 0, 0, 0]));
		if (i % 3 === 2) peer.write('GET / HTTP/1.1\r\n\r\n');
		peer.resume();
		closed.push(new Promise(resolve => peer.on('close', resolve)));
	}
	const health = await hold('/live/health');
	assert.equal(health.status, 200);
	assert.ok(health.ms < 500, `${health.ms} ms`);
	assert.equal(JSON.parse(health.text).database, true);
	const end = await Promise.race([Promise.all(closed).then(() => 'closed'), pause(7000)]);
	assert.equal(end, 'closed');
}));
