// A channel and its secrets from standard input: `ventanilla channel-put`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { info, root, sql } from '../support/instance.mjs';

function put(channel) {
	const run = spawnSync('./dev', ['ventanilla', '--state', info.state, 'channel-put'], { cwd: root, encoding: 'utf8',
		input: typeof channel === 'string' ? channel : JSON.stringify(channel) });
	return { status: run.status, said: run.stdout + run.stderr };
}

const wanted = { network: 'webchat', key: 'del-archivo', name: 'Del archivo', queue: 'general', bot: 'Asistente virtual', settings: { title: 'Hola' } };
const stored = () => sql(`SELECT c.name, c.settings ->> 'title', b.name, q.key FROM channel c JOIN bot b USING (bot_id)
	JOIN queue q ON q.queue_id = c.default_queue_id WHERE c.key = 'del-archivo'`);

test('a channel is added, with the operators that there are, and changed by its key', () => {
	assert.equal(put(wanted).status, 0);
	assert.deepEqual(stored(), [['Del archivo', 'Hola', 'Asistente virtual', 'general']]);
	assert.ok(Number(sql(`SELECT count(*) FROM user_channel JOIN channel USING (channel_id) WHERE key = 'del-archivo'`)[0][0]) > 0);
	assert.equal(put({ ...wanted, name: 'Otro', settings: { title: 'Chau' } }).status, 0);
	assert.deepEqual(stored(), [['Otro', 'Chau', 'Asistente virtual', 'general']]);
});

test('what is no channel changes nothing, and says why', () => {
	for (const [wrong, why] of [
		[{ network: 'palomas' }, /no network 'palomas'/], [{ settings: { wings: '2' } }, /no setting 'wings'/], [{ secrets: { title: 'x' } }, /no secret 'title'/],
		[{ queue: 'ninguna' }, /no queue 'ninguna'/], [{ key: undefined }, /key/], [{ settings: { title: 7 } }, /title/],
	]) {
		const { status, said } = put({ ...wanted, name: 'Mal', ...wrong });
		assert.notEqual(status, 0, JSON.stringify(wrong));
		assert.match(said, why);
	}
	assert.notEqual(put('{"network":').status, 0);
	assert.deepEqual(sql(`SELECT count(*) FROM channel WHERE name = 'Mal'`), [['0']]);
});
