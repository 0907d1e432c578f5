// Contacts as people keep them: data, notes, fields of the agency's own, blocks, history; each as far as a role sees it.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, fieldOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
let admin;
before(async () => { admin = await Admin.logIn(); });

// A CUIT with its check digit.
function cuit() {
	for (;;) {
		const digits = `20${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
		const sum = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2].reduce((all, weight, i) => all + weight * Number(digits[i]), 0);
		const check = (11 - sum % 11) % 11;
		if (check < 10) return digits + check;
	}
}
const contactOf = id => Number(sql(`SELECT contact_id FROM conversation WHERE conversation_id = ${id}`)[0][0]);
const row = contact => sql(`SELECT coalesce(name, ''), coalesce(cuit, ''), coalesce(email, ''), coalesce(phone, '') FROM contact WHERE contact_id = ${contact}`)[0];
const revision = contact => sql(`SELECT revision FROM contact WHERE contact_id = ${contact}`)[0][0];

async function somebody(options) {
	const made = await world.case(options);
	return { ...made, contact: contactOf(made.id), page: `/contacts/${contactOf(made.id)}`, desk: `/desk/${made.id}` };
}
const save = ({ staff, page, contact, desk }, fields, from = revision(contact)) =>
	staff.form(page, { once: once(), sent: '1', revision: from, next: desk, ...fields });
const supervisor = async () => Staff.logIn(world.person({ role: 'supervisor' }).login);

// A role that attends, may edit, and sees this of contacts.
function limited(operator, sight) {
	const [[role]] = sql(`WITH r AS (INSERT INTO role (name) VALUES ('Rol ${once().slice(0, 8)}') RETURNING role_id),
		p AS (INSERT INTO role_permission SELECT role_id, unnest(ARRAY['desk.attend', 'contact.edit']) FROM r)
		SELECT role_id FROM r`);
	for (const [field, shows] of Object.entries(sight)) sql(`INSERT INTO role_field VALUES (${role}, '${field}', ${shows}, true)`);
	sql(`UPDATE user_role SET role_id = ${role} WHERE user_id = ${operator.id}`);
	return role;
}

async function field(fields) {
	const name = `Dato ${once().slice(0, 8)}`;
	assert.equal((await admin.save('/admin/custom/new', { name, options: '', position: '1', ...fields })).status, 303);
	const [[id]] = sql(`SELECT contact_field_id FROM contact_field WHERE name = '${name}'`);
	return { id, name, key: `x${id}`, gone: () => sql(`UPDATE contact_field SET deleted_at = now() WHERE contact_field_id = ${id}`) };
}

test('data is corrected, with the CUIT’s digits, and is on record with what differed', async () => {
	const one = await somebody({ taxpayer: { name: 'Graciela' } });
	const number = cuit();
	const answer = await save(one, { name: 'Graciela Benítez', cuit: `${number.slice(0, 2)}-${number.slice(2, 10)}-${number.slice(10)}`, email: 'g@correo.example', phone: '+54 9 221 555-0100' });
	assert.equal(answer.headers.get('location'), one.desk);
	assert.deepEqual(row(one.contact), ['Graciela Benítez', number, 'g@correo.example', '+54 9 221 555-0100']);
	const last = history('contact', one.contact).at(-1);
	assert.deepEqual([last.action, last.before.name, last.after.name, last.after.cuit], ['contact.save', 'Graciela', 'Graciela Benítez', number]);
	const { text } = await one.staff.page(one.desk);
	assert.match(text, /CUIT declarada<\/span> <span[^>]*>dígito verificador correcto/);
});

test('what is wrong stands beside its field, and what was written is still there', async () => {
	const one = await somebody();
	const other = await somebody();
	const taken = cuit();
	await save(other, { name: 'Otra', cuit: taken, email: '', phone: '' });
	const before = row(one.contact);
	const right = { name: 'Ana', cuit: '', email: '', phone: '' };
	for (const [fields, where, text] of [[{ cuit: '20-11111111-1' }, 'cuit', 'Revisá el CUIT'], [{ cuit: '123' }, 'cuit', 'Revisá el CUIT'], [{ cuit: taken }, 'cuit', 'Otro contacto tiene ese CUIT'],
		[{ email: 'sin arroba' }, 'email', 'Revisá la dirección'], [{ email: 'a@b@c.d' }, 'email', 'Revisá'], [{ phone: 'llamame' }, 'phone', 'Revisá el teléfono'],
		[{ phone: '12' }, 'phone', 'Revisá'], [{ name: 'x'.repeat(121) }, 'name', 'demasiado largo']]) {
		const answer = await save(one, { ...right, ...fields });
		assert.equal(answer.status, 422, JSON.stringify(fields));
		assert.match(errorOf(answer.text, where), new RegExp(text), JSON.stringify(fields));
		assert.equal(fieldOf(answer.text, where), Object.values(fields)[0]);
	}
	assert.deepEqual(row(one.contact), before);
});

test('of two who edit one contact the second is told with the difference, as far as they see it', async () => {
	const one = await somebody({ taxpayer: { name: 'Olga' } });
	const boss = await supervisor();
	const from = revision(one.contact);
	limited(one.operator, { email: 0 });
	assert.equal((await boss.form(one.page, { once: once(), sent: '1', revision: from, name: 'Olga Ruiz', cuit: '', email: 'secreto@correo.example', phone: '' })).status, 303);
	const late = await save(one, { name: 'Olga R.', cuit: '', phone: '' }, from);
	assert.equal(late.status, 409);
	assert.match(late.text, /guardó esto el[^]*Olga Ruiz/);
	assert.doesNotMatch(late.text, /secreto/);
	assert.equal(fieldOf(late.text, 'name'), 'Olga R.');
	assert.equal((await save(one, { name: 'Olga R.', cuit: '', phone: '' }, fieldOf(late.text, 'revision'))).status, 303);
	assert.deepEqual(row(one.contact), ['Olga R.', '', 'secreto@correo.example', '']);
});

test('what a role does not see whole it neither sees in the form nor changes', async () => {
	const one = await somebody({ taxpayer: { name: 'Graciela Benítez' } });
	sql(`UPDATE contact SET email = 'g@correo.example', phone = '221 555-0100' WHERE contact_id = ${one.contact}`);
	limited(one.operator, { name: 1, phone: 0 });
	const { text } = await one.staff.page(one.page);
	assert.doesNotMatch(text, /name="name"|name="phone"|Benítez|555-0100/);
	await save(one, { name: 'Pisada', phone: '000000', email: 'nuevo@correo.example', cuit: '' });
	assert.deepEqual(row(one.contact), ['Graciela Benítez', '', 'nuevo@correo.example', '221 555-0100']);
});

test('a contact of others is the same 404 as none, for its data, notes, history and blocks', async () => {
	const one = await somebody();
	const stranger = (await new World().case()).staff;
	for (const path of [one.page, `${one.page}/history`, '/contacts/999999999', '/contacts/x']) assert.equal((await stranger.page(path)).status, 404, path);
	assert.equal((await stranger.form(one.page, { once: once(), sent: '1', revision: '1', name: 'x' })).status, 404);
	assert.equal((await stranger.form(`${one.page}/notes`, { once: once(), body: 'x' })).status, 404);
	assert.equal((await one.staff.page(`${one.page}/block`)).status, 403);
});

test('the audit shows of a contact’s data what its reader sees of contacts', async () => {
	const one = await somebody({ taxpayer: { name: 'Graciela' } });
	await save(one, { name: 'Graciela Benítez', cuit: '', email: 'secreto@correo.example', phone: '' });
	const [[row]] = sql(`SELECT max(audit_id) FROM audit WHERE action = 'contact.save' AND entity_id = ${one.contact}`);
	assert.match((await admin.page(`/admin/audit/${row}`)).text, /Benítez[^]*secreto@correo\.example/);
	const reader = world.person({ attends: false }), role = limited(reader, { email: 0, name: 1 });
	sql(`INSERT INTO role_permission VALUES (${role}, 'audit.view')`);
	const { status, text } = await (await Staff.logIn(reader.login)).page(`/admin/audit/${row}`);
	assert.equal(status, 200);
	assert.match(text, /Graciela B\./);
	assert.doesNotMatch(text, /secreto|Benítez/);
});

test('notes say who and when; only their author changes or takes them away; a form twice is one note', async () => {
	const one = await somebody();
	const boss = await supervisor();
	const fields = { once: once(), body: 'Pide factura A.', next: one.desk };
	await one.staff.form(`${one.page}/notes`, fields);
	await one.staff.form(`${one.page}/notes`, fields);
	const { text } = await one.staff.page(one.desk);
	assert.equal([...text.matchAll(/<p class="sm wrapt">Pide factura A\./g)].length, 1);
	const [[note]] = sql(`SELECT contact_note_id FROM contact_note WHERE contact_id = ${one.contact}`);
	for (const change of [{ body: 'mía' }, { remove: '1' }]) assert.equal((await boss.post(`${one.page}/notes`, { once: once(), note, ...change })).status, 404);
	await one.staff.form(`${one.page}/notes`, { once: once(), note, body: 'Pide factura B.' });
	assert.match((await boss.page(one.desk)).text, /Pide factura B\.[^]*editada/);
	assert.doesNotMatch((await boss.page(one.desk)).text, /Cambiar nota/);
	await one.staff.form(`${one.page}/notes`, { once: once(), note, remove: '1' });
	assert.doesNotMatch((await boss.page(one.desk)).text, /Pide factura/);
	assert.deepEqual(history('contact', one.contact).map(({ after }) => after.what), ['added', 'changed', 'removed']);
	assert.equal((await one.staff.post(`${one.page}/notes`, { once: once(), body: '  ' })).status, 422);
	assert.equal((await one.staff.post(`${one.page}/notes`, { once: once(), body: 'x'.repeat(2001) })).status, 422);
});

test('fields of the agency’s own are checked by kind, asked for when required, and obey what a role sees', async () => {
	const one = await somebody();
	const list = await field({ kind: '4', options: 'La Plata\nTandil\n\n La Plata ', required: '1' });
	const day = await field({ kind: '3' }), count = await field({ kind: '2' }), flag = await field({ kind: '5' }), free = await field({ kind: '1' });
	const base = { name: 'Ana', cuit: '', email: '', phone: '', [list.key]: 'Tandil' };
	for (const [fields, key] of [[{ [list.key]: '' }, list.key], [{ [list.key]: 'Marte' }, list.key], [{ [day.key]: '2026-02-30' }, day.key], [{ [count.key]: 'doce' }, count.key],
		[{ [flag.key]: '7' }, flag.key], [{ [free.key]: 'x'.repeat(501) }, free.key]]) {
		const answer = await save(one, { ...base, ...fields });
		assert.equal(answer.status, 422, JSON.stringify(fields));
		assert.ok(errorOf(answer.text, key), key);
	}
	assert.equal((await save(one, { ...base, [day.key]: '9/6/2026', [count.key]: '1.234,5', [flag.key]: '1', [free.key]: 'Zona norte' })).status, 303);
	assert.deepEqual(sql(`SELECT value FROM contact_value WHERE contact_id = ${one.contact} AND contact_field_id IN (${day.id}, ${count.id}) ORDER BY value`).flat(), ['1234.5', '2026-06-09']);
	const shown = async () => (await one.staff.page(one.desk)).text;
	for (const text of ['Tandil', '09/06/2026', '1234,5', 'Zona norte']) assert.ok((await shown()).includes(text), text);
	limited(one.operator, { [free.key]: 0, [list.key]: 1 });
	assert.doesNotMatch(await shown(), /Zona norte|Tandil/);
	assert.match(await shown(), /T•••/);
	assert.doesNotMatch((await one.staff.page(one.page)).text, /Zona norte|Tandil/);
	const last = history('contact', one.contact).at(-1);
	assert.equal(last.after[free.key], 'Zona norte');
	for (const each of [list, day, count, flag, free]) each.gone();
	assert.doesNotMatch(await shown(), /T•••/);
});

test('a field is defined in a form of its own: wrong ones are refused, its kind stays', async () => {
	for (const [fields, where] of [[{ name: '' }, 'name'], [{ name: 'x'.repeat(61) }, 'name'], [{ kind: '9' }, 'kind'], [{ kind: '4', options: ' \n' }, 'options'],
		[{ kind: '4', options: 'y'.repeat(81) }, 'options'], [{ position: '-1' }, 'position']]) {
		const answer = await admin.save('/admin/custom/new', { name: `D ${once().slice(0, 8)}`, kind: '1', options: '', position: '1', ...fields });
		assert.equal(answer.status, 422, JSON.stringify(fields));
		assert.ok(errorOf(answer.text, where), where);
	}
	const made = await field({ kind: '2' }), path = `/admin/custom/${made.id}`;
	assert.equal((await admin.save('/admin/custom/new', { name: made.name.toUpperCase(), kind: '1', options: '', position: '1' })).status, 422);
	await admin.save(path, { name: made.name, kind: '1', options: '', position: '2' }, await admin.revision(path));
	assert.deepEqual(sql(`SELECT kind, position FROM contact_field WHERE contact_field_id = ${made.id}`)[0], ['2', '2']);
	const [[role]] = sql("SELECT role_id FROM role WHERE key = 'operador_saliente'");
	assert.match((await admin.page(`/admin/fields/${role}`)).text, new RegExp(`name="${made.key}"`));
	assert.equal((await admin.save(`${path}/remove`, {}, await admin.revision(path))).status, 303);
	assert.deepEqual(history('custom', made.id).map(({ action }) => action), ['custom.save', 'custom.save', 'custom.remove']);
});

test('what a blocked contact writes is kept and answered by nothing, until it is lifted or over', async () => {
	const one = await somebody();
	const boss = await supervisor(), path = `${one.page}/block`;
	for (const [fields, where] of [[{ reason: '', days: '1' }, 'reason'], [{ reason: 'x'.repeat(301), days: '1' }, 'reason'], [{ reason: 'a', days: '-1' }, 'days'], [{ reason: 'a', days: '4000' }, 'days']]) {
		const answer = await boss.form(path, { once: once(), sent: '1', ...fields });
		assert.equal(answer.status, 422);
		assert.ok(errorOf(answer.text, where), where);
	}
	assert.equal((await boss.form(path, { once: once(), sent: '1', reason: 'Insulta', days: '7', next: one.desk })).headers.get('location'), one.desk);
	await one.visitor.say('¿me escuchan?');
	const unheard = () => sql(`SELECT body FROM contact_unheard WHERE contact_id = ${one.contact}`).flat();
	await eventually(() => unheard().length, 'it is kept');
	assert.deepEqual(unheard(), ['¿me escuchan?']);
	assert.equal(sql(`SELECT count(*) FROM message WHERE conversation_id = ${one.id} AND body = '¿me escuchan?'`)[0][0], '0');
	assert.match((await one.staff.page(one.desk)).text, /Bloqueado hasta[^]*Insulta[^]*Escribió una vez mientras/);
	assert.match((await boss.page(path)).text, /¿me escuchan\?/);
	assert.equal((await one.staff.form(path, { once: once(), lift: '1' })).status, 403);
	await boss.form(path, { once: once(), sent: '1', lift: '1' });
	await one.visitor.say('ahora sí');
	await eventually(() => sql(`SELECT 1 FROM message WHERE conversation_id = ${one.id} AND body = 'ahora sí'`).length, 'it is heard');
	assert.deepEqual(history('contact', one.contact).map(({ action }) => action), ['contact.block', 'contact.unblock']);
	await boss.form(path, { once: once(), sent: '1', reason: 'Otra vez', days: '1' });
	sql(`UPDATE contact SET blocked_until = now() - interval '1 second' WHERE contact_id = ${one.contact}`);
	await one.visitor.say('pasó el plazo');
	await eventually(() => sql(`SELECT 1 FROM message WHERE conversation_id = ${one.id} AND body = 'pasó el plazo'`).length, 'the block is over');
});

// A contact that is known by these networks too: [[messenger, kind, value], ...].
async function known(...names) {
	const one = await somebody();
	for (const [messenger, kind, value] of names) {
		sql(`WITH h AS (INSERT INTO channel (key, name, messenger, default_queue_id) VALUES ('w${once().slice(0, 20)}', 'Línea ${messenger} ${once().slice(0, 6)}', ${messenger}, ${world.queue}) RETURNING channel_id)
			INSERT INTO identity (contact_id, channel_id, kind, value) SELECT ${one.contact}, channel_id, '${kind}', '${value}' FROM h`);
	}
	return { ...one, wish: `${one.page}/wish` };
}
const SMS = 7, TELEGRAM = 6;
const outOf = contact => sql(`SELECT h.messenger, i.opted_out_at IS NOT NULL FROM identity i JOIN channel h USING (channel_id) WHERE i.contact_id = ${contact} ORDER BY i.identity_id`);

test('who asks for no notices is noted for every line of that network, and undone, on record with how they asked', async () => {
	const one = await known([SMS, 'phone', '5492215550171'], [SMS, 'phone', '5492215550171'], [TELEGRAM, 'telegram', '77']);
	const asks = fields => one.staff.form(one.wish, { once: once(), sent: '1', next: one.desk, messenger: 'sms', wish: 'out', said: 'por teléfono', ...fields });
	for (const [fields, where] of [[{ said: ' ' }, 'said'], [{ said: 'x'.repeat(301) }, 'said'], [{ messenger: 'x' }, 'messenger'], [{ messenger: 'paloma' }, 'messenger'], [{ wish: 'quizás' }, 'wish'], [{ wish: 'in' }, 'messenger']]) {
		const answer = await asks(fields);
		assert.equal(answer.status, 422, JSON.stringify(fields));
		assert.ok(errorOf(answer.text, where), where);
	}
	const twice = once();
	assert.equal((await asks({ once: twice })).headers.get('location'), one.desk);
	assert.equal((await asks({ once: twice })).status, 303);
	assert.deepEqual(outOf(one.contact), [['7', 't'], ['7', 't'], ['6', 'f']]);
	assert.match(errorOf((await asks({})).text, 'messenger'), /Ya está anotado/);
	const { text } = await one.staff.page(one.desk);
	assert.match(text, /id="wishes"[^]*SMS: no quiere recibir avisos por este medio desde el[^]*por teléfono/);
	assert.doesNotMatch(text, /id="wish"><div/, 'it is not by the line of this conversation');
	assert.equal((await asks({ wish: 'in', said: 'se arrepintió' })).status, 303);
	assert.deepEqual(outOf(one.contact), [['7', 'f'], ['7', 'f'], ['6', 'f']]);
	assert.match((await one.staff.page(one.wish)).text, /los vuelve a aceptar[^]*se arrepintió[^]*no quiere recibir avisos[^]*por teléfono/);
	assert.deepEqual(history('contact', one.contact).map(({ action, before, after }) => [action, before, after]), [
		['contact.opt_out', { messenger: 'sms', notices: true }, { messenger: 'sms', notices: false, said: 'por teléfono' }],
		['contact.opt_in', { messenger: 'sms', notices: false }, { messenger: 'sms', notices: true, said: 'se arrepintió' }]]);
});

test('of two who note it at once one does; a stranger finds nobody, and who may not is told', async () => {
	const one = await known([SMS, 'phone', '5492215550172']);
	const asks = staff => staff.form(one.wish, { once: once(), sent: '1', messenger: 'sms', wish: 'out', said: 'vino' });
	const both = await Promise.all([asks(one.staff), asks(await supervisor())]);
	assert.deepEqual(both.map(({ status }) => status).sort(), [303, 422]);
	assert.equal(sql(`SELECT count(*) FROM contact_wish JOIN identity USING (identity_id) WHERE contact_id = ${one.contact}`)[0][0], '1');
	assert.equal((await asks((await new World().case()).staff)).status, 404);
	limited(one.operator, {});
	assert.equal((await asks(one.staff)).status, 403);
	assert.doesNotMatch((await one.staff.page(one.desk)).text, /contact-wish/);
});

test('what nobody asked for stops, what they ask is answered', async () => {
	const one = await known([SMS, 'phone', '5492215550173'], [TELEGRAM, 'telegram', '78']);
	const lines = sql(`SELECT channel_id FROM identity WHERE contact_id = ${one.contact} ORDER BY identity_id`).flat();
	const refusals = line => sql(`SELECT coalesce(contact_refusal(${one.contact}, ${line}, p)::text, '-') FROM generate_series(1, 5) p`).flat();
	assert.deepEqual(refusals(lines[0]), ['-', '-', '-', '-', '-']);
	sql(`SELECT contact_wish_note(identity_id, 1, 2, 'BAJA', NULL, now()) FROM identity WHERE channel_id = ${lines[0]};
		SELECT contact_wish_note(identity_id, 3, 1, NULL, NULL, now()) FROM identity WHERE channel_id = ${lines[1]}`);
	assert.deepEqual(refusals(lines[0]), ['-', '-', '1', '1', '1'], 'answers and what is their own business go on');
	assert.deepEqual(refusals(lines[1]), ['-', '3', '3', '3', '3'], 'to who blocked us only what they ask, should they ask');
});

test('what a network told of an earlier time does not undo what it told of a later one', () => {
	const [[id]] = sql(`WITH k AS (INSERT INTO contact (name) VALUES ('Tarde') RETURNING contact_id)
		INSERT INTO identity (contact_id, channel_id, kind, value) SELECT contact_id, ${world.channel}, 'phone', '${once()}' FROM k RETURNING identity_id`);
	const told = (wish, at) => sql(`SELECT contact_wish_note(${id}, ${wish}, 1, NULL, NULL, '2026-11-2${at}')`)[0][0];
	assert.deepEqual([told(1, 5), told(1, 6), told(2, 4), told(2, 7), told(1, 5)], ['t', 'f', 'f', 't', 'f']);
});

test('the history is searched by what was said and by what it was about, a page at a time', async () => {
	const one = await somebody();
	const old = sql(`INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, queue_id, opened_at, closed_at)
		SELECT conversation_id_next(now()), ${world.channel}, h.version_id, ${one.contact}, 4, ${world.queue}, now(), now()
		FROM channel h, generate_series(1, 25) WHERE h.channel_id = ${world.channel} RETURNING conversation_id`).flat();
	sql(`INSERT INTO message (conversation_id, seq, created_at, author, body) VALUES (${old[3]}, 1, now(), 1, 'la patente 100%_segura')`);
	const list = async query => {
		const { status, text } = await one.staff.page(`${one.page}/history?${new URLSearchParams(query)}`);
		assert.equal(status, 200);
		return { ids: [...text.matchAll(/href="\/desk\/(\d+)"/g)].map(([, id]) => id), before: /before=(\d+)/.exec(text)?.[1] };
	};
	const first = await list({});
	assert.equal(first.ids.length, 20);
	const second = await list({ before: first.before });
	assert.equal(second.ids.length, 6);
	assert.deepEqual(new Set([...first.ids, ...second.ids]), new Set([...old, String(one.id)]));
	assert.deepEqual((await list({ q: '100%_segura' })).ids, [old[3]]);
	assert.deepEqual((await list({ q: '%' })).ids, [old[3]]);
	assert.deepEqual((await list({ q: 'no se dijo nunca' })).ids, []);
	assert.equal((await one.staff.page(`${one.page}/history?before=x`)).status, 422);
	assert.equal((await one.staff.page(`${one.page}/history?q=${'x'.repeat(101)}`)).status, 422);
});
