// Invitations: a link by which somebody sets their password, once and in time.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, decode, errorOf, fieldOf } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { made, roleId } from '../support/people.mjs';
import { mailServer, mailSettings } from '../support/smtp.mjs';
import { Staff, tokenOf } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const good = 'cuatro caballos verdes lentos';
const invite = (one, fields = {}, as = admin) => as.form(`${one.path}/invite`, { once: once(), ...fields });
const linkIn = text => decode(/id="f-link" value="([^"]*)"/.exec(text)[1]);
async function invited(one) {
	const answer = await invite(one);
	assert.equal(answer.status, 200, answer.text);
	return linkIn(answer.text);
}
// Somebody who opens a link in a browser of their own.
async function open(link) {
	const guest = new Staff();
	const page = await guest.page(link.replace(info.base_url, ''));
	guest.csrf = tokenOf(page.text) ?? tokenOf((await guest.page('/login')).text);
	return { guest, page, t: new URL(link).searchParams.get('t') };
}
async function choose(link, password, again = password) {
	const { guest, t } = await open(link);
	return guest.form('/invite', { t, password, again });
}

test('without a mail server the link is there to be copied, and it leads to a password', async () => {
	const one = await made(admin);
	const answer = await invite(one);
	assert.match(answer.text, /No hay un servidor de correo configurado/);
	const link = linkIn(answer.text);
	assert.ok(link.startsWith(`${info.base_url}/invite?t=`));
	const { page } = await open(link);
	assert.equal(page.status, 200);
	assert.ok(page.text.includes(`Hola, ${one.name}`) && page.text.includes(one.login));
	const done = await choose(link, good);
	assert.equal(done.headers.get('location'), '/invite?done=1');
	assert.match((await new Staff().page('/invite?done=1')).text, /Tu contraseña quedó guardada/);
	assert.equal((await Staff.logIn(one.login, good)).home, '/');
});

test('the database knows the hash of a link and not the link, and neither is on record', async () => {
	const one = await made(admin);
	const t = new URL(await invited(one)).searchParams.get('t');
	assert.equal(sql(`SELECT count(*) FROM invitation WHERE user_id = ${one.id} AND token_hash = sha256('${t}'::bytea)`)[0][0], '1');
	assert.equal(sql(`SELECT count(*) FROM invitation i WHERE i::text LIKE '%${t}%'`)[0][0], '0');
	assert.equal(sql(`SELECT count(*) FROM audit a WHERE a::text LIKE '%${t}%'`)[0][0], '0');
	assert.deepEqual(sql(`SELECT action, actor_name FROM audit WHERE entity = 'user' AND entity_id = ${one.id} AND action = 'user.invite'`),
		[['user.invite', 'Administración']]);
});

test('a link is good for one use, also when two use it at once', async () => {
	const one = await made(admin);
	const link = await invited(one);
	const answers = await Promise.all([choose(link, good), choose(link, `${good} dos`)]);
	assert.deepEqual(answers.map(answer => answer.status).sort(), [303, 404]);
	assert.equal((await open(link)).page.status, 404);
	assert.match((await open(link)).page.text, /Este enlace ya no sirve/);
	assert.deepEqual(sql(`SELECT actor_id FROM audit WHERE action = 'invitation.use' AND entity_id = ${one.id}`), [[String(one.id)]]);
});

test('a link ends with its time, with a newer one, and with the person', async () => {
	const one = await made(admin);
	const first = await invited(one), second = await invited(one);
	assert.equal((await open(first)).page.status, 404);
	assert.equal((await open(second)).page.status, 200);
	sql(`UPDATE invitation SET expires_at = now() WHERE user_id = ${one.id}`);
	assert.equal((await choose(second, good)).status, 404);
	const third = await invited(one);
	sql(`UPDATE app_user SET enabled = false WHERE user_id = ${one.id}`);
	assert.equal((await choose(third, good)).status, 404);
	assert.equal((await invite(one)).status, 409);
	for (const t of ['', 'x', 'A'.repeat(43)]) assert.notEqual((await new Staff().page(`/invite?t=${t}`)).status, 200);
});

test('what is wrong stands beside its field, and the link is still good', async () => {
	const one = await made(admin);
	const link = await invited(one);
	for (const [password, again, field, text] of [
		['', '', 'password', 'Completá este dato.'],
		['corta', 'corta', 'password', 'Es muy corta. Usá más caracteres.'],
		[`${one.login}-2026`, `${one.login}-2026`, 'password', 'Está hecha con tus datos o con palabras de la agencia. Elegí otra.'],
		[good, `${good}.`, 'again', 'Las dos contraseñas no son iguales.'],
	]) {
		const answer = await choose(link, password, again);
		assert.equal(answer.status, 422);
		assert.equal(errorOf(answer.text, field), text);
		assert.ok(!answer.text.includes(`value="${password}"`) || !password);
	}
	assert.equal((await choose(link, good)).status, 303);
});

test('whoever was in with the old password is out', async () => {
	const one = await made(admin);
	await choose(await invited(one), good);
	const staff = await Staff.logIn(one.login, good);
	await choose(await invited(one), `${good} nuevos`);
	assert.equal((await staff.page('/desk')).status, 303);
	await assert.rejects(Staff.logIn(one.login, good));
});

test('with a mail server it goes there, in words that people understand', async t => {
	const server = await mailServer(t);
	mailSettings(t, server);
	const one = await made(admin, { name: 'Íñigo Ñáñez de la Peña y Quesada' });
	const answer = await invite(one);
	assert.ok(answer.text.includes(`La invitación salió por correo a ${one.email}`));
	const mail = await server.message();
	assert.equal(mail.to, `<${one.email}>`);
	assert.equal(mail.from, '<ventanilla@agencia.example>');
	assert.equal(mail.subject, 'Tu acceso a Ventanilla · Agencia de Recaudación');
	assert.match(mail.text, /^Hola, Íñigo Ñáñez de la Peña y Quesada:/);
	assert.ok(mail.text.includes(linkIn(answer.text)));
	assert.match(mail.head, /^Auto-Submitted: auto-generated$/m);
	assert.match(mail.head, /^Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} \+0000$/m);
	assert.equal(sql(`SELECT sent_to FROM invitation WHERE user_id = ${one.id}`)[0][0], one.email);
});

test('a form that is sent twice gives the same link and one mail', async t => {
	const server = await mailServer(t);
	mailSettings(t, server);
	const one = await made(admin), fields = { once: once() };
	const answers = [await invite(one, fields), await invite(one, fields)];
	assert.equal(linkIn(answers[0].text), linkIn(answers[1].text));
	assert.match(answers[1].text, /La invitación salió por correo/);
	await server.message();
	assert.equal(server.count(), 1);
});

test('a mail server that is away, not permitted or not to be trusted: the link is there to be copied', async t => {
	const server = await mailServer(t);
	for (const settings of [{ port: 1 }, { port: server.port, inner: '' }, { port: server.port, tls: 'starttls' },
		{ port: server.port, tls: 'tls' }, { port: server.port, sender: 'nadie' }, { port: server.port, host: 'x/../y' }]) {
		mailSettings(t, settings);
		const one = await made(admin);
		const answer = await invite(one);
		assert.equal(answer.status, 200);
		assert.match(answer.text, /El correo no pudo salir/);
		assert.ok(linkIn(answer.text));
		assert.notEqual(sql(`SELECT send_error FROM invitation WHERE user_id = ${one.id}`)[0][0], '');
	}
	assert.equal(server.count(), 0);
});

test('the form of a person says what became of their invitation', async () => {
	const one = await made(admin);
	const says = async () => decode(/<p class="sm t2">([^<]*)<\/p>/.exec((await admin.page(one.path)).text)?.[1] ?? '');
	assert.equal(await says(), '');
	const link = await invited(one);
	assert.match(await says(), /^Invitada: el enlace vence el/);
	await choose(link, good);
	assert.match(await says(), /^Usó su invitación el/);
});

test('who may not invite does not, nor anybody whom they could not change', async () => {
	const one = await made(admin);
	const supervisor = await Staff.logIn('cmendez');
	assert.equal((await invite(one, {}, supervisor)).status, 403);
	const name = `Mesa ${once().slice(0, 8)}`;
	const operators = sql(`SELECT permission FROM role_permission WHERE role_id = ${roleId('operador')}`).flat();
	await admin.save('/admin/roles/new', [['name', name], ['description', ''],
		...['user.view', 'user.manage', 'group.manage', ...operators].map(permission => ['permissions', permission])]);
	const helper = await made(admin, { roles: sql(`SELECT role_id FROM role WHERE name = '${name}'`)[0][0] });
	await choose(await invited(helper), good);
	const staff = Object.assign(new Admin(), await Staff.logIn(helper.login, good));
	assert.equal((await invite(one, {}, staff)).status, 200);
	const boss = await made(admin, { roles: roleId('administrador') });
	assert.equal((await invite(boss, {}, staff)).status, 409);
	assert.equal(fieldOf((await staff.page(boss.path)).text, 'login'), boss.login);
});

const pending = one => sql(`SELECT invitation_id FROM invitation WHERE user_id = ${one.id} AND used_at IS NULL AND revoked_at IS NULL`);
const listed = async one => new RegExp(`<tr><td><a class="b" href="${one.path}">.*?</tr>`, 's').exec((await admin.page('/admin/invitations')).text)?.[0];
const revoke = (id, as = admin) => as.form(`/admin/invitations/${id}/revoke`, {});

test('invitations that nobody used are listed with who, by whom and till when, until they are used', async () => {
	const one = await made(admin);
	assert.equal(await listed(one), undefined);
	const link = await invited(one);
	const row = await listed(one);
	assert.match(row, /No salió por correo.*Administración.*\d\d\/\d\d/s);
	sql(`UPDATE invitation SET expires_at = now() - interval '1 hour' WHERE user_id = ${one.id}`);
	assert.match(await listed(one), /Venció/);
	sql(`UPDATE invitation SET expires_at = now() + interval '1 hour' WHERE user_id = ${one.id}`);
	await choose(link, good);
	assert.equal(await listed(one), undefined);
});

test('one that is revoked is good for nothing, on record; again it changes nothing', async () => {
	const one = await made(admin);
	const link = await invited(one);
	const [[id]] = pending(one);
	assert.equal((await revoke(id)).headers.get('location'), '/admin/invitations?done=revoked');
	assert.equal((await open(link)).page.status, 404);
	assert.equal((await choose(link, good)).status, 404);
	assert.equal(await listed(one), undefined);
	assert.equal((await revoke(id)).status, 303);
	assert.equal(sql(`SELECT count(*) FROM audit WHERE action = 'invitation.revoke' AND entity_id = ${one.id}`)[0][0], '1');
	assert.equal((await revoke(999999999)).status, 404);
});

test('one that was used is not revoked, and sent again there is one that is good', async () => {
	const one = await made(admin);
	await choose(await invited(one), good);
	const [[used]] = sql(`SELECT invitation_id FROM invitation WHERE user_id = ${one.id}`);
	assert.equal((await revoke(used)).status, 409);
	await invited(one);
	const again = await invite(one, { listed: '1' });
	assert.match(again.text, /href="\/admin\/invitations">Volver a invitaciones/);
	assert.equal(pending(one).length, 1);
	assert.equal((await revoke(pending(one)[0][0], await Staff.logIn('cmendez'))).status, 403);
});
