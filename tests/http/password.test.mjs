// Passwords of ours: what one must be, changing one's own, and one for once from an administrator.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, decode, errorOf } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { giveThePassword, made, roleId } from '../support/people.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const old = info.users[0].password;
const good = 'cuatro caballos verdes lentos';
async function somebody(changes) {
	const one = await made(admin, changes);
	giveThePassword(one);
	return { one, staff: await Staff.logIn(one.login) };
}
const change = (staff, password, { current = old, again = password } = {}) => staff.form('/password', { current, password, again });
const temporary = async (one, fields = {}, as = admin) => {
	const answer = await as.form(`${one.path}/password`, { once: once(), ...fields });
	return { ...answer, password: decode(/id="f-temporary" value="([^"]*)"/.exec(answer.text)?.[1] ?? '') };
};
function setting(t, key, value) {
	sql(`INSERT INTO setting (key, value) VALUES ('${key}', '"${value}"') ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	t.after(() => sql(`DELETE FROM setting WHERE key = '${key}'`));
}

test('who changes their password stays in; every other session of theirs is closed', async () => {
	const { one, staff } = await somebody();
	const other = await Staff.logIn(one.login);
	assert.equal((await change(staff, good)).headers.get('location'), '/password?done=1');
	assert.match((await staff.page('/password?done=1')).text, /Tu contraseña quedó guardada/);
	assert.equal((await staff.page('/desk')).status, 200);
	assert.equal((await other.page('/desk')).status, 303);
	await assert.rejects(Staff.logIn(one.login));
	await Staff.logIn(one.login, good);
	assert.deepEqual(sql(`SELECT action, coalesce(before::text, '') || coalesce(after::text, '') FROM audit WHERE entity = 'user' AND entity_id = ${one.id}
		AND action = 'password.change'`), [['password.change', '']]);
});

test('what is wrong stands beside its field, and nothing is changed', async () => {
	const { one, staff } = await somebody({ name: 'Graciela Montenegro' });
	for (const [password, options, field, text] of [
		[good, { current: '' }, 'current', 'Completá este dato.'],
		[good, { current: 'otra' }, 'current', 'No es tu contraseña actual.'],
		['', {}, 'password', 'Completá este dato.'],
		['verde lento', {}, 'password', 'Es muy corta. Usá más caracteres.'],
		['aaaaaaaaaaaaaa', {}, 'password', 'Es fácil de adivinar. Elegí otra.'],
		['123456789012345', {}, 'password', 'Es fácil de adivinar. Elegí otra.'],
		['Ventanilla2026!', {}, 'password', 'Está hecha con tus datos o con palabras de la agencia. Elegí otra.'],
		['V3nt4n1ll4-AGENCIA', {}, 'password', 'Está hecha con tus datos o con palabras de la agencia. Elegí otra.'],
		['Montenégro-graciela', {}, 'password', 'Está hecha con tus datos o con palabras de la agencia. Elegí otra.'],
		[`${one.dni}${one.staff_number}`, {}, 'password', 'Está hecha con tus datos o con palabras de la agencia. Elegí otra.'],
		[good, { again: `${good}.` }, 'again', 'Las dos contraseñas no son iguales.'],
	]) {
		const answer = await change(staff, password, options);
		assert.equal(answer.status, 422, password);
		assert.equal(errorOf(answer.text, field), text, password);
		sql(`DELETE FROM login_name WHERE name = '${one.login}'`);
	}
	await Staff.logIn(one.login);
});

test('the last ones are not taken again, the one before them is', async t => {
	setting(t, 'password.history', 2);
	const { one, staff } = await somebody();
	const words = ['caballos verdes lentos', 'montes azules quietos', 'barcos rojos veloces'];
	let current = old;
	for (const password of words) {
		assert.equal((await change(staff, password, { current })).status, 303, password);
		current = password;
	}
	assert.equal(errorOf((await change(staff, words[2], { current })).text, 'password'), 'Ya la usaste hace poco. Elegí otra.');
	assert.equal(errorOf((await change(staff, words[1], { current })).text, 'password'), 'Ya la usaste hace poco. Elegí otra.');
	assert.equal((await change(staff, words[0], { current })).status, 303);
	assert.equal(sql(`SELECT count(*) FROM password_history WHERE user_id = ${one.id}`)[0][0], '4');
});

test('who guesses at it from an open session is slowed like at log-in', async () => {
	const { staff } = await somebody();
	for (let i = 0; i < 5; i++) await change(staff, good, { current: `intento ${i}` });
	const answer = await change(staff, good);
	assert.equal(answer.status, 429);
	assert.match(answer.text, /Esperá unos minutos/);
});

test('the administrator decides how long one must be, and the words that do not count', async t => {
	setting(t, 'password.min_length', 20);
	setting(t, 'password.words', 'ornitorrinco');
	const { staff } = await somebody();
	assert.equal(errorOf((await change(staff, 'verdes lentos altos')).text, 'password'), 'Es muy corta. Usá más caracteres.');
	assert.match(errorOf((await change(staff, 'ornitorrinco-ornitorrinco')).text, 'password'), /palabras de la agencia/);
	assert.equal((await change(staff, 'ventanillas muy verdes lentas')).status, 303);
});

test('a temporary password gets in, and then nothing works until it is changed', async () => {
	const world = new World();
	const { one, staff } = await somebody({ queues: String(world.queue), channels: String(world.channel) });
	const given = await temporary(one);
	assert.equal(given.status, 200);
	assert.match(given.password, /^[a-z2-9-]{22}$/);
	assert.equal((await staff.page('/desk')).status, 303);
	await assert.rejects(Staff.logIn(one.login));
	const anew = new Staff();
	anew.csrf = /name="csrf" value="([^"]*)"/.exec((await anew.page('/login')).text)[1];
	await anew.form('/login', { login: one.login, password: given.password });
	const page = await anew.page('/desk');
	assert.equal(page.headers.get('location'), '/password');
	const form = await anew.page('/password');
	assert.match(form.text, /Antes de seguir, cambiá tu contraseña/);
	anew.csrf = /name="csrf" value="([^"]*)"/.exec(form.text)[1];
	const state = () => sql(`SELECT state FROM agent_state WHERE user_id = ${one.id}`)[0]?.[0] ?? '0';
	assert.equal(state(), '0');
	const refused = await anew.post('/state', { to: 'available' });
	assert.equal(refused.status, 403);
	assert.equal((await anew.page('/internal/staff/live?v=desk')).status, 404);
	assert.equal(errorOf((await change(anew, given.password, { current: given.password })).text, 'password'), 'Ya la usaste hace poco. Elegí otra.');
	assert.equal((await change(anew, good, { current: given.password })).headers.get('location'), '/');
	assert.equal((await anew.page('/desk')).status, 200);
	assert.equal(state(), '1');
});

test('a password that is too old must be changed, when the administrator wants that', async t => {
	const { one, staff } = await somebody();
	sql(`UPDATE app_user SET password_set_at = now() - interval '91 days' WHERE user_id = ${one.id}`);
	assert.equal((await staff.page('/desk')).status, 200);
	setting(t, 'password.max_age_days', 90);
	assert.equal((await staff.page('/desk')).headers.get('location'), '/password');
	await change(staff, good);
	assert.equal((await staff.page('/desk')).status, 200);
});

test('a form that is sent twice tells the same temporary password', async () => {
	const { one } = await somebody();
	const fields = { once: once() };
	const [first, second] = [await temporary(one, fields), await temporary(one, fields)];
	assert.equal(first.password, second.password);
	assert.equal(sql(`SELECT count(*) FROM audit WHERE action = 'user.password' AND entity_id = ${one.id}`)[0][0], '1');
	assert.equal(sql(`SELECT count(*) FROM audit a WHERE a::text LIKE '%${first.password}%'`)[0][0], '0');
});

test('nobody gives one to whom they could not change, nor to who is disabled', async () => {
	const { one } = await somebody({ enabled: '1' });
	const supervisor = await Staff.logIn('cmendez');
	assert.equal((await temporary(one, {}, supervisor)).status, 403);
	sql(`UPDATE app_user SET enabled = false WHERE user_id = ${one.id}`);
	assert.equal((await temporary(one)).status, 409);
	const name = `Mesa ${once().slice(0, 8)}`;
	await admin.save('/admin/roles/new', [['name', name], ['description', ''], ['permissions', 'user.manage'], ['permissions', 'user.view'],
		['permissions', 'login.manage']]);
	const helper = await somebody({ roles: sql(`SELECT role_id FROM role WHERE name = '${name}'`)[0][0], attends: '' });
	const boss = await made(admin, { roles: roleId('administrador') });
	assert.equal((await temporary(boss, {}, helper.staff)).status, 409);
});
