// Roles: what each may do, kept by nobody locking everybody out, and looking as another role.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
let admin;
before(async () => { admin = await Admin.logIn(); });

const roleOf = name => Number(sql(`SELECT role_id FROM role WHERE name = '${name}' AND deleted_at IS NULL`)[0]?.[0]);
const shipped = key => Number(sql(`SELECT role_id FROM role WHERE key = '${key}'`)[0][0]);
const keys = id => sql(`SELECT permission FROM role_permission WHERE role_id = ${id} ORDER BY 1`).map(([key]) => key);
const fields = (name, permissions) => [['name', name], ['description', ''], ...permissions.map(key => ['permissions', key])];

async function make(permissions) {
	const name = `Rol ${once().slice(0, 8)}`;
	const answer = await admin.save('/admin/roles/new', fields(name, permissions));
	assert.equal(answer.status, 303, answer.text);
	return { name, id: roleOf(name) };
}

async function somebodyWith(role) {
	const person = world.person({ role: 'operador', attends: false });
	sql(`UPDATE user_role SET role_id = ${role.id} WHERE user_id = ${person.id}`);
	return { person, staff: await Staff.logIn(person.login) };
}

test('what a role gives is in force at the next request, and on record', async () => {
	const role = await make(['type.manage']);
	const { staff } = await somebodyWith(role);
	assert.equal((await staff.page('/admin/types')).status, 200);
	assert.equal((await staff.page('/admin/breaks')).status, 403);
	const path = `/admin/roles/${role.id}`;
	await admin.save(path, fields(role.name, ['break.manage']), await admin.revision(path));
	assert.equal((await staff.page('/admin/types')).status, 403);
	assert.equal((await staff.page('/admin/breaks')).status, 200);
	assert.deepEqual(history('role', role.id)[1], { actor: 'Administración', action: 'role.save',
		before: { permissions: ['type.manage'] }, after: { permissions: ['break.manage'] } });
});

test('a name is needed and is one role’s alone; what is no permission is refused', async () => {
	const role = await make([]);
	for (const [form, field] of [[fields('', []), 'name'], [fields(role.name.toUpperCase(), []), 'name'],
		[fields('Otro', ['public']), 'permissions'], [fields('Otro', ['todo']), 'permissions']]) {
		const answer = await admin.save('/admin/roles/new', form);
		assert.equal(answer.status, 422);
		assert.ok(errorOf(answer.text, field), field);
	}
	assert.equal(roleOf('Otro'), NaN);
});

test('somebody can always manage roles', async () => {
	const path = `/admin/roles/${shipped('administrador')}`;
	const had = keys(shipped('administrador'));
	const answer = await admin.save(path, fields('Administrador', had.filter(key => key !== 'role.manage')), await admin.revision(path));
	assert.equal(answer.status, 422);
	assert.match(errorOf(answer.text, 'permissions'), /Tiene que quedar alguien/);
	assert.deepEqual(keys(shipped('administrador')), had);
});

test('a shipped role stays, one that is in use says so, another goes', async () => {
	const operator = shipped('operador');
	const kept = await admin.save(`/admin/roles/${operator}/remove`, {}, await admin.revision(`/admin/roles/${operator}`));
	assert.equal(kept.status, 409);
	assert.match(kept.text, /Los perfiles base no se eliminan/);
	const role = await make([]);
	const { person } = await somebodyWith(role);
	const used = await admin.save(`/admin/roles/${role.id}/remove`, {}, '1');
	assert.equal(used.status, 409);
	assert.match(used.text, /Hay personas con este rol/);
	sql(`UPDATE user_role SET role_id = ${operator} WHERE user_id = ${person.id}`);
	assert.equal((await admin.save(`/admin/roles/${role.id}/remove`, {}, '1')).status, 303);
	assert.equal((await admin.page(`/admin/roles/${role.id}`)).status, 404);
});

test('a copy begins with the permissions of the other', async () => {
	const role = await make(['type.manage', 'audit.view']);
	const { text } = await admin.page(`/admin/roles/new?from=${role.id}`);
	const chosen = [...text.matchAll(/name="permissions" value="([^"]*)" checked/g)].map(([, key]) => key);
	assert.deepEqual(chosen.sort(), ['audit.view', 'type.manage']);
});

test('who looks as another role sees its screens, changes nothing, and comes back', async () => {
	const looking = await Admin.logIn();
	const looks = () => history('role', shipped('operador')).filter(({ action }) => action === 'role.view').length;
	const before = looks();
	assert.equal((await looking.form(`/admin/roles/${shipped('operador')}/view`, {})).headers.get('location'), '/');
	const desk = await looking.page('/desk');
	assert.equal(desk.status, 200);
	assert.match(desk.text, /Ves como Operador · solo lectura/);
	assert.equal((await looking.page('/admin/roles')).status, 403);
	const refused = await looking.post('/sound', { on: '0' });
	assert.equal(refused.status, 403);
	assert.match(refused.json.error.message, /es solo lectura/);
	assert.equal((await looking.form('/view-as/end', {})).headers.get('location'), '/admin/roles');
	assert.equal((await looking.page('/admin/roles')).status, 200);
	assert.equal(looks(), before + 1);
});

test('looking as a role that sees all conversations shows none of them to who may not see them', async () => {
	const role = await make(['desk.attend', 'conversation.all', 'audit.view']);
	const visitor = await new World().taxpayer();
	const manager = await make(['role.manage']);
	const { staff } = await somebodyWith(manager);
	await staff.form(`/admin/roles/${role.id}/view`, {});
	assert.equal((await staff.page('/desk')).status, 200);
	assert.equal((await staff.page(`/desk/${visitor.conversation}`)).status, 404);
});

test('a role that is not there cannot be looked as', async () => {
	assert.equal((await admin.form('/admin/roles/999999/view', {})).status, 404);
	assert.equal((await admin.page('/admin/roles')).status, 200);
});
