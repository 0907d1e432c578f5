// What a role sees of a contact: the same on every page and in what a held poll brings.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, history } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
const SEEN = { name: '2', name_exports: '1', cuit: '2', cuit_exports: '1', email: '2', email_exports: '1', phone: '2', phone_exports: '1' };
let admin;
before(async () => { admin = await Admin.logIn(); });

// A role that may attend and look at the board, and somebody with it who has a case.
async function somebody(sight) {
	const [[role]] = sql(`WITH r AS (INSERT INTO role (name) VALUES ('Rol ${once().slice(0, 8)}') RETURNING role_id),
		p AS (INSERT INTO role_permission SELECT role_id, unnest(ARRAY['desk.attend', 'board.view', 'conversation.supervise']) FROM r)
		SELECT role_id FROM r`);
	const operator = world.person();
	sql(`UPDATE user_role SET role_id = ${role} WHERE user_id = ${operator.id};
		UPDATE agent_state SET state = 0 WHERE user_id IN (SELECT user_id FROM user_queue WHERE queue_id = ${world.queue})`);
	const staff = await Staff.logIn(operator.login);
	const visitor = await world.taxpayer({ name: 'Graciela Beatriz Benítez', state: 'active' });
	const cuit = `2${String(Math.floor(Math.random() * 1e10)).padStart(10, '0')}`;
	sql(`UPDATE contact SET cuit = '${cuit}', email = 'graciela@correo.example', phone = '+54 9 221 555-0100'
		WHERE contact_id = (SELECT contact_id FROM conversation WHERE conversation_id = ${visitor.conversation})`);
	const path = `/admin/fields/${role}`;
	assert.equal((await admin.save(path, { ...SEEN, ...sight }, await admin.revision(path))).status, 303);
	return { role, staff, operator, visitor, path: `/desk/${visitor.conversation}`, cuit: `${cuit.slice(0, 2)}-${cuit.slice(2, 10)}-${cuit.slice(10)}` };
}

// Everything that shows a contact to somebody: pages, and the answer to a poll.
async function everything({ staff, path, visitor }) {
	const texts = [];
	for (const page of [path, '/desk', '/desk/list', '/board', `${path}/close`]) texts.push((await staff.page(page)).text);
	const poll = await fetch(`${info.base_url}/live?v=shell,desk:0,board,c${visitor.conversation}:0&c=1:1:`,
		{ headers: { Cookie: `sid=${staff.cookies.sid}`, 'X-Fragment': '1' } });
	assert.equal(poll.status, 200);
	texts.push(await poll.text());
	return texts.join('\n');
}

test('without a limit all is seen', async () => {
	const case_ = await somebody({});
	const text = await everything(case_);
	for (const value of ['Graciela Beatriz Benítez', case_.cuit, 'graciela@correo.example', '+54 9 221 555-0100']) assert.ok(text.includes(value), value);
});

test('what is masked is masked wherever it stands', async () => {
	const case_ = await somebody({ name: '1', cuit: '1', email: '1', phone: '1' });
	const text = await everything(case_);
	for (const value of ['Graciela Beatriz', case_.cuit, 'graciela@', '9 221 555']) assert.ok(!text.includes(value), value);
	for (const value of ['Graciela B. B.', `••-•••••${case_.cuit.slice(8)}`, 'g•••@correo.example']) assert.ok(text.includes(value), value);
});

test('what is hidden is nowhere', async () => {
	const case_ = await somebody({ name: '0', cuit: '0', email: '0', phone: '0' });
	const text = await everything(case_);
	for (const value of ['Graciela', 'Benítez', case_.cuit.slice(3, 11), 'correo.example', '555-0100']) assert.ok(!text.includes(value), value);
	assert.match(text, /Visitante \d/);
	assert.match(text, /El CUIT no es visible para tu rol/);
});

test('who has several roles sees what the one that sees most does', async () => {
	const case_ = await somebody({ cuit: '0' });
	sql(`WITH r AS (INSERT INTO role (name) VALUES ('Otro ${once().slice(0, 8)}') RETURNING role_id)
		INSERT INTO user_role SELECT ${case_.operator.id}, role_id FROM r`);
	assert.ok((await everything(case_)).includes(case_.cuit));
});

test('a change is on record in the words of people, and a wrong value is refused', async () => {
	const { role } = await somebody({ cuit: '1', cuit_exports: '' });
	assert.equal(history('field', role).at(-1).after.cuit, 'masked');
	const path = `/admin/fields/${role}`;
	const answer = await admin.save(path, { ...SEEN, phone: '7' }, await admin.revision(path));
	assert.equal(answer.status, 422);
	assert.ok(errorOf(answer.text, 'phone'));
	assert.equal((await admin.save('/admin/fields/999999', SEEN, '1')).status, 404);
});

test('the contact sees who attends only where the agency wants it', async () => {
	const person = world.person({ name: 'Florencia Quiroga' });
	sql(`UPDATE agent_state SET state = 0 WHERE user_id IN (SELECT user_id FROM user_queue WHERE queue_id = ${world.queue})`);
	const staff = await Staff.logIn(person.login);
	const visitor = await world.taxpayer({ state: 'active' });
	await staff.post(`/desk/${visitor.conversation}/messages`, { text: 'Buen día', once: once() });
	const seen = async () => JSON.stringify((await visitor.get('/webchat/messages')).json);
	assert.match(await seen(), /Florencia/);
	sql(`INSERT INTO setting (key, value) VALUES ('contact.operator', '"nobody"') ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	try {
		assert.doesNotMatch(await seen(), /Florencia/);
		assert.match(await seen(), /Buen día/);
	} finally {
		sql(`UPDATE setting SET value = '"name"' WHERE key = 'contact.operator'`);
	}
});
