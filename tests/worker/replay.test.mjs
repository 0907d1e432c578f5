// What came in can be done again, and nothing happens twice.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { root, sql } from '../support/instance.mjs';
import { echoChannel, quietInstance, settled, Writer } from '../support/worker.mjs';

test('replay', async t => {
	const { instance, workers } = await quietInstance(t, 'test-replay');
	const replay = (...ids) => spawnSync('./dev', ['ventanilla', '--state', instance.state, 'replay', ...ids.map(String)],
		{ cwd: root, encoding: 'utf8' });
	const counts = () => sql(`SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM conversation),
		(SELECT count(*) FROM inbound_poison)`, { instance })[0];
	echoChannel(instance);
	[0, 1].forEach(lane => workers.keep(t, 'intake', lane, 1));
	const visitor = await Writer.open(instance, { key: 'eco' });
	await visitor.say('una');
	await visitor.say('dos');
	await settled(instance);

	await t.test('what had its effect has none again', async () => {
		const before = counts(), ids = sql('SELECT inbound_id FROM inbound ORDER BY 1', { instance }).flat();
		assert.ok(ids.length >= 3);
		const { status, stdout } = replay(...ids);
		assert.equal(status, 0);
		assert.equal(stdout, ids.map(id => `${id} queued\n`).join(''));
		await settled(instance);
		assert.deepEqual(counts(), before);
	});

	await t.test('what is not kept, or older than the memory of repeats, is refused and told', () => {
		const { status, stdout, stderr } = replay(999999999);
		assert.notEqual(status, 0);
		assert.equal(stdout, '999999999 is not kept\n');
		assert.match(stderr, /1 of 1 rows were not queued/);
		assert.notEqual(replay('uno').status, 0);
	});
});
