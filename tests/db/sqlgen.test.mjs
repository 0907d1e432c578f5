// What tools/sqlgen makes of named SQL, and what it refuses.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import test from 'node:test';

const sqlgen = new URL('../../tools/sqlgen', import.meta.url).pathname;

// Run it over rooms given as { name: text }; what it made, by file name.
function generate(t, rooms, ...options) {
	const folder = mkdtempSync(`${tmpdir()}/vt-sqlgen-`);
	t.after(() => rmSync(folder, { recursive: true }));
	const files = Object.entries(rooms).map(([name, text]) => {
		writeFileSync(`${folder}/${name}.sql`, text);
		return `${folder}/${name}.sql`;
	});
	const run = spawnSync(sqlgen, [...options, folder, ...files], { encoding: 'utf8' });
	const made = Object.fromEntries(readdirSync(folder).filter(name => !name.endsWith('.sql'))
		.map(name => [name, readFileSync(`${folder}/${name}`, 'utf8')]));
	return { status: run.status, error: run.stderr, made };
}

const refused = (t, text, reason) => {
	const { status, error, made } = generate(t, { room: text });
	assert.equal(status, 1);
	assert.match(error, reason);
	assert.deepEqual(Object.keys(made), [], 'nothing is left behind');
};

test('a block becomes a statement with its name and text', t => {
	const { status, made } = generate(t, { room: '-- name: thing_get\nSELECT "a", \'\\\'\nFROM thing;\n' });
	assert.equal(status, 0);
	assert.match(made['sql_room.h'], /^extern const struct sql SQL_THING_GET;$/m);
	assert.ok(made['sql_room.c'].includes('"thing_get",\n\t"SELECT \\"a\\", \'\\\\\'\\n"\n\t"FROM thing",\n\t0\n'));
});

test('the highest parameter tells how many there are', t => {
	const { made } = generate(t, { room: '-- name: a\nSELECT $2, $10, $2\n-- name: b\nSELECT 1\n' });
	assert.match(made['sql_room.c'], /"a",\n.*\n\t10\n/);
	assert.match(made['sql_room.c'], /"b",\n.*\n\t0\n/);
});

test('comments stay out, and what only looks like one stays in', t => {
	const { made } = generate(t, {
		room: "-- of the file: $9\n-- name: a\n-- why: $8\nSELECT $1, -- $7\n\t'-- $6' AS \"-- $5\"\n",
	});
	assert.ok(made['sql_room.c'].includes('"SELECT $1,\\n"\n\t"\t\'-- $6\' AS \\"-- $5\\"",\n\t1\n'));
});

test('a name stands once, and begins with a letter', t => {
	refused(t, '-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n', /room\.sql:3: named twice: a/);
	refused(t, '-- name: 1a\nSELECT 1\n', /room\.sql:1: a name is/);
	refused(t, '-- name: A\nSELECT 1\n', /a name is/);
	refused(t, `-- name: ${'a'.repeat(64)}\nSELECT 1\n`, /63 bytes/);
});

test('a block without a statement, a statement without a name and an open quote are refused', t => {
	refused(t, '-- name: a\n-- nothing\n-- name: b\nSELECT 1\n', /a: no statement/);
	refused(t, 'SELECT 1\n', /before the first name/);
	refused(t, "-- name: a\nSELECT 'x\n", /a quote is not closed/);
});

test('the list of all names every statement with its room', t => {
	const { status, made } = generate(t,
		{ one: '-- name: a\nSELECT 1\n', two: '-- name: b\nSELECT 2\n' }, '--all');
	assert.equal(status, 0);
	assert.deepEqual(made['sql_all.c'].match(/\{ "\w+", &\w+ \}/g), ['{ "one", &SQL_A }', '{ "two", &SQL_B }']);
});

test('a name in two rooms is refused', t => {
	const { status, error } = generate(t,
		{ one: '-- name: a\nSELECT 1\n', two: '-- name: a\nSELECT 2\n' }, '--all');
	assert.equal(status, 1);
	assert.match(error, /two rooms: a/);
});
