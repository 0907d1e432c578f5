// Loads the history of seed.sql once per instance, with tokens that only this run knows.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { info, root } from '../support/instance.mjs';

export const STAFF = 170;
export const WITH_OPERATOR = 850;
export const WITH_BOT = 2000;
export const VISITORS = 8000;

const tokens = count => Array.from({ length: count }, () => randomBytes(32).toString('base64url'));
const rows = list => list.map((token, i) =>
	`${i + 1}\t${createHash('sha256').update(token).digest('hex')}\n`).join('') + '\\.\n';

function psql(...args) {
	return ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-h', info.database.socket, '-U', 'vent_owner',
		'-d', info.database.name, ...args];
}

export async function load() {
	const kept = `${info.state}/bench.json`;
	if (existsSync(kept)) {
		return JSON.parse(readFileSync(kept, 'utf8'));
	}
	const world = { staff: tokens(STAFF), visitors: tokens(VISITORS) };
	// pstdin feeds the two \copy of the script in their order.
	const parts = readFileSync(`${root}tests/bench/seed.sql`, 'utf8').split(/^(\\copy \w+ FROM) PSTDIN$/m);
	const script = parts[0] + parts[1] + ' STDIN\n' + rows(world.staff) + parts[2]
		+ parts[3] + ' STDIN\n' + rows(world.visitors) + parts[4];
	execFileSync('/usr/lib/postgresql/15/bin/psql', psql(), { input: script, stdio: ['pipe', 'ignore', 'inherit'] });
	const ids = execFileSync('/usr/lib/postgresql/15/bin/psql', psql('-c',
		`SELECT c.conversation_id FROM conversation c JOIN app_user u USING (user_id)
		WHERE u.login LIKE 'banco%' AND c.state = 3 ORDER BY u.user_id, c.conversation_id`), { encoding: 'utf8' });
	// Five cases of operator 1, then of operator 2, ...
	world.cases = ids.trim().split('\n').map(Number);
	writeFileSync(kept, JSON.stringify(world), { mode: 0o600 });
	return world;
}
