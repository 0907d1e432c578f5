// Two contacts that are one: proposed, compared, joined and parted; with two at once, and while somebody writes.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
const contactOf = id => Number(sql(`SELECT contact_id FROM conversation WHERE conversation_id = ${id}`)[0][0]);

// An operator with a case of each of two contacts.
async function two() {
	const one = await world.case({ taxpayer: { name: 'Graciela Benítez' } });
	const visitor = await world.taxpayer({ name: 'G. Benítez', state: 'active' });
	const a = { id: one.id, visitor: one.visitor, contact: contactOf(one.id) }, b = { id: visitor.conversation, visitor, contact: contactOf(visitor.conversation) };
	return { staff: one.staff, operator: one.operator, a, b };
}
const join = (staff, into, from, fields) => staff.form(`/contacts/${into}/merge`, { once: once(), with: from, keep: 'this', ...fields });
const part = (staff, contact, merge) => staff.form(`/contacts/${contact}/split`, { once: once(), merge });
const mergeOf = from => sql(`SELECT contact_merge_id FROM contact_merge WHERE from_id = ${from} AND split_at IS NULL`)[0]?.[0];

// All that a contact has.
const whole = contact => sql(`SELECT name, cuit, cuit_state, email, phone, merged_into,
	(SELECT array_agg(identity_id ORDER BY identity_id) FROM identity i WHERE i.contact_id = k.contact_id),
	(SELECT array_agg(visitor_id ORDER BY visitor_id) FROM visitor v WHERE v.contact_id = k.contact_id),
	(SELECT array_agg(conversation_id ORDER BY conversation_id) FROM conversation c WHERE c.contact_id = k.contact_id),
	(SELECT array_agg(contact_note_id ORDER BY contact_note_id) FROM contact_note n WHERE n.contact_id = k.contact_id),
	(SELECT jsonb_object_agg(contact_field_id, value) FROM contact_value w WHERE w.contact_id = k.contact_id AND value IS NOT NULL)
	FROM contact k WHERE contact_id = ${contact}`)[0];

test('the same address or telephone is proposed; both stand side by side as the viewer sees them', async () => {
	const { staff, a, b } = await two();
	const phone = String(Math.floor(1e7 + Math.random() * 8e7));
	sql(`UPDATE contact SET email = 'G${a.contact}@correo.example', phone = '+54 9 221 ${phone}' WHERE contact_id = ${a.contact};
		UPDATE contact SET email = 'g${a.contact}@CORREO.example', phone = '0221 15${phone}' WHERE contact_id = ${b.contact}`);
	const { text } = await staff.page(`/contacts/${a.contact}/merge`);
	assert.match(text, /id="proposals"[^]*G\. Benítez[^]*mismo correo[^]*mismo teléfono/);
	const compared = (await staff.page(`/contacts/${a.contact}/merge?with=${b.contact}`)).text;
	assert.match(compared, /Nombre<\/th><td class="b">Graciela Benítez<\/td><td class="b">G\. Benítez/);
	const [[role]] = sql(`WITH r AS (INSERT INTO role (name) VALUES ('Rol ${once().slice(0, 8)}') RETURNING role_id),
		p AS (INSERT INTO role_permission SELECT role_id, unnest(ARRAY['desk.attend', 'contact.merge']) FROM r) SELECT role_id FROM r`);
	sql(`INSERT INTO role_field VALUES (${role}, 'email', 1, true), (${role}, 'phone', 0, true);
		UPDATE user_role SET role_id = ${role} WHERE user_id = (SELECT user_id FROM conversation WHERE conversation_id = ${a.id})`);
	assert.doesNotMatch((await staff.page(`/contacts/${a.contact}/merge`)).text, /id="proposals"/);
	assert.doesNotMatch((await staff.page(`/contacts/${a.contact}/merge?with=${b.contact}`)).text, new RegExp(`${phone}|g${a.contact}@`, 'i'));
});

test('joined they are one everywhere; apart again each has exactly what it had, and what came by it meanwhile', async () => {
	const { staff, operator, a, b } = await two();
	const [[field]] = sql(`INSERT INTO contact_field (name, kind) VALUES ('Dato ${once().slice(0, 8)}', 1) RETURNING contact_field_id`);
	sql(`UPDATE contact SET email = 'b@correo.example', cuit = '30${String(Math.floor(Math.random() * 1e9)).padStart(9, '0')}', cuit_state = 1 WHERE contact_id = ${b.contact};
		INSERT INTO contact_value VALUES (${b.contact}, ${field}, 'Tandil');
		INSERT INTO identity (contact_id, channel_id, kind, value) VALUES (${b.contact}, ${world.channel}, 'phone', '${once()}')`);
	await staff.form(`/contacts/${b.contact}/notes`, { once: once(), body: 'De la segunda.' });
	const before = [whole(a.contact), whole(b.contact)];
	assert.equal((await join(staff, a.contact, b.contact)).status, 303);
	const page = (await staff.page(`/desk/${b.id}`)).text;
	for (const text of ['Graciela Benítez', 'De la segunda.', 'b@correo.example', 'Tandil', `href="/desk/${a.id}"`]) assert.ok(page.includes(text), text);
	assert.match((await staff.page(`/contacts/${b.contact}`)).text, /value="Graciela Benítez"/);
	await b.visitor.say('sigo siendo yo');
	await eventually(() => sql(`SELECT 1 FROM message WHERE conversation_id = ${b.id} AND body = 'sigo siendo yo'`).length, 'it comes in');
	await staff.form(`/desk/${b.id}/close`, { once: once() });
	await b.visitor.post('/webchat/start', { key: world.name, once: once() });
	const later = await eventually(() => sql(`SELECT conversation_id FROM conversation WHERE contact_id = ${a.contact} AND state = 3 AND user_id = ${operator.id}
		AND conversation_id NOT IN (${a.id}, ${b.id})`)[0]?.[0], 'their next conversation is the kept contact’s');
	assert.match((await staff.page(`/contacts/${a.contact}/merge`)).text, /id="parts"[^]*G\. Benítez[^]*Separar/);
	assert.equal((await part(staff, a.contact, mergeOf(b.contact))).status, 303);
	const after = [whole(a.contact), whole(b.contact)];
	assert.deepEqual(after[0], before[0]);
	assert.deepEqual(after[1].map((value, i) => (i === 8 ? value.replace(`,${later}`, '') : value)), before[1]);
	assert.deepEqual(history('contact', a.contact).map(({ action }) => action), ['contact.merge', 'contact.split']);
	sql(`UPDATE contact_field SET deleted_at = now() WHERE contact_field_id = ${field}`);
});

test('apart again, what came since by a number or account goes with whose it is; what cannot be told stays', async () => {
	const { staff, a, b } = await two();
	const identity = contact => sql(`INSERT INTO identity (contact_id, channel_id, kind, value) VALUES (${contact}, ${world.channel}, 'phone', '${once()}')
		RETURNING identity_id`)[0][0];
	const [ofA, ofB] = [identity(a.contact), identity(b.contact)];
	const came = by => Number(sql(`INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, identity_id, state, queue_id, user_id, opened_at, closed_at)
		SELECT conversation_id_next(now()), channel_id, channel_version_id, contact_id, ${by}, 4, queue_id, user_id, now(), now() FROM conversation
		WHERE conversation_id = ${a.id} RETURNING conversation_id`)[0][0]);
	assert.equal((await join(staff, a.contact, b.contact)).status, 303);
	const [byA, byB, unknown] = [came(ofA), came(ofB), came('NULL')];
	assert.deepEqual([byA, byB, unknown].map(contactOf), [a.contact, a.contact, a.contact]);
	assert.equal((await part(staff, a.contact, mergeOf(b.contact))).status, 303);
	assert.deepEqual([byA, byB, unknown].map(contactOf), [a.contact, b.contact, a.contact]);
});

test('the other one can be the one that is kept', async () => {
	const { staff, a, b } = await two();
	assert.equal((await join(staff, a.contact, b.contact, { keep: 'other' })).status, 303);
	assert.deepEqual([contactOf(a.id), contactOf(b.id)], [b.contact, b.contact]);
});

test('nobody joins or parts what they do not see whole; different CUITs are two people; bad input changes nothing', async () => {
	const { staff, a, b } = await two();
	const hidden = await new World().case();
	for (const [into, from] of [[a.contact, contactOf(hidden.id)], [contactOf(hidden.id), a.contact], [a.contact, 999999999]])
		assert.equal((await join(staff, into, from)).status, 404);
	assert.equal((await staff.page(`/contacts/${a.contact}/merge?with=${contactOf(hidden.id)}`)).status, 404);
	sql(`INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, opened_at, closed_at)
		SELECT conversation_id_next(now()), channel_id, channel_version_id, ${b.contact}, 4, now(), now() FROM conversation WHERE conversation_id = ${hidden.id}`);
	const stranger = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	sql(`UPDATE conversation SET queue_id = ${new World().queue} WHERE contact_id = ${b.contact} AND state = 4`);
	assert.equal((await join(stranger, a.contact, b.contact)).status, 404);
	for (const other of ['', 'x', '-1']) {
		const answer = await join(staff, a.contact, other);
		assert.equal(answer.status, 422);
	}
	assert.equal((await join(staff, a.contact, a.contact)).status, 409);
	const digits = String(Math.floor(Math.random() * 1e8)).padStart(8, '0');
	sql(`UPDATE contact SET cuit = '30${digits}1' WHERE contact_id = ${a.contact}; UPDATE contact SET cuit = '30${digits}2' WHERE contact_id = ${b.contact}`);
	const refused = await join(staff, a.contact, b.contact);
	assert.equal(refused.status, 409);
	assert.match(refused.text, /Tienen CUIT distintos/);
	assert.equal((await part(staff, a.contact, '999999')).status, 409);
	assert.deepEqual([contactOf(a.id), contactOf(b.id)], [a.contact, b.contact]);
});

test('of two who join the same pair at once, each their way, one does; the same form twice does it once', async () => {
	const { staff, a, b } = await two();
	const answers = await Promise.all([join(staff, a.contact, b.contact), join(staff, b.contact, a.contact)]);
	assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 409]);
	assert.equal(contactOf(a.id), contactOf(b.id));
	const kept = contactOf(a.id), gone = kept === a.contact ? b.contact : a.contact, merge = mergeOf(gone);
	const parts = await Promise.all([1, 2].map(() => part(staff, kept, merge)));
	assert.deepEqual(parts.map(({ status }) => status).sort(), [303, 409]);
	const fields = { once: once(), with: b.contact, keep: 'this' };
	const twice = await Promise.all([1, 2].map(() => staff.form(`/contacts/${a.contact}/merge`, fields)));
	assert.deepEqual(twice.map(({ status }) => status), [303, 303]);
});

test('while they write, joining and parting loses no line and leaves none with a contact that is part of another', async () => {
	const { staff, a, b } = await two();
	const lines = Array.from({ length: 24 }, (each, i) => `línea ${i}`);
	const writing = (async () => { for (const line of lines) await b.visitor.say(line); })();
	for (let i = 0; i < 4; i++) {
		assert.equal((await join(staff, a.contact, b.contact)).status, 303);
		assert.equal((await part(staff, a.contact, mergeOf(b.contact))).status, 303);
	}
	assert.equal((await join(staff, a.contact, b.contact)).status, 303);
	await writing;
	const said = () => sql(`SELECT body FROM message WHERE conversation_id = ${b.id} AND body LIKE 'línea %' ORDER BY seq`).flat();
	await eventually(() => said().length >= lines.length, 'all of it is there', 10000);
	assert.deepEqual(said(), lines);
	assert.equal(sql(`SELECT count(*) FROM conversation c JOIN contact k ON k.contact_id = c.contact_id WHERE k.merged_into IS NOT NULL AND c.contact_id IN (${a.contact}, ${b.contact})`)[0][0], '0');
	assert.equal(sql(`SELECT contact_id FROM visitor WHERE visitor_id = ${b.visitor.id}`)[0][0], String(a.contact));
});

test('a CUIT that another contact has leads to comparing them', async () => {
	const { staff, a, b } = await two();
	sql(`UPDATE contact SET cuit = NULL WHERE cuit = '20123456786'; UPDATE contact SET cuit = '20123456786' WHERE contact_id = ${b.contact}`);
	const revision = sql(`SELECT revision FROM contact WHERE contact_id = ${a.contact}`)[0][0];
	const answer = await staff.form(`/contacts/${a.contact}`, { once: once(), sent: '1', revision, name: 'Graciela', cuit: '20-12345678-6', email: '', phone: '' });
	assert.equal(answer.status, 422);
	assert.ok(errorOf(answer.text, 'cuit'));
	assert.match(answer.text, new RegExp(`/contacts/${a.contact}/merge\\?with=${b.contact}`));
});
