// Users: who they are, what they may do and attend, and that nobody locks everybody out.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, fieldOf, history } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { change, giveThePassword, made, person, roleId, userId } from '../support/people.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
let admin;
before(async () => { admin = await Admin.logIn(); });

const states = id => sql(`SELECT state FROM agent_state WHERE user_id = ${id}`)[0]?.[0];

async function loggedIn(one) {
	giveThePassword(one);
	return Staff.logIn(one.login);
}

test('who is made is in the list and, in the words of people, on record', async () => {
	const one = await made(admin, { queues: String(world.queue), channels: String(world.channel), dni: '28.111.333', login: `Alta-${once().slice(0, 6)}`.toLowerCase() });
	const page = await admin.page(`/admin/users?q=${one.login}`);
	assert.match(page.text, new RegExp(one.name));
	assert.deepEqual(history('user', one.id)[0], { actor: 'Administración', action: 'user.save', before: null,
		after: { name: one.name, display_name: 'Perla', login: one.login, email: one.email, staff_number: one.staff_number, dni: '28111333',
			office: 'La Plata', roles: ['Operador'], enabled: true, attends: true, capacity: 4, queues: [`Cola ${world.name}`],
			channels: [`Canal ${world.name}`], channel_capacity: {}, groups: [] } });
});

test('without a name for the contact it is the first one', async () => {
	const one = await made(admin, { name: 'Nora Beatriz Paz', display_name: '' });
	assert.equal(fieldOf((await admin.page(one.path)).text, 'display_name'), 'Nora');
});

test('what is wrong stands beside its field', async () => {
	const other = await made(admin);
	for (const [fields, field, text] of [
		[{ name: '' }, 'name', 'Completá este dato.'],
		[{ login: '' }, 'login', 'Completá este dato.'],
		[{ login: 'josé' }, 'login', 'Usá solo letras sin acentos, números, punto, guion o arroba.'],
		[{ login: other.login.toUpperCase() }, 'login', 'Ya hay otro con ese dato.'],
		[{ staff_number: other.staff_number }, 'staff_number', 'Ya hay otro con ese dato.'],
		[{ dni: other.dni }, 'dni', 'Ya hay otro con ese dato.'],
		[{ email: other.email.toUpperCase() }, 'email', 'Ya hay otro con ese dato.'],
		[{ dni: '12ab' }, 'dni', 'Revisá el DNI: son entre 6 y 9 números.'],
		[{ dni: '123' }, 'dni', 'Revisá el DNI: son entre 6 y 9 números.'],
		[{ email: 'nadie' }, 'email', 'Revisá la dirección de correo.'],
		[{ capacity: '101' }, 'capacity', 'El número está fuera de lo permitido.'],
		[{ roles: '' }, 'roles', 'Hay un dato que no está bien. Revisalo y probá de nuevo.'],
	]) {
		const fresh = person(fields);
		const answer = await admin.save('/admin/users/new', fresh);
		assert.equal(answer.status, 422, field);
		assert.equal(errorOf(answer.text, field), text);
		assert.ok(!userId(fresh.login) || fresh.login === other.login);
	}
	const { roles, ...none } = person();
	assert.equal(errorOf((await admin.save('/admin/users/new', none)).text, 'roles'), 'Elegí al menos un rol.');
});

test('the list is searched without regard to accents, and narrowed', async () => {
	const mark = `Ñandú${once().slice(0, 6)}`;
	const one = await made(admin, { name: `Íris ${mark}`, queues: String(world.queue) });
	const seen = async query => (await admin.page(`/admin/users?q=${encodeURIComponent(`iris ${mark.replace('Ñ', 'n').replace('ú', 'U')}`)}&${query}`)).text.includes(one.login);
	assert.ok(await seen(''));
	assert.ok(await seen(`queue=${world.queue}&role=${roleId('operador')}&enabled=1&attends=1`));
	for (const query of [`role=${roleId('supervisor')}`, `channel=${world.channel}`, 'enabled=0', 'attends=0']) assert.ok(!await seen(query), query);
	assert.ok(await seen('queue=x%27&page=-1&enabled=quiza'));
});

test('the list comes as CSV, safe for a spreadsheet, and that is on record', async () => {
	const one = await made(admin, { name: `=${once().slice(0, 8)}`, office: 'Mar del Plata; centro' });
	const answer = await admin.form('/admin/users/export', { q: one.login, reason: 'Control' });
	assert.equal(answer.status, 200);
	assert.match(answer.headers.get('content-type'), /text\/csv/);
	assert.match(answer.headers.get('content-disposition'), /attachment; filename="?usuarios\.csv/);
	const [head, row, ...rest] = answer.text.replace('\uFEFF', '').trim().split('\r\n');
	assert.match(head, /^usuario;nombre;/);
	assert.ok(row.startsWith(`${one.login};'${one.name};Perla;`), row);
	assert.ok(row.includes('"Mar del Plata; centro"'));
	assert.deepEqual(rest, []);
	assert.equal(sql(`SELECT after->>'rows' FROM audit WHERE action = 'user.export' ORDER BY at DESC LIMIT 1`)[0][0], '1');
});

test('who is disabled is out within five seconds, also from an open poll, and gets no cases', async () => {
	const one = await made(admin, { queues: String(world.queue), channels: String(world.channel) });
	const staff = await loggedIn(one);
	const page = await staff.page('/desk');
	const cursor = /data-cursor="([^"]*)"/.exec(page.text)[1];
	const poll = staff.raw(`/live?v=shell&c=${encodeURIComponent(cursor)}`, { headers: { 'X-Fragment': '1' } });
	const held = await Promise.race([poll.then(() => 'answered'), new Promise(done => { setTimeout(done, 700, 'held'); })]);
	assert.equal(held, 'held');
	assert.equal((await change(admin, one, { enabled: '' })).status, 303);
	const began = Date.now();
	assert.equal((await poll).status, 401);
	assert.ok(Date.now() - began < 5000);
	assert.equal((await staff.page('/desk')).status, 303);
	assert.equal(states(one.id), '0');
	await assert.rejects(Staff.logIn(one.login));
	assert.equal(sql(`SELECT close_reason FROM session WHERE user_id = ${one.id}`)[0][0], 'disabled');
});

test('attending is apart from the account: who no longer attends stays in, but out of the waiting order', async () => {
	const one = await made(admin, { queues: String(world.queue), channels: String(world.channel) });
	const staff = await loggedIn(one);
	assert.equal(states(one.id), '1');
	await change(admin, one, { attends: '' });
	assert.equal(states(one.id), '0');
	assert.equal((await staff.page('/desk')).status, 200);
	assert.equal((await staff.post('/state', { to: 'available' })).status, 409);
});

test('a change of roles is in force at the next request', async () => {
	const one = await made(admin);
	const staff = await loggedIn(one);
	assert.equal((await staff.page('/board')).status, 403);
	await change(admin, one, { roles: roleId('supervisor') });
	assert.equal((await staff.page('/board')).status, 200);
});

test('a change leaves an operator where they were in the waiting order', async () => {
	const one = await made(admin, { queues: String(world.queue), channels: String(world.channel) });
	await loggedIn(one);
	const place = () => sql(`SELECT state, available_since, since FROM agent_state WHERE user_id = ${one.id}`)[0].join();
	const before = place();
	assert.equal((await change(admin, one, { name: 'Otro Nombre', capacity: '9', queues: '', channels: '' })).status, 422);
	const { queues, channels, ...fewer } = one.fields;
	assert.equal((await admin.save(one.path, { ...fewer, name: 'Otro Nombre', capacity: '9' }, await admin.revision(one.path))).status, 303);
	assert.equal(place(), before);
	assert.equal(sql(`SELECT count(*) FROM user_queue WHERE user_id = ${one.id}`)[0][0], '0');
});

test('who is removed leaves the list and the log-in, not the history; their login is free again', async () => {
	const one = await made(admin);
	const staff = await loggedIn(one);
	const answer = await admin.save(`${one.path}/remove`, {}, await admin.revision(one.path));
	assert.equal(answer.headers.get('location'), '/admin/users?done=removed');
	assert.equal((await staff.page('/desk')).status, 303);
	assert.doesNotMatch((await admin.page(`/admin/users?q=${one.login}`)).text, new RegExp(one.name));
	assert.equal((await admin.page(one.path)).status, 404);
	const record = history('user', one.id).findLast(row => row.action === 'user.remove');
	assert.equal(record.before.name, one.name);
	assert.equal(sql(`SELECT name FROM user_version WHERE user_id = ${one.id}`)[0][0], one.name);
	assert.equal((await admin.save('/admin/users/new', one.fields)).status, 303);
});

// Somebody made by the administrator who has a case in a queue of their own.
async function working() {
	const place = new World();
	const one = await made(admin, { queues: String(place.queue), channels: String(place.channel) });
	const staff = await loggedIn(one);
	const { conversation } = await place.taxpayer({ state: 'active' });
	const [[requested]] = sql(`SELECT requested_at FROM conversation WHERE conversation_id = ${conversation}`);
	return { place, one, staff, conversation, requested };
}

test('what somebody has goes back to its queue when they are disabled, removed or attend no more, and why is on record', async () => {
	for (const leave of [
		one => change(admin, one, { enabled: '' }),
		one => change(admin, one, { attends: '' }),
		async one => admin.save(`${one.path}/remove`, {}, await admin.revision(one.path)),
		one => admin.form('/admin/matrix', { once: once(), users: String(one.id), set_attends: '0' }),
		async one => admin.save((await admin.upload('/admin/users/files', {}, [{ name: 'gente.csv', content: `usuario;habilitado\n${one.login};no\n` }], {})).headers.get('location'), {}),
	]) {
		const { one, conversation, requested } = await working();
		assert.equal((await leave(one)).status, 303, String(leave));
		assert.deepEqual(sql(`SELECT state, user_id IS NULL, requested_at FROM conversation WHERE conversation_id = ${conversation}`), [['2', 't', requested]], String(leave));
		assert.deepEqual(sql(`SELECT c.name, s.user_id FROM segment s JOIN code c ON c.list = 'outcome' AND c.value = s.outcome
			WHERE s.conversation_id = ${conversation} AND s.kind = 3`), [['disconnected', String(one.id)]]);
		assert.equal(sql(`SELECT data->>'why' FROM message WHERE conversation_id = ${conversation} AND data->>'event' = 'released'`)[0][0], 'disabled');
		assert.deepEqual(sql(`SELECT actor_name, after->>'why' FROM audit WHERE conversation_id = ${conversation} AND action = 'conversation.release'`),
			[['Administración', 'disabled']]);
		assert.equal(sql(`SELECT open_count FROM agent_state WHERE user_id = ${one.id}`)[0][0], '0');
	}
});

test('it is the first that the next operator gets, before all who came later', async () => {
	const { place, one, conversation } = await working();
	sql(`UPDATE app_user SET capacity = 1 WHERE user_id = ${one.id}`);
	const later = await place.taxpayer({ state: 'waiting' });
	await change(admin, one, { enabled: '' });
	const next = place.person({ capacity: 1 });
	await Staff.logIn(next.login);
	const has = () => sql(`SELECT conversation_id FROM conversation WHERE state = 3 AND user_id = ${next.id}`).map(([id]) => Number(id));
	await eventually(() => has().length, 'they get one', 10000);
	assert.deepEqual(has(), [Number(conversation)]);
	assert.equal(sql(`SELECT state FROM conversation WHERE conversation_id = ${later.conversation}`)[0][0], '2');
});

test('whom a script disables gives it back within seconds too', async () => {
	const { one, conversation } = await working();
	sql(`UPDATE app_user SET enabled = false WHERE user_id = ${one.id}`);
	await eventually(() => sql(`SELECT state FROM conversation WHERE conversation_id = ${conversation}`)[0][0] === '2', 'back in its queue', 15000);
});

// Everybody else who could is disabled for the time of the test.
async function asTheOnlyOnes(logins, run) {
	const others = sql(`SELECT DISTINCT u.user_id FROM app_user u JOIN user_role x ON x.user_id = u.user_id
		JOIN role r ON r.role_id = x.role_id AND r.key = 'administrador'
		WHERE u.enabled AND u.deleted_at IS NULL AND u.login NOT IN (${logins.map(login => `'${login}'`)})`).map(([id]) => id);
	if (others.length) sql(`UPDATE app_user SET enabled = false WHERE user_id IN (${others})`);
	try {
		await run();
	} finally {
		if (others.length) sql(`UPDATE app_user SET enabled = true WHERE user_id IN (${others})`);
	}
}

test('the last administrator can neither disable, demote nor remove themselves', async () => {
	const mine = await made(admin, { roles: roleId('administrador'), attends: '' });
	giveThePassword(mine);
	const me = await Admin.logIn(mine.login);
	await asTheOnlyOnes([mine.login], async () => {
		const last = 'Tiene que quedar alguien que pueda administrar usuarios y roles.';
		assert.equal(errorOf((await change(me, mine, { enabled: '' })).text, 'enabled'), last);
		assert.equal(errorOf((await change(me, mine, { roles: roleId('supervisor') })).text, 'roles'), last);
		const removed = await me.save(`${mine.path}/remove`, {}, await me.revision(mine.path));
		assert.equal(removed.status, 409);
		assert.ok(removed.text.includes(last));
		assert.equal((await change(me, mine, { office: 'Otra' })).status, 303);
	});
});

test('two administrators who take the role from each other at the same instant: one of them keeps it', async () => {
	const [one, other] = [await made(admin, { roles: roleId('administrador') }), await made(admin, { roles: roleId('administrador') })];
	const [first, second] = [one, other].map(giveThePassword) && [await Admin.logIn(one.login), await Admin.logIn(other.login)];
	await asTheOnlyOnes([one.login, other.login], async () => {
		const answers = await Promise.all([change(first, other, { roles: roleId('supervisor') }), change(second, one, { roles: roleId('supervisor') })]);
		const won = answers.filter(answer => answer.status === 303).length;
		assert.equal(won, 1, answers.map(answer => answer.status).join());
	});
});

test('who manages users but not roles gives nothing and takes nothing they have not themselves', async () => {
	const name = `Mesa ${once().slice(0, 8)}`;
	await admin.save('/admin/roles/new', [['name', name], ['description', ''], ['permissions', 'user.view'], ['permissions', 'user.manage']]);
	const role = sql(`SELECT role_id FROM role WHERE name = '${name}'`)[0][0];
	const helper = await made(admin, { roles: role, attends: '' });
	giveThePassword(helper);
	const staff = await Admin.logIn(helper.login);
	const reach = 'No podés dar ni quitar permisos que vos no tenés. Pedíselo a quien administra los roles.';
	assert.equal(errorOf((await staff.save('/admin/users/new', person({ roles: roleId('administrador') }))).text, 'roles'), reach);
	assert.equal(errorOf((await change(staff, helper, { roles: roleId('administrador') })).text, 'roles'), reach);
	const boss = await made(admin, { roles: roleId('administrador') });
	assert.equal(errorOf((await change(staff, boss, { enabled: '' })).text, 'roles'), reach);
	assert.equal((await staff.save(`${boss.path}/remove`, {}, await staff.revision(boss.path))).status, 409);
	assert.equal((await staff.save('/admin/users/new', person({ roles: role }))).status, 303);
});

test('of two who edit the same person the second is told', async () => {
	const one = await made(admin);
	const revision = await admin.revision(one.path);
	assert.equal((await admin.save(one.path, { ...one.fields, office: 'Primera' }, revision)).status, 303);
	const late = await admin.save(one.path, { ...one.fields, office: 'Segunda' }, revision);
	assert.equal(late.status, 409);
	assert.match(late.text, /Primera/);
});

test('a form that is sent twice makes one person', async () => {
	const fields = { ...person(), once: once(), sent: '1', revision: '' };
	const answers = await Promise.all([admin.form('/admin/users/new', fields), admin.form('/admin/users/new', fields)]);
	assert.deepEqual(answers.map(answer => answer.status), [303, 303]);
});

test('who may only see users sees the list, not the forms; an operator neither', async () => {
	const supervisor = await Staff.logIn(info.users.find(user => user.role === 'supervisor').login);
	const list = await supervisor.page('/admin/users');
	assert.equal(list.status, 200);
	assert.doesNotMatch(list.text, /\/admin\/users\/new/);
	assert.equal((await supervisor.page('/admin/users/new')).status, 403);
	assert.equal((await supervisor.form('/admin/users/new', { ...person(), once: once() })).status, 403);
	const operator = await Staff.logIn('mlopez');
	assert.equal((await operator.page('/admin/users')).status, 403);
	assert.equal((await operator.form('/admin/users/export', { reason: 'Control' })).status, 403);
});
