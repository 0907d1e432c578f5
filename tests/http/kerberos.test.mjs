// Log-in with the session of a computer of the domain: a real krb5kdc, curl as the browser, the directory's groups.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { history } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { curl, Domain, Realm, tokenOf } from '../support/kerberos.mjs';
import { eventually, Staff } from '../support/staff.mjs';

let domain, directory, realm, admin, source, way;
before(async () => {
	domain = await Domain.start();
	({ directory, realm, admin, source, way } = domain);
	for (const name of ['ana', 'eva', 'leo']) realm.principal(name);
	directory.person('ana', { groups: ['operadores'] });
	directory.person('eva', { groups: ['visitas'] });
});
after(() => domain.stop());

const url = () => `${info.base_url}/login/negotiate/${way.id}?next=%2Fdesk`;
const negotiating = ['--negotiate', '-u', ':'];
const cookie = head => /^set-cookie: sid=([^;]+)/im.exec(head)?.[1];

async function with_(changes, then) {
	const save = async values => {
		const [[revision]] = sql(`SELECT revision FROM login_provider WHERE login_provider_id = ${way.id}`);
		const answer = await admin.save(`/admin/access/${way.id}`, { name: way.name, enabled: '1', position: '50', ...domain.settings(), ...values }, revision);
		assert.equal(answer.status, 303, answer.text);
	};
	await save(changes);
	try {
		await then();
	} finally {
		await save({});
	}
}

test('who is logged in at a computer of the domain comes in with one click', async () => {
	const answer = curl(url(), await realm.ticket('ana'), ...negotiating);
	assert.equal(answer.status, 303, answer.head + answer.text);
	assert.match(answer.head, /^location: \/desk\r?$/im);
	assert.match(answer.head, /^www-authenticate: Negotiate \S+/im, 'the server proves itself too');
	const staff = new Staff();
	staff.cookies.sid = cookie(answer.head);
	assert.equal((await staff.page('/desk')).status, 200);
	const [[id, role]] = sql(`SELECT u.user_id, r.key FROM app_user u JOIN user_role USING (user_id) JOIN role r USING (role_id) WHERE u.login = 'ana'`);
	assert.equal(role, 'operador');
	assert.equal(history('user', id).findLast(({ action }) => action === 'login').after.provider, way.name);
	await eventually(async () => (await new Staff().page('/login')).text.includes(`/login/negotiate/${way.id}`), 'the button');
});

test('the browser is asked for a ticket here and nowhere else, and who has none reads what to do', async () => {
	const answer = await new Staff().page(`/login/negotiate/${way.id}`);
	assert.equal(answer.status, 401);
	assert.equal(answer.headers.get('www-authenticate'), 'Negotiate');
	assert.match(answer.text, /Elegí otro modo de ingreso/);
	assert.match(answer.text, /id="login-form"/);
	for (const path of ['/login', '/desk', '/', '/health']) assert.equal((await new Staff().page(path)).headers.get('www-authenticate'), null, path);
});

test('from another network it is neither offered nor accepted', async () => {
	await with_({ networks: '10.0.0.0/8' }, async () => {
		const answer = curl(url(), await realm.ticket('ana'), ...negotiating);
		assert.equal(answer.status, 403);
		assert.doesNotMatch(answer.head, /www-authenticate/i);
		assert.equal(cookie(answer.head), undefined);
		await eventually(async () => !(await new Staff().page('/login')).text.includes(`/login/negotiate/${way.id}`), 'no button');
	});
});

test('NTLM, a ticket of nobody’s and what is no ticket are refused', async () => {
	for (const [token, text] of [['TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==', 'no pudo usar Kerberos'],
		[Buffer.from('nada de nada').toString('base64'), 'no sirve o venció'], ['***', 'no sirve o venció'], ['', 'no sirve o venció']]) {
		const answer = curl(url(), process.env, '-H', `Authorization: Negotiate ${token}`);
		assert.equal(answer.status, token ? 403 : 401, token);
		if (token) assert.ok(answer.text.includes(text), answer.text);
		assert.equal(cookie(answer.head), undefined);
	}
	assert.equal(history('login', way.id).at(-1).action, 'login.failed');
});

test('what a browser sent once is worth nothing to who overheard it', async () => {
	const token = tokenOf(url(), await realm.ticket('ana'));
	const answer = curl(url(), process.env, '-H', `Authorization: Negotiate ${token}`);
	assert.equal(answer.status, 403, answer.head);
	assert.equal(cookie(answer.head), undefined);
});

test('a principal of another realm is nobody, even with the name of somebody of ours', async t => {
	const other = await Realm.start('OTRO.EXAMPLE');
	t.after(() => other.stop());
	// The two realms trust each other: what an attacker with a realm of their own would wish for.
	for (const one of [realm, other]) one.admin('addprinc -pw puente krbtgt/AGENCIA.EXAMPLE@OTRO.EXAMPLE');
	other.principal('ana');
	const environment = await other.ticket('ana');
	const both = `${other.folder}/both.conf`;
	writeFileSync(both, `${readFileSync(realm.environment.KRB5_CONFIG, 'utf8')}	OTRO.EXAMPLE = {
		kdc = 127.0.0.1:${other.port}
	}
`);
	const answer = curl(url(), { ...environment, KRB5_CONFIG: both }, ...negotiating);
	assert.equal(answer.status, 403, answer.head);
	assert.match(answer.text, /Esa sesión es de otro dominio/);
	assert.equal(cookie(answer.head), undefined);
});

test('a service of the realm is no person', async () => {
	realm.principal('HTTP/robot');
	const answer = curl(url(), await realm.ticket('HTTP/robot'), ...negotiating);
	assert.equal(answer.status, 403);
	assert.equal(cookie(answer.head), undefined);
});

test('who is not in the directory, or in no group with a role, does not come in', async () => {
	const unknown = curl(url(), await realm.ticket('leo'), ...negotiating);
	assert.equal(unknown.status, 403);
	assert.match(unknown.text, /Tu cuenta no está habilitada/);
	const visitor = curl(url(), await realm.ticket('eva'), ...negotiating);
	assert.equal(visitor.status, 403);
	assert.match(visitor.text, /no tiene ningún grupo con acceso/);
});

test('a keytab that is not there or is none is told, and the other ways go on', async () => {
	for (const keytab of ['/nada/http.keytab', '/etc/passwd']) {
		await with_({ keytab }, async () => {
			const answer = curl(url(), await realm.ticket('ana'), ...negotiating);
			assert.equal(answer.status, 502);
			assert.match(answer.text, /no puede leer su clave/);
			assert.match(answer.text, /id="login-form"/);
		});
	}
	assert.equal(curl(url(), await realm.ticket('ana'), ...negotiating).status, 303);
});

test('the directory’s disabled person is out within a minute, however they came in', async () => {
	realm.principal('paz');
	const { dn } = directory.person('paz', { groups: ['operadores'] });
	const [staff, stays] = [new Staff(), new Staff()];
	staff.cookies.sid = cookie(curl(url(), await realm.ticket('paz'), ...negotiating).head);
	stays.cookies.sid = cookie(curl(url(), await realm.ticket('ana'), ...negotiating).head);
	assert.equal((await staff.page('/desk')).status, 200);
	directory.change(`dn: ${dn}\nchangetype: delete\n`);
	await eventually(async () => (await staff.page('/desk')).status === 303, 'out', 60000);
	assert.equal((await stays.page('/desk')).status, 200);
});

test('what is wrong in the form stands beside its field', async () => {
	const good = { kind: 'kerberos', name: 'Otro', ...domain.settings() };
	for (const [changes, field] of [[{ networks: '10.0.0.5/8' }, 'networks'], [{ networks: '' }, 'networks'], [{ keytab: 'http.keytab' }, 'keytab'],
		[{ keytab: '/etc/../x' }, 'keytab'], [{ directory: String(way.id) }, 'directory'], [{ directory: '' }, 'directory'], [{ realm: '' }, 'realm']]) {
		const answer = await admin.save('/admin/access/new', { ...good, ...changes });
		assert.equal(answer.status, 422, JSON.stringify(changes));
		assert.match(answer.text, new RegExp(`data-error-of="${field}"[^>]*>[^<]+<`));
	}
});

test('a directory that Kerberos needs is not removed', async () => {
	const answer = await admin.save(`/admin/access/${source.id}/remove`, {}, await admin.revision(`/admin/access/${source.id}`));
	assert.equal(answer.status, 409);
	assert.match(answer.text, /Otro modo de ingreso busca personas en este/);
});

test('the test of the administrator says step by step what works', async () => {
	const { text } = await admin.form(`/admin/access/${way.id}/test`, { who: 'ana' });
	const steps = [...text.matchAll(/<li class="row wrap"><span class="chip (\w+)">[^<]*<\/span><span class="b">([^<]*)</g)].map(([, result, name]) => `${result} ${name}`);
	assert.deepEqual(steps.slice(0, 3), ['ok La plataforma lee su clave (keytab)', 'ok Tu dirección está en la lista', 'ok El directorio responde, con conexión segura']);
	assert.ok(steps.every(step => step.startsWith('ok ')), steps.join());
});
