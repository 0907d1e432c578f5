// A real clamd of the test's own, with signatures of its own: the test file that every antivirus knows, and ours.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from './instance.mjs';
import { until } from './worker.mjs';

const hex = text => Buffer.from(text).toString('hex');
const VIRUS = 'VENTANILLA-MUESTRA-DE-VIRUS';
const EICAR = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';

// Contents that nobody has sent yet. One with a virus, as clamd calls it VIRUS_NAME.
export const VIRUS_NAME = 'Ventanilla.Muestra.UNOFFICIAL';
export const clean = (kind = 'text') => (kind === 'pdf' ? `%PDF-1.4\n%${Math.random()}\n` : `Un texto cualquiera ${Math.random()}\n`);
export const infected = (kind = 'text') => `${clean(kind)}${VIRUS}\n`;

export class Clamd {
	// streamMax: bytes it takes of one file.
	constructor(t, { streamMax = '26M' } = {}) {
		this.directory = mkdtempSync(join(tmpdir(), 'ventanilla-clamd-'));
		this.address = `${this.directory}/clamd.ctl`;
		mkdirSync(`${this.directory}/signatures`);
		writeFileSync(`${this.directory}/signatures/ours.ndb`, `Eicar-Test-Signature:0:0:${hex(EICAR)}\nVentanilla.Muestra:0:*:${hex(VIRUS)}\n`);
		writeFileSync(`${this.directory}/clamd.conf`, `Foreground yes\nLocalSocket ${this.address}\nLocalSocketMode 666\n`
			+ `DatabaseDirectory ${this.directory}/signatures\nTemporaryDirectory ${this.directory}\nStreamMaxLength ${streamMax}\nMaxThreads 4\n`);
		t.after(() => { this.kill(); rmSync(this.directory, { recursive: true, force: true }); });
	}

	async start() {
		this.child = spawn('/usr/sbin/clamd', ['--config-file', `${this.directory}/clamd.conf`], { stdio: 'ignore' });
		await until(() => answers(this.address), 'clamd answers', { every: 30 });
	}

	// As a crash: its socket stays behind, and nobody is at it.
	kill() {
		this.child?.kill('SIGKILL');
		this.child = null;
	}

	signal(name) {
		this.child.kill(name);
	}

	// As an administrator sets it.
	use(instance) {
		setAddress(instance, this.address);
	}
}

export function setAddress(instance, address) {
	sql(`INSERT INTO setting (key, value) VALUES ('antivirus.address', to_jsonb('${address}'::text))
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, { instance });
}

const answers = path => new Promise(done => {
	const socket = connect(path, () => socket.write('zPING\0')).on('error', () => done(false));
	socket.on('data', data => { socket.end(); done(data.toString().startsWith('PONG')); });
});
