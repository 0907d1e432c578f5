// People made through the administration's own form, for tests.
import assert from 'node:assert/strict';
import { sql } from './instance.mjs';
import { once } from './visitor.mjs';

export const roleId = key => sql(`SELECT role_id FROM role WHERE key = '${key}'`)[0][0];
export const userId = login => Number(sql(`SELECT user_id FROM app_user WHERE login = '${login}' AND deleted_at IS NULL`)[0]?.[0]);

// Fields of a form for somebody new; changes: others than these.
export function person(changes = {}) {
	const mark = once().slice(0, 8);
	return { name: `Persona ${mark}`, display_name: 'Perla', login: `p-${mark}`, email: `${mark}@agencia.example`,
		staff_number: `L${mark}`, dni: String(10000000 + Number.parseInt(mark.slice(0, 6), 16)), office: 'La Plata',
		roles: roleId('operador'), enabled: '1', attends: '1', capacity: '4', ...changes };
}

// Somebody made by admin: {id, path, ...fields}.
export async function made(admin, changes) {
	const fields = person(changes);
	const answer = await admin.save('/admin/users/new', fields);
	assert.equal(answer.status, 303, answer.text);
	const id = userId(fields.login);
	return { ...fields, id, path: `/admin/users/${id}`, fields };
}

// Change some of their fields as the form would.
export async function change(admin, one, changes) {
	return admin.save(one.path, { ...one.fields, ...changes }, await admin.revision(one.path));
}

// They know the demonstration's password.
export const giveThePassword = one => sql(`UPDATE app_user SET password_hash = (SELECT password_hash FROM app_user
	WHERE login = 'admin') WHERE user_id = ${one.id}`);
