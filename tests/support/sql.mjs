// Statements of a test, answered at once: one psql for each instance and role, held open between them, because to start
// one costs more than nearly every statement does.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const END = 'eb0f0e9c-that-was-all';
const open = new Map();

// Two pipes with names, so that to write and to read can wait: what Node gives to a child cannot.
class Session {
	constructor(database, role) {
		const folder = mkdtempSync(join(tmpdir(), 'ventanilla-sql-'));
		const [input, output] = ['in', 'out'].map(name => join(folder, name));
		this.errors = join(folder, 'errors');
		this.folder = folder;
		execFileSync('mkfifo', [input, output]);
		spawn('sh', ['-c', 'exec "$@" <"$IN" >"$OUT" 2>"$ERRORS"', 'psql', '/usr/lib/postgresql/15/bin/psql', '-X', '-q', '-At',
			'-F', '\t', '-v', 'ON_ERROR_STOP=1', '-h', database.socket, '-U', role, '-d', database.name],
		{ stdio: 'ignore', env: { ...process.env, IN: input, OUT: output, ERRORS: this.errors } }).unref();
		this.input = openSync(input, 'w');
		this.output = openSync(output, 'r');
		this.buffer = Buffer.alloc(1 << 16);
		process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	}

	// What it printed; null when it ended instead.
	ask(text) {
		try {
			writeSync(this.input, `${text}\n;\n\\echo ${END}\n`);
		} catch {
			return null;
		}
		const parts = [];
		for (let size; (size = readSync(this.output, this.buffer)) > 0;) {
			parts.push(Buffer.from(this.buffer.subarray(0, size)));
			const all = Buffer.concat(parts);
			if (all.subarray(-END.length - 1).toString() === `${END}\n`) return all.subarray(0, -END.length - 1).toString();
		}
		return null;
	}

	close() {
		closeSync(this.input);
		closeSync(this.output);
		return readFileSync(this.errors, 'utf8');
	}
}

// Several statements are one transaction.
export function ask(database, role, text, again = true) {
	const key = `${database.socket} ${database.name} ${role}`;
	const held = open.has(key);
	if (!held) open.set(key, new Session(database, role));
	const session = open.get(key);
	const printed = session.ask(/;\s*\S/.test(text) ? `BEGIN;\n${text}\n;COMMIT` : text);
	if (printed !== null) return printed;
	open.delete(key);
	const errors = session.close();
	// The server was started anew since the last statement.
	if (held && again && /terminating connection|server closed the connection|^$/.test(errors)) return ask(database, role, text, false);
	throw new Error(errors || 'psql ended');
}
