// Rows that intake cannot do, and rows that it has done before.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { echoChannel, quietInstance, settled, sleep, until, Writer } from '../support/worker.mjs';

// What a line may do to whoever stores it: fail as bad data, fail in a way nobody knows, take long.
const trap = `CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF NEW.body LIKE 'dato malo%' THEN RAISE EXCEPTION 'no such value' USING ERRCODE = '22023'; END IF;
		IF NEW.body LIKE 'falla rara%' THEN RAISE EXCEPTION 'who knows' USING ERRCODE = 'XX000'; END IF;
		IF NEW.body LIKE 'mata%' THEN PERFORM pg_sleep(30); END IF;
		RETURN NEW;
	END $$;
	CREATE TRIGGER trap BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION trap();`;

// A row that no network's parser understands, in the place of its turn.
function garbage(instance, visitor) {
	sql(`WITH i AS (INSERT INTO inbound (channel_id, raw) SELECT channel_id, '{"v": basura' FROM channel
			WHERE key = 'eco' RETURNING inbound_id, received_at)
		INSERT INTO inbound_queue (lane, inbound_id, received_at)
		SELECT ${visitor.id % 2}, inbound_id, received_at FROM i`, { instance });
}

function heard(instance, visitor) {
	return sql(`SELECT m.body FROM message m JOIN conversation c USING (conversation_id)
		WHERE c.visitor_id = ${visitor.id} AND m.author = 1 ORDER BY m.seq`, { instance }).map(([body]) => body);
}

function poison(instance) {
	return sql('SELECT sqlstate, error, raw FROM inbound_poison ORDER BY inbound_id', { instance });
}

test('what intake cannot do', async t => {
	const { instance, workers } = await quietInstance(t, 'test-poison');
	echoChannel(instance);
	sql(trap, { instance });
	const visitors = [];
	for (let i = 0; i < 6; i++) {
		visitors.push(await Writer.open(instance, { key: 'eco' }));
	}
	const lane = visitor => visitor.id % 2;
	const [first, ...others] = visitors.filter(visitor => lane(visitor) === lane(visitors[0]));

	async function batch(words) {
		for (const word of words) {
			await first.say(word);
			for (const other of others) {
				await other.say(`junto a ${word}`);
			}
		}
	}

	t.afterEach(() => sql('DELETE FROM inbound_poison', { instance }));

	await t.test('a body that cannot be understood stands aside with its reason; the rest goes on', async part => {
		await first.say('antes');
		garbage(instance, first);
		await first.say('después');
		workers.keep(part, 'intake', lane(first), 1);
		await settled(instance, lane(first));
		assert.deepEqual(heard(instance, first), ['antes', 'después']);
		const [[sqlstate, error, raw]] = poison(instance);
		assert.equal(sqlstate, '');
		assert.match(error, /JSON/);
		assert.equal(raw, '{"v": basura');
	});

	await t.test('a line that the database refuses stands aside; its neighbours in the batch do not', async part => {
		await batch(['uno', 'dato malo', 'dos', 'dato malo otra vez', 'tres']);
		workers.keep(part, 'intake', lane(first), 1);
		await settled(instance, lane(first));
		assert.deepEqual(heard(instance, first).slice(2), ['uno', 'dos', 'tres']);
		for (const other of others) {
			assert.equal(heard(instance, other).length, 5);
		}
		assert.deepEqual(poison(instance).map(([sqlstate]) => sqlstate), ['22023', '22023']);
	});

	await t.test('an error that nobody knows is tried three times, alone, and put aside', async part => {
		await batch(['cuatro', 'falla rara', 'cinco']);
		const worker = workers.keep(part, 'intake', lane(first), 1);
		await settled(instance, lane(first));
		assert.deepEqual(heard(instance, first).slice(-2), ['cuatro', 'cinco']);
		assert.deepEqual(poison(instance).map(([sqlstate]) => sqlstate), ['XX000']);
		await until(() => worker.lines().filter(line => line.ev === 'intake.batch').length >= 3, 'three tries are in the log');
	});

	await t.test('a row that killed its worker twice is not opened a third time', async part => {
		await batch(['seis', 'mata', 'siete']);
		workers.keep(part, 'intake', lane(first), 2);
		const killed = new Set();
		await until(async () => {
			const [asleep] = sql(`SELECT w.pid FROM pg_stat_activity a, worker w
				WHERE a.wait_event = 'PgSleep' AND a.application_name = 'intake ' || w.lane
				AND w.command = 'intake' AND w.lane = ${lane(first)}`, { instance, role: 'postgres' });
			if (asleep && !killed.has(asleep[0])) {
				killed.add(asleep[0]);
				process.kill(Number(asleep[0]), 'SIGKILL');
				// Its backend looks every two seconds whether the client is there.
				await sleep(2500);
			}
			return poison(instance).length > 0;
		}, 'the row is put aside', { seconds: 30, every: 50 });
		await settled(instance, lane(first));
		assert.equal(killed.size, 2);
		assert.deepEqual(heard(instance, first).slice(-2), ['seis', 'siete']);
		assert.match(poison(instance)[0][1], /killed/);
		for (const other of others) {
			assert.deepEqual(heard(instance, other).slice(-3), ['seis', 'mata', 'siete'].map(w => `junto a ${w}`));
		}
	});

	await t.test('a row repeated when its cause is gone goes in, late but whole', async part => {
		await batch(['dato malo por última vez']);
		const lanes = [0, 1].map(number => workers.keep(part, 'intake', number, 1));
		await settled(instance);
		assert.equal(poison(instance).length, 1);
		sql('DROP TRIGGER trap ON message', { instance });
		await Promise.all(lanes.map(one => one.stop()));
		sql(`INSERT INTO inbound_queue (lane, inbound_id, received_at) SELECT lane, inbound_id, received_at FROM inbound_poison`,
			{ instance });
		[0, 1].map(number => workers.keep(part, 'intake', number, 1));
		await settled(instance);
		assert.equal(heard(instance, first).at(-1), 'dato malo por última vez');
	});

	await t.test('the whole day once more changes nothing', async part => {
		const state = () => sql(`SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM conversation),
			(SELECT count(*) FROM contact), (SELECT md5(string_agg(c::text, '' ORDER BY conversation_id))
				FROM conversation c)`, { instance });
		[0, 1].map(number => workers.keep(part, 'intake', number, 1));
		await settled(instance);
		const before = state();
		sql(`INSERT INTO inbound_queue (lane, inbound_id, received_at)
			SELECT ${lane(first)}, i.inbound_id, i.received_at FROM inbound i
			WHERE EXISTS (SELECT 1 FROM inbound_dedupe d WHERE d.inbound_id = i.inbound_id)`, { instance });
		await settled(instance);
		assert.deepEqual(state(), before);
		assert.deepEqual(poison(instance), []);
	});
});
