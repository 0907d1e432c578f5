#!/usr/bin/env node
// An operator's centre for Kannel's `smsc = fake`, with telephones: smsc.mjs --centre PORT [--line NUMBER] [--address FILE].
//   POST /said {"from", "text", "to"?}   a telephone writes to the line
//   GET /heard[?to=NUMBER]               what came to telephones: [{"from", "to", "text"}], long messages whole
// Kannel's protocol is a line of words for each message: sender, receiver, kind, and text in percent-encoding.
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const BODY_MAX = 64 * 1024;
const { values } = parseArgs({ options: { centre: { type: 'string' }, line: { type: 'string', default: '27200' }, address: { type: 'string' } } });
const heard = [];
const parts = new Map();
let centre;

const bytes = text => Buffer.from(unescape(text.replaceAll('+', ' ')), 'latin1');
// Kannel tells not in which alphabet a part is: UCS-2 of what people write has zeros.
const words = data => data.includes(0) ? Buffer.from(data).swap16().toString('utf16le') : data.toString('utf8');

// 05 00 03 <message> <of how many> <which>
function gather(from, to, header, data) {
	const [, , , number, total, at] = header;
	const key = `${from} ${to} ${number}`;
	const all = parts.get(key) ?? [];
	all[at - 1] = data;
	parts.set(key, all);
	if (all.filter(Boolean).length === total) {
		parts.delete(key);
		heard.push({ from, to, text: words(Buffer.concat(all)) });
	}
}

function take(line) {
	if (!/^\S+ \+?\d+ (text|data|ucs-2|udh)( |$)/.test(line)) {
		// Kannel writes a text's own lines as they are.
		heard.at(-1).text += `\n${line}`;
		return;
	}
	const [from, to, kind, ...rest] = line.split(' ');
	switch (kind) {
	case 'text': heard.push({ from, to, text: rest.join(' ') }); break;
	case 'data': heard.push({ from, to, text: words(bytes(rest[0] ?? '')) }); break;
	case 'ucs-2': heard.push({ from, to, text: bytes(rest[0] ?? '').swap16().toString('utf16le') }); break;
	default: gather(from, to, bytes(rest[0]), bytes(rest[2] ?? ''));
	}
}

async function join() {
	centre = connect({ host: '127.0.0.1', port: Number(values.centre) });
	createInterface({ input: centre }).on('line', take).on('error', () => {});
	centre.on('error', () => {});
	await once(centre, 'close').catch(() => {});
	setTimeout(join, 500).unref();
}

const number = value => typeof value === 'string' && /^\+?\d{3,15}$/.test(value);

async function say(request) {
	const chunks = [];
	let size = 0;
	for await (const chunk of request) {
		size += chunk.length;
		if (size > BODY_MAX) {
			return 413;
		}
		chunks.push(chunk);
	}
	let said;
	try {
		said = JSON.parse(Buffer.concat(chunks).toString('utf8'));
	} catch {
		return 400;
	}
	const to = said?.to ?? values.line;
	if (!number(said?.from) || !number(to) || typeof said.text !== 'string') {
		return 400;
	}
	if (centre?.readyState !== 'open') {
		return 503;
	}
	const text = [...Buffer.from(said.text, 'utf16le').swap16()].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('');
	centre.write(`${said.from} ${to} ucs2 ${text}\n`);
	return 202;
}

const server = createServer(async (request, response) => {
	const url = new URL(request.url, 'http://localhost');
	if (request.method === 'GET' && url.pathname === '/heard') {
		const to = url.searchParams.get('to');
		response.writeHead(200, { 'Content-Type': 'application/json' });
		response.end(JSON.stringify(heard.filter(one => !to || one.to.replace('+', '') === to.replace('+', ''))));
		return;
	}
	response.writeHead(request.method === 'POST' && url.pathname === '/said' ? await say(request) : 404);
	response.end();
});

join();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = `http://127.0.0.1:${server.address().port}`;
console.log(address);
if (values.address) {
	writeFileSync(`${values.address}.new`, address);
	renameSync(`${values.address}.new`, values.address);
}
for (const signal of ['SIGTERM', 'SIGINT']) {
	process.once(signal, () => process.exit(0));
}
