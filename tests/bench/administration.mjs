// Figures of the administration: the audit of a year, the decision about a permission, the settings, log-in.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { info, root, sql } from '../support/instance.mjs';
import { Staff } from '../support/staff.mjs';
import { run } from './figures.mjs';
import { documents } from './transcript.mjs';

const ROWS = Number(process.env.BENCH_AUDIT_ROWS ?? 10_000_000);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);

// Somebody who is in, without asking for a password.
function sessionOf(login) {
	const token = randomBytes(32).toString('base64url');
	sql(`INSERT INTO session (token_hash, user_id, expires_at) SELECT sha256('${token}'), user_id, now() + interval '1 day'
		FROM app_user WHERE login = '${login}'`);
	return token;
}

function loadAudit() {
	if (Number(sql(`SELECT count(*) FROM (SELECT 1 FROM audit LIMIT ${ROWS}) t`)[0][0]) >= ROWS) return;
	execFileSync('/usr/lib/postgresql/15/bin/psql', ['-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-v', `rows=${ROWS}`,
		'-h', info.database.socket, '-U', 'vent_owner', '-d', info.database.name, '-f', `${root}tests/bench/audit.sql`]);
	sql('VACUUM audit');
}

// Every way in, alone and together: what is in most rows, what is in few, and what is in none.
function searches() {
	const person = sql(`SELECT user_id FROM app_user WHERE login = 'banco1'`)[0][0];
	const role = key => sql(`SELECT role_id FROM role WHERE key = '${key}'`)[0][0];
	const [[conversation]] = sql(`SELECT conversation_id FROM audit WHERE action = 'conversation.close' ORDER BY at LIMIT 1`);
	const operators = role('operador'), nobody = role('supervisor_saliente');
	return [{}, { user: person }, { user: 0 }, { role: operators }, { role: nobody }, { module: 'conversation' }, { module: 'queue' },
		{ action: 'role.save' }, { action: 'conversation.reply' }, { action: 'seat.save' }, { address: '10.0.0.1' }, { address: '10.9.9.9' },
		{ conversation }, { conversation: '1' }, { entity: 'conversation', entity_id: conversation },
		{ user: person, action: 'role.save' }, { user: 0, action: 'conversation.reply' }, { user: person, module: 'conversation' },
		{ role: operators, action: 'role.save' }, { role: operators, module: 'conversation' }, { role: operators, module: 'login' },
		{ address: '10.0.0.1', action: 'agent.state' }, { address: '10.0.0.1', module: 'conversation' },
		{ address: '10.9.9.9', user: person }, { address: '10.0.0.1', role: operators }, { address: '10.0.0.1', user: person, action: 'agent.state' },
		{ address: '10.0.0.1', role: operators, action: 'agent.state' }, { address: '10.9.9.9', role: operators },
		{ conversation, user: person, action: 'role.save' }, { from: '2026-01-01T00:00', to: '2026-02-01T00:00' },
		{ user: person, from: '2026-02-01T00:00', to: '2026-02-02T00:00' }, { module: 'conversation', to: '2026-03-01T00:00' }];
}

async function search(cookie, fields) {
	const began = performance.now();
	const answer = await fetch(`${info.base_url}/admin/audit?${new URLSearchParams(fields)}`, { headers: { cookie } });
	const text = await answer.text();
	const ms = performance.now() - began;
	if (answer.status !== 200 || !text.includes('id="search"')) throw new Error(`${JSON.stringify(fields)}: ${answer.status}`);
	return ms;
}

// The first of each kind pays for its plan and for pages that are not in memory, the very first for a process that has
// never searched: all of it counts. Warm: the worst of the medians.
async function auditSearch(world, say) {
	loadAudit();
	// That took minutes, in which nginx closed what earlier figures left open: it is seen before anything is asked.
	await sleep(50);
	const cookie = `sid=${sessionOf('admin')}`;
	let worst = 0, warm = 0;
	for (const [n, fields] of searches().entries()) {
		const times = [];
		for (let i = 0; i < 5; i++) times.push(await search(cookie, fields));
		if (n === 0) say('audit_search_first_ms', times[0], 'ms');
		const most = Math.max(...times), median = times.sort((x, y) => x - y)[2];
		if (process.env.BENCH_VERBOSE) console.error(most.toFixed(1), median.toFixed(1), JSON.stringify(fields));
		worst = Math.max(worst, most);
		warm = Math.max(warm, median);
	}
	say('audit_search_ms', worst, 'ms');
	say('audit_search_warm_ms', warm, 'ms');
	say('audit_rows', Number(sql('SELECT count(*) FROM audit')[0][0]), 'rows');
	insertCost(say);
}

// A row of the audit as the programs write it, with the indexes there are and with those it cannot be without.
function insertCost(say) {
	const many = `INSERT INTO audit (actor_id, actor_name, program, action, entity, entity_id, conversation_id, session_id, address, user_agent,
		request_id, after) SELECT 1 + n % 170, 'Banco', 'staff', 'conversation.reply', 'conversation', n, 26010100000000 + n, n, '10.4.0.7',
		'Mozilla/5.0', md5(n::text), '{"n": 1}' FROM generate_series(1, 20000) n`;
	const [[all], [bare]] = sql(`BEGIN; CREATE TEMP TABLE took (n serial, us float8);
		DO $do$ DECLARE began timestamptz; name text; BEGIN
			FOR i IN 1..2 LOOP
				began := clock_timestamp();
				EXECUTE $q$${many}$q$;
				INSERT INTO took (us) VALUES (extract(epoch FROM clock_timestamp() - began) * 1e6 / 20000);
				FOR name IN SELECT c.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
					WHERE x.indrelid = 'audit'::regclass AND NOT x.indisprimary AND c.relname <> 'audit_xid' LOOP
					EXECUTE format('DROP INDEX %I', name);
				END LOOP;
			END LOOP;
		END $do$; SELECT us FROM took ORDER BY n; ROLLBACK`);
	say('audit_insert_us', Number(all), 'us/row');
	say('audit_insert_bare_us', Number(bare), 'us/row');
}

async function loginRate(world, say) {
	const people = sql(`SELECT login FROM app_user WHERE login IN ('mlopez', 'jgomez')`).map(([login]) => login);
	const end = performance.now() + SECONDS * 1000;
	let count = 0;
	await Promise.all(people.map(async login => {
		while (performance.now() < end) {
			await Staff.logIn(login);
			count++;
		}
	}));
	say('login_argon2_rps', count / SECONDS, 'log-ins/s');
}

export const administration = [
	{ prints: ['audit_search_ms', 'audit_search_first_ms', 'audit_search_warm_ms', 'audit_rows', 'audit_insert_us', 'audit_insert_bare_us'], measure: auditSearch },
	{
		prints: ['permission_check_us'],
		measure: (world, say) => say('permission_check_us',
			Number(execFileSync(`${process.env.VENTANILLA_BUILD}/tests/bench/permission`, { encoding: 'utf8' })), 'us'),
	},
	{
		prints: ['parse_us'],
		measure: (world, say) => say('parse_us',
			Number(execFileSync(`${process.env.VENTANILLA_BUILD}/tests/bench/parse`, { encoding: 'utf8' })), 'us'),
	},
	{
		prints: ['settings_page_p50_ms'],
		measure(world, say) {
			const line = ['GET', '/admin/settings', `Cookie: sid=${sessionOf('admin')}`, ''];
			say('settings_page_p50_ms', run([line], { connections: 1, seconds: SECONDS / 2, mark: 'agency.name' }).p50, 'ms');
		},
	},
	{ prints: ['login_argon2_rps'], measure: loginRate },
	...documents,
];
