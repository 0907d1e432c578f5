// Queues: what an administrator arranges, and what it means for a conversation.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, decode, errorOf, fieldOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const standard = { strategy: '1', priority: '0', channels: '', capacity: '0', service_level: '60', max_wait: '0', overflow: '0',
	greeting: '', greeting_mode: '1', farewell: '', farewell_mode: '1' };
const pairs = fields => Object.entries(fields).flatMap(([name, value]) => (Array.isArray(value) ? value : value === '' ? [] : [value]).map(one => [name, String(one)]));
const save = (id, fields, revision) => admin.save(`/admin/queues/${id}`, pairs({ ...standard, ...fields }), revision);

async function make(fields = {}) {
	const name = `Cola ${once().slice(0, 10)}`;
	const answer = await save('new', { name, ...fields });
	assert.equal(answer.status, 303, answer.text);
	return { name, id: Number(sql(`SELECT queue_id FROM queue WHERE name = '${name}'`)[0][0]) };
}

// The queue of a world as the form changes it.
async function change(world, fields) {
	const path = `/admin/queues/${world.queue}`;
	const answer = await save(world.queue, { name: `Cola ${world.name}`, ...fields }, await admin.revision(path));
	assert.equal(answer.status, 303, answer.text);
}

const stateOf = id => sql(`SELECT state, coalesce(queue_id, 0) FROM conversation WHERE conversation_id = ${id}`)[0].map(Number);
const said = id => sql(`SELECT body FROM message WHERE conversation_id = ${id} AND author = 3 ORDER BY seq`).map(([body]) => body);

// Makes a conversation look as if it had waited that long in its queue.
const waited = (id, minutes) => sql(`UPDATE segment SET started_at = started_at - interval '${minutes} minutes'
	WHERE conversation_id = ${id} AND ended_at IS NULL;
	UPDATE conversation SET requested_at = requested_at - interval '${minutes} minutes' WHERE conversation_id = ${id}`);

test('what is made is in the list and, in the words of people, on record', async () => {
	const next = await make();
	const [[channel, channelName]] = sql("SELECT channel_id, name FROM channel WHERE key = 'demo'");
	const queue = await make({ strategy: '3', priority: '2', channels: channel, capacity: '2', service_level: '45', max_wait: '10',
		overflow: next.id, preferred: '48', answer: '90', answer_out: '1', required: '1', greeting: '¡Hola, {{contacto.nombre}}!', greeting_mode: '2', farewell: 'Chau.', farewell_mode: '0' });
	assert.match((await admin.page('/admin/queues')).text, new RegExp(`${queue.name}.*Rotación circular.*nadie la atiende.*y pasa a ${next.name}`, 's'));
	assert.deepEqual(history('queue', queue.id), [{ actor: 'Administración', action: 'queue.save', before: null, after: { name: queue.name,
		channels: [channelName], strategy: 'round_robin', priority: 2, capacity: 2, service_level_s: 45, max_wait_s: 600, overflow: next.name,
		preferred_hours: 48, answer_s: 90, answer_out: true, typification_required: true, greeting: '¡Hola, {{contacto.nombre}}!', greeting_mode: 'suggested', farewell: 'Chau.', farewell_mode: 'off',
		wrap_s: 0, reopen_mode: 'bot', reopen_hours: 24 } }]);
});

test('its key for bots is made of its name, and stays when the name changes', async () => {
	const mark = once().slice(0, 6);
	await make({ name: `Año Nuevo: Ñandú ${mark}` }).catch(() => {});
	const [[id, key]] = sql(`SELECT queue_id, key FROM queue WHERE name LIKE 'Año Nuevo: Ñandú ${mark}'`);
	assert.equal(key, `ano-nuevo-nandu-${mark.toLowerCase()}`.replace(/[^a-z0-9]+/g, '-').replace(/-$/, ''));
	await save(id, { name: `Otro ${mark}` }, '1');
	assert.deepEqual(sql(`SELECT key, name FROM queue WHERE queue_id = ${id}`)[0], [key, `Otro ${mark}`]);
});

test('what is wrong stands beside its field, and nothing changes', async () => {
	const queue = await make();
	const path = `/admin/queues/${queue.id}`;
	for (const [fields, field, text] of [
		[{ name: '' }, 'name', 'Completá este dato.'],
		[{ name: 'planes de pago' }, 'name', 'Ya hay otro con ese dato.'],
		[{ strategy: '9' }, 'strategy', 'El número está fuera de lo permitido.'],
		[{ channels: '999999' }, 'channels', 'Hay un dato que no está bien. Revisalo y probá de nuevo.'],
		[{ capacity: '101' }, 'capacity', 'El número está fuera de lo permitido.'],
		[{ preferred: '8761' }, 'preferred', 'El número está fuera de lo permitido.'],
		[{ answer: 'ya' }, 'answer', 'Escribí un número.'],
		[{ service_level: '0' }, 'service_level', 'El número está fuera de lo permitido.'],
		[{ max_wait: 'mucho' }, 'max_wait', 'Escribí un número.'],
		[{ overflow: '1' }, 'max_wait', 'Para pasar a otra cola, indicá la espera máxima.'],
		[{ max_wait: '5', overflow: '999999' }, 'overflow', 'Hay un dato que no está bien. Revisalo y probá de nuevo.'],
		[{ max_wait: '5', overflow: String(queue.id) }, 'overflow', 'De esa cola las conversaciones volverían a esta. Elegí otra.'],
		[{ greeting: 'Hola {{contacto.apodo}}' }, 'greeting', 'Hay una variable que no existe. Revisá lo que está entre llaves.'],
		[{ farewell: 'x'.repeat(1001) }, 'farewell', 'Es demasiado largo.'],
		[{ farewell_mode: '3' }, 'farewell_mode', 'El número está fuera de lo permitido.'],
	]) {
		const answer = await save(queue.id, { name: queue.name, ...fields }, await admin.revision(path));
		assert.equal(answer.status, 422, JSON.stringify(fields));
		assert.equal(errorOf(answer.text, field), text);
	}
	assert.equal(await admin.revision(path), '1');
});

test('an overflow that comes back in a circle is refused', async () => {
	const [first, second] = [await make(), await make()];
	await save(second.id, { name: second.name, max_wait: '5', overflow: first.id }, '1');
	const answer = await save(first.id, { name: first.name, max_wait: '5', overflow: second.id }, '1');
	assert.equal(errorOf(answer.text, 'overflow'), 'De esa cola las conversaciones volverían a esta. Elegí otra.');
});

test('of two who edit it the second is told, with the difference', async () => {
	const queue = await make();
	await save(queue.id, { name: queue.name, service_level: '90' }, '1');
	const late = await save(queue.id, { name: queue.name, service_level: '30' }, '1');
	assert.equal(late.status, 409);
	assert.match(late.text, /Meta de servicio \(segundos\)<\/th><td>60<\/td><td>90/);
	assert.equal(fieldOf(late.text, 'service_level'), '30');
});

test('a queue in use is not removed, and the page says where it is used', async () => {
	const world = new World();
	await world.taxpayer({ state: 'waiting' });
	const other = await make({ max_wait: '5', overflow: world.queue });
	const refused = await admin.save(`/admin/queues/${world.queue}/remove`, {}, '1');
	assert.equal(refused.status, 409);
	const text = decode(refused.text);
	for (const use of ['todavía se usa. Abajo dice dónde.', `Primera cola del canal Canal ${world.name}`, `El bot Bot ${world.name} deriva a esta cola`,
		`La cola ${other.name} pasa a esta`, 'Conversaciones en espera o activas: 1']) assert.ok(text.includes(use), use);
	assert.equal((await admin.save(`/admin/queues/${other.id}/remove`, {}, '1')).status, 303);
	assert.doesNotMatch((await admin.page('/admin/queues')).text, new RegExp(other.name));
	assert.equal((await admin.page(`/admin/queues/${other.id}`)).status, 404);
	assert.equal(history('queue', other.id).at(-1).action, 'queue.remove');
});

test('the first queue of a channel must attend that channel', async () => {
	const world = new World(), other = new World();
	const answer = await save(world.queue, { name: `Cola ${world.name}`, channels: other.channel }, '1');
	assert.equal(answer.status, 422);
	assert.match(errorOf(answer.text, 'channels'), /Es la primera cola de un canal que no está marcado/);
});

test('what a bot hands to a queue that does not attend its channel goes to the channel\'s first', async () => {
	const elsewhere = new World(), world = new World({ nodes: () => [{ id: 'pasa', type: 'handoff', config: { queue: elsewhere.name, text: 'Te paso.' } }] });
	const open = await world.taxpayer({ state: 'waiting' });
	assert.deepEqual(stateOf(open.conversation), [2, elsewhere.queue]);
	await change(elsewhere, { channels: elsewhere.channel });
	await eventually(async () => {
		const visitor = await world.taxpayer({ state: 'waiting' });
		return stateOf(visitor.conversation)[1] === world.queue;
	}, 'in the first queue of the channel', 10000);
});

test('an operator has no more of a queue at once than it allows', async () => {
	const world = new World();
	await change(world, { capacity: '1' });
	const { id } = await world.case();
	const second = await world.taxpayer({ state: 'waiting' });
	await new Promise(done => { setTimeout(done, 1500); });
	assert.deepEqual(stateOf(second.conversation), [2, world.queue]);
	await change(world, { capacity: '2' });
	sql("INSERT INTO wake (topics) VALUES ('')");
	await eventually(() => stateOf(second.conversation)[0] === 3, 'the second is given', 10000);
	assert.equal(stateOf(id)[0], 3);
});

test('who waits longer than the maximum goes on waiting in the overflow queue, with the wait they had', async () => {
	const world = new World(), next = await make();
	await change(world, { max_wait: '10', overflow: next.id });
	const visitor = await world.taxpayer({ state: 'waiting' });
	waited(visitor.conversation, 11);
	await eventually(() => stateOf(visitor.conversation)[1] === next.id, 'in the overflow queue', 10000);
	assert.equal(stateOf(visitor.conversation)[0], 2);
	const [[age, outcomes]] = sql(`SELECT extract(epoch FROM now() - requested_at) > 600, (SELECT string_agg(coalesce(outcome::text, '-'), ' '
		ORDER BY segment_seq) FROM segment s WHERE s.conversation_id = c.conversation_id AND s.kind = 2)
		FROM conversation c WHERE conversation_id = ${visitor.conversation}`);
	assert.deepEqual([age, outcomes], ['t', '4 -']);
	const [[action, before, after]] = sql(`SELECT action, before->>'queue', after->>'queue' FROM audit
		WHERE conversation_id = ${visitor.conversation} AND action = 'conversation.move'`);
	assert.deepEqual([action, before, after], ['conversation.move', `Cola ${world.name}`, next.name]);
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	sql(`INSERT INTO user_queue SELECT user_id, ${next.id} FROM user_queue WHERE queue_id = ${world.queue} ON CONFLICT DO NOTHING`);
	assert.match(decode((await supervisor.page(`/desk/${visitor.conversation}`)).text), new RegExp(`Esperó el máximo en Cola ${world.name} y pasó a ${next.name}`));
});

test('without an overflow queue who waits longer than the maximum is closed as lost', async () => {
	const world = new World();
	await change(world, { max_wait: '10' });
	const visitor = await world.taxpayer({ state: 'waiting' });
	waited(visitor.conversation, 11);
	await eventually(() => stateOf(visitor.conversation)[0] === 4, 'closed', 10000);
	assert.equal(sql(`SELECT outcome FROM segment WHERE conversation_id = ${visitor.conversation} AND kind = 2`)[0][0], '3');
});

test('a conversation does not go back to a queue where it waited already', async () => {
	const [first, second] = [new World(), new World()];
	// As two administrators at the same instant could leave it.
	sql(`UPDATE queue SET max_wait_s = 600, overflow_queue_id = CASE queue_id WHEN ${first.queue} THEN ${second.queue} ELSE ${first.queue} END
		WHERE queue_id IN (${first.queue}, ${second.queue})`);
	const visitor = await first.taxpayer({ state: 'waiting' });
	waited(visitor.conversation, 11);
	await eventually(() => stateOf(visitor.conversation)[1] === second.queue, 'in the second', 10000);
	waited(visitor.conversation, 11);
	await eventually(() => stateOf(visitor.conversation)[0] === 4, 'closed', 10000);
});

test('the greeting is said by itself, suggested, or not at all', async () => {
	for (const [mode, spoken, offered] of [['1', true, false], ['2', false, true], ['0', false, false]]) {
		const world = new World();
		await change(world, { greeting: '¡Hola, {{contacto.nombre}}! Soy {{operador.nombre}} de {{cola.nombre}}.', greeting_mode: mode });
		const { id, staff } = await world.case();
		const text = `¡Hola, Graciela Benítez! Soy Persona de Cola ${world.name}.`;
		assert.deepEqual(said(id), spoken ? [text] : []);
		const button = new RegExp(`data-insert="${text}"`);
		assert.equal(button.test(decode((await staff.page(`/desk/${id}`)).text)), offered, `suggested with ${mode}`);
		await staff.post(`/desk/${id}/messages`, { text: 'Buenas.', once: once() });
		assert.doesNotMatch(decode((await staff.page(`/desk/${id}`)).text), button, 'gone after the first answer');
	}
});

test('the farewell is said by itself, as the operator leaves it, or not at all', async () => {
	for (const [mode, sent, expected] of [['1', 'Otra cosa', 'Gracias, Graciela Benítez.'], ['2', 'Gracias y suerte.', 'Gracias y suerte.'],
		['2', '', undefined], ['0', 'Otra cosa', undefined]]) {
		const world = new World();
		await change(world, { farewell: 'Gracias, {{contacto.nombre}}.', farewell_mode: mode });
		const { id, staff } = await world.case();
		const form = (await staff.page(`/desk/${id}/close`)).text;
		assert.equal(fieldOf(form, 'farewell'), mode === '2' ? 'Gracias, Graciela Benítez.' : undefined);
		const answer = await staff.post(`/desk/${id}/close`, { farewell: sent, once: once() });
		assert.equal(answer.status, 200);
		assert.equal(said(id).at(-1), expected);
	}
});

test('closing asks for a tipificación where the queue says so, from the moment it says so', async () => {
	const world = new World();
	const { id, staff } = await world.case();
	await change(world, { required: '1' });
	const refused = await staff.post(`/desk/${id}/close`, { once: once() });
	assert.equal(refused.status, 422);
	assert.equal(refused.json.error.field, 'typification');
	await change(world, {});
	assert.equal((await staff.post(`/desk/${id}/close`, { once: once() })).status, 200);
});

test('a new name is in the list at once; what happened before keeps the old one', async () => {
	const world = new World();
	const { id } = await world.case();
	await save(world.queue, { name: `Nueva ${world.name}` }, await admin.revision(`/admin/queues/${world.queue}`));
	assert.equal(sql(`SELECT v.name FROM segment s JOIN queue_version v USING (queue_version_id)
		WHERE s.conversation_id = ${id} AND s.kind = 2`)[0][0], `Cola ${world.name}`);
});

test('who may not manage queues gets neither the screen nor the form', async () => {
	const supervisor = await Staff.logIn('cmendez');
	for (const path of ['/admin/queues', '/admin/queues/new']) assert.equal((await supervisor.page(path)).status, 403);
	assert.equal((await supervisor.form('/admin/queues/new', { name: 'x', once: once() })).status, 403);
});
