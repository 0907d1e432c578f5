// A certificate authority of a test's own, and certificates for the servers it starts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });

export class Authority {
	constructor(name = 'Autoridad de prueba') {
		this.folder = mkdtempSync(join(tmpdir(), 'ventanilla-ca-'));
		this.file = join(this.folder, 'ca.pem');
		openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
			'-addext', 'basicConstraints=critical,CA:true', '-keyout', join(this.folder, 'ca.key'), '-out', this.file);
		this.pem = readFileSync(this.file, 'utf8');
	}

	// {key, cert, keyFile, certFile} for a host's names: "DNS:localhost,IP:127.0.0.1".
	certificate(names, name = 'servidor') {
		const path = kind => join(this.folder, `${name}.${kind}`);
		openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`,
			'-keyout', path('key'), '-out', path('csr'));
		writeFileSync(path('ext'), `subjectAltName=${names}\n`);
		openssl('x509', '-req', '-in', path('csr'), '-CA', this.file, '-CAkey', join(this.folder, 'ca.key'), '-CAcreateserial',
			'-days', '2', '-extfile', path('ext'), '-out', path('pem'));
		return { keyFile: path('key'), certFile: path('pem'), key: readFileSync(path('key')), cert: readFileSync(path('pem')) };
	}

	remove() {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
