// Outgoing mail: a server that wants TLS and a password, arranged and tried by an administrator.
import assert from 'node:assert/strict';
import { once as happens } from 'node:events';
import { createServer } from 'node:net';
import test, { after, before } from 'node:test';
import { Admin, decode, errorOf, history } from '../support/admin.mjs';
import { Authority } from '../support/authority.mjs';
import { info, sql } from '../support/instance.mjs';
import { made } from '../support/people.mjs';
import { mailServer } from '../support/smtp.mjs';
import { once } from '../support/visitor.mjs';

const USER = 'ventanilla', PASSWORD = 'clave del correo ñ';
let admin, authority, certificate;
before(async () => {
	admin = await Admin.logIn();
	authority = new Authority();
	certificate = authority.certificate('IP:127.0.0.1', 'correo');
});
after(() => {
	sql("DELETE FROM setting WHERE key LIKE 'mail.%'");
	authority.remove();
});

const values = (server, changes) => ({ 'mail.host': '127.0.0.1', 'mail.port': String(server.port), 'mail.tls': 'starttls', 'mail.user': USER,
	'mail.password': PASSWORD, 'mail.sender': 'ventanilla@agencia.example', 'mail.inner': server.inner, 'mail.ca': authority.pem, ...changes });
async function save(changes) {
	const { revision, all } = await admin.settings(changes);
	return admin.save('/admin/settings', all, revision);
}
async function arrange(server, changes) {
	const answer = await save(values(server, changes));
	assert.equal(answer.status, 303, answer.text);
}
async function attempt(to = 'ana@agencia.example') {
	const { text } = await admin.form('/admin/settings/mail', { to });
	const note = /<div class="note (ok|bad)".*?<(?:span|p)>([^<]*)</s.exec(text.slice(text.indexOf('id="mail"')));
	return note ? [note[1], decode(note[2])] : ['none', errorOf(text, 'to')];
}
const secured = (t, mode) => mailServer(t, { mode, certificate, user: USER, password: PASSWORD });

test('a message goes out with STARTTLS and with TLS from the start, as the user that the server knows', async t => {
	for (const mode of ['starttls', 'tls']) {
		const server = await secured(t, mode);
		await arrange(server, { 'mail.tls': mode });
		assert.deepEqual(await attempt(), ['ok', 'El servidor aceptó el correo para ana@agencia.example. Fijate que haya llegado, también en "no deseado".']);
		const mail = await server.message();
		assert.equal(mail.to, '<ana@agencia.example>');
		assert.match(mail.subject, /^Prueba del correo de Ventanilla/);
		assert.match(mail.text, /Lo pidió Administración/);
	}
	assert.equal(sql("SELECT count(*) FROM audit WHERE action = 'mail.test' AND at > now() - interval '1 minute'")[0][0], '2');
});

test('an invitation goes out that way too', async t => {
	const server = await secured(t, 'starttls');
	await arrange(server);
	const one = await made(admin);
	const { text } = await admin.form(`/admin/users/${one.id}/invite`, { once: once() });
	assert.ok(text.includes(`La invitación salió por correo a ${one.email}`), text);
	assert.equal((await server.message()).to, `<${one.email}>`);
});

test('the password is never shown, stored or on record as it is, and stays until another is written or its user goes', async t => {
	const server = await secured(t, 'starttls');
	const stored = () => JSON.parse(sql("SELECT value::text FROM setting WHERE key = 'mail.password'")[0][0]);
	await arrange(server);
	const sealed = stored();
	const { text } = await admin.page('/admin/settings');
	assert.ok(!text.includes(sealed) && !text.includes(PASSWORD));
	assert.match(text, /Hay una guardada, que no se muestra/);
	assert.equal(sql(`SELECT count(*) FROM setting s WHERE s::text LIKE '%${PASSWORD}%'`)[0][0], '0');
	assert.equal(sql(`SELECT count(*) FROM audit a WHERE a::text LIKE '%${PASSWORD}%' OR a::text LIKE '%${sealed}%'`)[0][0], '0');
	assert.match(history('setting', 1).at(-1).after['mail.password'], /^•••• [0-9a-f]{6}$/);
	await arrange(server, { 'mail.password': '' });
	assert.equal(stored(), sealed);
	assert.equal((await attempt())[0], 'ok');
	await arrange(server, { 'mail.user': '', 'mail.password': '' });
	assert.equal(stored(), '');
});

test('what does not work is said in words, and nothing is sent', async t => {
	const server = await secured(t, 'starttls'), tls = await secured(t, 'tls'), plain = await mailServer(t);
	const other = new Authority('Otra');
	t.after(() => other.remove());
	const named = await mailServer(t, { mode: 'tls', certificate: authority.certificate('DNS:otro.example', 'otro'), user: USER, password: PASSWORD });
	const web = Number(new URL(info.base_url).port);
	for (const [changes, text] of [
		[values(server, { 'mail.password': 'otra' }), /no aceptó el usuario o la contraseña/],
		[values(server, { 'mail.user': '' }), /pide usuario y contraseña/],
		[values(server, { 'mail.ca': other.pem }), /no es de confianza, venció o es de otro nombre/],
		[values(server, { 'mail.ca': '' }), /no es de confianza, venció o es de otro nombre/],
		[values(named, { 'mail.tls': 'tls' }), /no es de confianza, venció o es de otro nombre/],
		[values(plain), /no ofrece STARTTLS/],
		[values(server, { 'mail.tls': 'tls' }), /conexión cifrada no se pudo establecer/],
		[values({ port: 9, inner: '127.0.0.1:9:127.0.0.0/8' }), /No se pudo conectar/],
		[values({ port: web, inner: `127.0.0.1:${web}:127.0.0.0/8` }), /no es correo, o cortó la conexión|no respondió a tiempo/],
		[values(tls, { 'mail.tls': 'tls', 'mail.inner': '' }), /Esa dirección no está permitida/],
	]) {
		assert.equal((await save(changes)).status, 303);
		const [kind, said] = await attempt();
		assert.equal(kind, 'bad', String(text));
		assert.match(said, text);
	}
	for (const one of [server, tls, plain, named]) assert.equal(one.count(), 0);
});

test('a server that takes the call and says nothing is given up on, and the page says so', async t => {
	const silent = createServer(() => {}).listen(0, '127.0.0.1');
	t.after(() => silent.close());
	await happens(silent, 'listening');
	const { port } = silent.address();
	await arrange({ port, inner: `127.0.0.1:${port}:127.0.0.0/8` });
	const began = Date.now();
	const [kind, said] = await attempt();
	assert.equal(kind, 'bad');
	assert.match(said, /no respondió a tiempo/);
	assert.ok(Date.now() - began < 12000);
});

test('what does not go together stands beside its field and is not stored', async t => {
	const server = await secured(t, 'starttls');
	const before = sql("SELECT coalesce(sum(revision), 0) FROM setting")[0][0];
	for (const [changes, field, text] of [
		[{ 'mail.tls': 'none' }, 'mail.tls', /hace falta cifrado/],
		[{ 'mail.host': 'correo/../x' }, 'mail.host', /nombre del servidor de correo/],
		[{ 'mail.sender': 'nadie' }, 'mail.sender', /dirección de correo no está bien escrita/],
		[{ 'mail.inner': 'correo' }, 'mail.inner', /./],
		[{ 'mail.ca': 'nada' }, 'mail.ca', /certificados en PEM/],
		[{ 'mail.ca': authority.pem.slice(0, 300) }, 'mail.ca', /certificados en PEM/],
		[{ 'mail.password': 'x'.repeat(201) }, 'mail.password', /demasiado largo/],
	]) {
		const answer = await save(values(server, changes));
		assert.equal(answer.status, 422, field);
		assert.match(errorOf(answer.text, field), text);
		assert.ok(!answer.text.includes(PASSWORD));
	}
	assert.equal(sql("SELECT coalesce(sum(revision), 0) FROM setting")[0][0], before);
	for (const to of ['', 'nadie', 'a@b.example\r\nBcc: x@y.example']) assert.equal((await attempt(to))[0], 'none');
	sql("DELETE FROM setting WHERE key LIKE 'mail.%'");
	assert.deepEqual(await attempt(), ['none', 'Primero guardá el servidor y la dirección que envía.']);
});
