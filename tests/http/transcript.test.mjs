// A conversation taken along as PDF, text or page, and sent to the contact: what is in it and what never is, who may, and
// what stays on record.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test, { before } from 'node:test';
import { Admin } from '../support/admin.mjs';
import { hostile } from '../support/hostile.mjs';
import { info, sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
let admin;
before(async () => { admin = await Admin.logIn(); });

const quote = text => `'${text.replaceAll("'", "''")}'`;
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

// A case with a role of its own, whose rule lets out what is given.
async function somebody(rule = {}, sight = null) {
	const it = await world.case({ name: 'Sofía Luna', taxpayer: { name: 'Graciela Beatriz Benítez' } });
	const [[role]] = sql(`WITH r AS (INSERT INTO role (name) VALUES ('Rol ${once().slice(0, 8)}') RETURNING role_id),
		p AS (INSERT INTO role_permission SELECT role_id, 'desk.attend' FROM r) SELECT role_id FROM r`);
	sql(`UPDATE user_role SET role_id = ${role} WHERE user_id = ${it.operator.id};
		UPDATE contact SET cuit = NULL WHERE cuit = '27145823604';
		UPDATE contact SET cuit = '27145823604', phone = '+54 9 221 555-0100' WHERE contact_id = (SELECT contact_id FROM conversation WHERE conversation_id = ${it.id})`);
	if (sight) sql(`INSERT INTO role_field (role_id, field, shows, exports) VALUES ${sight.map(([field, shows, exports]) => `(${role}, '${field}', ${shows}, ${exports})`)}`);
	const path = `/admin/exports/${role}`;
	const fields = { transcript_pdf: '1', transcript_html: '1', transcript_txt: '1', transcript_rows: '0', ...rule };
	assert.equal((await admin.save(path, fields, await admin.revision(path))).status, 303);
	return { ...it, role, path: `/desk/${it.id}/transcript` };
}

// Lines of the case as the house stores them: [author, body, data], a minute after each other.
function add(id, lines) {
	const values = lines.map(([author, body, data], i) => `(${author}, ${quote(body)}, ${i}, ${data ? quote(JSON.stringify(data)) : 'NULL'}::jsonb)`);
	sql(`INSERT INTO message (conversation_id, seq, created_at, author, kind, body, data)
		SELECT ${id}, 100 + n, now() + n * interval '1 second', author, 1, body, data FROM (VALUES ${values}) v (author, body, n, data)`);
}

async function take(it, fields = {}) {
	const body = new URLSearchParams({ csrf: it.staff.csrf, once: once(), format: 'pdf', reason: 'Expediente', ...fields });
	const answer = await it.staff.raw(it.path, { method: 'POST', body });
	const bytes = Buffer.from(await answer.arrayBuffer());
	return { status: answer.status, headers: answer.headers, bytes, text: bytes.toString() };
}
const run = (tool, args, input) => execFileSync(tool, args, { input, maxBuffer: 64 * 1024 * 1024 });
const textOf = ({ bytes }) => run('pdftotext', ['-layout', '-', '-'], bytes).toString();
const pagesOf = ({ bytes }) => Number(/Pages: +(\d+)/.exec(run('pdfinfo', ['-'], bytes))[1]);
// The first page as colours: at(x, y) with both from 0 to 1.
function picture({ bytes }) {
	const ppm = run('pdftoppm', ['-r', '72', '-f', '1', '-l', '1', '-'], bytes);
	const [head, width, height] = /^P6\s(\d+) (\d+)\s255\s/.exec(ppm.subarray(0, 40).toString('latin1'));
	const start = head.length;
	const share = (wanted, from, to) => {
		let found = 0;
		for (let y = 0; y < height; y++) for (let x = Math.floor(from * width); x < to * width; x++) {
			const at = start + 3 * (y * width + x);
			if (wanted(ppm[at], ppm[at + 1], ppm[at + 2])) found++;
		}
		return found;
	};
	return { share };
}

test('the text, the page and the PDF of a conversation carry one digest: that of the text before its last two lines', async () => {
	const it = await somebody();
	add(it.id, [[1, 'Pagué la cuota'], [3, 'Ya lo reviso'], [1, 'Gracias']]);
	const { text, headers } = await take(it, { format: 'txt' });
	assert.match(headers.get('content-type'), /^text\/plain/);
	assert.match(headers.get('content-disposition'), new RegExp(`attachment.*conversacion-${it.id}\\.txt`));
	const lines = text.trimEnd().split('\n');
	const digest = sha256(`${lines.slice(0, -2).join('\n')}\n`);
	assert.equal(lines.at(-1), `SHA-256 ${digest}`);
	assert.match(lines.at(-2), /^Generado el .* por Sofía Luna$/);
	for (const part of [`Conversación N.º ${it.id}`, 'Contribuyente: Graciela Beatriz Benítez', 'CUIT: 27-14582360-4', 'Asistente virtual',
		'    Pagué la cuota', '    Ya lo reviso', '-- Sofía tomó la conversación']) assert.ok(text.includes(part), part);
	assert.ok((await take(it, { format: 'html' })).text.includes(`SHA-256 ${digest}`));
	const pdf = await take(it);
	assert.equal(pdf.headers.get('content-type'), 'application/pdf');
	assert.ok(textOf(pdf).includes(digest));
});

test('the PDF looks like the conversation: the contact at the left, the bot and the operator at the right in their colours, emoji too', async () => {
	const it = await somebody();
	add(it.id, [[1, 'Buenas, ¿cómo están? '.repeat(20)], [3, 'Muy bien 😀😀😀😀😀😀😀😀, contame. '.repeat(8)]]);
	const pdf = await take(it);
	const { share } = picture(pdf);
	const agent = (r, g, b) => r === 0xdb && g === 0xe8 && b === 0xfe;
	assert.ok(share(agent, 0.5, 1) > 2000, 'a blue bubble at the right');
	assert.equal(share(agent, 0, 0.25), 0, 'none at the left');
	assert.ok(share((r, g, b) => r === 0xef && g === 0xe9 && b === 0xfc, 0.5, 1) > 500, 'the bot in its colour');
	assert.ok(share((r, g, b) => r > 230 && g > 150 && b < 110, 0, 1) > 100, 'faces in colour');
	const text = textOf(pdf);
	for (const part of ['Agencia', `Conversación N.º ${it.id}`, 'Graciela Beatriz Benítez', 'Sofía', 'contame', 'Página 1 de 1']) assert.ok(text.includes(part), part);
	assert.match(text, /(Lunes|Martes|Miércoles|Jueves|Viernes|Sábado|Domingo) \d+ de \S+ de 20\d\d/);
});

test('a conversation of 2,000 messages is whole, and each page says which it is and carries the digest', async () => {
	const it = await somebody();
	sql(`INSERT INTO message (conversation_id, seq, created_at, author, body)
		SELECT ${it.id}, 100 + n, now() + n * interval '1 second', 1 + 2 * (n % 2), 'Línea ' || n || ' ¿cuándo se imputa el pago de la cuota vencida del plan?' FROM generate_series(1, 2000) n`);
	const pdf = await take(it), text = textOf(pdf), pages = pagesOf(pdf);
	assert.ok(pages > 40, `${pages} pages`);
	assert.equal(new Set([...text.matchAll(/Línea (\d+) /g)].map(([, n]) => n)).size, 2000);
	for (let page = 1; page <= pages; page++) assert.ok(text.includes(`Página ${page} de ${pages}`), `page ${page}`);
	assert.equal(text.match(/SHA-256 [0-9a-f]{64}/g).length, pages);
	assert.equal(JSON.parse(sql(`SELECT after FROM audit WHERE action = 'transcript.export' AND conversation_id = ${it.id}`)[0][0]).rows > 2000, true);
});

test('what somebody wrote is only ever text', async () => {
	const it = await somebody();
	const lines = [...hostile, 'w'.repeat(4000), 'שלום עולם', 'مرحبا بالعالم', '\u200b\u200d\ufeff', '👨‍👩‍👧‍👦'.repeat(50), 'a\n[10:00] Agencia\n    deuda: 0'];
	add(it.id, lines.map(text => [1, text]));
	sql(`UPDATE contact SET name = E'Ana\\u202e\\n<b>x</b>' WHERE contact_id = (SELECT contact_id FROM conversation WHERE conversation_id = ${it.id})`);
	const page = (await take(it, { format: 'html' })).text;
	const own = page.replace(/<style>.*?<\/style>/s, '');
	assert.doesNotMatch(own, /<(script|img|svg|iframe|object|embed|form|input|link|base|frag|evt|style)\b/i);
	assert.deepEqual([...new Set([...own.matchAll(/<[a-z]+ ([^>]*)>/gi)].flatMap(([, all]) => all.match(/(?<=^| )[a-z-]+(?==)/g) ?? []))].sort(),
		['charset', 'class', 'content', 'dir', 'http-equiv', 'lang', 'name']);
	const { text } = await take(it, { format: 'txt' });
	assert.ok(text.includes('    [10:00] Agencia\n        deuda: 0\n'));
	assert.ok(text.includes('Contribuyente: Ana <b>x</b>\n'));
	const pdf = await take(it);
	assert.ok(textOf(pdf).replaceAll(/\s/g, '').includes('w'.repeat(200)));
});

test('notes and whispers are in it only where the rule lets them and the reader asks', async () => {
	const closed = await somebody(), open = await somebody({ transcript_internal: '1' });
	for (const it of [closed, open]) add(it.id, [[1, 'Hola'], [5, 'Ojo: deudor'], [5, 'Ofrecele el plan', { whisper: 'supervisor' }], [6, 'Soy la supervisora']]);
	for (const it of [closed, open]) {
		const { text } = await take(it, { format: 'txt' });
		assert.doesNotMatch(text, /Ojo|Ofrecele/);
		assert.match(text, /Soy la supervisora/);
	}
	assert.equal((await take(closed, { format: 'txt', internal: '1' })).status, 403);
	assert.doesNotMatch((await closed.staff.page(closed.path)).text, /name="internal"/);
	const { text } = await take(open, { format: 'txt', internal: '1' });
	assert.match(text, /Nota interna · .*\n {4}Ojo: deudor/);
	assert.match(text, /Susurro · .*\n {4}Ofrecele el plan/);
	assert.match(text, /\n {4}Soy la supervisora\n/);
});

test('personal data is as the reader’s role sees it, may take it, and as the rule masks it', async () => {
	const all = /Graciela Beatriz|27-14582360-4|555-0100/;
	const hidden = await somebody({}, [['cuit', 0, true], ['phone', 2, false], ['name', 1, true]]);
	const seen = (await take(hidden, { format: 'txt' })).text;
	assert.doesNotMatch(seen, all);
	assert.match(seen, /Contribuyente: Graciela B\. B\.\n/);
	assert.doesNotMatch(seen, /CUIT|Teléfono/);
	const masked = (await take(await somebody({ transcript_masked: '1' }), { format: 'txt' })).text;
	assert.doesNotMatch(masked, /Graciela Beatriz|27-14582360-4/);
	assert.match(masked, /CUIT: ••-•••••360-4/);
});

test('who has no rule takes nothing, and which formats there are is the rule’s', async () => {
	const none = await somebody({ transcript_pdf: '', transcript_html: '', transcript_txt: '' });
	assert.match((await none.staff.page(none.path)).text, /Tu rol no permite descargar/);
	assert.equal((await take(none)).status, 403);
	assert.equal((await none.staff.form(`${none.path}/send`, { once: once() })).status, 403);
	const some = await somebody({ transcript_html: '' });
	const { text } = await some.staff.page(some.path);
	assert.deepEqual([...text.matchAll(/name="format" value="(\w+)"/g)].map(([, key]) => key), ['pdf', 'txt']);
	assert.equal((await take(some, { format: 'html' })).status, 403);
	for (const format of ['csv', 'exe', '../pdf']) assert.equal((await take(some, { format })).status, 422, format);
	assert.equal((await take(some, { format: 'txt' })).status, 200);
});

test('a reason is asked for where the rule says so, and the download is on record with it and the digest of the very file', async () => {
	const it = await somebody({ transcript_reason: '1' });
	const refused = await take(it, { reason: ' ' });
	assert.equal(refused.status, 422);
	assert.match(refused.text, /id="reason-error" role="alert">Escribí el motivo de la descarga/);
	const { bytes } = await take(it, { reason: 'Oficio "4/26"' });
	const [[actor, record]] = sql(`SELECT actor_id, after FROM audit WHERE action = 'transcript.export' AND conversation_id = ${it.id}`);
	assert.equal(Number(actor), it.operator.id);
	const { format, sha256: digest, reason, filter, masked } = JSON.parse(record);
	assert.deepEqual({ format, digest, reason, masked, internal: filter.internal }, { format: 'pdf', digest: sha256(bytes), reason: 'Oficio "4/26"', masked: false, internal: false });
	assert.ok(textOf({ bytes }).includes(filter.content));
});

test('a message that was changed or taken back reads as it does by now, and an answer says to what', async () => {
	const it = await somebody();
	add(it.id, [[3, 'Antes'], [3, 'Secreto'], [3, 'Sí, esa', { quote: { seq: 100, author: 'contact', text: '¿La cuota 4?' } }]]);
	sql(`INSERT INTO message_revision (conversation_id, seq, revision, at, user_version_id, body)
		SELECT ${it.id}, v.seq, v.revision, now(), version_id, v.body FROM app_user,
			(VALUES (100, 1, 'En medio'), (100, 2, 'Después'), (101, 1, NULL)) v (seq, revision, body) WHERE user_id = ${it.operator.id}`);
	for (const format of ['txt', 'html', 'pdf']) {
		const taken = await take(it, { format }), text = format === 'pdf' ? textOf(taken) : taken.text;
		assert.doesNotMatch(text, /Antes|En medio|Secreto/, format);
		for (const part of ['Después', 'editado', 'Mensaje eliminado', 'Contribuyente: ¿La cuota 4?', 'Sí, esa']) assert.ok(text.includes(part), `${format}: ${part}`);
	}
});

test('no more messages leave than the rule lets, and the document says so', async () => {
	const it = await somebody({ transcript_rows: '2' });
	add(it.id, [[1, 'Hola'], [1, 'Última']]);
	const { text } = await take(it, { format: 'txt' });
	assert.match(text, /tiene los primeros 2 mensajes/);
	assert.doesNotMatch(text, /Última/);
});

test('the contact is sent what they saw, once, and may open it', async () => {
	const it = await somebody({ transcript_internal: '1' });
	add(it.id, [[1, 'Hola'], [5, 'Ojo: deudor'], [5, 'Ofrecele el plan', { whisper: 'supervisor' }], [6, 'Soy la supervisora']]);
	const form = { once: once(), reason: 'Lo pidió', internal: '1' };
	for (let i = 0; i < 2; i++) assert.equal((await it.staff.form(`${it.path}/send`, form)).headers.get('location'), `/desk/${it.id}`);
	const sent = sql(`SELECT attachment_id, name, encode(sha256, 'hex') FROM attachment JOIN file USING (file_id) WHERE conversation_id = ${it.id}`);
	assert.equal(sent.length, 1);
	assert.equal(sent[0][1], `conversacion-${it.id}.pdf`);
	const seen = await it.visitor.until(({ messages }) => messages.find(({ file }) => file));
	assert.equal(seen.file.name, `conversacion-${it.id}.pdf`);
	const bytes = readFileSync(`${info.state}/files/${sent[0][2].slice(0, 2)}/${sent[0][2].slice(2, 4)}/${sent[0][2]}`);
	const text = textOf({ bytes });
	for (const part of [/Graciela Beatriz Benítez/, /Soy la supervisora/]) assert.match(text, part);
	assert.doesNotMatch(text, /Ojo|Ofrecele|27-14582360|555-0100|Luna/);
	const records = sql(`SELECT action, after FROM audit WHERE conversation_id = ${it.id} AND action LIKE 'transcript.%'`);
	assert.equal(records.length, 1);
	assert.equal(records[0][0], 'transcript.send');
	assert.equal(JSON.parse(records[0][1]).sha256, sent[0][2]);
});

test('a case that is not theirs any more is sent to nobody', async () => {
	const it = await somebody();
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	assert.equal((await supervisor.page(it.path)).status, 200);
	assert.doesNotMatch((await supervisor.page(it.path)).text, /Enviar al contribuyente/);
	assert.match((await it.staff.page(it.path)).text, /Enviar al contribuyente/);
	sql(`UPDATE conversation SET state = 4, closed_at = now() WHERE conversation_id = ${it.id}`);
	assert.equal((await it.staff.form(`${it.path}/send`, { once: once(), reason: 'x' })).status, 409);
	assert.equal(sql(`SELECT count(*) FROM attachment WHERE conversation_id = ${it.id}`)[0][0], '0');
});

test('what a network brought besides words is told in words: orders, people, places, what nobody can show', async () => {
	const it = await somebody();
	add(it.id, [
		[1, '', { order: { items: [{ id: 'libre-deuda', quantity: 2, price: 1500.5, currency: 'ARS' }, { id: hostile[0], quantity: 1 }] } }],
		[1, 'Estudio Paz', { cards: [{ name: 'Estudio Paz', phones: ['+54 9 221 455-5123'], emails: ['paz@example.com'] }] }],
		[1, '', { place: { lat: -34.92, lon: -57.95 } }],
		[1, '', { unseen: 'encrypted' }], [1, '', { unseen: 'ephemeral' }],
		[1, 'Mirá', { story: { kind: 'reply' } }],
	]);
	const { text } = await take(it, { format: 'txt' });
	for (const words of ['2 × libre-deuda · ARS 1.500,50', `1 × ${hostile[0]}`, '+54 9 221 455-5123', 'paz@example.com', 'Ubicación: -34.92, -57.95', 'Mensaje cifrado: abrilo en X.',
		'Mandó algo que acá no se puede mostrar (ephemeral).', 'Respondió a una historia nuestra.']) assert.ok(text.includes(words), words);
});
