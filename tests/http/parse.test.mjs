// Payloads of the networks, as their providers send them, become the events that the house knows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import test from 'node:test';
import { root } from '../support/instance.mjs';

const program = `${process.env.VENTANILLA_BUILD ?? `${root}build`}/bin/ventanilla`;
const fixtures = `${root}../shared/fixtures`;
const networks = ['email', 'whatsapp', 'messenger', 'instagram', 'sms', 'telegram', 'x'];

const parse = (network, ...files) => spawnSync(program, ['parse', network, ...files], { encoding: 'utf8' });
const eventsOf = (network, file) => {
	const { status, stdout, stderr } = parse(network, file);
	assert.equal(status, 0, stderr);
	return stdout.split('\n').filter(Boolean).map(line => JSON.parse(line));
};

// An e-mail's text is long: the expected event has its beginning, and the names of its files.
function trimmed(event, expected) {
	const { text_start: start, ...rest } = expected;
	if (start !== undefined) assert.ok(event.text.startsWith(start), event.text);
	const { text, ...mine } = event;
	return start === undefined ? [event, expected] : [mine, rest];
}

for (const network of networks) {
	test(`each payload of ${network} gives its events`, { skip: !existsSync(fixtures) && 'no fixtures here' }, () => {
		const expected = JSON.parse(readFileSync(`${fixtures}/expected.json`, 'utf8'));
		for (const file of readdirSync(`${fixtures}/${network}`)) {
			const events = eventsOf(network, `${fixtures}/${network}/${file}`);
			const wanted = expected[`${network}/${file}`];
			assert.equal(events.length, wanted.length, file);
			events.forEach((event, i) => assert.deepEqual(...trimmed(event, wanted[i]), file));
		}
	});
}

test('what cannot be understood is told, and ends with 1', () => {
	const folder = mkdtempSync(`${tmpdir()}/parse-`);
	writeFileSync(`${folder}/bad`, '{"k":');
	const { status, stdout, stderr } = parse('webchat', `${folder}/bad`);
	rmSync(folder, { recursive: true });
	assert.deepEqual([status, stdout], [1, '']);
	assert.match(stderr, /bad/);
});

test('a network that is not built in is told', () => {
	const { status, stderr } = parse('telex', '/dev/null');
	assert.equal(status, 1);
	assert.match(stderr, /no network 'telex'/);
});
