// What `./dev up` and `./dev down` promise, on instances of their own.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import test from 'node:test';
import { dev, info, ownInstance, pidOf, sql } from '../support/instance.mjs';

// Processes whose command line or working directory names the state directory.
function processesOf(state) {
	return readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(pid => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(state);
		} catch {
			return false;
		}
	});
}

test('an instance is described in run/info.json', () => {
	assert.match(info.base_url, /^http:\/\/127\.0\.0\.1:\d+$/);
	assert.equal(info.webchat_key, 'demo');
	assert.ok(info.users.some(user => user.role === 'operador' && user.login && user.password));
	assert.deepEqual(sql('SELECT current_user'), [['vent_owner']]);
});

test('the key is readable by its owner only', () => {
	const file = `${info.state}/etc/key`;
	assert.equal(statSync(file).mode & 0o777, 0o600);
	assert.match(readFileSync(file, 'utf8'), /^[0-9a-f]{64}$/);
});

test('a second instance in the same state is refused and the first goes on', () => {
	const second = dev('up', '--state', info.state, '--port', '0');
	assert.equal(second.status, 1);
	assert.match(second.output, /already running/);
	assert.equal(dev('status', '--state', info.state).status, 0);
});

test('a busy port is named, with the way to choose another', () => {
	const refused = dev('up', '--state', `${info.state}-busy`, '--port', String(info.port));
	assert.equal(refused.status, 1);
	assert.match(refused.output, new RegExp(`port ${info.port} is taken`));
	assert.match(refused.output, /--port \d+/);
	assert.deepEqual(processesOf(`${info.state}-busy`), []);
});

test('down leaves nothing alive after nginx, PostgreSQL and a pool were killed', t => {
	const instance = ownInstance(t, 'test-killed', '--empty');
	for (const part of ['nginx', 'staff', 'ticker', 'postgres']) {
		process.kill(pidOf(instance, part), 'SIGKILL');
	}
	assert.equal(dev('status', '--state', instance.state).status, 3);
	assert.equal(dev('down', '--state', instance.state).status, 0);
	assert.deepEqual(processesOf(instance.state), []);
});

test('up after a crash starts anew and keeps the data', t => {
	const instance = ownInstance(t, 'test-crashed', '--empty');
	sql('CREATE TABLE kept AS SELECT 1 AS one', { instance });
	for (const part of ['nginx', 'webchat', 'postgres']) {
		process.kill(pidOf(instance, part), 'SIGKILL');
	}
	const again = dev('up', '--state', instance.state, '--port', '0', '--empty');
	assert.equal(again.status, 0, again.output);
	assert.deepEqual(sql('SELECT one FROM kept', { instance }), [['1']]);
});
