// Tipificaciones: the tree that an administrator arranges, and what an operator is offered of it.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, decode, errorOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const idOf = name => Number(sql(`SELECT typification_id FROM typification WHERE name = '${name}' AND deleted_at IS NULL`)[0]?.[0]);
const rowOf = id => sql(`SELECT coalesce(parent_id, 0), path FROM typification WHERE typification_id = ${id}`)[0];
const pathOf = id => `/admin/tags/${id}`;
const pairs = fields => Object.entries(fields).flatMap(([name, value]) => (Array.isArray(value) ? value : value === '' ? [] : [value]).map(one => [name, String(one)]));
const change = async (one, fields) => admin.save(pathOf(one.id), pairs({ name: one.name, parent: one.parent ?? 0, enabled: '1', ...fields }), await admin.revision(pathOf(one.id)));
const move = async (one, fields, revision) => admin.save(`${pathOf(one.id)}/move`, fields, revision ?? await admin.revision(pathOf(one.id)));
const childrenOf = id => sql(`SELECT name FROM typification WHERE coalesce(parent_id, 0) = ${id} AND deleted_at IS NULL ORDER BY position, typification_id`).map(([name]) => name);

async function make(fields = {}) {
	const name = `Tema ${once().slice(0, 10)}`;
	const answer = await admin.save('/admin/tags/new', pairs({ name, parent: 0, enabled: '1', ...fields }));
	assert.equal(answer.status, 303, answer.text);
	return { name: fields.name ?? name, parent: fields.parent ?? 0, id: idOf(fields.name ?? name) };
}
async function family(...names) {
	const parent = await make(), children = [];
	for (const name of names) children.push(await make({ name: `${name} ${once().slice(0, 6)}`, parent: parent.id }));
	return { parent, children, names: children.map(one => one.name) };
}
// What the closing form offers to be ticked.
const offered = async (staff, id) => [...(await staff.page(`/desk/${id}/close`)).text.matchAll(/name="typification" value="(\d+)"/g)].map(([, tag]) => Number(tag));

test('what is made is in the tree and on record, with a key for bots', async () => {
	const world = new World();
	const { parent, children: [child] } = await family('Cuota');
	const third = await make({ parent: child.id, queues: [world.queue] });
	assert.deepEqual(rowOf(third.id), [String(child.id), `${parent.name} › ${child.name} › ${third.name}`]);
	assert.match((await admin.page('/admin/tags')).text, new RegExp(`${parent.name}.*${child.name}.*${third.name}.*Cola ${world.name}`, 's'));
	assert.deepEqual(history('tag', third.id)[0].after, { name: third.name, parent: `${parent.name} › ${child.name}`, position: 1, enabled: true,
		queues: [`Cola ${world.name}`] });
	assert.match(sql(`SELECT key FROM typification WHERE typification_id = ${third.id}`)[0][0], /^tema-.*-cuota-.*-tema-/);
});

test('the tree may be thirty levels deep, and the leaf is offered', async () => {
	const { id, staff } = await new World().case();
	let one = await make();
	for (let level = 1; level < 30; level++) one = await make({ parent: one.id });
	assert.match((await admin.page('/admin/tags')).text, new RegExp(one.name));
	assert.ok((await offered(staff, id)).includes(one.id));
	sql(`UPDATE typification SET enabled = false WHERE typification_id = ${one.id}`);
});

test('what is wrong stands beside its field', async () => {
	const { parent, children: [child] } = await family('Cuota');
	for (const [fields, field, text] of [
		[{ name: '' }, 'name', 'Completá este dato.'],
		[{ name: 'x'.repeat(81) }, 'name', 'Es demasiado largo.'],
		[{ name: child.name.toUpperCase(), parent: parent.id }, 'name', 'Ya hay otro con ese dato.'],
		[{ parent: 999999 }, 'parent', 'Esa tipificación ya no existe.'],
		[{ queues: ['999999'] }, 'queues', 'Hay un dato que no está bien. Revisalo y probá de nuevo.'],
	]) {
		const answer = await admin.save('/admin/tags/new', pairs({ name: 'Algo', parent: 0, ...fields }));
		assert.equal(answer.status, 422, field);
		assert.equal(errorOf(answer.text, field), text);
	}
	assert.equal(errorOf((await change(parent, { parent: child.id })).text, 'parent'), 'No puede estar adentro de sí misma.');
});

test('a new name, or another place, reaches everything below it', async () => {
	const { parent, children: [child] } = await family('Cuota');
	const leaf = await make({ parent: child.id });
	await change(child, { name: `${child.name} bis` });
	assert.equal(rowOf(leaf.id)[1], `${parent.name} › ${child.name} bis › ${leaf.name}`);
	await change({ ...child, name: `${child.name} bis` }, { parent: 0 });
	assert.equal(rowOf(leaf.id)[1], `${child.name} bis › ${leaf.name}`);
});

test('an old conversation shows what it was, whatever becomes of its tipificación', async () => {
	const { parent, children: [leaf] } = await family('Cuota');
	const { id, staff } = await new World().case();
	assert.equal((await staff.post(`/desk/${id}/close`, [['typification', leaf.id], ['once', once()]])).status, 200);
	const shows = async () => new RegExp(`>${parent.name} › ${leaf.name}<`).test(decode((await staff.page(`/desk/${id}`)).text));
	assert.ok(await shows());
	await change({ ...leaf, parent: parent.id }, { name: `Otra ${leaf.name}`, parent: 0 });
	assert.ok(await shows(), 'after a new name and place');
	await change(parent, { name: `Otro ${parent.name}` });
	await admin.save(`${pathOf(leaf.id)}/remove`, {}, await admin.revision(pathOf(leaf.id)));
	assert.equal((await admin.page(pathOf(leaf.id))).status, 404);
	assert.ok(await shows(), 'after it is removed');
});

test('a change of name and place writes one version, not two', async () => {
	const { parent, children: [leaf] } = await family('Cuota');
	await change({ ...leaf, parent: parent.id }, { name: `Otra ${leaf.name}`, parent: 0 });
	assert.equal(sql(`SELECT count(*) FROM typification_version WHERE typification_id = ${leaf.id}`)[0][0], '2');
});

test('it goes up and down among its own, into the one before, and out again', async () => {
	const { parent, children: [a, b, c], names: [A, B, C] } = await family('A', 'B', 'C');
	await move(c, { to: 'up' });
	assert.deepEqual(childrenOf(parent.id), [A, C, B]);
	await move(a, { to: 'down' });
	assert.deepEqual(childrenOf(parent.id), [C, A, B]);
	await move(c, { to: 'up' });
	assert.deepEqual(childrenOf(parent.id), [C, A, B]);
	await move(a, { to: 'in' });
	assert.deepEqual([childrenOf(parent.id), childrenOf(c.id)], [[C, B], [A]]);
	assert.equal(rowOf(a.id)[1], `${parent.name} › ${C} › ${A}`);
	await move(a, { to: 'out' });
	assert.deepEqual(childrenOf(parent.id), [C, A, B]);
	await move(b, { parent: parent.id, before: c.id });
	assert.deepEqual(childrenOf(parent.id), [B, C, A]);
	assert.deepEqual(history('tag', a.id).at(-1), { actor: 'Administración', action: 'tag.move',
		before: { parent: `${parent.name} › ${C}`, position: 1 }, after: { parent: parent.name, position: 2 } });
});

test('what cannot stand there is not moved, and says why', async () => {
	const { parent, children: [a, b] } = await family('A', 'B');
	const twin = await make({ name: a.name, parent: b.id });
	for (const [one, fields, text] of [
		[parent, { parent: a.id }, 'No puede estar adentro de sí misma.'],
		[a, { parent: 999999 }, 'Esa tipificación ya no existe.'],
		[{ id: sql(`SELECT typification_id FROM typification WHERE name = '${a.name}' AND parent_id = ${b.id}`)[0][0], ...{ name: twin.name } }, { to: 'out' },
			'En ese lugar ya hay otra con el mismo nombre.'],
	]) {
		const answer = await move(one, fields);
		assert.equal(answer.status, 409, text);
		assert.ok(decode(answer.text).includes(text), text);
	}
	assert.deepEqual(rowOf(a.id)[0], String(parent.id));
	assert.equal((await move(a, { to: 'down' }, '99')).status, 409);
	assert.equal((await move({ id: 999999 }, { to: 'up' }, '1')).status, 404);
});

test('two that are moved into each other at once make no circle', async () => {
	for (let round = 0; round < 5; round++) {
		const [one, other] = [await make(), await make()];
		await Promise.all([move(one, { parent: other.id }, '1'), move(other, { parent: one.id }, '1')]);
		assert.ok(rowOf(one.id)[0] === '0' || rowOf(other.id)[0] === '0');
		assert.match((await admin.page('/admin/tags')).text, new RegExp(`${one.name}|${other.name}`));
	}
});

test('an operator is offered what their queue offers, above and below', async () => {
	const world = new World(), elsewhere = new World();
	const { parent, children: [here, there, aside] } = await family('Acá', 'Allá', 'Aparte');
	const { id, staff } = await world.case();
	await change({ ...here, parent: parent.id }, { queues: [world.queue] });
	await change({ ...there, parent: parent.id }, { queues: [elsewhere.queue] });
	await change({ ...aside, parent: parent.id }, { enabled: '' });
	const mine = async () => (await offered(staff, id)).filter(one => [parent, here, there, aside].some(each => each.id === one));
	assert.deepEqual(await mine(), [here.id]);
	const refused = await staff.post(`/desk/${id}/close`, [['typification', there.id], ['once', once()]]);
	assert.equal(refused.status, 422);
	assert.equal(refused.json.error.field, 'typification');
	await change(parent, { queues: [elsewhere.queue] });
	assert.deepEqual(await mine(), []);
	await change(parent, { enabled: '' });
	assert.equal((await staff.post(`/desk/${id}/close`, [['typification', here.id], ['once', once()]])).status, 422);
});

test('one with others inside, or one that a bot sets, is not removed', async () => {
	const { parent, children: [child] } = await family('Cuota');
	const refused = await admin.save(`${pathOf(parent.id)}/remove`, {}, await admin.revision(pathOf(parent.id)));
	assert.equal(refused.status, 409);
	assert.match(refused.text, /Tiene otras adentro\. Movelas o eliminalas antes\./);
	const [[key]] = sql(`SELECT key FROM typification WHERE typification_id = ${child.id}`);
	const world = new World({ nodes: queue => [{ id: 'tipifica', type: 'typify', config: { typification: key }, outputs: [{ to: 'pasa' }] },
		{ id: 'pasa', type: 'handoff', config: { queue, text: 'Te paso.' } }] });
	const used = await admin.save(`${pathOf(child.id)}/remove`, {}, await admin.revision(pathOf(child.id)));
	assert.equal(used.status, 409);
	assert.match(decode(used.text), new RegExp(`La asigna el bot Bot ${world.name}`));
});

test('whether closing asks for one is switched queue by queue, on record', async () => {
	const world = new World();
	const { id, staff } = await world.case();
	const revision = sql(`SELECT revision FROM queue WHERE queue_id = ${world.queue}`)[0][0];
	assert.equal((await admin.save(`/admin/tags/queue/${world.queue}`, { required: '1' }, revision)).status, 303);
	assert.equal((await staff.post(`/desk/${id}/close`, { once: once() })).status, 422);
	assert.deepEqual(history('queue', world.queue).at(-1), { actor: 'Administración', action: 'tag.required',
		before: { typification_required: false }, after: { typification_required: true } });
	assert.equal((await admin.save(`/admin/tags/queue/${world.queue}`, {}, revision)).status, 409);
	assert.equal((await admin.save(`/admin/tags/queue/${world.queue}`, {}, String(Number(revision) + 1))).status, 303);
	assert.equal((await staff.post(`/desk/${id}/close`, { once: once() })).status, 200);
});

test('a supervisor may arrange them, an operator may not', async () => {
	const supervisor = await Staff.logIn('cmendez'), operator = await Staff.logIn('mlopez');
	assert.equal((await supervisor.page('/admin/tags')).status, 200);
	assert.equal((await operator.page('/admin/tags')).status, 403);
	const one = await make();
	for (const path of ['/admin/tags/new', pathOf(one.id), `${pathOf(one.id)}/move`, `${pathOf(one.id)}/remove`, '/admin/tags/queue/1']) {
		assert.equal((await operator.form(path, { once: once(), revision: '1', to: 'up' })).status, 403, path);
	}
});
