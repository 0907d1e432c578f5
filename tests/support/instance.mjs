// The running instance, for tests: what `./dev up` wrote about it, its database, and instances of a
// test's own for whoever has to break one.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ask } from './sql.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

// The instance that tests/run started: {base_url, webchat_key, users, database, state, port, ...}.
export const info = process.env.VENTANILLA_INFO
	? JSON.parse(readFileSync(process.env.VENTANILLA_INFO, 'utf8'))
	: null;

// So many times as often as usual do programs look at what they look at from time to time (lib/base/config.h).
export const haste = Number(process.env.VT_HASTE ?? 1);

export function dev(...args) {
	const run = spawnSync('./dev', args, { cwd: root, encoding: 'utf8' });
	return { status: run.status, output: run.stdout + run.stderr };
}

// Rows of a statement as arrays of text; as the owner, or as another role.
export function sql(text, { instance = info, role = 'vent_owner' } = {}) {
	return ask(instance.database, role, text).split('\n').filter(line => line !== '').map(line => line.split('\t'));
}

// A transaction that stays open until it is told to end; it has done `first`.
export async function openTransaction(first, { instance = info } = {}) {
	const session = spawn('/usr/lib/postgresql/15/bin/psql', ['-X', '-q', '-At', '-h', instance.database.socket, '-U',
		'vent_owner', '-d', instance.database.name], { stdio: ['pipe', 'pipe', 'inherit'] });
	const said = new Promise(resolve => session.stdout.once('data', resolve));
	session.stdin.write(`BEGIN;\n${first};\nSELECT 'there';\n`);
	await said;
	return {
		commit() {
			session.stdin.end('COMMIT;\n');
			return new Promise(resolve => session.once('exit', resolve));
		},
	};
}

// An instance of the test's own, in var/<name>; t.after stops it. options: more arguments of `up`.
export function ownInstance(t, name, ...options) {
	const state = `${root}var/${name}`;
	dev('down', '--state', state);
	rmSync(state, { recursive: true, force: true });
	const up = dev('up', '--state', state, '--port', '0', ...options);
	t.after(() => dev('down', '--state', state));
	if (up.status !== 0) {
		throw new Error(`the instance did not start:\n${up.output}`);
	}
	return JSON.parse(readFileSync(`${state}/run/info.json`, 'utf8'));
}

// The pid that a part of an instance recorded: "nginx", "staff", "ticker"; "postgres" is the server.
export function pidOf(instance, part) {
	const file = part === 'postgres' ? `${instance.database.data}/postmaster.pid`
		: `${instance.state}/run/${part}.pid`;
	return Number.parseInt(readFileSync(file, 'utf8'), 10);
}

// The server of an instance: 'stop', 'start' or 'restart', 'fast' as an upgrade of the server does it or
// 'immediate' as a crash. This process goes on meanwhile.
export async function postgres(instance, action, mode = 'fast') {
	const command = ['/usr/lib/postgresql/15/bin/pg_ctl', '-D', realpathSync(instance.database.data), '-m', mode,
		'-w', '-s', '-l', '/dev/null', action];
	const user = process.getuid() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
	const [program, ...args] = [...user, ...command];
	const [code] = await once(spawn(program, args, { cwd: '/', stdio: 'ignore' }), 'exit');
	if (code !== 0) throw new Error(`PostgreSQL: ${action} ended with ${code}`);
}
