// A Kerberos realm for tests: a real krb5kdc on a port of its own, keytabs, and tickets for curl.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Admin } from './admin.mjs';
import { Authority } from './authority.mjs';
import { register, unregister } from './oidc.mjs';
import { Directory, freePort } from './slapd.mjs';

export class Realm {
	static async start(name) {
		const self = new Realm();
		self.name = name;
		self.folder = mkdtempSync(join(tmpdir(), 'ventanilla-krb5-'));
		self.port = await freePort();
		self.keytab = join(self.folder, 'http.keytab');
		self.environment = { ...process.env, KRB5_CONFIG: join(self.folder, 'krb5.conf'), KRB5_KDC_PROFILE: join(self.folder, 'kdc.conf') };
		mkdirSync(join(self.folder, 'data'));
		writeFileSync(self.environment.KRB5_CONFIG, `[libdefaults]
	default_realm = ${name}
	dns_lookup_kdc = false
	dns_lookup_realm = false
	dns_canonicalize_hostname = false
	rdns = false
[realms]
	${name} = {
		kdc = 127.0.0.1:${self.port}
	}
`);
		writeFileSync(self.environment.KRB5_KDC_PROFILE, `[kdcdefaults]
	kdc_listen = 127.0.0.1:${self.port}
	kdc_tcp_listen = 127.0.0.1:${self.port}
[realms]
	${name} = {
		database_name = ${self.folder}/data/principal
		key_stash_file = ${self.folder}/data/stash
		acl_file = ${self.folder}/kadm5.acl
		max_life = 1h
	}
[logging]
	kdc = FILE:${self.folder}/kdc.log
`);
		self.run('/usr/sbin/kdb5_util', ['create', '-s', '-r', name, '-P', 'maestra']);
		self.child = spawn('/usr/sbin/krb5kdc', ['-n', '-r', name], { env: self.environment, stdio: 'ignore' });
		return self;
	}

	run(program, args, input) {
		return execFileSync(program, args, { env: this.environment, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
	}

	admin(command) {
		return this.run('/usr/sbin/kadmin.local', ['-r', this.name, '-q', command]);
	}

	// The key of the web server at host, in this.keytab.
	service(host) {
		this.admin(`addprinc -randkey HTTP/${host}`);
		this.admin(`ktadd -k ${this.keytab} HTTP/${host}`);
	}

	principal(name, password = 'clave de dominio') {
		this.admin(`addprinc -pw "${password}" ${name}`);
	}

	// Log in at the computer: gives the environment of somebody who has a ticket.
	async ticket(name, password = 'clave de dominio') {
		const environment = { ...this.environment, KRB5CCNAME: `FILE:${join(this.folder, `cc-${name.replace('/', '_')}`)}` };
		for (let i = 0; ; i++) {
			try {
				execFileSync('/usr/bin/kinit', [`${name}@${this.name}`], { env: environment, input: `${password}\n`, stdio: ['pipe', 'pipe', 'pipe'] });
				return environment;
			} catch (error) {
				if (i === 40) throw error;
				await pause(50);
			}
		}
	}

	async stop() {
		const ended = new Promise(done => this.child.once('exit', done));
		this.child.kill('SIGTERM');
		await ended;
		rmSync(this.folder, { recursive: true, force: true });
	}
}

// A domain as the platform knows one: a realm, a directory with its people's groups, and the way to log in with them.
export class Domain {
	static async start() {
		const self = new Domain();
		self.authority = new Authority();
		self.directory = await Directory.start(self.authority);
		self.realm = await Realm.start('AGENCIA.EXAMPLE');
		self.realm.service('127.0.0.1');
		self.admin = await Admin.logIn();
		self.source = await register(self.admin, 'ldap', { ...self.directory.settings(), enabled: '' }, [[self.directory.group('operadores'), 'operador']]);
		self.way = await register(self.admin, 'kerberos', self.settings(), []);
		return self;
	}

	settings() {
		return { realm: this.realm.name, keytab: this.realm.keytab, networks: '10.0.0.0/8, 127.0.0.0/8', directory: String(this.source.id) };
	}

	async stop() {
		await unregister(this.admin, this.way.id);
		await unregister(this.admin, this.source.id);
		await this.realm.stop();
		await this.directory.stop();
		this.authority.remove();
	}
}

// curl as somebody's browser: {status, headers, text}. environment: with or without a ticket.
export function curl(url, environment, ...options) {
	const output = execFileSync('/usr/bin/curl', ['-s', '-i', '--max-time', '10', ...options, url], { env: environment, encoding: 'utf8' });
	const answers = output.split(/(?=^HTTP\/)/m);
	const [head, ...body] = answers.at(-1).split('\r\n\r\n');
	return { status: Number(/^HTTP\/\S+ (\d+)/.exec(head)[1]), head, text: body.join('\r\n\r\n'), first: answers[0] };
}

// What somebody's browser sends after "Authorization: Negotiate ".
export function tokenOf(url, environment) {
	const { stderr } = spawnSync('/usr/bin/curl', ['-s', '-v', '-o', '/dev/null', '--negotiate', '-u', ':', url], { env: environment, encoding: 'utf8' });
	return /> authorization: Negotiate (\S+)/i.exec(stderr)[1];
}
