// Who gets in, who stays in, and what nobody may do without a session.
import assert from 'node:assert/strict';
import test from 'node:test';
import { info, sql } from '../support/instance.mjs';
import { cookiesOf, eventually, Staff, tokenOf, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
const wrong = 'El usuario o la contraseña no son correctos.';

async function attempt(login, password, fields = {}) {
	const staff = new Staff();
	staff.csrf = tokenOf((await staff.page('/login')).text);
	return { staff, ...await staff.form('/login', { login, password, ...fields }) };
}

test('the log-in page asks the database only now and then, not at each request', async () => {
	let statements = 0;
	for (let i = 0; i < 60; i++) {
		const answer = await new Staff().page('/login');
		assert.equal(answer.status, 200);
		assert.match(answer.text, /Ingresar a la plataforma/);
		statements += Number(/db;desc=(\d+)/.exec(answer.headers.get('server-timing'))[1]);
	}
	// Each of the four processes two, once in five seconds.
	assert.ok(statements <= 16, `${statements} statements`);
});

test('the log-in page says whose it is, as the settings have it', async t => {
	const name = `Agencia ${once().slice(0, 6)} <b>`;
	sql(`INSERT INTO setting (key, value) VALUES ('agency.name', '"${name}"') ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	t.after(() => sql("DELETE FROM setting WHERE key = 'agency.name'"));
	await eventually(async () => (await new Staff().page('/login')).text.includes(`${name.replace('<b>', '&lt;b&gt;')} · Centro de atención`), 'its name', 15000);
});

test('the right pair lets in and leads to the screen of the role', async () => {
	for (const [role, home] of [['operador', '/desk'], ['supervisor', '/board']]) {
		const staff = await Staff.logIn(world.person({ role }).login);
		const answer = await staff.page('/');
		assert.equal(answer.status, 303);
		assert.equal(answer.headers.get('location'), home);
	}
});

test('a wrong password, an unknown name and a disabled person read the same', async () => {
	const { login } = world.person();
	const disabled = world.person();
	sql(`UPDATE app_user SET enabled = false WHERE user_id = ${disabled.id}`);
	const answers = [await attempt(login, 'otra cosa'), await attempt('nadie-asi', 'otra cosa'),
		await attempt(disabled.login, info.users[0].password)];
	for (const answer of answers) {
		assert.equal(answer.status, 422);
		assert.ok(answer.text.includes(wrong));
		assert.equal(answer.staff.cookies.sid, undefined);
	}
});

test('after five failures the right pair has to wait too', async () => {
	const { login } = world.person();
	for (let i = 0; i < 5; i++) await attempt(login, 'otra cosa');
	const answer = await attempt(login, info.users[0].password);
	assert.equal(answer.status, 429);
	assert.match(answer.text, /Esperá unos minutos/);
});

test('the delay is the same for a name that nobody has', async () => {
	const login = `nadie-${Date.now()}`;
	for (let i = 0; i < 5; i++) assert.equal((await attempt(login, 'otra cosa')).status, 422);
	assert.equal((await attempt(login, 'otra cosa')).status, 429);
});

test('what was typed stays in the form, except the password', async () => {
	const answer = await attempt('"><b>nadie', 'secreto-42');
	assert.ok(answer.text.includes('value="&#34;&gt;&lt;b&gt;nadie"') || answer.text.includes('value="&quot;&gt;&lt;b&gt;nadie"'));
	assert.ok(!answer.text.includes('secreto-42'));
});

test('a missing field is told beside the form', async () => {
	const answer = await attempt('', '');
	assert.equal(answer.status, 422);
	assert.match(answer.text, /Completá este dato/);
});

test('log-in without the token of the form is refused', async () => {
	const { login } = world.person();
	const staff = new Staff();
	await staff.page('/login');
	const answer = await staff.form('/login', { login, password: info.users[0].password, csrf: 'inventado' });
	assert.equal(answer.status, 403);
	assert.equal(staff.cookies.sid, undefined);
});

test('after log-in the page that was asked for comes, if it is ours', async () => {
	const { login } = world.person();
	const gate = await new Staff().page('/desk?box=closed');
	assert.equal(gate.status, 303);
	const next = new URL(gate.headers.get('location'), info.base_url).searchParams.get('next');
	assert.equal(next, '/desk?box=closed');
	const answer = await attempt(login, info.users[0].password, { next });
	assert.equal(answer.headers.get('location'), '/desk?box=closed');
	for (const foreign of ['//evil.example', 'https://evil.example', '/\\evil.example', 'https:evil.example', '/\r\nSet-Cookie: sid=x', 'desk']) {
		const other = await attempt(world.person().login, info.users[0].password, { next: foreign });
		assert.equal(other.headers.get('location'), '/', foreign);
	}
});

test('the session is a cookie that scripts cannot read and other sites cannot send', async () => {
	const { login } = world.person();
	const staff = new Staff();
	const csrf = tokenOf((await staff.page('/login')).text);
	const answer = await staff.raw('/login', { method: 'POST',
		body: new URLSearchParams({ csrf, login, password: info.users[0].password }) });
	const line = cookiesOf(answer).find(value => value.startsWith('sid='));
	assert.match(line, /HttpOnly/);
	assert.match(line, /SameSite=Lax/);
	const [[stored]] = sql(`SELECT encode(token_hash, 'hex') FROM session ORDER BY session_id DESC LIMIT 1`);
	assert.notEqual(stored, staff.cookies.sid);
});

test('the session has a new secret: one that the browser came with is worth nothing', async () => {
	const staff = new Staff();
	const chosen = 'A'.repeat(43);
	staff.cookies.sid = chosen;
	staff.csrf = tokenOf((await staff.page('/login')).text);
	assert.equal((await staff.form('/login', { login: world.person().login, password: info.users[0].password })).status, 303);
	assert.notEqual(staff.cookies.sid, chosen);
	staff.cookies.sid = chosen;
	assert.match((await staff.page('/desk')).headers.get('location'), /^\/login/);
});

test('where somebody comes from is what the connection says, not what they say', async () => {
	const { login, id } = world.person();
	const staff = new Staff();
	staff.csrf = tokenOf((await staff.page('/login')).text);
	await staff.form('/login', { login, password: info.users[0].password }, {
		'X-Forwarded-For': '203.0.113.9', 'X-Real-IP': '203.0.113.9', Forwarded: 'for=203.0.113.9', 'Remote-Addr': '203.0.113.9' });
	assert.deepEqual(sql(`SELECT DISTINCT host(address) FROM audit WHERE actor_id = ${id}`), [['127.0.0.1']]);
	assert.deepEqual(sql(`SELECT host(address) FROM session WHERE user_id = ${id}`), [['127.0.0.1']]);
});

test('log-out ends the session, and the operator is out', async () => {
	const person = world.person();
	const staff = await Staff.logIn(person.login);
	const kept = staff.cookies.sid;
	assert.equal(sql(`SELECT state FROM agent_state WHERE user_id = ${person.id}`)[0][0], '1');
	assert.equal((await staff.form('/logout', {})).headers.get('location'), '/login');
	staff.cookies.sid = kept;
	assert.equal((await staff.page('/desk')).status, 303);
	assert.equal(sql(`SELECT state FROM agent_state WHERE user_id = ${person.id}`)[0][0], '0');
});

test('who is disabled while logged in is out at the next request', async () => {
	const person = world.person();
	const staff = await Staff.logIn(person.login);
	sql(`UPDATE app_user SET enabled = false WHERE user_id = ${person.id}`);
	assert.equal((await staff.page('/desk')).status, 303);
});

test('a session that idles for half an hour is over', async () => {
	const person = world.person();
	const staff = await Staff.logIn(person.login);
	sql(`UPDATE session SET last_seen_at = now() - interval '31 minutes' WHERE user_id = ${person.id}`);
	assert.equal((await staff.page('/desk')).status, 303);
	const answer = await staff.post('/state', { to: 'available' });
	assert.equal(answer.status, 401);
	assert.equal(answer.json.error.code, 'UNAUTHENTICATED');
});

test('log-in, its failure and log-out are on record', async () => {
	const person = world.person();
	await attempt(person.login, 'otra cosa');
	const staff = await Staff.logIn(person.login);
	await staff.form('/logout', {});
	const actions = sql(`SELECT action FROM audit WHERE (actor_id = ${person.id} OR entity_id = ${person.id})
		AND entity = 'user' AND action LIKE 'log%' ORDER BY audit_id`).map(([action]) => action);
	assert.deepEqual(actions, ['login.failed', 'login', 'logout']);
});

test('every page carries the strict policy and is never kept by a cache', async () => {
	const staff = await Staff.logIn(world.person().login);
	for (const path of ['/login', '/desk', '/nada']) {
		const { headers } = await staff.page(path);
		const policy = headers.get('content-security-policy');
		assert.match(policy, /default-src 'none'/);
		assert.doesNotMatch(policy, /unsafe/);
		assert.match(policy, /frame-ancestors 'none'/);
		assert.equal(headers.get('x-content-type-options'), 'nosniff');
		assert.equal(headers.get('cache-control'), 'no-store');
	}
});

test('a page that does not exist says so in Spanish, with the code of the request', async () => {
	const answer = await new Staff().page('/nada');
	assert.equal(answer.status, 404);
	assert.match(answer.text, /No lo encontramos/);
	assert.ok(answer.text.includes(answer.headers.get('x-request-id')));
});

test('an address refuses the methods it does not have', async () => {
	const answer = await new Staff().raw('/desk', { method: 'DELETE' });
	assert.equal(answer.status, 405);
	assert.match(answer.headers.get('allow'), /GET/);
});

test('somebody without a role reads what happened and what to do, and can log out', async () => {
	const person = world.person({ attends: false });
	sql(`DELETE FROM user_role WHERE user_id = ${person.id}`);
	const { staff } = await attempt(person.login, info.users[0].password);
	const home = await staff.page('/');
	assert.equal(home.status, 403);
	assert.match(home.text, /Todavía no tenés acceso a ninguna pantalla/);
	assert.ok(home.text.includes(person.login));
	const other = await staff.page('/desk');
	assert.equal(other.status, 403);
	for (const { text } of [home, other]) assert.match(text, /<form method="post" action="\/logout">/);
	sql(`INSERT INTO user_role SELECT ${person.id}, role_id FROM role WHERE key = 'supervisor'`);
	assert.equal((await staff.page('/')).headers.get('location'), '/board');
	assert.equal((await staff.form('/logout', { csrf: tokenOf(other.text) })).headers.get('location'), '/login');
	assert.equal((await staff.page('/')).headers.get('location'), '/login');
});

test('to log in again closes the session that this browser had, somebody else’s too, and no other', async () => {
	const [one, two] = [world.person(), world.person()];
	const open = ({ id }) => sql(`SELECT session_id FROM session WHERE user_id = ${id} AND closed_at IS NULL ORDER BY session_id`).map(([session]) => session);
	const again = async (staff, { login }) => {
		const { csrf } = staff;
		const answer = await staff.form('/login', { login, password: info.users[0].password, csrf: tokenOf((await staff.page('/login')).text) ?? csrf });
		assert.equal(answer.status, 303);
	};
	await attempt(one.login, info.users[0].password);
	const { staff } = await attempt(one.login, info.users[0].password);
	const [elsewhere, here] = open(one);
	await again(staff, one);
	assert.equal(open(one).length, 2);
	assert.ok(open(one).includes(elsewhere) && !open(one).includes(here));
	assert.equal(sql(`SELECT state FROM agent_state WHERE user_id = ${one.id}`)[0][0], '1');
	assert.equal(sql(`SELECT close_reason FROM session WHERE session_id = ${here}`)[0][0], 'again');
	assert.equal(sql(`SELECT after->>'reason' FROM audit WHERE action = 'logout' AND entity_id = ${one.id} ORDER BY audit_id DESC LIMIT 1`)[0][0], 'again');
	await again(staff, two);
	assert.deepEqual(open(one), [elsewhere]);
	assert.equal(open(two).length, 1);
});
