// Notices: what each role is told and how, and who is told of what.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, history } from '../support/admin.mjs';
import { haste, sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

async function role() {
	const name = `Rol ${once().slice(0, 8)}`;
	assert.equal((await admin.save('/admin/roles/new', { name, description: '' })).status, 303);
	const [[id]] = sql(`SELECT role_id FROM role WHERE name = '${name}'`);
	return { id: Number(id), name, path: `/admin/notifications/${id}` };
}
const tones = { case_tone: '1', message_tone: '2', transfer_tone: '3', waiting_tone: '4', silent_tone: '4', supervision_tone: '3' };
const save = async (one, fields) => admin.save(one.path, { ...tones, ...fields }, await admin.revision(one.path));

test('a role begins with a sound for a new case and for a line, and has what is decided for it', async () => {
	const one = await role();
	const row = async () => new RegExp(`<tr><th[^>]*><a href="${one.path}".*?</tr>`, 's').exec((await admin.page('/admin/notifications')).text)[0];
	assert.match(await row(), /Sonido: Campana.*En pantalla.*Sonido: Gota.*nada.*nada.*nada/s);
	assert.equal((await save(one, { waiting_sound: '1', waiting_browser: '1', silent_shown: '1' })).status, 303);
	assert.match(await row(), /nada.*nada.*nada.*Sonido: Alerta.*Del navegador.*En pantalla/s);
	const [change] = history('notice', one.id);
	assert.equal(change.action, 'notice.save');
	assert.equal(change.after.waiting, 'sonido alert, navegador');
});

test('a tone that there is not is refused beside its field, and the second of two is told', async () => {
	const one = await role();
	const revision = await admin.revision(one.path);
	const bad = await admin.save(one.path, { ...tones, case_tone: '9' }, revision);
	assert.equal(bad.status, 422);
	assert.equal(errorOf(bad.text, 'case_tone'), 'El número está fuera de lo permitido.');
	await admin.save(one.path, tones, revision);
	assert.equal((await admin.save(one.path, { ...tones, case_sound: '1' }, revision)).status, 409);
	assert.equal((await admin.page('/admin/notifications/999999999')).status, 404);
	assert.equal((await (await Staff.logIn('mlopez')).page('/admin/notifications')).status, 403);
});

test('who has several roles is told what any of them wants', async () => {
	const world = new World();
	const person = world.person();
	const one = await role();
	await save(one, { waiting_sound: '1', waiting_tone: '3' });
	sql(`INSERT INTO user_role (user_id, role_id) VALUES (${person.id}, ${one.id})`);
	const staff = await Staff.logIn(person.login);
	const { text } = await staff.page('/desk');
	const rules = /data-notices="([^"]*)"/.exec(text)[1].split(' ');
	assert.ok(rules.includes('waiting:1:0:0:double'), rules.join(' '));
	assert.ok(rules.some(rule => rule.startsWith('case:1:')), rules.join(' '));
});

test('those of the queue whose roles want it hear of a conversation that waits too long, once', async () => {
	const world = new World();
	const [supervisor, operator] = [world.person({ role: 'supervisor', attends: false }), world.person()];
	await Promise.all([Staff.logIn(supervisor.login), Staff.logIn(operator.login)]);
	sql(`UPDATE agent_state SET state = 0 WHERE user_id = ${operator.id}`);
	const { conversation } = await world.taxpayer({ state: 'waiting' });
	sql(`UPDATE segment SET started_at = started_at - interval '10 minutes' WHERE conversation_id = ${conversation} AND ended_at IS NULL`);
	const told = () => sql(`SELECT user_id FROM notice WHERE conversation_id = ${conversation} AND event = 4`).map(([id]) => Number(id));
	await eventually(() => told().length, 'somebody is told', 15000);
	await new Promise(done => setTimeout(done, 6000 / haste));
	assert.deepEqual(told(), [supervisor.id]);
});

test('each person sets their own sound and volume, and nothing else is taken', async () => {
	const world = new World();
	const person = world.person();
	const staff = await Staff.logIn(person.login);
	const own = () => sql(`SELECT sound, volume FROM app_user WHERE user_id = ${person.id}`)[0].join();
	assert.equal(own(), 't,60');
	assert.equal((await staff.post('/sound', { volume: '30' })).status, 200);
	assert.equal(own(), 't,30');
	assert.equal((await staff.post('/sound', { on: '0' })).status, 200);
	assert.equal(own(), 'f,30');
	for (const fields of [{}, { volume: '101' }, { volume: 'fuerte' }, { on: '2' }])
		assert.equal((await staff.post('/sound', fields)).status, 422, JSON.stringify(fields));
	assert.equal(own(), 'f,30');
});

test('the queue that a conversation goes over to is told, and so are operator and supervision of one without an answer', async () => {
	const [from, into] = [new World(), new World()];
	const operator = into.person();
	const supervisor = into.person({ role: 'supervisor', attends: false });
	await Promise.all([Staff.logIn(operator.login), Staff.logIn(supervisor.login)]);
	sql(`UPDATE queue SET max_wait_s = 60, overflow_queue_id = ${into.queue} WHERE queue_id = ${from.queue};
		INSERT INTO user_channel (user_id, channel_id) VALUES (${operator.id}, ${from.channel});
		UPDATE silence_rule SET own = true, agent_warn_s = 60 WHERE queue_id = ${into.queue}`);
	const { conversation } = await from.taxpayer({ state: 'waiting' });
	sql(`UPDATE segment SET started_at = started_at - interval '10 minutes' WHERE conversation_id = ${conversation} AND ended_at IS NULL`);
	const told = event => sql(`SELECT user_id FROM notice WHERE conversation_id = ${conversation} AND event = ${event} ORDER BY user_id`)
		.map(([id]) => Number(id));
	await eventually(() => told(3).length, 'the other queue is told', 20000);
	assert.deepEqual(told(3), [operator.id]);
	await eventually(() => sql(`SELECT state FROM conversation WHERE conversation_id = ${conversation}`)[0][0] === '3', 'it has an operator', 10000);
	sql(`UPDATE conversation SET opened_at = opened_at - interval '1 hour', assigned_at = now() - interval '30 minutes',
		last_contact_at = now() - interval '20 minutes' WHERE conversation_id = ${conversation}`);
	await eventually(() => told(5).length, 'the silence is told', 20000);
	assert.deepEqual(told(5), [operator.id, supervisor.id]);
});
