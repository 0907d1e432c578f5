// The ways to log in as an administrator arranges them: the form, its record, and that nobody is ever locked out.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Admin, errorOf, fieldOf, history } from '../support/admin.mjs';
import { Authority } from '../support/authority.mjs';
import { sql } from '../support/instance.mjs';
import { comeIn, RealProvider, roleId, unregister } from '../support/oidc.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let authority, admin;
before(async () => {
	authority = new Authority();
	admin = await Admin.logIn();
});
after(() => authority.remove());

const world = new World();
const oidc = (more = {}) => ({ kind: 'oidc', name: `Cuenta ${once().slice(0, 8)}`, enabled: '', position: '7', issuer: 'https://identidad.example/agencia', client_id: 'ventanilla',
	auth: 'post', scopes: 'openid', login_claim: 'preferred_username', role_claim: 'groups', people: 'create', network: '', ca: '', ...more });
const ldap = more => ({ kind: 'ldap', name: 'Directorio', url: 'ldaps://directorio.example', base: 'dc=agencia', user_filter: '(uid=%u)', id_attribute: 'entryUUID',
	login_attribute: 'uid', name_attribute: 'cn', mail_attribute: 'mail', groups: 'search', group_filter: '(member=%d)', people: 'known', ...more });
const rule = (value, role) => [['rule_value', value], ['rule_role', role]];
const local = () => Number(sql('SELECT login_provider_id FROM login_provider WHERE kind = 1')[0][0]);

async function make(fields = {}, rules = []) {
	const made = oidc(fields);
	const answer = await admin.save('/admin/access/new', [...Object.entries(made), ...rules]);
	assert.equal(answer.status, 303, answer.text);
	return { name: made.name, id: Number(sql(`SELECT login_provider_id FROM login_provider WHERE name = '${made.name}'`)[0][0]), fields: made };
}

test('what is made is in the list and, in the words of people, on record, but its secret', async () => {
	const { name, id } = await make({ secret: 'palabra-secreta' }, [...rule('jefes', roleId('supervisor')), ...rule('operadores', roleId('operador')), ...rule('', '')]);
	assert.match((await admin.page('/admin/access')).text, new RegExp(name));
	const [{ actor, action, after: record }] = history('login', id);
	assert.equal(action, 'login.save');
	assert.ok(actor);
	assert.equal(record.issuer, 'https://identidad.example/agencia');
	assert.deepEqual(record.rules, ['jefes → Supervisor', 'operadores → Operador']);
	assert.match(record.secret, /^•••• [0-9a-f]{6}$/);
	const [[stored]] = sql(`SELECT secret FROM login_provider WHERE login_provider_id = ${id}`);
	assert.ok(!stored.includes('palabra-secreta'));
	assert.equal(sql(`SELECT count(*) FROM audit WHERE before::text || after::text LIKE '%palabra-secreta%'`)[0][0], '0');
	assert.doesNotMatch((await admin.page(`/admin/access/${id}`)).text, /palabra-secreta/);
	await unregister(admin, id);
});

test('an empty secret keeps the one there is, and a new one is told on record', async () => {
	const { id, fields } = await make({ secret: 'uno' });
	const path = `/admin/access/${id}`;
	delete fields.secret;
	const secret = () => sql(`SELECT coalesce(secret, '') FROM login_provider WHERE login_provider_id = ${id}`)[0][0];
	const first = secret();
	await admin.save(path, { ...fields, position: '8' }, await admin.revision(path));
	assert.equal(secret(), first);
	assert.deepEqual(Object.keys(history('login', id).at(-1).after), ['position']);
	await admin.save(path, { ...fields, position: '8', secret: 'dos' }, await admin.revision(path));
	assert.notEqual(secret(), first);
	assert.deepEqual(Object.keys(history('login', id).at(-1).after), ['secret']);
	await unregister(admin, id);
});

test('what is wrong stands beside its field, and what was typed stays but the secret', async () => {
	for (const [fields, field, text] of [
		[oidc({ name: '' }), 'name', 'Completá este dato.'],
		[oidc({ name: 'Usuario y contraseña' }), 'name', 'Ya hay otro con ese dato.'],
		[oidc({ issuer: '' }), 'issuer', 'Completá este dato.'],
		[oidc({ issuer: 'http://identidad.example' }), 'issuer', /Escribí la dirección completa/],
		[oidc({ issuer: 'https://yo@identidad.example' }), 'issuer', /Escribí la dirección completa/],
		[oidc({ issuer: 'https://a b' }), 'issuer', /Escribí la dirección completa/],
		[oidc({ client_id: '' }), 'client_id', 'Completá este dato.'],
		[oidc({ auth: 'magia' }), 'auth', /Hay un dato|no está bien/],
		[oidc({ network: 'identidad' }), 'network', /dirección permitida/],
		[ldap({ url: 'https://directorio.example' }), 'url', /Escribí la dirección completa/],
		[ldap({ user_filter: '(uid=*)' }), 'user_filter', /lleva paréntesis y %u/],
		[ldap({ group_filter: 'member=%d' }), 'group_filter', /lleva paréntesis y %u/],
		[ldap({ base: '' }), 'base', 'Completá este dato.'],
		[oidc({ ca: 'la de la agencia' }), 'ca', /certificados en PEM/],
		[ldap({ ca: authority.pem.slice(0, 300) }), 'ca', /certificados en PEM/],
	]) {
		const answer = await admin.save('/admin/access/new', { ...fields, secret: 'no-vuelve' });
		assert.equal(answer.status, 422, `${field}: ${JSON.stringify(fields)}`);
		const said = errorOf(answer.text, field);
		assert.ok(text instanceof RegExp ? text.test(said ?? '') : said === text, `${field}: ${said}`);
		assert.doesNotMatch(answer.text, /no-vuelve/);
	}
	const half = await admin.save('/admin/access/new', [...Object.entries(oidc()), ...rule('operadores', '')]);
	assert.equal(errorOf(half.text, 'rules'), 'Cada regla lleva un grupo y un rol.');
	assert.match(half.text, /value="operadores"/);
	assert.equal(fieldOf(half.text, 'issuer'), 'https://identidad.example/agencia');
});

test('nobody makes a second local way, nor a kind that there is not', async () => {
	for (const kind of ['local', 'magia', '']) {
		assert.equal((await admin.page(`/admin/access/new?kind=${kind}`)).status, 404, kind);
		assert.notEqual((await admin.save('/admin/access/new', oidc({ kind }))).status, 303, kind);
	}
});

test('the kind of one that is there does not change', async () => {
	const { id, fields } = await make();
	await admin.save(`/admin/access/${id}`, { ...fields, ...ldap({ name: fields.name }), kind: 'ldap' }, await admin.revision(`/admin/access/${id}`));
	assert.equal(sql(`SELECT kind FROM login_provider WHERE login_provider_id = ${id}`)[0][0], '2');
	await unregister(admin, id);
});

test('a form sent twice makes one, and the second of two who change it is told', async () => {
	const made = oidc();
	const form = [['once', once()], ['revision', ''], ['sent', '1'], ...Object.entries(made)];
	for (const status of [303, 303]) assert.equal((await admin.form('/admin/access/new', form)).status, status);
	const rows = sql(`SELECT login_provider_id FROM login_provider WHERE name = '${made.name}'`);
	assert.equal(rows.length, 1);
	const path = `/admin/access/${rows[0][0]}`;
	const revision = await admin.revision(path);
	await admin.save(path, { ...made, client_id: 'de la primera' }, revision);
	const late = await admin.save(path, { ...made, client_id: 'de la segunda' }, revision);
	assert.equal(late.status, 409);
	assert.match(late.text, /Otra persona guardó cambios/);
	assert.match(late.text, /de la primera/);
	await unregister(admin, rows[0][0]);
});

test('one is the first of the page', async () => {
	const [one, other] = [await make({ preferred: '1' }), await make({ preferred: '1' })];
	assert.deepEqual(sql('SELECT login_provider_id FROM login_provider WHERE preferred AND deleted_at IS NULL'), [[String(other.id)]]);
	for (const { id } of [one, other]) await unregister(admin, id);
	sql('UPDATE login_provider SET preferred = true WHERE kind = 1');
});

test('the page offers them in order, the first one first', async () => {
	const names = ['c', 'a', 'b'].map(letter => `Orden ${letter} ${once().slice(0, 6)}`);
	const made = [await make({ name: names[0], enabled: '1', position: '3' }), await make({ name: names[1], enabled: '1', position: '1' }),
		await make({ name: names[2], enabled: '1', position: '2', preferred: '1' })];
	const order = text => names.map(name => [name, text.indexOf(name)]).filter(([, at]) => at > 0).sort(([, a], [, b]) => a - b).map(([name]) => name);
	// Each process keeps the page for some seconds: the next answer may be another's, from before.
	const offered = await eventually(async () => {
		const shown = order((await new Staff().page('/login')).text);
		return shown.length === 3 && shown;
	}, 'the three', 8000);
	assert.deepEqual(offered, [names[2], names[1], names[0]]);
	for (const { id } of made) await unregister(admin, id);
	sql('UPDATE login_provider SET preferred = true WHERE kind = 1');
});

test('the local way is never removed, and works when it is switched off and when all others are broken', async () => {
	const path = `/admin/access/${local()}`;
	const removed = await admin.save(`${path}/remove`, {}, await admin.revision(path));
	assert.equal(removed.status, 409);
	assert.match(removed.text, /no se puede eliminar/);
	const other = await make({ enabled: '1', preferred: '1' });
	await admin.save(path, { kind: 'local', name: 'Usuario y contraseña', position: '100' }, await admin.revision(path));
	await eventually(async () => /Ingresar con contraseña de la plataforma/.test((await new Staff().page('/login')).text), 'folded away');
	const { login } = world.person();
	assert.ok((await Staff.logIn(login)).cookies.sid);
	await admin.save(path, { kind: 'local', name: 'Usuario y contraseña', position: '100', enabled: '1', preferred: '1' }, await admin.revision(path));
	await unregister(admin, other.id);
});

test('what is removed or switched off ends the sessions that came by it', async () => {
	for (const how of ['removed', 'off']) {
		const provider = await RealProvider.start(authority, { admin });
		const { staff } = await comeIn(provider, provider.person(['operadores']));
		assert.equal((await staff.page('/desk')).status, 200);
		if (how === 'removed') {
			await provider.stop();
			assert.equal((await staff.page('/desk')).status, 303);
			continue;
		}
		sql(`UPDATE login_provider SET enabled = false WHERE login_provider_id = ${provider.id}`);
		sql("UPDATE session_login SET checked_at = now() - interval '1 minute'");
		await eventually(async () => (await staff.page('/desk')).status === 303, 'out', 15000);
		assert.equal((await new Staff().page(`/login/oidc/${provider.id}`)).status, 404);
		await provider.stop();
	}
});

test('who may not arrange log-ins sees nothing of them', async () => {
	const staff = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	for (const path of ['/admin/access', '/admin/access/new?kind=oidc', `/admin/access/${local()}`]) assert.equal((await staff.page(path)).status, 403);
});
