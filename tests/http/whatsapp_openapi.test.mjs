// What goes out to WhatsApp is what Meta's own description of its API allows, as Prism reads it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import test, { after, before } from 'node:test';
import { root } from '../support/instance.mjs';

const build = process.env.VENTANILLA_BUILD ?? `${root}build`;
const description = `${root}../shared/fixtures/whatsapp-openapi.json`;
const skip = !existsSync(description) && 'no description of the API here';
const to = { kind: 'phone', value: '5492215550001' };
const options = (count, label) => Array.from({ length: count }, (_, i) => ({ key: `k${i}`, label: `${label} ${i + 1}` }));
const file = (type, name) => ({ id: 1, name, type, size: 2000 });

const rows = {
	'a text': { kind: 'message', payload: { to, text: 'Hola, ¿qué tal? 🙂' } },
	'a text to who has no number': { kind: 'message', payload: { to: { kind: 'bsuid', value: 'AR.1349' }, text: 'Hola' } },
	'an answer to a message': { kind: 'message', payload: { to, text: 'Sí', quote: { id: 'wamid.1' } } },
	'buttons': { kind: 'message', payload: { to, text: '¿Qué?', options: options(3, 'Opción') } },
	'a list': { kind: 'message', payload: { to, text: '¿Qué?', options: options(10, 'Opción') } },
	'numbers': { kind: 'message', payload: { to, text: '¿Qué?', options: options(11, 'Opción') } },
	'an image': { kind: 'message', memory: 'file:55', step: 1, payload: { to, text: 'Mirá', file: file('image/png', 'a.png') } },
	'an audio': { kind: 'message', memory: 'file:55', step: 1, payload: { to, text: '', file: file('audio/ogg', 'a.ogg') } },
	'a video': { kind: 'message', memory: 'file:55', step: 1, payload: { to, text: '', file: file('video/mp4', 'a.mp4') } },
	'a sticker': { kind: 'message', memory: 'file:55', step: 1, payload: { to, text: '', file: file('image/webp', 'a.webp') } },
	'a document': { kind: 'message', memory: 'file:55', step: 1, payload: { to, text: 'Va', file: file('application/pdf', 'a.pdf') } },
	'a reaction': { kind: 'reaction', payload: { to, id: 'wamid.1', emoji: '👍' } },
	'a reaction taken back': { kind: 'reaction', payload: { to, id: 'wamid.1', emoji: '' } },
	'seen': { kind: 'read', payload: { to, id: 'wamid.1' } },
	'typing': { kind: 'typing', payload: { to, id: 'wamid.1' } },
	'a template': { kind: 'template', payload: { to, name: 'turno', language: 'es_AR',
		components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }] } },
	// The description knows of no codes to copy.
	'a template with what was filled in': { kind: 'template', payload: { to, name: 'turno', language: 'es_AR', components: [
		{ type: 'header', parameters: [{ type: 'text', text: '88' }] },
		{ type: 'body', parameters: [{ type: 'text', parameter_name: 'nombre', text: 'Ana' }] },
		{ type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 't9' }] }] } },
	'a template with a file in its header': { kind: 'template', memory: 'file:55', step: 1, payload: { to, name: 'boleta', language: 'es_AR',
		file: file('application/pdf', 'a.pdf'), components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }] } },
	'a template of ours': { kind: 'submit', payload: { name: 'turno', language: 'es_AR', category: 'UTILITY', components: [
		{ type: 'BODY', text: 'Hola {{1}}, tu turno es mañana.', example: { body_text: [['Ana']] } }] } },
	'a template of ours with names, a foot and buttons': { kind: 'submit', payload: { name: 'turno', language: 'es_AR', category: 'UTILITY', components: [
		{ type: 'BODY', text: 'Hola {{nombre}}, tu turno es mañana.', example: { body_text_named_params: [{ param_name: 'nombre', example: 'Ana' }] } },
		{ type: 'FOOTER', text: 'Agencia' }, { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Ver', url: 'https://a.example/{{1}}', example: ['https://a.example/7'] },
			{ type: 'QUICK_REPLY', text: 'Gracias' }] }], parameter_format: 'NAMED' } },
	'the list of templates': { kind: 'templates', payload: {} },
	'a template removed': { kind: 'remove', payload: { name: 'turno' } },
	'a template removed in one language': { kind: 'remove', payload: { name: 'turno', id: '594425479261596' } },
};
const calls = skip ? [] : execFileSync(`${build}/tests/tools/whatsapp_calls`, { input: JSON.stringify(Object.values(rows)), encoding: 'utf8' })
	.trim().split('\n').map(line => JSON.parse(line));
let prism, port;

const freePort = () => new Promise(done => {
	const server = createServer().listen(0, '127.0.0.1', () => {
		const { port: free } = server.address();
		server.close(() => done(free));
	});
});

const send = ({ method, url, body }) => fetch(`http://127.0.0.1:${port}${new URL(url).pathname}${new URL(url).search}`, {
	method, body: body ?? undefined,
	headers: { Authorization: 'Bearer x', 'User-Agent': 'Ventanilla/1.0.0', ...(body && { 'Content-Type': 'application/json' }) },
});

before(async () => {
	if (skip) {
		return;
	}
	port = await freePort();
	prism = spawn(`${root}node_modules/.bin/prism`, ['mock', '--errors', '-h', '127.0.0.1', '-p', String(port), description], { stdio: ['ignore', 'pipe', 'pipe'] });
	await new Promise((ready, failed) => {
		let told = '';
		prism.stdout.on('data', text => /Prism is listening/.test(told += text) && ready());
		prism.stderr.on('data', text => { told += text; });
		prism.on('exit', () => failed(new Error(told)));
	});
});

after(() => prism?.kill());

Object.keys(rows).forEach((name, i) => {
	test(`${name} is as the API takes it`, { skip }, async () => {
		const answer = await send(calls[i]);
		assert.equal(answer.status, 200, `${calls[i].body}\n${await answer.text()}`);
	});
});

test('the description refuses what is wrong: four buttons, no language', { skip }, async () => {
	const wrong = change => ({ ...calls[change.of], body: JSON.stringify(change.to(JSON.parse(calls[change.of].body))) });
	const names = Object.keys(rows);
	const four = wrong({ of: names.indexOf('buttons'), to: body => (body.interactive.action.buttons.push(body.interactive.action.buttons[0]), body) });
	const mute = wrong({ of: names.indexOf('a template'), to: body => (delete body.template.language, body) });
	assert.deepEqual([(await send(four)).status, (await send(mute)).status], [422, 422]);
});
