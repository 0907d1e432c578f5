// The second factor: taken, shown once each, lost, required by a role. The telephone is Debian's oathtool.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, history } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { giveThePassword, made, roleId } from '../support/people.mjs';
import { Staff, tokenOf, World } from '../support/staff.mjs';
import { codeOf, offerIn } from '../support/telephone.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const refusal = 'Ese código no sirve. Escribí el que muestra ahora tu teléfono.';

async function somebody(changes) {
	const one = await made(admin, changes);
	giveThePassword(one);
	return { one, staff: await Staff.logIn(one.login) };
}
// Logged in with the password only; the token is that of the page that asks for the factor.
async function again(one) {
	const staff = new Staff();
	staff.csrf = tokenOf((await staff.page('/login')).text);
	await staff.form('/login', { login: one.login, password: info.users[0].password });
	staff.csrf = tokenOf((await staff.page('/factor')).text);
	return staff;
}
const offerOf = async staff => {
	const { text } = await staff.page('/factor');
	return { text, ...offerIn(text) };
};
async function enrol(staff) {
	const { offer, secret } = await offerOf(staff);
	const answer = await staff.form('/factor', { offer, code: await codeOf(secret, -30) });
	assert.equal(answer.status, 200, answer.text);
	return { secret, codes: [...answer.text.matchAll(/<li>([a-z0-9-]+)<\/li>/g)].map(([, code]) => code) };
}
const show = (staff, code) => staff.form('/factor/show', { code });

test('who takes one shows it at the next log-in, and nothing works before', async () => {
	const world = new World();
	const { one, staff } = await somebody({ queues: String(world.queue), channels: String(world.channel) });
	const { secret, codes } = await enrol(staff);
	assert.equal(new Set(codes).size, 10);
	assert.equal((await staff.page('/desk')).status, 200);
	await staff.form('/logout', {});
	const anew = await again(one);
	for (const path of ['/desk', '/password', '/']) assert.equal((await anew.page(path)).headers.get('location'), '/factor', path);
	assert.equal((await anew.post('/state', { to: 'available' })).status, 403);
	const state = () => sql(`SELECT state FROM agent_state WHERE user_id = ${one.id}`)[0][0];
	assert.equal(state(), '0');
	assert.equal((await show(anew, await codeOf(secret))).headers.get('location'), '/');
	assert.equal((await anew.page('/desk')).status, 200);
	assert.equal(state(), '1');
	assert.deepEqual(history('user', one.id).map(row => row.action).filter(action => action.startsWith('factor')), ['factor.enrol', 'factor.show']);
});

test('a code is good once, and one of half an hour ago not at all', async () => {
	const { one, staff } = await somebody();
	const { secret } = await enrol(staff);
	const code = await codeOf(secret);
	assert.equal((await show(await again(one), code)).status, 303);
	const other = await again(one);
	for (const wrong of [code, await codeOf(secret, -1800), '000000', 'abcdef', '12345', `${code}0`]) {
		const answer = await show(other, wrong);
		assert.equal(answer.status, 422, wrong);
		assert.equal(errorOf(answer.text, 'code'), refusal);
		sql(`DELETE FROM login_name WHERE name = '${one.login}'`);
	}
	assert.equal((await show(other, await codeOf(secret, 30))).status, 303);
});

test('of two who show the same code at once one gets in', async () => {
	const { one, staff } = await somebody();
	const { secret } = await enrol(staff);
	const [first, second] = [await again(one), await again(one)];
	const code = await codeOf(secret);
	const answers = await Promise.all([show(first, code), show(second, code)]);
	assert.deepEqual(answers.map(answer => answer.status).sort(), [303, 422]);
});

test('who lost the telephone gets in with a recovery code, each once, however it is typed', async () => {
	const { one, staff } = await somebody();
	const { codes } = await enrol(staff);
	assert.equal((await show(await again(one), codes[0].toUpperCase().replaceAll('-', ' '))).status, 303);
	assert.equal(errorOf((await show(await again(one), codes[0])).text, 'code'), refusal);
	const other = await again(one);
	assert.equal((await show(other, codes[1])).status, 303);
	assert.match((await other.page('/factor')).text, /Te quedan 8 códigos de recuperación/);
	assert.equal(sql(`SELECT count(*) FROM recovery_code c WHERE c.user_id = ${one.id} AND c::text LIKE '%${codes[2]}%'`)[0][0], '0');
});

test('who guesses is slowed like at log-in', async () => {
	const { one, staff } = await somebody();
	const { secret } = await enrol(staff);
	const anew = await again(one);
	for (let i = 0; i < 5; i++) assert.equal((await show(anew, '000000')).status, 422);
	assert.equal((await show(anew, await codeOf(secret))).status, 429);
});

test('the seed is taken only by who shows that the telephone has it, and is stored encrypted', async () => {
	const [{ one, staff }, other] = [await somebody(), await somebody()];
	const { offer, secret, text } = await offerOf(staff);
	assert.match(text, /<path d="M4 4h7v1h-7z/);
	const wrong = await staff.form('/factor', { offer, code: '000000' });
	assert.equal(errorOf(wrong.text, 'code'), refusal);
	assert.ok(wrong.text.includes(secret));
	assert.notEqual((await other.staff.form('/factor', { offer, code: await codeOf(secret) })).status, 200);
	assert.notEqual((await staff.form('/factor', { offer: 'inventada', code: await codeOf(secret) })).status, 200);
	await staff.form('/factor', { offer, code: await codeOf(secret) });
	const [[stored]] = sql(`SELECT totp_seed FROM app_user WHERE user_id = ${one.id}`);
	assert.ok(stored.length > 40 && !stored.includes(secret));
	const second = await staff.form('/factor', { offer, code: await codeOf(secret, 30) });
	assert.equal(second.status, 409);
	assert.equal(sql(`SELECT totp_seed IS NULL FROM app_user WHERE user_id = ${other.one.id}`)[0][0], 't');
});

test('with the password alone nobody puts another telephone in its place', async () => {
	const { one, staff } = await somebody();
	await enrol(staff);
	const thief = await again(one);
	const own = await somebody();
	const { offer, secret } = await offerOf(own.staff);
	assert.notEqual((await thief.form('/factor', { offer, code: await codeOf(secret) })).status, 200);
	assert.equal((await thief.form('/factor/remove', { code: '000000' })).status, 303);
	assert.equal(sql(`SELECT totp_seed IS NULL FROM app_user WHERE user_id = ${one.id}`)[0][0], 'f');
});

test('a role can require it: then it comes before anything else, and stays', async () => {
	const name = `Rol ${once().slice(0, 8)}`;
	await admin.save('/admin/roles/new', [['name', name], ['description', ''], ['factor_required', '1'], ['permissions', 'desk.attend']]);
	const { staff } = await somebody({ roles: sql(`SELECT role_id FROM role WHERE name = '${name}'`)[0][0] });
	const page = await staff.page('/desk');
	assert.equal(page.headers.get('location'), '/factor');
	staff.csrf = tokenOf((await staff.page('/factor')).text);
	const { secret } = await enrol(staff);
	assert.equal((await staff.page('/desk')).status, 200);
	assert.match((await staff.page('/factor')).text, /Tu rol lo exige, así que no se puede desactivar/);
	const refused = await staff.form('/factor/remove', { code: await codeOf(secret) });
	assert.equal(refused.status, 409);
	assert.match(refused.text, /Tu rol lo exige: no se puede desactivar/);
});

test('who wants no more takes it off with a code', async () => {
	const { one, staff } = await somebody();
	const { secret, codes } = await enrol(staff);
	assert.equal(errorOf((await staff.form('/factor/remove', { code: '000000' })).text, 'code'), refusal);
	assert.equal((await staff.form('/factor/remove', { code: await codeOf(secret) })).headers.get('location'), '/factor');
	assert.equal((await (await again(one)).page('/desk')).status, 200);
	assert.equal(sql(`SELECT count(*) FROM recovery_code WHERE user_id = ${one.id} AND revoked_at IS NULL AND used_at IS NULL`)[0][0], '0');
	assert.ok(codes.length);
});

test('an administrator takes it from who lost everything; their sessions end', async () => {
	const { one, staff } = await somebody();
	await enrol(staff);
	assert.match((await admin.page(one.path)).text, /Quitar segundo factor/);
	assert.equal((await admin.form(`${one.path}/factor`, {})).status, 303);
	assert.equal((await staff.page('/desk')).status, 303);
	assert.equal((await (await again(one)).page('/desk')).status, 200);
	assert.equal(history('user', one.id).at(-2)?.action ?? '', 'user.factor');
	const boss = await made(admin, { roles: roleId('administrador') });
	const supervisor = await Staff.logIn('cmendez');
	assert.equal((await supervisor.form(`${boss.path}/factor`, {})).status, 403);
});
