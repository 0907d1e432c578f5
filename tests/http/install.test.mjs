// What `make install` puts into a system.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';

const build = process.env.VENTANILLA_BUILD;
let place;

before(() => {
	place = mkdtempSync(`${tmpdir()}/ventanilla-install-`);
	execFileSync('make', ['-s', '-C', build, 'install', `DESTDIR=${place}`, 'prefix=/usr', 'sysconfdir=/etc'],
		{ stdio: 'ignore' });
});

after(() => rmSync(place, { recursive: true, force: true }));

test('every program, the command and what they read are installed', () => {
	for (const program of ['staff', 'webchat', 'hooks', 'api', 'live', 'worker']) {
		assert.ok(statSync(`${place}/usr/libexec/ventanilla/${program}`).mode & 0o111, program);
	}
	assert.ok(statSync(`${place}/usr/bin/ventanilla`).mode & 0o111);
	for (const file of ['templates/locale/es_AR/webchat.hdf', 'sql/migrations/0001_base.sql',
		'static/css/ventanilla.css', 'docs/manual/operador.md', 'docs/manual/img/bandeja.png', 'static/vendor/idiomorph.min.js']) {
		assert.ok(existsSync(`${place}/usr/share/ventanilla/${file}`), file);
	}
});

test('each program has an environment of its own with its own database role', () => {
	for (const program of ['staff', 'webchat', 'hooks', 'api', 'live', 'worker', 'owner']) {
		assert.match(readFileSync(`${place}/etc/ventanilla/${program}.env`, 'utf8'),
			new RegExp(`user=vent_${program}"`));
	}
	assert.match(readFileSync(`${place}/etc/ventanilla/slow.env`, 'utf8'), /user=vent_staff"/);
});

test('no installed file has a place left to fill in', () => {
	const left = spawnSync('grep', ['-rlE', '@[A-Z_]+@', `${place}/etc`, `${place}/usr/lib`,
		`${place}/usr/libexec/ventanilla/worker`], { encoding: 'utf8' });
	assert.equal(left.stdout, '');
});

test('a second installation keeps what the administrator changed', () => {
	const file = `${place}/etc/ventanilla/common.env`;
	writeFileSync(file, 'VT_BASE_URL=https://contacto.example.org\n');
	execFileSync('make', ['-s', '-C', build, 'install', `DESTDIR=${place}`, 'prefix=/usr', 'sysconfdir=/etc'],
		{ stdio: 'ignore' });
	assert.equal(readFileSync(file, 'utf8'), 'VT_BASE_URL=https://contacto.example.org\n');
});

test('nginx accepts the installed site', () => {
	mkdirSync(`${place}/log`);
	const site = readFileSync(`${place}/etc/nginx/sites-available/ventanilla`, 'utf8')
		.replaceAll('/etc/nginx/ventanilla', `${place}/etc/nginx/ventanilla`)
		.replaceAll('/var/log/ventanilla', `${place}/log`)
		.replace(/^\s*ssl_certificate.*$/gm, '')
		.replace(/ ssl http2/g, '').replace(/listen (\[::\]:)?443/g, 'listen $18443')
		.replace(/listen (\[::\]:)?80;/g, 'listen $18080;');
	writeFileSync(`${place}/nginx.conf`,
		`pid ${place}/nginx.pid; events {} http { include /etc/nginx/mime.types; ${site} }`);
	const check = spawnSync('/usr/sbin/nginx', ['-t', '-e', `${place}/log/error.log`, '-c', `${place}/nginx.conf`],
		{ encoding: 'utf8' });
	assert.equal(check.status, 0, check.stderr);
});
