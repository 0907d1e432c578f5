// Groups: named sets of people, and breaks that are for them.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, fieldOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { change, made } from '../support/people.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
let admin;
before(async () => { admin = await Admin.logIn(); });

const fields = (name, people) => [['name', name], ['description', 'De prueba'], ...people.map(one => ['users', String(one.id)])];
async function make(people = []) {
	const name = `Grupo ${once().slice(0, 8)}`;
	const answer = await admin.save('/admin/groups/new', fields(name, people));
	assert.equal(answer.status, 303, answer.text);
	const id = Number(sql(`SELECT user_group_id FROM user_group WHERE name = '${name}'`)[0][0]);
	return { id, name, path: `/admin/groups/${id}` };
}
const members = group => sql(`SELECT user_id FROM user_group_member WHERE user_group_id = ${group.id} ORDER BY 1`).map(([id]) => Number(id));
async function breakFor(group, more = []) {
	const name = `Pausa ${once().slice(0, 8)}`;
	const answer = await admin.save('/admin/breaks/new', [['name', name], ['allowance', '30'], ['longest', ''], ['shows', '3'], ['over', '0'],
		['by_oneself', '1'], ['enabled', '1'], ['some', '1'], ['groups', String(group.id)], ...more]);
	assert.equal(answer.status, 303, answer.text);
	return { name, id: Number(sql(`SELECT break_type_id FROM break_type WHERE name = '${name}'`)[0][0]) };
}

test('who is put into a group is in it, and on record by name', async () => {
	const [one, two] = [world.person({ name: 'Ana Grupo' }), world.person({ name: 'Beto Grupo' })];
	const group = await make([two, one]);
	assert.deepEqual(members(group), [one.id, two.id]);
	assert.deepEqual(history('group', group.id)[0].after, { name: group.name, description: 'De prueba', users: ['Ana Grupo', 'Beto Grupo'] });
	assert.equal((await admin.save(group.path, fields(group.name, [two]), await admin.revision(group.path))).status, 303);
	assert.deepEqual(history('group', group.id)[1], { actor: 'Administración', action: 'group.save',
		before: { users: ['Ana Grupo', 'Beto Grupo'] }, after: { users: ['Beto Grupo'] } });
	assert.match((await admin.page('/admin/groups')).text, new RegExp(`${group.name}.*?<td class="num">1</td>`, 's'));
});

test('what is wrong stands beside its field, and two who edit are told', async () => {
	const group = await make();
	assert.equal(errorOf((await admin.save('/admin/groups/new', fields('', []))).text, 'name'), 'Completá este dato.');
	assert.equal(errorOf((await admin.save('/admin/groups/new', fields(group.name.toUpperCase(), []))).text, 'name'), 'Ya hay otro con ese dato.');
	assert.equal((await admin.save('/admin/groups/new', [...fields('Con nadie', []), ['users', 'x']])).status, 422);
	const revision = await admin.revision(group.path);
	assert.equal((await admin.save(group.path, fields(`${group.name} a`, []), revision)).status, 303);
	const late = await admin.save(group.path, fields(`${group.name} b`, []), revision);
	assert.equal(late.status, 409);
	assert.equal(fieldOf(late.text, 'name'), `${group.name} b`);
});

test('a group holds the whole agency', async () => {
	const ids = sql(`INSERT INTO app_user (login, name, display_name) SELECT 'muchos-${once().slice(0, 8)}-' || n, 'Persona ' || n, 'P'
		FROM generate_series(1, 300) n RETURNING user_id`).map(([id]) => ({ id: Number(id) }));
	const group = await make(ids);
	assert.equal(members(group).length, 300);
	sql(`UPDATE app_user SET deleted_at = now(), enabled = false WHERE user_id IN (${ids.map(one => one.id)})`);
});

test('a break for a group is seen and taken by who is in it, as long as they are', async () => {
	const [inside, outside] = [world.person(), world.person()];
	const group = await make([inside]);
	const rest = await breakFor(group);
	const [one, other] = [await Staff.logIn(inside.login), await Staff.logIn(outside.login)];
	assert.match((await one.page('/desk')).text, new RegExp(rest.name));
	assert.doesNotMatch((await other.page('/desk')).text, new RegExp(rest.name));
	assert.equal((await one.post('/state', { to: String(rest.id) })).status, 200);
	assert.equal((await other.post('/state', { to: String(rest.id) })).status, 409);
	await one.post('/state', { to: 'available' });
	await admin.save(group.path, fields(group.name, []), await admin.revision(group.path));
	assert.equal((await one.post('/state', { to: String(rest.id) })).status, 409);
	assert.deepEqual(history('break', rest.id)[0].after.groups, [group.name]);
});

test('a group that a break is for is not removed; afterwards it is', async () => {
	const group = await make();
	const rest = await breakFor(group);
	const refused = await admin.save(`${group.path}/remove`, {}, await admin.revision(group.path));
	assert.equal(refused.status, 409);
	assert.match(refused.text, /Hay descansos que usan este grupo/);
	assert.match(refused.text, new RegExp(`Lo usan estos descansos: ${rest.name}`));
	await admin.save(`/admin/breaks/${rest.id}/remove`, {}, '1');
	assert.equal((await admin.save(`${group.path}/remove`, {}, await admin.revision(group.path))).status, 303);
	assert.equal((await admin.page(group.path)).status, 404);
	assert.equal(history('group', group.id).at(-1).action, 'group.remove');
});

test('somebody’s groups are part of their form too', async () => {
	const group = await make();
	const one = await made(admin, { groups: String(group.id) });
	assert.deepEqual(members(group), [one.id]);
	assert.deepEqual(history('user', one.id)[0].after.groups, [group.name]);
	const { groups, ...none } = one.fields;
	await change(admin, { ...one, fields: none }, {});
	assert.deepEqual(members(group), []);
	assert.ok(groups);
});

test('who may not manage groups sees neither list nor form', async () => {
	const supervisor = await Staff.logIn('cmendez');
	assert.equal((await supervisor.page('/admin/groups')).status, 403);
	assert.equal((await supervisor.form('/admin/groups/new', { name: 'x', once: once() })).status, 403);
});
