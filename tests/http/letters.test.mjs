// E-mail at the operator's desk: what a page says of the mails that came, and of ours.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { mailLine, reader } from '../support/letters.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';

const world = new World();
const line = mailLine(world);
const operator = reader(world, line);
const staff = await Staff.logIn(operator.login);
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
	await eventually(() => sql(`SELECT 1 FROM outbox WHERE conversation_id = ${id} AND payload->>'text' = 'Le contesto.'`).length, 'it is in the outbox');
	const [[reference]] = sql(`SELECT outbox_id || '.' || (extract(epoch FROM created_at) * 1000000)::bigint FROM outbox WHERE conversation_id = ${id} AND payload->>'text' = 'Le contesto.'`);
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
