// Types of conversation, and with them what holds of every thing that administrators edit.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, fieldOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { Staff } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const name = () => `Tipo ${once().slice(0, 8)}`;
const idOf = text => Number(sql(`SELECT conversation_type_id FROM conversation_type WHERE name = '${text}'`)[0]?.[0]);

async function make(fields = {}) {
	const type = { name: name(), description: 'Pregunta algo', position: '3', enabled: '1', ...fields };
	const answer = await admin.save('/admin/types/new', type);
	assert.equal(answer.status, 303);
	assert.equal(answer.headers.get('location'), '/admin/types?done=saved');
	return { ...type, id: idOf(type.name) };
}

test('what is made is in the list and on record, whole', async () => {
	const type = await make();
	assert.match((await admin.page('/admin/types')).text, new RegExp(type.name));
	assert.deepEqual(history('type', type.id), [{ actor: 'Administración', action: 'type.save', before: null,
		after: { name: type.name, description: 'Pregunta algo', position: 3, enabled: true } }]);
});

test('a change is on record with what differed, and nothing else', async () => {
	const type = await make();
	const path = `/admin/types/${type.id}`;
	await admin.save(path, { ...type, description: 'Otra cosa' }, await admin.revision(path));
	assert.deepEqual(history('type', type.id)[1], { actor: 'Administración', action: 'type.save',
		before: { description: 'Pregunta algo' }, after: { description: 'Otra cosa' } });
});

test('what is wrong stands beside its field, and what was written is still there', async () => {
	const answer = await admin.save('/admin/types/new', { name: '', description: '<b>"así"', position: '3' });
	assert.equal(answer.status, 422);
	assert.equal(errorOf(answer.text, 'name'), 'Completá este dato.');
	assert.equal(fieldOf(answer.text, 'description'), '<b>"así"');
	for (const [fields, field] of [[{ name: 'x'.repeat(61) }, 'name'], [{ name: name(), position: '-1' }, 'position'],
		[{ name: name(), position: 'tres' }, 'position'], [{ name: name(), description: 'y'.repeat(201) }, 'description']]) {
		const refused = await admin.save('/admin/types/new', fields);
		assert.equal(refused.status, 422);
		assert.ok(errorOf(refused.text, field), field);
	}
});

test('two cannot have the same name, whatever its case', async () => {
	const type = await make();
	const answer = await admin.save('/admin/types/new', { name: type.name.toUpperCase() });
	assert.equal(answer.status, 422);
	assert.equal(errorOf(answer.text, 'name'), 'Ya hay otro con ese dato.');
});

test('of two who edit the same thing the second is told, with the difference, and loses nothing', async () => {
	const type = await make();
	const path = `/admin/types/${type.id}`;
	const revision = await admin.revision(path);
	await admin.save(path, { ...type, description: 'De la primera persona' }, revision);
	const late = await admin.save(path, { ...type, description: 'De la segunda' }, revision);
	assert.equal(late.status, 409);
	assert.match(late.text, /Administración guardó esto el/);
	assert.match(late.text, /De la primera persona/);
	assert.equal(fieldOf(late.text, 'description'), 'De la segunda');
	assert.equal(sql(`SELECT description FROM conversation_type WHERE conversation_type_id = ${type.id}`)[0][0], 'De la primera persona');
	const again = await admin.save(path, { ...type, description: 'De la segunda' }, fieldOf(late.text, 'revision'));
	assert.equal(again.status, 303);
	assert.equal(sql(`SELECT description FROM conversation_type WHERE conversation_type_id = ${type.id}`)[0][0], 'De la segunda');
});

test('of two who save at the very same time one is told', async () => {
	const type = await make();
	const path = `/admin/types/${type.id}`;
	const revision = await admin.revision(path);
	const answers = await Promise.all([1, 2, 3].map(i => admin.save(path, { ...type, description: `a la vez ${i}` }, revision)));
	assert.deepEqual(answers.map(answer => answer.status).sort(), [303, 409, 409]);
});

test('a form that is sent twice makes one thing', async () => {
	const fields = { name: name(), once: once(), sent: '1', revision: '' };
	const answers = await Promise.all([admin.form('/admin/types/new', fields), admin.form('/admin/types/new', fields)]);
	assert.deepEqual(answers.map(answer => answer.status), [303, 303]);
	assert.equal(sql(`SELECT count(*) FROM conversation_type WHERE name = '${fields.name}'`)[0][0], '1');
});

test('what is removed leaves the list, not the record', async () => {
	const type = await make();
	const answer = await admin.save(`/admin/types/${type.id}/remove`, {}, await admin.revision(`/admin/types/${type.id}`));
	assert.equal(answer.headers.get('location'), '/admin/types?done=removed');
	assert.doesNotMatch((await admin.page('/admin/types')).text, new RegExp(type.name));
	assert.equal((await admin.page(`/admin/types/${type.id}`)).status, 404);
	assert.equal((await admin.save(`/admin/types/${type.id}`, type, '2')).status, 404);
	assert.deepEqual(history('type', type.id)[1].action, 'type.remove');
	assert.equal((await make({ name: type.name })).name, type.name);
});

test('who may not manage them sees neither the screen nor the form', async () => {
	const operator = await Staff.logIn('mlopez');
	assert.equal((await operator.page('/admin/types')).status, 403);
	assert.equal((await operator.form('/admin/types/new', { name: name(), once: once() })).status, 403);
	assert.equal((await operator.page('/admin')).status, 403);
	assert.doesNotMatch((await operator.page('/desk')).text, /nav-admin/);
});
