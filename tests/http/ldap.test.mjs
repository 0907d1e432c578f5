// Log-in with a directory's names and passwords: a real slapd, over TLS or not at all.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import test, { after, before } from 'node:test';
import { Admin, history } from '../support/admin.mjs';
import { Authority } from '../support/authority.mjs';
import { sql } from '../support/instance.mjs';
import { register, roleId, unregister } from '../support/oidc.mjs';
import { Directory, SUFFIX } from '../support/slapd.mjs';
import { eventually, Staff, tokenOf, World } from '../support/staff.mjs';
import { once as word } from '../support/visitor.mjs';

const wrong = 'El usuario o la contraseña no son correctos.';
const rules = [[`cn=operadores, ou=Grupos,${SUFFIX}`, 'operador'], [`cn=jefes,ou=grupos,${SUFFIX}`, 'supervisor']];
let authority, directory, admin, provider;
before(async () => {
	authority = new Authority();
	directory = await Directory.start(authority);
	admin = await Admin.logIn();
	provider = await register(admin, 'ldap', directory.settings(), rules);
});
after(async () => {
	await unregister(admin, provider.id);
	await directory.stop();
	authority.remove();
});

const world = new World();
const fresh = () => `ana-${word().slice(0, 8).toLowerCase().replace(/[^a-z0-9]/g, 'x')}`;
const person = (more = {}) => directory.person(fresh(), { groups: ['operadores'], ...more });

// Failures of a whole file would slow its only address down.
async function attempt(login, password, id = provider.id) {
	sql('UPDATE login_attempt SET failed_count = 0, locked_until = NULL');
	const staff = new Staff();
	staff.csrf = tokenOf((await staff.page('/login')).text);
	const began = Date.now();
	return { staff, ...await staff.form(`/login/ldap/${id}`, { login, password }), ms: Date.now() - began };
}

async function enter(one) {
	const answer = await attempt(one.login, one.password);
	assert.equal(answer.status, 303, answer.text);
	return answer.staff;
}

async function isRefused(answer, status, text) {
	assert.equal(answer.status, status, answer.text);
	assert.ok(answer.text.includes(text), answer.text);
	assert.equal(answer.staff.cookies.sid, undefined);
}

async function settings(changes, then) {
	const path = `/admin/access/${provider.id}`;
	const save = async values => {
		const [[revision]] = sql(`SELECT revision FROM login_provider WHERE login_provider_id = ${provider.id}`);
		const answer = await admin.save(path, [...Object.entries({ name: provider.name, enabled: '1', position: '50', ...directory.settings(), ...values }),
			...rules.flatMap(([value, role]) => [['rule_value', value], ['rule_role', roleId(role)]])], revision);
		assert.equal(answer.status, 303, answer.text);
	};
	await save(changes);
	try {
		await then();
	} finally {
		await save({});
	}
}

const userOf = ({ login }) => sql(`SELECT u.user_id, u.name, u.email, r.key FROM app_user u JOIN user_role USING (user_id)
	JOIN role r USING (role_id) WHERE u.login = '${login}'`)[0];
const isIn = async staff => (await staff.page('/')).headers.get('location') !== '/login';
const due = ({ login }) => sql(`UPDATE session_login SET checked_at = now() - interval '1 minute' FROM login_identity i
	WHERE i.login_identity_id = session_login.login_identity_id AND i.login = '${login}'`);

test('somebody of the directory comes in with its password, and has the role of their group', async () => {
	const ana = person();
	const answer = await attempt(ana.login, ana.password);
	assert.equal(answer.status, 303, answer.text);
	assert.equal((await answer.staff.page('/desk')).status, 200);
	const [id, name, email, role] = userOf(ana);
	assert.deepEqual([name, email, role], [ana.name, `${ana.login}@agencia.example`, 'operador']);
	assert.equal(history('user', id).find(({ action }) => action === 'login').after.provider, provider.name);
	assert.equal(sql(`SELECT password_hash IS NULL FROM app_user WHERE user_id = ${id}`)[0][0], 't');
});

test('with StartTLS it is the same, and so when groups are looked for', async () => {
	const ana = person();
	await settings({ url: directory.startTls }, async () => assert.equal((await attempt(ana.login, ana.password)).status, 303));
	await settings({ groups: 'search' }, async () => assert.equal((await attempt(ana.login, ana.password)).status, 303));
	assert.equal(userOf(ana)[3], 'operador');
});

test('of Active Directory groups within groups are asked for', async () => {
	const ana = person();
	let log;
	await settings({ groups: 'nested' }, async () => {
		log = await directory.during(() => attempt(ana.login, ana.password));
	});
	// slapd does not know the rule; this is how it says so.
	assert.match(log, /SRCH base="ou=grupos,[^\n]* filter="\(\?=undefined\)"/);
});

// Active Directory's name, identity and bit of who is disabled; its filter is the one of the manual.
const active = { user_filter: '(&(objectClass=inetOrgPerson)(sAMAccountName=%u)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))',
	id_attribute: 'objectGUID', login_attribute: 'sAMAccountName' };
const guid = () => Buffer.concat([Buffer.from([0, 0x2a, 0x28, 0x29, 0x5c, 0xff, 0x0a, 0x80]), randomBytes(8)]);

test('of Active Directory somebody is who has the same sixteen bytes, whatever their name', async () => {
	const ana = person(), bytes = guid();
	directory.asInActiveDirectory(ana, bytes);
	await settings(active, async () => {
		assert.equal((await attempt(ana.login, ana.password)).status, 303);
		const [id] = userOf(ana);
		assert.deepEqual(sql(`SELECT subject FROM login_identity WHERE user_id = ${id}`), [[bytes.toString('hex')]]);
		directory.change(`dn: ${ana.dn}\nchangetype: modify\nreplace: sAMAccountName\nsAMAccountName: ${ana.login}-b\n`);
		assert.equal((await attempt(`${ana.login}-b`, ana.password)).status, 303);
		assert.equal(sql(`SELECT user_id FROM login_identity WHERE subject = '${bytes.toString('hex')}'`)[0][0], id);
		const other = person();
		directory.asInActiveDirectory({ ...other, login: ana.login }, guid());
		await isRefused(await attempt(ana.login, other.password), 403, 'Tu cuenta no está habilitada');
	});
});

test('an account that is disabled in Active Directory does not come in, and who is in goes out', async () => {
	const [ana, eva] = [person(), person()];
	directory.asInActiveDirectory(ana, guid());
	directory.asInActiveDirectory(eva, guid(), 514);
	await settings(active, async () => {
		await isRefused(await attempt(eva.login, eva.password), 422, wrong);
		const { staff } = await attempt(ana.login, ana.password);
		assert.equal(await isIn(staff), true);
		directory.change(`dn: ${ana.dn}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 66050\n`);
		due(ana);
		await eventually(async () => !await isIn(staff), 'out', 15000);
		await isRefused(await attempt(ana.login, ana.password), 422, wrong);
	});
});

test('a wrong password, an empty one, a name that is nobody’s and names with signs of a filter read the same', async () => {
	const ana = person();
	for (const [login, password] of [[ana.login, 'otra'], ['nadie', ana.password], ['*', ana.password], [`${ana.login})(|(uid=*`, ana.password],
		[`${ana.login}\\`, ana.password], [ana.login.replace('a', '\\61'), ana.password], ['ñandú', ana.password], [`${ana.login}*`, ana.password],
		[ana.dn, ana.password], ['cn=lector', 'leer']]) {
		await isRefused(await attempt(login, password), 422, wrong);
	}
	await isRefused(await attempt(ana.login, ''), 422, 'Completá este dato');
	assert.equal(userOf(ana), undefined);
	assert.equal(history('login', provider.id).at(-1).action, 'login.failed');
});

test('a name that fits two people is nobody’s', async () => {
	const one = person({ mail: 'compartido@agencia.example' });
	person({ mail: 'compartido@agencia.example' });
	await settings({ user_filter: '(|(uid=%u)(mail=%u))' }, async () => {
		await isRefused(await attempt('compartido@agencia.example', one.password), 422, wrong);
		assert.equal((await attempt(one.login, one.password)).status, 303);
	});
});

test('nobody without a group that gives a role comes in', async () => {
	const ana = person({ groups: ['visitas'] });
	await isRefused(await attempt(ana.login, ana.password), 403, 'no tiene ningún grupo con acceso');
});

test('after five failures the right password has to wait too, and only for that name', async () => {
	const ana = person(), eva = person();
	for (let i = 0; i < 5; i++) await attempt(ana.login, 'otra');
	await isRefused(await attempt(ana.login, ana.password), 429, 'Esperá unos minutos');
	assert.equal((await attempt(eva.login, eva.password)).status, 303);
});

test('who is renamed there stays the same user here; another with the old name is not them', async () => {
	const ana = person();
	await attempt(ana.login, ana.password);
	const [id] = userOf(ana);
	directory.change(`dn: ${ana.dn}\nchangetype: modrdn\nnewrdn: uid=${ana.login}-b\ndeleteoldrdn: 1\n`);
	assert.equal((await attempt(`${ana.login}-b`, ana.password)).status, 303);
	const again = directory.person(ana.login, { groups: ['operadores'] });
	await isRefused(await attempt(again.login, again.password), 403, 'Tu cuenta no está habilitada');
	assert.equal(sql(`SELECT count(*) FROM login_identity WHERE user_id = ${id}`)[0][0], '1');
});

test('a directory whose authority is not ours, or whose name is another’s, gets no password', async () => {
	const ana = person();
	const other = new Authority('Otra');
	for (const changes of [{ ca: other.pem }, { ca: '' }, { url: directory.url.replace('127.0.0.1', '127.0.0.2') }]) {
		await settings(changes, async () => {
			const log = await directory.during(async () =>
				isRefused(await attempt(ana.login, ana.password), 502, 'La conexión segura con el directorio no se pudo establecer'));
			assert.match(log, /ACCEPT/);
			assert.doesNotMatch(log, /BIND dn/);
		});
	}
	other.remove();
});

test('a directory without TLS gets no password', async t => {
	const plain = await Directory.start(null);
	t.after(() => plain.stop());
	const way = await register(admin, 'ldap', { ...plain.settings(), url: plain.startTls }, rules);
	let answer;
	const log = await plain.during(async () => { answer = await attempt('ana', 'clave', way.id); });
	await unregister(admin, way.id);
	assert.equal(answer.status, 502);
	assert.match(log, /ACCEPT/);
	assert.doesNotMatch(log, /BIND dn/);
});

test('an address of the inner network is asked only when it is allowed', async () => {
	const ana = person();
	await settings({ network: '' }, async () => isRefused(await attempt(ana.login, ana.password), 403, 'no está permitida'));
});

test('a directory that hangs answers within five seconds, one that is gone at once, and a password of ours goes on', async t => {
	const server = createServer(() => {}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.after(() => server.close());
	const { port } = server.address();
	for (const [url, limit] of [[`ldaps://127.0.0.1:${port}`, 5000], [`ldap://127.0.0.1:${port}`, 5000], ['ldaps://127.0.0.1:9', 1000]]) {
		const target = url.replace(/^.*\/\//, '');
		await settings({ url, network: `${target}:127.0.0.0/8` }, async () => {
			const local = Staff.logIn(world.person().login);
			const answers = await Promise.all(Array.from({ length: 8 }, () => attempt('ana', 'clave')));
			await local;
			for (const answer of answers) {
				assert.equal(answer.status, 503, answer.text);
				assert.match(answer.text, /no responde/);
				assert.ok(answer.ms < limit, `${url}: ${answer.ms} ms`);
			}
		});
	}
	const ana = person();
	assert.equal((await attempt(ana.login, ana.password)).status, 303);
});

test('who is taken out of the directory, or of the group, is out within a minute', async () => {
	const [gone, moved, stays] = [person(), person(), person()];
	const sessions = [];
	for (const one of [gone, moved, stays]) sessions.push(await enter(one));
	directory.leave(moved.login, 'operadores');
	directory.change(`dn: ${gone.dn}\nchangetype: delete\n`);
	const began = Date.now();
	await eventually(async () => !await isIn(sessions[0]) && !await isIn(sessions[1]), 'out', 60000);
	assert.ok(Date.now() - began < 60000);
	assert.equal(await isIn(sessions[2]), true);
});

test('who gets another group has its role within a minute', async () => {
	const ana = person();
	const staff = await enter(ana);
	directory.join(ana.login, 'jefes');
	directory.leave(ana.login, 'operadores');
	due(ana);
	await eventually(() => userOf(ana)[3] === 'supervisor', 'the role', 15000);
	assert.equal(await isIn(staff), true);
});

test('the test of the administrator says step by step what works, and who somebody would be', async () => {
	const ana = person();
	const steps = text => [...text.matchAll(/<li class="row wrap"><span class="chip (\w+)">[^<]*<\/span><span class="b">([^<]*)</g)].map(([, result, name]) => `${result} ${name}`);
	const good = await admin.form(`/admin/access/${provider.id}/test`, { who: ana.login });
	assert.deepEqual(steps(good.text), ['ok El directorio responde, con conexión segura', 'ok La cuenta de servicio entra', 'ok La base de búsqueda existe',
		'ok El filtro de personas está bien escrito', 'ok Encuentra a la persona de la prueba', 'ok Qué rol tendría', 'ok Hay reglas que dan un rol']);
	for (const [changes, last] of [[{ secret: 'otra' }, 'bad La cuenta de servicio entra'], [{ base: 'ou=nada,dc=agencia,dc=example' }, 'bad La base de búsqueda existe'],
		[{ ca: '' }, 'bad El directorio responde, con conexión segura']]) {
		await settings(changes, async () => assert.equal(steps((await admin.form(`/admin/access/${provider.id}/test`, {})).text).at(-1), last));
	}
});
