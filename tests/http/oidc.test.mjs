// Log-in with the agency's own accounts: the real npm oidc-provider over TLS, from the button to the session and out.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Admin, decode, history } from '../support/admin.mjs';
import { Authority } from '../support/authority.mjs';
import { info, sql } from '../support/instance.mjs';
import { comeIn, RealProvider, roleId, Traveller } from '../support/oidc.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';

let authority, admin, provider;
before(async () => {
	authority = new Authority();
	admin = await Admin.logIn();
	provider = await RealProvider.start(authority, { admin });
});
after(async () => {
	await provider.stop();
	authority.remove();
});

const world = new World();
const userOf = person => sql(`SELECT u.user_id, u.login, u.name, u.email, r.key FROM login_identity i
	JOIN app_user u USING (user_id) JOIN user_role USING (user_id) JOIN role r USING (role_id)
	WHERE i.subject = '${person.id}'`)[0];
const closedBecause = person => sql(`SELECT coalesce(s.close_reason, '') FROM session s JOIN session_login USING (session_id)
	JOIN login_identity i USING (login_identity_id) WHERE i.subject = '${person.id}' ORDER BY session_id`).map(([why]) => why);
const isIn = async staff => (await staff.page('/')).headers.get('location') !== '/login';

// The provider's settings as they stand, saved with some of them otherwise.
async function settings(changes) {
	const path = `/admin/access/${provider.id}`;
	const [[stored, revision]] = sql(`SELECT settings, revision FROM login_provider WHERE login_provider_id = ${provider.id}`);
	const answer = await admin.save(path, [...Object.entries({ name: provider.name, enabled: '1', position: '50', ...JSON.parse(stored), ...changes }),
		['rule_value', 'operadores'], ['rule_role', roleId('operador')], ['rule_value', 'jefes'], ['rule_role', roleId('supervisor')]], revision);
	assert.equal(answer.status, 303, answer.text);
}

test('the log-in page offers the provider', async () => {
	await eventually(async () => (await new Staff().page('/login')).text.includes(`/login/oidc/${provider.id}`), 'the button');
});

test('somebody of the agency comes in, and is a user with the role of their group', async () => {
	const person = provider.person(['otros', 'operadores']);
	const { staff, answer } = await comeIn(provider, person, { next: '/desk?box=closed' });
	assert.equal(answer.status, 303, answer.text + provider.errors);
	assert.equal(answer.headers.get('location'), '/desk?box=closed');
	assert.equal((await staff.page('/desk')).status, 200);
	const [id, login, name, email, role] = userOf(person);
	assert.deepEqual([login, name, email, role], [person.preferred_username, person.name, person.email, 'operador']);
	assert.equal(sql(`SELECT state FROM agent_state WHERE user_id = ${id}`)[0][0], '1');
	assert.deepEqual(history('user', id).find(({ action }) => action === 'login').after, { provider: provider.name, login });
});

test('with ES256 it is the same', async () => {
	provider.algorithm = 'ES256';
	provider.renew();
	const { answer } = await comeIn(provider, provider.person(['operadores']));
	provider.algorithm = 'RS256';
	provider.renew();
	assert.equal(answer.status, 303, answer.text);
});

test('of several groups the first rule decides, and the next log-in follows what changed there', async () => {
	const person = provider.person(['jefes', 'operadores']);
	await comeIn(provider, person);
	assert.equal(userOf(person)[4], 'operador');
	Object.assign(provider.people.get(person.id), { groups: ['jefes'], name: 'Otro Nombre' });
	const { answer } = await comeIn(provider, person);
	assert.equal(answer.status, 303);
	assert.deepEqual([userOf(person)[2], userOf(person)[4]], ['Otro Nombre', 'supervisor']);
});

test('nobody without a group that gives a role comes in, and it stays on record', async () => {
	const person = provider.person(['visitas']);
	const { staff, answer } = await comeIn(provider, person);
	assert.equal(answer.status, 403);
	assert.match(answer.text, /no tiene ningún grupo con acceso/);
	assert.equal(staff.cookies.sid, undefined);
	assert.equal(userOf(person), undefined);
	assert.equal(history('login', provider.id).at(-1).after.why, 'error.login.role');
});

test('who is disabled here stays out', async () => {
	const person = provider.person(['operadores']);
	await comeIn(provider, person);
	sql(`UPDATE app_user SET enabled = false WHERE user_id = ${userOf(person)[0]}`);
	const { answer } = await comeIn(provider, person);
	assert.equal(answer.status, 403);
	assert.match(answer.text, /está deshabilitado en la plataforma/);
});

test('a name that is somebody else’s is theirs, unless the administrator says that they are the same', async () => {
	const known = world.person({ name: 'Nombre De Antes' });
	const person = provider.person(['jefes'], { preferred_username: known.login });
	assert.equal((await comeIn(provider, person)).answer.status, 403);
	await settings({ people: 'link' });
	assert.equal((await comeIn(provider, person)).answer.status, 303);
	assert.equal(Number(userOf(person)[0]), known.id);
	assert.equal(userOf(person)[4], 'supervisor');
	await settings({ people: 'known' });
	const stranger = await comeIn(provider, provider.person(['operadores']));
	assert.equal(stranger.answer.status, 403);
	await settings({ people: 'create' });
});

test('who arranges log-ins with a password of the platform is never taken over', async () => {
	await settings({ people: 'link' });
	const { answer } = await comeIn(provider, provider.person(['jefes'], { preferred_username: 'admin' }));
	await settings({ people: 'create' });
	assert.equal(answer.status, 403);
	assert.match(answer.text, /entra solo con su contraseña/);
	assert.deepEqual(sql(`SELECT r.key FROM app_user u JOIN user_role USING (user_id) JOIN role r USING (role_id) WHERE u.login = 'admin'`), [['administrador']]);
});

test('what came back once is worth nothing a second time, nor in another browser', async () => {
	const { staff, back } = await comeIn(provider, provider.person(['operadores']));
	const again = await staff.page(back);
	assert.equal(again.status, 422);
	assert.match(again.text, /venció o ya se usó/);

	const victim = new Staff();
	const gate = await victim.page(`/login/oidc/${provider.id}`);
	const stolen = await new Traveller(authority).authorise(gate.headers.get('location'), provider.person(['operadores']).id, info.base_url);
	const thief = new Staff();
	await thief.page('/login');
	assert.equal((await thief.page(stolen)).status, 422);
	assert.equal(thief.cookies.sid, undefined);
	assert.equal((await victim.page(stolen)).status, 303);
});

test('a code that was used comes to nothing with a fresh state', async () => {
	const { back } = await comeIn(provider, provider.person(['operadores']));
	const staff = new Staff();
	const gate = new URL((await staff.page(`/login/oidc/${provider.id}`)).headers.get('location'));
	const url = new URL(back, info.base_url);
	url.searchParams.set('state', gate.searchParams.get('state'));
	const answer = await staff.page(url.pathname + url.search);
	assert.equal(answer.status, 422);
	assert.equal(staff.cookies.sid, undefined);
});

test('a log-in that took more than ten minutes begins anew', async () => {
	const staff = new Staff();
	const gate = await staff.page(`/login/oidc/${provider.id}`);
	const back = await new Traveller(authority).authorise(gate.headers.get('location'), provider.person(['operadores']).id, info.base_url);
	sql(`UPDATE login_flow SET created_at = created_at - interval '11 minutes' WHERE login_provider_id = ${provider.id}`);
	assert.equal((await staff.page(back)).status, 422);
});

test('after log-in the page that was asked for comes, if it is ours', async () => {
	for (const foreign of ['//evil.example', 'https://evil.example', '/\\evil.example', '/desk\r\nX: y']) {
		const { answer } = await comeIn(provider, provider.person(['operadores']), { next: foreign });
		assert.equal(answer.headers.get('location'), '/', foreign);
	}
});

test('the session before log-in is not the one after it', async () => {
	const staff = await Staff.logIn(world.person().login);
	const old = staff.cookies.sid;
	await comeIn(provider, provider.person(['operadores']), { staff });
	assert.notEqual(staff.cookies.sid, old);
});

test('when the provider changes its keys people go on coming in', async () => {
	await comeIn(provider, provider.person(['operadores']));
	provider.rotate();
	sql(`UPDATE login_document SET tried_at = now() - interval '61 seconds' WHERE login_provider_id = ${provider.id}`);
	const { answer } = await comeIn(provider, provider.person(['operadores']));
	assert.equal(answer.status, 303, answer.text);
});

test('who says no at the provider reads so', async () => {
	const staff = new Staff();
	const gate = new URL((await staff.page(`/login/oidc/${provider.id}`)).headers.get('location'));
	const answer = await staff.page(`/login/oidc/${provider.id}/callback?${new URLSearchParams({ error: 'access_denied', state: gate.searchParams.get('state'), iss: provider.issuer })}`);
	assert.equal(answer.status, 403);
	assert.match(answer.text, /no autorizó el ingreso/);
});

test('log-out here leads to log-out there', async () => {
	const person = provider.person(['operadores']);
	const { staff, traveller } = await comeIn(provider, person);
	staff.csrf = /data-csrf="([^"]*)"/.exec((await staff.page('/desk')).text)[1];
	const answer = await staff.form('/logout', {});
	assert.equal(answer.status, 200);
	const away = /^0; url=(.*)$/.exec(answer.headers.get('refresh'))[1];
	assert.equal(decode(/href="(https:[^"]*)"/.exec(answer.text)[1]), away);
	assert.equal(new URL(away).searchParams.get('post_logout_redirect_uri'), `${info.base_url}/login`);
	assert.equal(await isIn(staff), false);

	const asks = await traveller.visit(away);
	assert.equal(asks.status, 200, asks.text);
	const xsrf = /name="xsrf" value="([^"]*)"/.exec(asks.text)[1];
	const done = await traveller.visit(/action="([^"]*)"/.exec(asks.text)[1], { xsrf, logout: 'yes' });
	assert.ok(done.location.startsWith(`${info.base_url}/login`), done.location);
	const gate = await new Staff().page(`/login/oidc/${provider.id}`);
	let next = await traveller.visit(gate.headers.get('location'));
	while (next.location && !next.location.startsWith(info.base_url)) next = await traveller.visit(next.location);
	assert.match(next.text, /name="login"/, 'the provider asks who it is');
});

test('log-out there ends the session here at once', async () => {
	const person = provider.person(['operadores']), other = provider.person(['operadores']);
	const { staff, traveller } = await comeIn(provider, person);
	const { staff: stays } = await comeIn(provider, other);
	const cursor = /data-cursor="([^"]*)"/.exec((await staff.page('/desk')).text)[1];
	const poll = staff.page(`/live?v=shell&c=${encodeURIComponent(cursor)}`, { 'X-Fragment': '1' });
	const asks = await traveller.visit(`${provider.issuer}/session/end`);
	await traveller.visit(/action="([^"]*)"/.exec(asks.text)[1], { xsrf: /name="xsrf" value="([^"]*)"/.exec(asks.text)[1], logout: 'yes' });
	await eventually(async () => !await isIn(staff), 'the session ends', 5000);
	assert.equal((await poll).status, 401, 'what the page holds ends too');
	assert.deepEqual(closedBecause(person), ['provider_logout']);
	assert.equal(await isIn(stays), true);
	assert.equal(sql(`SELECT state FROM agent_state WHERE user_id = ${userOf(person)[0]}`)[0][0], '0');
});

test('who is disabled at the provider is out within a minute, and nobody else', async () => {
	const person = provider.person(['operadores']), other = provider.person(['operadores']);
	const [{ staff }, { staff: stays }] = [await comeIn(provider, person), await comeIn(provider, other)];
	provider.people.get(person.id).disabled = true;
	await eventually(async () => !await isIn(staff), 'out', 60000);
	assert.deepEqual(closedBecause(person), ['provider']);
	assert.equal(await isIn(stays), true);
});

const due = person => sql(`UPDATE session_login SET checked_at = now() - interval '1 minute' FROM login_identity i
	WHERE i.login_identity_id = session_login.login_identity_id AND i.subject = '${person.id}'`);

test('who loses the group there is out, who gets another one has its role', async () => {
	const person = provider.person(['operadores']), other = provider.person(['operadores']);
	const [{ staff }, { staff: stays }] = [await comeIn(provider, person), await comeIn(provider, other)];
	provider.people.get(person.id).groups = [];
	provider.people.get(other.id).groups = ['jefes'];
	due(person);
	due(other);
	await eventually(async () => !await isIn(staff), 'out', 15000);
	await eventually(async () => userOf(other)[4] === 'supervisor', 'the other role', 15000);
	assert.equal(await isIn(stays), true);
});

test('an access token that is over is made anew while the person is welcome', async () => {
	const person = provider.person(['operadores']);
	const { staff } = await comeIn(provider, person);
	const token = () => sql(`SELECT access_token FROM session_login JOIN login_identity i USING (login_identity_id) WHERE i.subject = '${person.id}'`)[0][0];
	const first = token();
	sql(`UPDATE session_login SET access_expires_at = now() FROM login_identity i
		WHERE i.login_identity_id = session_login.login_identity_id AND i.subject = '${person.id}'`);
	due(person);
	await eventually(() => token() !== first, 'a new token', 15000);
	assert.equal(await isIn(staff), true);
	provider.people.get(person.id).disabled = true;
	sql(`UPDATE session_login SET access_expires_at = now() FROM login_identity i
		WHERE i.login_identity_id = session_login.login_identity_id AND i.subject = '${person.id}'`);
	due(person);
	await eventually(async () => !await isIn(staff), 'out', 15000);
});

test('of the provider’s tokens nothing is stored in the clear, and nothing at all after the session', async () => {
	const person = provider.person(['operadores']);
	const { staff } = await comeIn(provider, person);
	const tokens = () => sql(`SELECT coalesce(id_token, ''), coalesce(access_token, ''), coalesce(refresh_token, '') FROM session_login
		JOIN login_identity i USING (login_identity_id) WHERE i.subject = '${person.id}'`)[0];
	for (const text of tokens()) {
		assert.ok(text.length > 20);
		assert.ok(!text.includes('eyJ'));
	}
	staff.csrf = /data-csrf="([^"]*)"/.exec((await staff.page('/desk')).text)[1];
	await staff.form('/logout', {});
	await eventually(() => tokens() === undefined || tokens().join('') === '', 'tokens forgotten', 10000);
});

test('the test of the administrator says step by step what works', async () => {
	const answer = await admin.form(`/admin/access/${provider.id}/test`, {});
	assert.equal(answer.status, 200);
	const results = [...answer.text.matchAll(/<li class="row wrap"><span class="chip (\w+)">[^<]*<\/span><span class="b">([^<]*)</g)].map(([, result, name]) => [name, result]);
	assert.deepEqual(results, [['El proveedor responde y publica su configuración', 'ok'], ['Publica claves para firmar', 'ok'],
		['Reconoce a la plataforma como cliente', 'ok'], ['Permite cerrar la sesión allá', 'ok'], ['Avisa cuando alguien sale', 'ok'],
		['Hay reglas que dan un rol', 'ok']]);
	assert.equal(history('login', provider.id).at(-1).action, 'login.test');
});

test('the test tells a wrong secret and an issuer that is not reached', async () => {
	await settings({ secret: 'otro' });
	const wrong = await admin.form(`/admin/access/${provider.id}/test`, {});
	assert.match(wrong.text, /chip bad[^]*?Reconoce a la plataforma como cliente[^]*?revisá el identificador, el secreto/);
	await settings({ secret: 'un:secreto&raro%41+' });
	await settings({ network: '' });
	const inner = await admin.form(`/admin/access/${provider.id}/test`, {});
	assert.match(inner.text, /chip bad[^]*?El proveedor responde[^]*?Esa dirección no está permitida/);
	await settings({ network: `localhost:${provider.port}:127.0.0.0/8`, ca: '' });
	const unknown = await admin.form(`/admin/access/${provider.id}/test`, {});
	assert.match(unknown.text, /chip bad[^]*?El proveedor responde/);
	await settings({ ca: authority.pem });
});
