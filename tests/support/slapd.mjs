// A directory for tests: a real slapd on ports of its own, with a certificate of the test's own authority.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const SUFFIX = 'dc=agencia,dc=example';
const ROOT = `cn=root,${SUFFIX}`, READER = `cn=lector,${SUFFIX}`;

// A port that is free now.
export const freePort = () => new Promise(done => {
	const server = createServer().listen(0, '127.0.0.1', () => {
		const { port } = server.address();
		server.close(() => done(port));
	});
});

const uid = name => `uid=${name},ou=personas,${SUFFIX}`;
const group = name => `cn=${name},ou=grupos,${SUFFIX}`;

export class Directory {
	// authority: null for a directory without TLS.
	static async start(authority, { host = '127.0.0.1' } = {}) {
		const self = new Directory();
		self.authority = authority;
		self.folder = mkdtempSync(join(tmpdir(), 'ventanilla-slapd-'));
		Object.assign(self, { log: '', marks: 0 });
		mkdirSync(join(self.folder, 'data'));
		[self.plain, self.port] = [await freePort(), await freePort()];
		Object.assign(self, { url: `ldaps://${host}:${self.port}`, startTls: `ldap://${host}:${self.plain}`, group, uid });
		self.configure();
		self.fill();
		await self.listen();
		return self;
	}

	configure() {
		const made = this.authority?.certificate('IP:127.0.0.1', 'directorio');
		writeFileSync(join(this.folder, 'slapd.conf'), `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
# What Active Directory has of its own.
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'adUser' SUP top AUXILIARY MAY ( objectGUID $ userAccountControl $ sAMAccountName ) )
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile ${this.folder}/pid
${made ? `TLSCACertificateFile ${this.authority.file}\nTLSCertificateFile ${made.certFile}\nTLSCertificateKeyFile ${made.keyFile}\nsecurity simple_bind=128` : ''}
database mdb
suffix "${SUFFIX}"
rootdn "${ROOT}"
rootpw raiz
directory ${this.folder}/data
maxsize 10485760
overlay memberof
memberof-refint TRUE
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${READER}" read by * none
`);
	}

	fill() {
		writeFileSync(join(this.folder, 'first.ldif'), `dn: ${SUFFIX}
objectClass: dcObject
objectClass: organization
o: Agencia
dc: agencia

dn: ou=personas,${SUFFIX}
objectClass: organizationalUnit
ou: personas

dn: ou=grupos,${SUFFIX}
objectClass: organizationalUnit
ou: grupos

dn: ${READER}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: lector
userPassword: leer
`);
		execFileSync('/usr/sbin/slapadd', ['-f', join(this.folder, 'slapd.conf'), '-l', join(this.folder, 'first.ldif')], { stdio: 'pipe' });
	}

	async listen() {
		const urls = [`ldap://127.0.0.1:${this.plain}`, `ldap://127.0.0.2:${this.plain}`];
		if (this.authority) urls.push(`ldaps://127.0.0.1:${this.port}`, `ldaps://127.0.0.2:${this.port}`);
		this.child = spawn('/usr/sbin/slapd', ['-f', join(this.folder, 'slapd.conf'), '-h', urls.join(' '), '-d', '256'], { stdio: ['ignore', 'ignore', 'pipe'] });
		this.child.stderr.on('data', piece => { this.log += piece; });
		for (let i = 0; i < 100; i++) {
			try {
				this.tool('ldapwhoami', []);
				return;
			} catch {
				await pause(50);
			}
		}
		throw new Error(`slapd did not start: ${this.log}`);
	}

	tool(name, args, input) {
		return execFileSync(name, ['-x', '-H', this.authority ? `ldaps://127.0.0.1:${this.port}` : `ldap://127.0.0.1:${this.plain}`, '-D', ROOT, '-w', 'raiz', ...args],
			{ input, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...(this.authority && { LDAPTLS_CACERT: this.authority.file }) } });
	}

	// What it logs while `work` goes on: all of that, however late its lines come, and nothing of our own tools.
	async during(work) {
		const begin = await this.mark();
		await work();
		const end = await this.mark();
		return this.log.slice(begin.at, end.at).split('\n').filter(line => !begin.of.test(line) && !end.of.test(line)).join('\n');
	}

	// Where the log is now: a search of ours stands there, in a connection of its own.
	async mark() {
		const name = `cn=mark-${this.marks++}`;
		try {
			this.tool('ldapsearch', ['-s', 'base', '-b', name]);
		} catch {
			// There is no such thing.
		}
		const line = new RegExp(` conn=(\\d+) op=\\d+ SRCH base="${name}"`);
		for (let i = 0; i < 400 && !line.test(this.log); i++) await pause(25);
		const { index, 1: connection } = line.exec(this.log);
		return { at: index, of: new RegExp(` conn=${connection} `) };
	}

	change(ldif) {
		this.tool('ldapmodify', [], ldif);
	}

	// Somebody of the directory: {login, password, dn}.
	person(login, { groups = [], name = 'Persona del Directorio', password = 'clave de prueba', mail = `${login}@agencia.example` } = {}) {
		this.change(`dn: ${uid(login)}
changetype: add
objectClass: inetOrgPerson
uid: ${login}
cn: ${name}
sn: ${name}
mail: ${mail}
userPassword: ${password}
`);
		for (const one of groups) this.join(login, one);
		return { login, password, dn: uid(login), name };
	}

	// They become somebody of Active Directory; guid: sixteen bytes.
	asInActiveDirectory({ dn, login }, guid, control = 512) {
		this.change(`dn: ${dn}
changetype: modify
add: objectClass
objectClass: adUser
-
add: sAMAccountName
sAMAccountName: ${login}
-
add: objectGUID
objectGUID:: ${guid.toString('base64')}
-
add: userAccountControl
userAccountControl: ${control}
`);
	}

	join(login, name) {
		try {
			this.change(`dn: ${group(name)}\nchangetype: add\nobjectClass: groupOfNames\ncn: ${name}\nmember: ${uid(login)}\n`);
		} catch {
			this.change(`dn: ${group(name)}\nchangetype: modify\nadd: member\nmember: ${uid(login)}\n`);
		}
	}

	leave(login, name) {
		this.change(`dn: ${group(name)}\nchangetype: modify\ndelete: member\nmember: ${uid(login)}\n`);
	}

	// What an administrator would enter.
	settings() {
		return { url: this.url, bind_dn: READER, secret: 'leer', base: `ou=personas,${SUFFIX}`, user_filter: '(&(objectClass=inetOrgPerson)(uid=%u))',
			id_attribute: 'entryUUID', login_attribute: 'uid', name_attribute: 'cn', mail_attribute: 'mail', groups: 'memberof',
			group_base: `ou=grupos,${SUFFIX}`, group_filter: '(&(objectClass=groupOfNames)(member=%d))', people: 'create',
			network: `127.0.0.1:${this.port}:127.0.0.0/8 127.0.0.1:${this.plain}:127.0.0.0/8 127.0.0.2:${this.port}:127.0.0.0/8`, ca: this.authority?.pem ?? '' };
	}

	async stop() {
		const ended = new Promise(done => this.child.once('exit', done));
		this.child.kill('SIGTERM');
		await ended;
		rmSync(this.folder, { recursive: true, force: true });
	}
}
