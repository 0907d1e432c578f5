// The audit's seals: whoever has the owner's rights can change the trail, but not unseen. Each test is an instance's
// chain of its own: once broken it stays broken.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { dev, sql as query } from '../support/instance.mjs';
import { quietInstance, until } from '../support/worker.mjs';

const { instance, workers } = await quietInstance({ after }, 'test-seal');
const sql = text => query(text, { instance });
const check = () => dev('ventanilla', '--state', instance.state, 'check');
const audit = ({ output }) => output.split('\n').find(line => / audit: /.test(line));
const unlocked = statement => sql(`BEGIN; ALTER TABLE audit DISABLE TRIGGER USER; ALTER TABLE audit_seal DISABLE TRIGGER USER;
	${statement}; ALTER TABLE audit ENABLE TRIGGER USER; ALTER TABLE audit_seal ENABLE TRIGGER USER; COMMIT`);

let log;
before(async () => {
	sql(`INSERT INTO audit (program, action, actor_name, after) SELECT 'test', 'test.' || n, 'Marina López', jsonb_build_object('n', n)
		FROM generate_series(1, 5) n`);
	log = await sealed();
});

// The worker seals as soon as it begins, then each minute; what it logged.
async function sealed() {
	const worker = workers.start('seal', 0);
	await until(() => sql(`SELECT 1 FROM audit_seal WHERE to_xid > (SELECT max(xid) FROM audit WHERE program = 'test')`).length,
		'a seal over the rows of the test');
	worker.child.kill('SIGTERM');
	return (await worker.ended).lines;
}
const idOf = n => Number(sql(`SELECT min(audit_id) FROM audit WHERE action = 'test.${n}'`)[0][0]);
const sealOf = id => Number(sql(`SELECT seal_id FROM audit_seal, audit WHERE audit_id = ${id} AND xid >= from_xid AND xid < to_xid`)[0][0]);

// What a statement of the owner breaks, as `check` tells it; afterwards it is put right again.
function broken(statement, repair) {
	unlocked(statement);
	try {
		const answer = check();
		assert.equal(answer.status, 1, answer.output);
		return audit(answer);
	} finally {
		unlocked(repair);
		assert.equal(check().status, 0);
	}
}

test('a trail that nobody touched holds, and its last digest stands in the log outside the database', () => {
	const line = audit(check());
	assert.match(line, /^ok {5}audit: \d+ seals hold, the last is [0-9a-f]{64}$/);
	assert.equal(log.filter(({ ev }) => ev === 'seal').at(-1).digest, line.slice(-64));
});

test('an altered row is named, with what it says now', () => {
	const id = idOf(3);
	assert.match(broken(`UPDATE audit SET actor_name = 'Otra persona' WHERE audit_id = ${id}`,
		`UPDATE audit SET actor_name = 'Marina López' WHERE audit_id = ${id}`),
	new RegExp(`BROKEN audit: row ${id} was altered \\(seal ${sealOf(id)}\\); it now says: .* Otra persona test\\.3`));
});

test('every column is sealed', () => {
	const id = idOf(2);
	const [[at]] = sql(`SELECT at FROM audit WHERE audit_id = ${id}`);
	for (const [column, value, old] of [['at', `at + interval '1 second'`, `'${at}'`], ['before', `'{"a": 1}'`, 'NULL'],
		['after', `'{"n": 3}'`, `'{"n": 2}'`], ['address', `'10.0.0.1'`, 'NULL'], ['action', `'otra'`, `'test.2'`],
		['entity_id', '7', 'NULL'], ['session_id', '7', 'NULL'], ['conversation_id', '7', 'NULL'], ['actor_id', '1', 'NULL']]) {
		assert.match(broken(`UPDATE audit SET ${column} = ${value} WHERE audit_id = ${id}`,
			`UPDATE audit SET ${column} = ${old} WHERE audit_id = ${id}`), new RegExp(`row ${id} was altered`), column);
	}
});

test('a removed row is named by its number', () => {
	const id = idOf(4);
	const [[columns]] = sql(`SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_name = 'audit'`);
	sql(`CREATE TABLE kept AS SELECT * FROM audit WHERE audit_id = ${id}`);
	assert.match(broken(`DELETE FROM audit WHERE audit_id = ${id}`,
		`INSERT INTO audit (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM kept; DROP TABLE kept`),
	new RegExp(`BROKEN audit: row ${id} was removed \\(seal \\d+\\)$`));
});

test('a row put into the past is named', () => {
	const id = idOf(1);
	const insert = xid => `INSERT INTO audit (audit_id, at, xid, program, action, actor_name) OVERRIDING SYSTEM VALUE
		SELECT 900000, at, ${xid}, 'staff', 'test.false', 'Nadie' FROM audit WHERE audit_id = ${id}`;
	const repair = 'DELETE FROM audit WHERE audit_id = 900000';
	assert.match(broken(insert('xid'), repair), /row 900000 was inserted \(seal \d+\); it now says: .* Nadie test\.false/);
	assert.match(broken(insert(`'9000000000'::xid8`), repair), /row 900000 was inserted \(seal 0\)/);
});

test('of several the first is named', () => {
	const [first, second] = [idOf(2), idOf(5)];
	assert.match(broken(`UPDATE audit SET action = action || '!' WHERE audit_id IN (${first}, ${second})`,
		`UPDATE audit SET action = rtrim(action, '!') WHERE audit_id IN (${first}, ${second})`), new RegExp(`row ${first} was altered`));
});

test('a seal that is changed to fit its rows does not fit its digest', () => {
	const id = idOf(3), seal = sealOf(id);
	const [[rows]] = sql(`SELECT rows FROM audit_seal WHERE seal_id = ${seal}`);
	assert.match(broken(`UPDATE audit_seal SET rows = set_byte(rows, 20, (get_byte(rows, 20) + 1) % 256) WHERE seal_id = ${seal}`,
		`UPDATE audit_seal SET rows = '${rows.replace('\\', '\\')}' WHERE seal_id = ${seal}`), new RegExp(`BROKEN audit: seal ${seal} was changed`));
});

test('a seal that is taken out breaks the chain', async () => {
	sql(`INSERT INTO audit (program, action) VALUES ('test', 'test.later')`);
	await sealed();
	const seal = sealOf(idOf(3));
	sql(`CREATE TABLE kept AS SELECT * FROM audit_seal WHERE seal_id = ${seal}`);
	assert.match(broken(`DELETE FROM audit_seal WHERE seal_id = ${seal}`, 'INSERT INTO audit_seal SELECT * FROM kept; DROP TABLE kept'),
		/BROKEN audit: seal \d+ was changed, or the one before it removed/);
});
