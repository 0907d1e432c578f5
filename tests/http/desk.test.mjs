// The operator's desk without a browser: what each may see and do, what bad input changes (nothing),
// and that a form that comes twice counts once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { openTransaction, sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World({ typificationRequired: true, farewell: 'Hasta luego.' });
const nothing = 26010100000001;
const messages = id => sql(`SELECT author, to_json(body) FROM message WHERE conversation_id = ${id} ORDER BY seq`)
	.map(([author, body]) => [author, JSON.parse(body)]);
const said = (id, body) => messages(id).filter(([, text]) => text === body).length;
const timing = answer => Number(/db;desc=(\d+)/.exec(answer.headers.get('server-timing'))[1]);

test('a conversation of fifty messages with list and side takes at most eight statements, the list at most four', async () => {
	const { staff, id } = await world.case();
	sql(`INSERT INTO message (conversation_id, seq, created_at, author, body)
		SELECT ${id}, 100 + n, now(), 1, 'línea ' || n FROM generate_series(1, 60) n`);
	const page = await staff.page(`/desk/${id}`);
	assert.equal(page.text.match(/id="m\d+"/g).length, 50);
	assert.ok(timing(page) <= 8, `${timing(page)} statements`);
	const list = await staff.page('/desk/list', { 'X-Fragment': '1' });
	assert.ok(list.text.includes(`case-${id}`));
	assert.ok(timing(list) <= 4, `${timing(list)} statements`);
});

test('an operator sees their cases and what waits in their queues, and nothing else', async () => {
	const elsewhere = new World();
	const other = await elsewhere.case();
	const mine = await world.case();
	sql(`UPDATE app_user SET capacity = 0 WHERE user_id = ${other.operator.id}`);
	const waiting = await elsewhere.taxpayer();
	const { text } = await mine.staff.page('/desk');
	assert.ok(text.includes(`case-${mine.id}`));
	assert.ok(!text.includes(`case-${other.id}`));
	assert.ok(!text.includes(`case-${waiting.conversation}`));
	const theirs = (await other.staff.page('/desk')).text;
	assert.ok(theirs.includes(`case-${waiting.conversation}`));
	assert.match(theirs, /En espera en tus colas/);
	const open = await other.staff.page(`/desk/${waiting.conversation}`);
	assert.match(open.text, /Cuando te la asignen vas a poder responder/);
	assert.ok(!open.text.includes('id="text"'));
});

test("somebody else's conversation and one that does not exist are the same 404, in every address", async () => {
	const other = await new World().case();
	const { staff } = await world.case();
	const pages = id => [`/desk/${id}`, `/desk/${id}/messages?before=50`, `/desk/${id}/close`];
	const forms = id => [[`/desk/${id}/messages`, { text: 'hola' }], [`/desk/${id}/close`, { typification: '1' }],
		[`/desk/${id}/read`, { seq: 1 }], [`/desk/${id}/delivered`, { seq: 1 }], [`/desk/${id}/typing`, {}]];
	for (const id of [other.id, nothing]) {
		for (const path of pages(id)) assert.equal((await staff.page(path)).status, 404, path);
		for (const [path, fields] of forms(id)) {
			const answer = await staff.post(path, { once: once(), ...fields });
			assert.equal(answer.status, 404, path);
			assert.equal(answer.json.error.code, 'NOT_FOUND');
		}
		const upload = await staff.upload(`/desk/${id}/files`, {}, [{ name: 'a.txt', content: `ajeno ${id}` }]);
		assert.equal(upload.status, 404);
		assert.ok(!(await staff.page(`/desk/${id}/replies`)).text.includes('role="option"'));
	}
	assert.equal(said(other.id, 'hola'), 0);
});

test('a supervisor reads the conversations of their queues and cannot answer in the operator\'s place', async () => {
	const { id } = await world.case();
	const staff = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	const page = await staff.page(`/desk/${id}`);
	assert.equal(page.status, 200);
	assert.match(page.text, /data-say=/);
	assert.doesNotMatch(page.text, /<form class="comp" id="composer"/);
	assert.ok(!page.text.includes('id="desk-list"'));
	assert.equal((await staff.post(`/desk/${id}/messages`, { text: 'hola', once: once() })).status, 403);
	const foreign = await new World().case();
	assert.equal((await staff.page(`/desk/${foreign.id}`)).status, 404);
});

test("while holding a case an operator reads the contact's whole history, afterwards no more", async () => {
	const { staff, visitor, id } = await world.case();
	const [[earlier]] = sql(`INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, opened_at, closed_at)
		SELECT conversation_id_next(now() - interval '3 days'), channel_id, channel_version_id, contact_id, 4, now() - interval '3 days',
			now() - interval '3 days' FROM conversation WHERE conversation_id = ${id} RETURNING conversation_id`);
	assert.ok((await staff.page(`/desk/${id}`)).text.includes(`/desk/${earlier}`));
	assert.equal((await staff.page(`/desk/${earlier}`)).status, 200);
	await visitor.post('/webchat/leave', { once: once() });
	await eventually(async () => (await staff.page(`/desk/${earlier}`)).status === 404, 'the history is closed to them');
});

test('an answer without script comes back as the page, and stands there exactly as written', async () => {
	const { staff, visitor, id } = await world.case();
	const text = 'Ñandú 🇦🇷 <b>no</b> & "sí" \u202eعربي  dos  espacios\nlínea\n\npárrafo {{x}} <?cs var:L.shell ?>';
	const answer = await staff.form(`/desk/${id}/messages`, { text: text.replaceAll('\n', '\r\n'), once: once() });
	assert.equal(answer.status, 303);
	assert.equal(answer.headers.get('location'), `/desk/${id}`);
	assert.equal(said(id, text), 1);
	const { text: html } = await staff.page(`/desk/${id}`);
	assert.ok(html.includes('&lt;b&gt;no&lt;/b&gt; &amp; '));
	assert.ok(!html.includes('<b>no</b>'));
	await visitor.until(({ messages: seen }) => seen.some(message => message.text === text));
});

test('the same form twice is answered like the first and changes nothing', async () => {
	const { staff, id } = await world.case();
	const fields = { text: 'una sola vez', once: once() };
	const answers = await Promise.all([1, 2, 3].map(() => staff.post(`/desk/${id}/messages`, fields)));
	for (const answer of answers) {
		assert.equal(answer.status, 200);
		assert.equal(answer.json.seq, answers[0].json.seq);
	}
	assert.equal(said(id, fields.text), 1);
	assert.equal(sql(`SELECT count(*) FROM audit WHERE conversation_id = ${id} AND action = 'conversation.reply'`)[0][0], '1');
});

test('a conversation that something else holds for too long is answered 503, and nothing was done', async () => {
	const { staff, id } = await world.case();
	const fields = { text: 'a la segunda', once: once() };
	const holder = await openTransaction(`SELECT 1 FROM conversation WHERE conversation_id = ${id} FOR UPDATE`);
	const answer = await staff.post(`/desk/${id}/messages`, fields);
	await holder.commit();
	assert.equal(answer.status, 503);
	assert.equal(answer.json.error.code, 'UNAVAILABLE');
	assert.equal(said(id, fields.text), 0);
	assert.equal((await staff.post(`/desk/${id}/messages`, fields)).status, 200);
	assert.equal(said(id, fields.text), 1);
});

test('an empty, a blank and an endless answer are refused beside the form, and the draft is still there', async () => {
	const { staff, id } = await world.case();
	const before = messages(id).length;
	for (const [text, words] of [['', /Completá este dato|Escribí un mensaje/], [' \n\t ', /Escribí un mensaje/], ['x'.repeat(4097), /demasiado largo/]]) {
		const page = await staff.form(`/desk/${id}/messages`, { text, once: once() });
		assert.equal(page.status, 422);
		assert.match(page.text, words);
		assert.ok(page.text.includes(`>${text.trim()}</textarea>`) || !text.trim());
		const json = await staff.post(`/desk/${id}/messages`, { text, once: once() });
		assert.equal(json.status, 422);
		assert.equal(json.json.error.field, 'text');
	}
	assert.equal((await staff.post(`/desk/${id}/messages`, { text: 'hola' })).status, 422);
	assert.equal(messages(id).length, before);
});

test('a missing, a forged and another session’s token are refused, and nothing happens', async () => {
	const { staff, id } = await world.case();
	const other = await Staff.logIn(world.person().login);
	for (const csrf of ['', 'inventado', other.csrf]) {
		for (const [path, fields] of [[`/desk/${id}/messages`, { text: 'falso' }], [`/desk/${id}/close`, {}], ['/state', { to: 'out' }],
			['/sound', { on: '0' }], ['/logout', {}]]) {
			const answer = await staff.post(path, { once: once(), ...fields, csrf });
			assert.equal(answer.status, 403, path);
		}
	}
	assert.equal(said(id, 'falso'), 0);
	assert.equal((await staff.page(`/desk/${id}`)).status, 200);
});

test('an internal note is for the team: the taxpayer never gets it', async () => {
	const { staff, visitor, id } = await world.case();
	await staff.post(`/desk/${id}/messages`, { text: 'ojo con este', note: '1', once: once() });
	await staff.post(`/desk/${id}/messages`, { text: 'para afuera', once: once() });
	const seen = await visitor.until(({ messages: list }) => list.some(({ text }) => text === 'para afuera') && list);
	assert.ok(!seen.some(({ text }) => text === 'ojo con este'));
	assert.match((await staff.page(`/desk/${id}`)).text, /note-i[^]*Nota interna/);
});

test('older messages come in parts, each once', async () => {
	const { staff, id } = await world.case();
	sql(`INSERT INTO message (conversation_id, seq, created_at, author, body)
		SELECT ${id}, 100 + n, now(), 1, 'línea ' || n FROM generate_series(1, 120) n`);
	const seqs = html => [...html.matchAll(/id="m(\d+)"/g)].map(([, seq]) => Number(seq));
	let { text } = await staff.page(`/desk/${id}`);
	const all = seqs(text);
	for (let link; (link = /href="([^"]*before=\d+)"/.exec(text)); all.unshift(...seqs(text))) {
		({ text } = await staff.page(link[1], { 'X-Fragment': '1' }));
	}
	assert.deepEqual(all, [...new Set(all)].sort((a, b) => a - b));
	assert.equal(all.length, messages(id).length);
	assert.equal((await staff.page(`/desk/${id}/messages?before=x`)).status, 422);
});

const files = [
	['foto.png', Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64'), 'image/png', /^inline/],
	['nota.txt', 'hola', 'application/octet-stream', /^attachment/],
	['pagina.jpg', '<!doctype html><html><script>alert(1)</script></html>', 'application/octet-stream', /^attachment/],
	['dibujo.svg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'application/octet-stream', /^attachment/],
];
for (const [name, content, type, disposition] of files) {
	test(`${name} comes back as ${type}, ${disposition.source.slice(1)}, and runs nothing`, async () => {
		const { staff, id } = await world.case();
		const sent = await staff.upload(`/desk/${id}/files`, { text: 'acá va' }, [{ name, content }]);
		assert.equal(sent.status, 200, sent.text);
		const [, href] = /(?:href|src)="(\/files\/\d+)"/.exec((await staff.page(`/desk/${id}`)).text);
		const answer = await staff.page(href);
		assert.equal(answer.status, 200);
		assert.ok(answer.headers.get('content-type').startsWith(type));
		assert.match(answer.headers.get('content-disposition'), disposition);
		assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
		assert.match(answer.headers.get('content-security-policy'), /sandbox/);
		const stranger = await new World().case();
		assert.equal((await stranger.staff.page(href)).status, 404);
	});
}

test('several files without script are a message each, the first with the text', async () => {
	const { staff, visitor, id } = await world.case();
	const answer = await staff.upload(`/desk/${id}/files`, { text: 'los dos' },
		[{ name: 'uno.txt', content: 'uno' }, { name: 'dos.txt', content: 'dos' }], {});
	assert.equal(answer.status, 303);
	const seen = await visitor.until(({ messages: list }) => list.filter(({ file }) => file).length === 2 && list.filter(({ file }) => file));
	assert.deepEqual(seen.map(({ file, text }) => [file.name, text]), [['uno.txt', 'los dos'], ['dos.txt', '']]);
});

test('the same file from several people at once is stored once and reaches all', async () => {
	const cases = [await world.case(), await world.case(), await world.case()];
	for (let round = 0; round < 5; round++) {
		const content = `bytes ${once()}`;
		const answers = await Promise.all(cases.map(({ staff, id }) =>
			staff.upload(`/desk/${id}/files`, {}, [{ name: 'igual.txt', content }])));
		assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200]);
	}
});

test('a file twice with the same id is one message; what is not allowed is none', async () => {
	const { staff, id } = await world.case();
	const fields = { once: once() };
	const first = await staff.upload(`/desk/${id}/files`, fields, [{ name: 'a.txt', content: 'igual' }]);
	const second = await staff.upload(`/desk/${id}/files`, fields, [{ name: 'a.txt', content: 'igual' }]);
	assert.deepEqual(second.json, first.json);
	const before = messages(id).length;
	for (const [list, key] of [[[{ name: 'a.exe', content: readFileSync('/bin/true') }], 'Ese tipo de archivo no está permitido.'],
		[[{ name: 'vacio.txt', content: '' }], 'El archivo está vacío.'], [[], 'Elegí un archivo.']]) {
		const answer = await staff.upload(`/desk/${id}/files`, {}, list);
		assert.equal(answer.status, 422);
		assert.equal(answer.json.error.message, key);
	}
	const big = await staff.upload(`/desk/${id}/files`, {}, [{ name: 'grande.txt', content: 'x'.repeat(25 * 1024 * 1024 + 1) }]);
	assert.equal(big.status, 413);
	assert.equal(messages(id).length, before);
});

test('closing needs a tipificación where the queue says so, and says it beside the field', async () => {
	const { staff, visitor, id } = await world.case();
	const form = await staff.page(`/desk/${id}/close`);
	assert.match(form.text, /exige tipificar antes de cerrar/);
	const page = await staff.form(`/desk/${id}/close`, { once: once() });
	assert.equal(page.status, 422);
	assert.match(page.text, /id="close-error"[^>]*>Elegí una tipificación/);
	const json = await staff.post(`/desk/${id}/close`, { once: once() });
	assert.equal(json.json.error.field, 'typification');
	const wrong = await staff.post(`/desk/${id}/close`, { once: once(), typification: '999999' });
	assert.equal(wrong.json.error.message, 'Esa tipificación no existe o ya no se usa.');
	const [, chosen] = /name="typification" value="(\d+)"/.exec(form.text);
	const fields = { once: once(), typification: chosen };
	const done = await staff.form(`/desk/${id}/close`, fields);
	assert.equal(done.headers.get('location'), `/desk/${id}`);
	assert.equal((await staff.form(`/desk/${id}/close`, fields)).status, 303);
	assert.equal(sql(`SELECT state, closed_by FROM conversation WHERE conversation_id = ${id}`)[0].join(), '4,3');
	await visitor.until(({ messages: list }) => list.some(({ text }) => text === 'Hasta luego.'));
	assert.match((await staff.page(`/desk/${id}`)).text, /La conversación está cerrada/);
	assert.ok((await staff.page('/desk?box=closed')).text.includes(`case-${id}`));
	assert.equal((await staff.post(`/desk/${id}/messages`, { text: 'tarde', once: once() })).status, 409);
	assert.deepEqual(sql(`SELECT action FROM audit WHERE conversation_id = ${id} AND action = 'conversation.close'`).length, 1);
});

test('the page tells why the case was given to this operator', async () => {
	const { staff, id } = await world.case();
	const { text } = await staff.page(`/desk/${id}`);
	assert.match(text, /Por qué se asignó así/);
	assert.match(text, /Menos conversaciones abiertas/);
	assert.match(text, /Tenía 0 de 50 abiertas/);
});

test('what came to the operator\'s browser is delivered; only what they opened is read', async () => {
	const { staff, visitor, id } = await world.case();
	await visitor.say('¿llegó?');
	const { conversation } = await visitor.until(({ messages: list, conversation: c }) => list.some(({ text }) => text === '¿llegó?') && { conversation: c });
	const row = async () => new RegExp(`id="case-${id}"[^>]*`).exec((await staff.page('/desk')).text)[0];
	assert.match(await row(), new RegExp(`data-undelivered="${conversation.seq}"`));
	assert.equal((await staff.post(`/desk/${id}/delivered`, { seq: conversation.seq })).status, 200);
	const { delivered, read } = await visitor.until(({ conversation: c }) => c.delivered === conversation.seq && c);
	assert.ok(read < delivered);
	assert.doesNotMatch(await row(), /data-undelivered/);
	assert.equal(sql(`SELECT unread_count FROM conversation WHERE conversation_id = ${id}`)[0][0], '1');
});

test('read and typing reach the taxpayer', async () => {
	const { staff, visitor, id } = await world.case();
	await visitor.say('¿hola?');
	const [[seq]] = await eventually(() => { const rows = sql(`SELECT seq FROM message WHERE conversation_id = ${id} AND body = '¿hola?'`); return rows.length && rows; }, 'the line is taken in');
	assert.equal(sql(`SELECT unread_count FROM conversation WHERE conversation_id = ${id}`)[0][0], '1');
	assert.equal((await staff.post(`/desk/${id}/read`, { seq })).status, 200);
	assert.equal(sql(`SELECT unread_count, agent_read_seq FROM conversation WHERE conversation_id = ${id}`)[0].join(), `0,${seq}`);
	assert.equal((await staff.post(`/desk/${id}/typing`, {})).status, 200);
});

test('available, a break and out: the state changes, is on record, and what is none is refused', async () => {
	const person = world.person();
	const staff = await Staff.logIn(person.login);
	const [[breakType]] = sql('SELECT min(break_type_id) FROM break_type');
	const state = () => sql(`SELECT state, break_type_id FROM agent_state WHERE user_id = ${person.id}`)[0].join();
	assert.equal((await staff.form('/state', { to: breakType, next: '/desk?box=closed' })).headers.get('location'), '/desk?box=closed');
	assert.equal(state(), `2,${breakType}`);
	assert.match((await staff.page('/desk')).text, /00:0\d<\/span> \/ 30:00/);
	await staff.post('/state', { to: 'out' });
	assert.equal(state(), '0,');
	for (const to of ['', 'lunch', '999999', '-1', '1;']) assert.equal((await staff.post('/state', { to })).status, 422, to);
	assert.equal(sql(`SELECT count(*) FROM audit WHERE actor_id = ${person.id} AND action = 'agent.state'`)[0][0], '3');
});

test('sound is a taste that stays', async () => {
	const staff = await Staff.logIn(world.person().login);
	assert.match((await staff.page('/desk')).text, /aria-pressed="true" data-sound/);
	assert.equal((await staff.form('/sound', { on: '0', next: '/desk' })).headers.get('location'), '/desk');
	assert.match((await staff.page('/desk')).text, /aria-pressed="false" data-sound/);
	assert.equal((await staff.post('/sound', { on: 'x' })).status, 422);
});

test('canned replies are offered with the names filled in, those of other people and queues are not', async () => {
	const { staff, operator, id } = await world.case({ taxpayer: { name: 'Olga Ruiz' } });
	const foreign = new World();
	sql(`INSERT INTO canned_reply (shortcut, body, user_id, queue_id) VALUES
		('propia', 'Soy {operador}, {contacto}.', ${operator.id}, NULL), ('cola', 'De la cola', NULL, ${world.queue}),
		('ajena', 'De otra cola', NULL, ${foreign.queue}), ('otro', 'De otra persona', ${world.person().id}, NULL)`);
	const { text } = await staff.page(`/desk/${id}/replies`, { 'X-Fragment': '1' });
	assert.match(text, /Soy Persona, Olga Ruiz\./);
	assert.match(text, /De la cola/);
	assert.doesNotMatch(text, /De otra cola|De otra persona/);
});

test('a held poll answers with what changed, and with nothing once the case is gone', async () => {
	const { staff, visitor, operator, id } = await world.case();
	const page = await staff.page(`/desk/${id}`);
	const cursor = /data-cursor="([^"]*)"/.exec(page.text)[1];
	const seq = /data-mark="(\d+)"[^>]*>(?=<header)/.exec(page.text)?.[1] ?? /data-view="c\d+" data-mark="(\d+)"/.exec(page.text)[1];
	const mark = /data-view="desk" data-mark="(\d+)"/.exec(page.text)[1];
	const held = staff.page(`/live?v=shell,desk:${mark},c${id}:${seq}&c=${cursor}`);
	await visitor.say('lo nuevo');
	const answer = await held;
	assert.equal(answer.status, 200);
	assert.match(answer.text, /<frag id="msgs" view="c\d+" mode="append"[^]*lo nuevo/);
	assert.match(answer.text, /<evt type="sound" key="message" mark="\d+" conversation="\d+" text="Mensaje de [^"]+">/);
	assert.ok(!answer.text.includes(`id="m${seq}"`));
	const next = answer.headers.get('x-cursor');
	sql(`UPDATE conversation SET user_id = ${world.person().id} WHERE conversation_id = ${id}`);
	sql(`INSERT INTO wake (topics) VALUES ('c${id} o${operator.id}')`);
	const gone = await staff.page(`/live?v=shell,desk:${mark},c${id}:${seq}&c=${next}`);
	assert.match(gone.text, /mode="gone"[^]*ya no está a tu cargo/);
	assert.ok(!gone.text.includes('lo nuevo'));
});

test('the fragments of a poll cannot be asked for from outside', async () => {
	const staff = await Staff.logIn(world.person().login);
	assert.equal((await staff.page('/internal/staff/live?v=shell&c=1:1:')).status, 404);
});
