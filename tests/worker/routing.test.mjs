// The router against the database: beside a plain model step by step, and killed and doubled at random in a storm.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { kill } from '../support/faults.mjs';
import { openTransaction, root, sql } from '../support/instance.mjs';
import { World } from '../support/staff.mjs';
import { quietInstance, sleep, until } from '../support/worker.mjs';

// More by VENTANILLA_STEPS: 100,000 take two minutes.
const STEPS = Number(process.env.VENTANILLA_STEPS ?? 5000);
const STORM = 1500;
const build = process.env.VENTANILLA_BUILD ?? `${root}build`;

// tests/worker/routing_drive.c, as the database's owner.
function drive(instance, ...args) {
	const env = { ...process.env, VT_RUN: `${instance.state}/run` };
	[, env.VT_DATABASE] = /^VT_DATABASE="(.*)"$/m.exec(readFileSync(`${instance.state}/etc/owner.env`, 'utf8'));
	const child = spawn(`${build}/tests/worker/routing_drive`, args.map(String), { env });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', text => { output += text; });
	return new Promise(resolve => { child.on('close', status => resolve({ status, output })); });
}

// What must never be, written down at the instant it is. Whoever waited since well before the pass began comes first
// (a commit is seen a little after its time, the more so on a busy machine).
const WATCH = `CREATE TABLE seen_wrong (what text, id bigint);
	CREATE FUNCTION watch_capacity() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
		INSERT INTO seen_wrong SELECT 'capacity', NEW.user_id FROM app_user u
			WHERE u.user_id = NEW.user_id AND NEW.open_count > u.capacity;
		RETURN NULL; END $$;
	CREATE TRIGGER watch AFTER UPDATE ON agent_state FOR EACH ROW EXECUTE FUNCTION watch_capacity();
	CREATE FUNCTION watch_channel() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
		INSERT INTO seen_wrong SELECT 'channel', NEW.user_id FROM user_channel h WHERE h.user_id = NEW.user_id
			AND h.channel_id = NEW.channel_id AND h.capacity > 0 AND h.capacity < (SELECT count(*) FROM conversation o
				WHERE o.state = 3 AND o.user_id = NEW.user_id AND o.channel_id = NEW.channel_id);
		RETURN NULL; END $$;
	CREATE TRIGGER watch AFTER UPDATE ON conversation FOR EACH ROW WHEN (NEW.state = 3 AND OLD.state <> 3) EXECUTE FUNCTION watch_channel();
	CREATE FUNCTION watch_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
		INSERT INTO seen_wrong SELECT 'overtaken', c.conversation_id FROM conversation c JOIN conversation n
				ON n.conversation_id = NEW.conversation_id
			WHERE NEW.reason->>'rule' <> 'by_hand' AND c.state = 2 AND c.queue_id = n.queue_id AND c.channel_id = n.channel_id
				AND c.requested_at < n.requested_at AND pg_xact_commit_timestamp(c.xmin) < now() - interval '500 milliseconds';
		RETURN NULL; END $$;
	CREATE TRIGGER watch AFTER INSERT ON assignment FOR EACH ROW EXECUTE FUNCTION watch_order()`;

test('the router', async t => {
	const seed = Number(process.env.VENTANILLA_SEED ?? Date.now() % 1000000);
	t.diagnostic(`VENTANILLA_SEED=${seed}`);
	const { instance, workers } = await quietInstance(t, 'test-routing');
	const run = text => sql(text, { instance, role: 'vent_owner' });

	await t.test('gives each case to whom the plain rule says, whatever happens', async () => {
		const began = Date.now();
		const { status, output } = await drive(instance, 'steps', seed, STEPS);
		assert.equal(status, 0, output);
		t.diagnostic(`${output.trim()} in ${Date.now() - began} ms`);
	});

	await t.test('what somebody is given by hand at the same instant counts', async () => {
		run(WATCH);
		const [world, manual] = [new World({ instance }), new World({ instance })];
		const operator = world.person({ capacity: 1 });
		run(`UPDATE queue SET strategy = 6 WHERE queue_id = ${manual.queue}; UPDATE agent_state SET state = 1, heartbeat_at = now()
			WHERE user_id = ${operator.id}`);
		for (const { queue, channel } of [world, manual]) assert.equal((await drive(instance, 'offer', 100, 1, queue, channel)).status, 0);
		const caseIn = queue => run(`SELECT state FROM conversation WHERE queue_id = ${queue}`)[0][0];
		const hand = await openTransaction(`UPDATE conversation SET state = 3, user_id = ${operator.id} WHERE queue_id = ${manual.queue};
			UPDATE agent_state SET open_count = 1 WHERE user_id = ${operator.id}`, { instance });
		const router = workers.start('route', 0);
		const blocked = () => sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'vent_worker' AND wait_event_type = 'Lock'",
			{ instance, role: 'postgres' })[0][0] !== '0';
		await until(blocked, 'the router waits for the other');
		await hand.commit();
		await until(() => !blocked(), 'it goes on');
		run(`UPDATE conversation SET state = 4, closed_at = now() WHERE queue_id = ${manual.queue};
			UPDATE agent_state SET open_count = open_count - 1 WHERE user_id = ${operator.id}`);
		await until(() => caseIn(world.queue) === '3', 'given when there is room');
		router.child.kill('SIGTERM');
		await router.ended;
		assert.deepEqual(run('SELECT what FROM seen_wrong'), []);
		assert.deepEqual(run(`SELECT open_count FROM agent_state WHERE user_id = ${operator.id}`), [['1']]);
		run(`UPDATE agent_state SET state = 0 WHERE user_id = ${operator.id}`);
	});

	await t.test('killed and doubled at random it gives nothing twice, nothing too much, and nothing is forgotten', async () => {
		const kept = workers.keep(t, 'route', 0, 2);
		await workers.working('route', 0);
		const drivers = [drive(instance, 'storm', seed, STORM), drive(instance, 'storm', seed + 1, STORM)];
		let going = true, kills = 0;
		const done = Promise.all(drivers).finally(() => { going = false; });
		for (; going; await sleep(150)) {
			const pid = workers.holder('route', 0);
			if (pid && going) {
				kill(pid);
				kills++;
			}
		}
		for (const { status, output } of await done) assert.equal(status, 0, output);
		t.diagnostic(`killed ${kills} times`);
		assert.ok(kills > 0);
		// Nobody waits whom an operator of those present could take.
		await until(() => run(`SELECT count(*) FROM conversation c JOIN queue q USING (queue_id), operator_fit(c.queue_id, c.channel_id, 90) f
			WHERE c.state = 2 AND q.strategy <> 6 AND f.why = ''`)[0][0] === '0', 'nobody waits who could be attended', { seconds: 15 });
		await kept.stop();
		assert.deepEqual(run('SELECT what, count(*) FROM seen_wrong GROUP BY what'), []);
		assert.deepEqual(run(`SELECT a.user_id FROM agent_state a WHERE a.open_count <> (SELECT count(*) FROM conversation c
			WHERE c.state = 3 AND c.user_id = a.user_id)`), []);
		assert.deepEqual(run(`SELECT c.conversation_id FROM conversation c LEFT JOIN assignment a ON a.conversation_id = c.conversation_id
			AND a.ended_at IS NULL WHERE (c.state = 3) <> (a.user_id IS NOT NULL AND a.user_id = c.user_id)`), []);
	});
});
