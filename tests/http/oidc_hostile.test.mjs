// A provider that lies, hangs or is gone: nobody gets in by it, and nobody else waits for it.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { get } from 'node:http';
import test, { after, before } from 'node:test';
import { Admin, history } from '../support/admin.mjs';
import { Authority } from '../support/authority.mjs';
import { info, sql } from '../support/instance.mjs';
import { FalseProvider, key, pem, sign } from '../support/oidc.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';

let authority, admin, provider;
before(async () => {
	authority = new Authority();
	admin = await Admin.logIn();
	provider = await FalseProvider.start(authority, { admin });
});
after(async () => {
	await provider.stop();
	authority.remove();
});

const PATIENCE_MS = 5000;      // a provider has so long in all
const world = new World();
const now = () => Math.floor(Date.now() / 1000);

async function attempt(lies, changes) {
	provider.lies = lies;
	const staff = new Staff();
	const gate = await staff.page(`/login/oidc/${provider.id}`);
	if (gate.status !== 303) return { staff, ...gate };
	return { staff, ...await staff.page(provider.approve(gate.headers.get('location'), changes)) };
}

async function isRefused(lies, changes, status = 502) {
	const answer = await attempt(lies, changes);
	assert.equal(answer.status, status, answer.text);
	assert.equal(answer.staff.cookies.sid, undefined);
	assert.equal(history('login', provider.id).at(-1).action, 'login.failed');
}

test('when it tells the truth somebody comes in', async () => {
	const answer = await attempt({});
	assert.equal(answer.status, 303, answer.text);
	assert.ok(answer.staff.cookies.sid);
});

for (const [what, lies] of Object.entries({
	'without a signature': { header: { alg: 'none' } },
	'without a signature, in capitals': { header: { alg: 'NONE' }, signWith: key('RS256') },
	'with another’s signature': { signWith: key('RS256') },
	'with a critical header nobody knows': { header: { crit: ['exp'] } },
	'of a kind that is no ID token': { header: { typ: 'logout+jwt' } },
	'of another issuer': { claims: { iss: 'https://otro.example' } },
	'for another client': { claims: { aud: 'otra' } },
	'for several, on behalf of another': { claims: { aud: ['ventanilla', 'otra'], azp: 'otra' } },
	'for several, on behalf of nobody': { claims: { aud: ['ventanilla', 'otra'] } },
	'that is over': { claims: { exp: now() - 120 } },
	'without an end': { claims: { exp: undefined } },
	'of the future': { claims: { iat: now() + 600 } },
	'not valid yet': { claims: { nbf: now() + 600 } },
	'with another nonce': { claims: { nonce: 'otro' } },
	'without a nonce': { claims: { nonce: undefined } },
	'without a subject': { claims: { sub: '' } },
	'of another access token': { claims: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } },
	'that is a log-out': { claims: { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } } },
	'whose key is named by a path': { header: { kid: '../../../etc/passwd' } },
})) {
	test(`an ID token ${what} lets nobody in`, async () => { await isRefused(lies); });
}

test('a key of 1024 bits signs nothing', async () => {
	const weak = { ...generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' }), kid: 'corta', alg: 'RS256', use: 'sig' };
	provider.keys.push(weak);
	sql(`UPDATE login_document SET body = NULL WHERE login_provider_id = ${provider.id}`);
	await isRefused({ key: 2 });
	provider.keys.pop();
});

test('the provider’s public key is no secret to sign with', async () => {
	await isRefused({ header: { alg: 'HS256' }, signWith: pem(provider.keys[0]) });
	await isRefused({ header: { alg: 'HS256' }, signWith: JSON.stringify(provider.keys[0].n) });
});

test('two audiences are fine when we are the one it was made for', async () => {
	assert.equal((await attempt({ claims: { aud: ['ventanilla', 'otra'], azp: 'ventanilla' } })).status, 303);
});

test('userinfo of somebody else lets nobody in', async () => {
	await isRefused({ userinfo: { sub: 'otro-sujeto', groups: ['operadores'] } });
});

test('an answer of another issuer, or of none where one was promised, lets nobody in', async () => {
	await isRefused({}, { iss: 'https://otro.example' });
	await isRefused({}, { iss: null });
});

test('a state of nobody’s and a code of nobody’s let nobody in', async () => {
	await isRefused({}, { state: 'inventado' }, 422);
	await isRefused({}, { code: 'inventado' }, 422);
	await isRefused({}, { code: null }, 422);
});

test('what one provider approved is nothing to another', async () => {
	const other = await FalseProvider.start(authority, { admin });
	const staff = new Staff();
	const gate = await staff.page(`/login/oidc/${provider.id}`);
	const back = provider.approve(gate.headers.get('location')).replace(`/oidc/${provider.id}/`, `/oidc/${other.id}/`);
	const answer = await staff.page(back);
	await other.stop();
	assert.equal(answer.status, 422);
	assert.equal(staff.cookies.sid, undefined);
});

test('a flood of unknown keys fetches the provider’s keys at most once a minute', async () => {
	sql(`UPDATE login_document SET tried_at = now() - interval '61 seconds' WHERE login_provider_id = ${provider.id}`);
	const before = provider.fetched.keys;
	await Promise.all(Array.from({ length: 12 }, (_, i) => attempt({ header: { kid: `nadie-${i}` } })));
	assert.ok(provider.fetched.keys - before <= 1, `${provider.fetched.keys - before} fetches`);
	assert.equal((await attempt({})).status, 303);
});

test('a discovery document of another issuer, or without https, is not believed', async () => {
	for (const discovery of [{ issuer: 'https://otro.example' }, { token_endpoint: 'http://localhost/token' }, { jwks_uri: 'javascript:alert(1)' }]) {
		sql(`UPDATE login_document SET body = NULL WHERE login_provider_id = ${provider.id}`);
		const answer = await attempt({ discovery });
		assert.equal(answer.status, 502);
	}
	sql(`UPDATE login_document SET body = NULL WHERE login_provider_id = ${provider.id}`);
	assert.equal((await attempt({})).status, 303);
});

const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const logoutToken = (claims = {}, header = {}) => sign({ iss: provider.issuer, aud: 'ventanilla', iat: now(), exp: now() + 120,
	jti: String(Math.random()), sub: provider.sub, events: LOGOUT, ...claims }, { alg: 'RS256', kid: provider.keys[0].kid, typ: 'logout+jwt', ...header }, provider.keys[0]);
const tell = token => new Staff().form(`/login/oidc/${provider.id}/logout`, { logout_token: token });

test('a log-out that the provider did not sign, or that is none, ends nothing', async () => {
	const { staff } = await attempt({});
	for (const token of ['', 'a.b.c', logoutToken({}, { alg: 'none' }), logoutToken({ aud: 'otra' }), logoutToken({ iss: 'https://otro.example' }),
		logoutToken({ nonce: 'x' }), logoutToken({ events: undefined }), logoutToken({ events: { otro: {} } }), logoutToken({ jti: undefined }),
		logoutToken({ sub: undefined }), logoutToken({ iat: now() - 3600, exp: undefined }), logoutToken({ exp: now() - 120 }),
		logoutToken({}, { typ: 'at+jwt' })]) {
		const answer = await tell(token);
		assert.equal(answer.status, 400, token);
		assert.equal(answer.headers.get('cache-control'), 'no-store');
	}
	assert.equal((await staff.page('/desk')).status, 200);
});

test('a token with padding where none belongs is refused like any other', async () => {
	const [header, payload, signature] = logoutToken().split('.');
	const spoil = text => `${text.slice(0, -2)}=${text.slice(-1)}`;
	for (const token of [[spoil(header), payload, signature], [header, spoil(payload), signature], [header, payload, spoil(signature)], [header, payload, `${signature}=`]])
		assert.equal((await tell(token.join('.'))).status, 400);
});

test('a log-out counts once', async () => {
	const token = logoutToken();
	const { staff } = await attempt({});
	assert.equal((await tell(token)).status, 200);
	assert.equal((await staff.page('/desk')).status, 303);
	const { staff: again } = await attempt({});
	assert.equal((await tell(token)).status, 400);
	assert.equal((await again.page('/desk')).status, 200);
});

test('a provider that hangs is given up after five seconds, and no page, upload or password of ours waits for it', async () => {
	await attempt({});
	provider.hangs = true;
	sql(`UPDATE login_document SET body = NULL, fetched_at = NULL WHERE login_provider_id = ${provider.id}`);
	const person = world.person();
	const began = Date.now();
	let hanging = true;
	const waits = Promise.all(Array.from({ length: 20 }, () => attempt({}))).finally(() => { hanging = false; });
	// Whole rounds while it hangs: what waited for it would end none.
	let rounds = 0;
	const going = (async () => {
		const staff = await Staff.logIn(person.login);
		while (hanging) {
			assert.equal((await staff.page('/desk')).status, 200);
			assert.equal((await new Staff().page('/login')).status, 200);
			await Staff.logIn(person.login);
			if (hanging) rounds++;
		}
	})();
	const answers = await waits, ms = Date.now() - began;
	await going;
	provider.hangs = false;
	for (const answer of answers) {
		assert.equal(answer.status, 503);
		assert.match(answer.text, /El proveedor de identidad no responde/);
		assert.match(answer.text, /id="login-form"/);
	}
	assert.ok(ms < 2 * PATIENCE_MS, `${ms} ms: they waited one after the other`);
	assert.ok(rounds > 1, `${rounds} rounds in ${ms} ms`);
});

test('while it hangs those who are in stay in', async () => {
	sql(`UPDATE login_provider SET down_until = NULL WHERE login_provider_id = ${provider.id}`);
	const { staff } = await attempt({});
	provider.hangs = true;
	const [[id]] = sql(`SELECT max(session_id) FROM session_login`);
	sql(`UPDATE session_login SET checked_at = now() - interval '2 minutes'`);
	await eventually(() => sql(`SELECT 1 FROM session_login WHERE session_id = ${id} AND checked_at > now() - interval '1 minute'`).length, 'it is looked at again', 30000);
	provider.hangs = false;
	assert.equal((await staff.page('/desk')).status, 200);
});

test('a flood of tries from one address is stopped before it leaves a trace for each', async () => {
	const traces = () => Number(sql(`SELECT count(*) FROM audit WHERE entity = 'login' AND entity_id = ${provider.id}`)[0][0]);
	const before = traces();
	const url = `${info.base_url}/login/oidc/${provider.id}/callback?state=x&code=y`;
	// Not the address of the other tests: it is let in again after a while only.
	const statusOf = () => new Promise((resolve, reject) => get(url, { localAddress: '127.0.0.9', agent: false }, answer => {
		answer.on('end', () => resolve(answer.statusCode)).resume();
	}).on('error', reject));
	const statuses = await Promise.all(Array.from({ length: 600 }, statusOf));
	const stopped = statuses.filter(status => status === 503).length;
	assert.ok(stopped > 200, `${stopped} stopped`);
	assert.ok(traces() - before <= 600 - stopped);
});
