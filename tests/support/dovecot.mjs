// A mail server whose mailboxes are read by IMAP (Debian's dovecot), as nobody and with a folder of its own.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync,
	utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './slapd.mjs';

const root = process.getuid() === 0;
const nobody = root ? { uid: 65534, gid: 65534 } : {};
const id = flag => execFileSync('id', [flag, ...root ? ['65534'] : []], { encoding: 'utf8' }).trim();

const configuration = (folder, port, tlsPort) => `protocols = imap
auth_mechanisms = plain xoauth2
log_path = ${folder}/log
base_dir = ${folder}/run
state_dir = ${folder}/run
default_internal_user = ${id('-un')}
default_internal_group = ${id('-gn')}
default_login_user = ${id('-un')}
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <${folder}/server.pem
ssl_key = <${folder}/server.key
listen = 127.0.0.1
mail_location = maildir:${folder}/mail/%u
auth_failure_delay = 0
namespace inbox {
  inbox = yes
  separator = /
}
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = ${folder}/oauth2.conf
}
passdb {
  driver = passwd-file
  mechanisms = plain
  args = scheme=plain ${folder}/users
}
userdb {
  driver = static
  args = uid=${id('-u')} gid=${id('-g')} home=${folder}/home/%u
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
  }
}
`;

const answers = port => new Promise(done => {
	const socket = connect(port, '127.0.0.1', () => { socket.end(); done(true); }).on('error', () => done(false));
});

// What a taxpayer sends; more: further lines of the head.
export const letter = ({ from = 'Ana <ana@ejemplo.example>', to = 'consultas@agencia.example', subject = 'Consulta', id: name,
	more = '', text = 'hola' }) =>
	`${more}From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${name}>\r\n`
	+ `Date: ${new Date().toUTCString()}\r\nMIME-Version: 1.0\r\n${/content-type/i.test(text.slice(0, 60)) ? ''
		: 'Content-Type: text/plain; charset=utf-8\r\n\r\n'}${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`;

// {port, tlsPort, inner, deliver(user, mail, {at, folder}), password(user, word), tokens (a map to users), renumber(user), log(),
// introspection}; t.after ends it. owner: whose a token is, in place of the map.
export async function dovecot(t, certificate, { owner } = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'vt-dovecot-'));
	const [port, tlsPort] = [await freePort(), await freePort()];
	const own = path => root && chownSync(path, 65534, 65534);
	const folderOf = path => {
		if (!existsSync(path)) {
			mkdirSync(path, { recursive: true });
			own(path);
		}
		return path;
	};
	const users = new Map();
	let written = Math.floor(Date.now() / 1000);
	const write = () => {
		writeFileSync(`${folder}/users.new`, [...users].map(([user, word]) => `${user}:${word}\n`).join(''));
		own(`${folder}/users.new`);
		utimesSync(`${folder}/users.new`, ++written, written);
		renameSync(`${folder}/users.new`, `${folder}/users`);
	};
	copyFileSync(certificate.certFile, `${folder}/server.pem`);
	copyFileSync(certificate.keyFile, `${folder}/server.key`);
	const tokens = new Map();
	owner ??= token => tokens.get(token);
	const teller = createServer(async (request, response) => {
		const user = await owner(decodeURIComponent(/token=([^&]*)/.exec(request.url)?.[1] ?? ''));
		response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ active: String(Boolean(user)), username: user ?? 'nadie' }));
	});
	await new Promise(done => teller.listen(0, '127.0.0.1', done));
	const introspection = `http://127.0.0.1:${teller.address().port}/?token=`;
	writeFileSync(`${folder}/oauth2.conf`, `introspection_url = ${introspection}\nintrospection_mode = get\n`
		+ 'force_introspection = yes\nactive_attribute = active\nactive_value = true\nusername_attribute = username\n');
	writeFileSync(`${folder}/dovecot.conf`, configuration(folder, port, tlsPort));
	for (const path of [folder, `${folder}/oauth2.conf`, `${folder}/server.pem`, `${folder}/server.key`, `${folder}/dovecot.conf`]) own(path);
	chmodSync(folder, 0o755);
	for (const name of ['run', 'mail', 'home']) folderOf(`${folder}/${name}`);
	write();
	const child = spawn('/usr/sbin/dovecot', ['-F', '-c', `${folder}/dovecot.conf`], { ...nobody, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
	const log = () => existsSync(`${folder}/log`) ? readFileSync(`${folder}/log`, 'utf8') : '';
	t.after(async () => {
		const ended = new Promise(done => child.on('exit', done));
		child.kill();
		await ended;
		teller.close();
		teller.closeAllConnections();
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	});
	for (let i = 0; i < 400 && !await answers(tlsPort); i++) await pause(25);
	let number = 0;
	const box = user => folderOf(`${folder}/mail/${user}`);
	return {
		port, tlsPort, log, tokens, introspection, inner: `localhost:${port}:127.0.0.0/8 localhost:${tlsPort}:127.0.0.0/8`,
		// The server looks at its file once in each second of the clock, and reads it when it has another time.
		async password(user, word) {
			users.set(user, word);
			write();
			for (const second = Math.floor(Date.now() / 1000); Math.floor(Date.now() / 1000) === second;) await pause(20);
		},
		// folder: as it lies on disk, ".Reclamos.A&APE-o".
		deliver(user, mail, { at, folder: within = '.' } = {}) {
			const into = join(box(user), within);
			for (const name of ['', 'cur', 'new', 'tmp']) folderOf(join(into, name));
			const name = `${Date.now()}.${process.pid}_${++number}.prueba`;
			writeFileSync(`${into}/tmp/${name}`, mail);
			own(`${into}/tmp/${name}`);
			if (at) utimesSync(`${into}/tmp/${name}`, at, at);
			renameSync(`${into}/tmp/${name}`, `${into}/new/${name}`);
		},
		// As after the server was replaced: the same mails, numbered anew.
		async renumber(user) {
			const validity = () => /V(\d+)/.exec(readFileSync(`${box(user)}/dovecot-uidlist`, 'utf8'))?.[1];
			const before = validity();
			while (Math.floor(Date.now() / 1000) <= Number(before)) await pause(50);
			for (const name of readdirSync(box(user)).filter(one => one.startsWith('dovecot'))) rmSync(`${box(user)}/${name}`, { recursive: true });
		},
	};
}
