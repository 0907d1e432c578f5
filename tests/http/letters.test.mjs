// E-mail at the operator's desk: what a page says of the mails that came, and of ours.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { mailLine, reader, storedBy } from '../support/letters.mjs';
import { PNG } from '../support/site.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';

const world = new World();
const line = mailLine(world, { signature: 'Agencia', addresses: `automotor@agencia.example=${world.name}` });
const operator = reader(world, line);
const staff = await Staff.logIn(operator.login);
// A file in the store, as the reader of mailboxes leaves them there.
const stored = content => storedBy(staff, content);
const page = async id => (await staff.page(`/desk/${id}`)).text;
const bubble = (html, says) => html.split(/(?=<div class="(?:m |subj|ev))/).find(part => part.startsWith('<div class="m ') && part.includes(says)) ?? '';
const subjects = html => [...html.matchAll(/class="subj".*?<b dir="auto">([^<]*)/g)].map(([, subject]) => subject);
const unread = id => sql(`SELECT unread_count, last_contact_at, state FROM conversation WHERE conversation_id = ${id}`).join();

test('the subject stands once above its mails, and again where it is another; the lists show it', async () => {
	const from = 'ana@casa.example';
	line.send({ from, subject: 'Patente 2024', text: 'Pagué dos veces.' });
	const id = await line.conversation(from, 'dos veces');
	line.send({ from, subject: 'Re: Patente 2024 [#12]', text: 'Agrego el recibo.' });
	await line.conversation(from, 'recibo');
	line.send({ from, subject: 'Otra cosa', text: 'Y esto es aparte.' });
	await line.conversation(from, 'aparte');
	const html = await page(id);
	assert.deepEqual(subjects(html), ['Patente 2024', 'Otra cosa']);
	assert.match(html, /Otra cosa · Y esto es aparte\./);
	const fresh = await staff.page(`/desk/${id}/messages?before=3`);
	assert.ok(subjects(fresh.text).length <= 1);
});

test('a mail that says all of it in few words is shown whole; a long one begins, and the rest is folded', async () => {
	const from = 'larga@casa.example', lines = Array.from({ length: 80 }, (_, i) => `Renglón ${i + 1} de lo que pasó con el trámite.`);
	line.send({ from, subject: 'Larga', text: lines.join('\n') });
	const id = await line.conversation(from, 'Renglón 80');
	const shown = bubble(await page(id), 'Renglón 1 ');
	const [first, rest] = shown.split('<details class="fold" data-fold="rest"><summary>Ver completo</summary>');
	assert.match(first, /Renglón 20 /);
	assert.doesNotMatch(first, /Renglón 40 /);
	assert.match(rest, /Renglón 80 /);
	line.send({ from, subject: 'Larga', text: 'Corta.' });
	await line.conversation(from, 'Corta.');
	assert.doesNotMatch(bubble(await page(id), 'Corta.'), /data-fold/);
});

test('a machine\'s answer is shown as one, waits for nobody\'s answer and wakes no bot', async () => {
	const from = 'lejos@casa.example';
	line.send({ from, subject: 'Consulta', text: 'Hola, una pregunta.' });
	const id = await line.conversation(from, 'una pregunta');
	const before = unread(id), said = line.outbox(id).length;
	line.send({ from, subject: 'Fuera de la oficina', text: 'Estoy de vacaciones.', auto: true });
	await line.conversation(from, 'de vacaciones');
	assert.equal(unread(id), before);
	assert.equal(line.outbox(id).length, said);
	const html = await page(id);
	assert.match(bubble(html, 'de vacaciones'), /<span class="chip">Respuesta automática<\/span>/);
	assert.doesNotMatch(bubble(html, 'una pregunta'), /Respuesta automática/);
});

test('a machine that writes after a case was closed begins none', async () => {
	const from = 'robot@casa.example';
	line.send({ from, subject: 'Aviso', text: 'Soy una máquina.', auto: true });
	line.send({ from: 'despues@casa.example', subject: 'Hola', text: 'Soy una persona.' });
	await line.conversation('despues@casa.example', 'persona');
	assert.deepEqual(sql(`SELECT count(*) FROM identity WHERE channel_id = ${line.channel} AND value = '${from}'`), [['0']]);
});

test('what came back says why in words at its message', async () => {
	const from = 'vuelve@casa.example';
	line.send({ from, subject: 'Consulta', text: 'Contéstenme acá.' });
	const id = await line.conversation(from, 'acá');
	await staff.post(`/desk/${id}/messages`, { once: `r${id}`, text: 'Le contesto.' });
	await eventually(() => sql(`SELECT 1 FROM outbox WHERE conversation_id = ${id} AND payload->>'text' LIKE '%Le contesto.'`).length, 'it is in the outbox');
	const [[reference]] = sql(`SELECT outbox_id || '.' || (extract(epoch FROM created_at) * 1000000)::bigint FROM outbox WHERE conversation_id = ${id} AND payload->>'text' LIKE '%Le contesto.'`);
	line.send({ from: 'mailer-daemon@casa.example', subject: 'Undelivered', text: 'It did not arrive.', auto: true,
		bounce: { reference, action: 'failed', status: '5.1.1', recipient: from } });
	await eventually(async () => bubble(await page(id), 'Le contesto.').includes('No llegó: la casilla no existe.'), 'the bounce is told', 20000);
});

test('a transcript says the subject where it begins', async () => {
	const from = 'acta@casa.example';
	line.send({ from, subject: 'Certificado', text: 'Necesito un certificado.' });
	const id = await line.conversation(from, 'un certificado');
	const answer = await staff.form(`/desk/${id}/transcript`, { once: `t${id}`, format: 'txt' });
	assert.equal(answer.status, 200);
	assert.equal(answer.text.split('Asunto: Certificado').length, 2);
});

// A conversation with a mail that has HTML, a quoted tail, an image within and a file that was refused: {id, seq}.
async function formatted(from, more = {}) {
	const image = await stored(PNG);
	line.send({ from, subject: 'Con formato', text: 'Lo mío.', quoted: 'Agencia:\n> Lo de ustedes.', html: '<p>Lo <b>mío</b>.</p><img src="cid:foto@casa" alt="La foto">',
		files: [{ file_id: image, name: 'foto.png', type: 'image/png', size: PNG.length, content_id: 'foto@casa' }], refused: ['programa.exe'], ...more });
	const id = await line.conversation(from, 'Lo mío');
	return { id, seq: sql(`SELECT max(seq) FROM message_mail WHERE conversation_id = ${id}`)[0][0] };
}

test('what a mail quotes is folded under its own words; what was not kept is named', async () => {
	const { id } = await formatted('citas@casa.example');
	const [own, cited] = bubble(await page(id), 'Lo mío.').split('<details class="fold" data-fold="cited"><summary>Mostrar lo citado</summary>');
	assert.match(own, /<p>Lo mío\.<\/p>/);
	assert.doesNotMatch(own, /Lo de ustedes/);
	assert.match(cited, /&gt; Lo de ustedes\./);
	assert.match(cited, /programa\.exe no se guardó/);
});

test('a mail\'s form comes as a document of its own that runs nothing and calls nobody; its image from here', async () => {
	const { id, seq } = await formatted('forma@casa.example');
	assert.ok((await page(id)).includes(`href="/desk/${id}/mails/${seq}" data-dialog>Ver con formato</a>`));
	const shown = await staff.page(`/desk/${id}/mails/${seq}`, { 'X-Fragment': '1' });
	assert.match(shown.text, new RegExp(`<iframe[^>]* src="/desk/${id}/mails/${seq}/body"[^>]* sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"`));
	assert.doesNotMatch(shown.text, /otros sitios/);
	const body = await staff.page(`/desk/${id}/mails/${seq}/body`);
	const policy = body.headers.get('content-security-policy');
	for (const part of ["default-src 'none'", "img-src 'self'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'", 'sandbox allow-same-origin']) assert.ok(policy.includes(part), part);
	assert.doesNotMatch(policy, /allow-scripts|unsafe|https?:/);
	assert.ok(body.text.includes(`<p>Lo <b>mío</b>.</p><img src="/desk/${id}/mails/${seq}/images/1" alt="La foto">`));
	const image = await staff.raw(`/desk/${id}/mails/${seq}/images/1`);
	assert.equal(image.headers.get('content-type'), 'image/png');
	assert.equal(Buffer.from(await image.arrayBuffer()).compare(PNG), 0);
});

test('what calls elsewhere is left out, and that is said', async () => {
	const { id, seq } = await formatted('espia@casa.example', { html: '<img src="https://espia.example/a.gif" alt="Logo">' });
	assert.match((await staff.page(`/desk/${id}/mails/${seq}`)).text, /Las imágenes de otros sitios no se muestran/);
	assert.doesNotMatch((await staff.page(`/desk/${id}/mails/${seq}/body`)).text, /espia\.example/);
});

test('a mail of somebody else\'s case is the same 404 as none', async () => {
	const { id, seq } = await formatted('ajena@casa.example');
	const other = await Staff.logIn(new World().person().login);
	for (const end of ['', '/body', '/images/1']) {
		const theirs = await other.page(`/desk/${id}/mails/${seq}${end}`), none = await staff.page(`/desk/${id}/mails/999${end}`);
		assert.deepEqual([theirs.status, none.status], [404, 404], end);
	}
	for (const end of ['/images/0', '/images/2', '/images/99999', '/images/x']) assert.equal((await staff.page(`/desk/${id}/mails/${seq}${end}`)).status, 404, end);
});

test('the composer says whom it goes to, from where and about what; another subject stands above the answer', async () => {
	const from = 'compone@casa.example';
	line.send({ from, subject: 'Re: Turno', text: 'Pido un turno.', address: 'automotor@agencia.example' });
	const id = await line.conversation(from, 'un turno');
	const html = await page(id);
	assert.match(html, /Para compone@casa\.example · Desde automotor@agencia\.example · Con la firma del canal/);
	assert.match(html, /name="subject" value="Re: Turno"/);
	assert.equal((await staff.post(`/desk/${id}/messages`, { once: `a${id}`, text: 'Va.', subject: 'Re: Turno' })).status, 200);
	assert.equal((await staff.post(`/desk/${id}/messages`, { once: `b${id}`, text: 'Y esto.', subject: 'Otro asunto' })).status, 200);
	assert.equal((await staff.post(`/desk/${id}/messages`, { once: `c${id}`, text: 'x', subject: 'x'.repeat(201) })).json.error.field, 'subject');
	await eventually(async () => subjects(await page(id)).join() === 'Turno,Otro asunto', 'the subjects');
	assert.deepEqual(line.outbox(id).slice(-2).map(({ subject }) => subject), ['Turno', 'Otro asunto']);
	assert.match(await page(id), /name="subject" value="Re: Otro asunto"/);
});

test('several files and the words are one mail and one message; too many or too big are refused', async () => {
	const from = 'archivos@casa.example';
	line.send({ from, subject: 'Papeles', text: 'Manden los papeles.' });
	const id = await line.conversation(from, 'los papeles');
	const txt = (name, size = 10) => ({ name, content: 'a'.repeat(size) });
	const sent = await staff.upload(`/desk/${id}/files`, { text: 'Van dos.', subject: 'Papeles' }, [txt('uno.txt'), txt('dos.txt')]);
	assert.equal(sent.status, 200, sent.text);
	await eventually(() => line.outbox(id).at(-1)?.text.endsWith('Van dos.'), 'it is to go out');
	const mail = line.outbox(id).at(-1);
	assert.deepEqual([mail.file.name, mail.further.map(({ name }) => name)], ['uno.txt', ['dos.txt']]);
	const shown = bubble(await page(id), 'Van dos.');
	const links = [...shown.matchAll(/href="(\/files\/\d+)"/g)].map(([, href]) => href);
	assert.equal(links.length, 2);
	for (const href of links) assert.equal((await staff.page(href)).status, 200);
	const many = await staff.upload(`/desk/${id}/files`, { text: '' }, [txt('a.txt', 10 << 20), txt('b.txt', 10 << 20)]);
	assert.deepEqual([many.status, many.json.error.field], [422, 'file']);
});

test('what may still be undone comes back whole', async () => {
	const from = 'deshace@casa.example';
	line.send({ from, subject: 'Pregunta', text: 'Pregunto esto.' });
	const id = await line.conversation(from, 'Pregunto esto');
	sql(`INSERT INTO held_message (conversation_id, user_id, user_version_id, once, body, file_id, file_name, subject, further, created_at, due_at)
		SELECT ${id}, user_id, version_id, 'h${id}', 'Espera.', f.file_id, 'uno.png', 'Espera', jsonb_build_array(jsonb_build_object('file_id', f.file_id, 'name', 'dos.png')),
			now(), now() + interval '1 hour' FROM app_user, (SELECT ${await stored(PNG)}::bigint AS file_id) f WHERE user_id = ${operator.id}`);
	assert.match(await page(id), /uno\.png, dos\.png/);
	sql(`UPDATE held_message SET due_at = now() WHERE once = 'h${id}'`);
	await eventually(() => line.outbox(id).at(-1)?.text.endsWith('Espera.'), 'it is said', 20000);
	const { file, further, subject } = line.outbox(id).at(-1);
	assert.deepEqual([file.name, further[0].name, subject], ['uno.png', 'dos.png', 'Espera']);
});
