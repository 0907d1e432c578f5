// The networks' side: one server that speaks as Graph (WhatsApp, Messenger, Instagram), Telegram and X do, and the
// telephones of the people who write. In a test:
//     const peer = await peers();  const ana = peer.person({ name: 'Ana' });  await ana.act('whatsapp', 'text', { text: 'Hola' });
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { control, post, waitFor } from './control.mjs';
import * as graph from './graph.mjs';
import { fieldsOf, isObject, readCall, Refusal, reply } from './http.mjs';
import * as messenger from './messenger.mjs';
import { act } from './person.mjs';
import * as telegram from './telegram.mjs';
import * as whatsapp from './whatsapp.mjs';
import { World } from './world.mjs';
import * as x from './x.mjs';

const BIG = 3 * 1024 * 1024;
const PAGE = {
	'/': ['index.html', 'text/html; charset=utf-8'], '/phone.css': ['phone.css', 'text/css; charset=utf-8'],
	'/phone.js': ['phone.js', 'text/javascript; charset=utf-8'], '/bubble.js': ['bubble.js', 'text/javascript; charset=utf-8'],
};

// Whose API a path is of.
function apiOf(path) {
	if (/^\/(file\/)?bot/.test(path)) {
		return telegram;
	}
	return path.startsWith('/2/') ? x : graph;
}

const page = path => ({
	body: readFileSync(new URL(`page/${PAGE[path][0]}`, import.meta.url)), type: PAGE[path][1],
	headers: { 'Content-Security-Policy': "default-src 'self'; img-src 'self' data:; media-src 'self'", 'Cache-Control': 'no-store' },
});

function serve(world, call, response) {
	if (call.path === '/peer' || call.path.startsWith('/peer/')) {
		return control(world, call);
	}
	if (PAGE[call.path] && call.method === 'GET') {
		return page(call.path);
	}
	if (call.path.startsWith('/media/')) {
		return graph.download(world, call);
	}
	return api(world, call, response);
}

// A network's call: whose it is, what spoils it, what it does.
async function api(world, call, response) {
	const module = apiOf(call.path);
	const noted = { at: call.at, method: call.method, path: call.path.replace(/bot\d+:[^/]+/, 'bot***'), status: 0 };
	let answer;
	try {
		const found = module.identify(world, call);
		Object.assign(noted, { network: found.network, operation: found.operation, to: found.to && String(found.to), body: told(call) });
		const fault = world.takeFault(noted);
		answer = await (fault ? spoilt(world, module, call, found, fault, response) : found.does(world, call, found.line));
	} catch (error) {
		if (!(error instanceof Refusal)) {
			throw error;
		}
		answer = error.answer;
	}
	noted.status = answer?.status ?? (answer ? 200 : 0);
	world.note(noted);
	return answer;
}

// The fields of a call without the bytes of its files.
function told(call) {
	const fields = fieldsOf(call);
	return isObject(fields) ? Object.fromEntries(Object.entries(fields).map(([name, value]) =>
		[name, value?.data ? { name: value.name, type: value.type, size: value.data.length } : value])) : null;
}

// An answer as a test wants it; null: there is none.
async function spoilt(world, module, call, found, fault, response) {
	switch (fault.kind) {
	case 'rate': return module.tooFast(fault.retry_after ?? 1);
	case 'html': return { status: fault.status ?? 500, body: Buffer.from('<html><body><h1>500 Internal Server Error</h1></body></html>'), type: 'text/html' };
	case 'big': return { status: fault.status ?? 200, body: Buffer.from(JSON.stringify({ error: { message: 'x'.repeat(BIG), code: 1 } })), type: 'application/json' };
	case 'hang': return null;
	case 'drop': response.destroy(); return null;
	case 'lost':
		await found.does(world, call, found.line);
		response.destroy();
		return null;
	case 'slow':
		await world.wait(fault.ms ?? 1000);
		return found.does(world, call, found.line);
	default: return module.scripted(fault);
	}
}

// port 0: any; host: where it listens; tls: {key, cert} for https; lines: instead of its own of their networks.
export async function peers({ port = 0, host = '127.0.0.1', tls = null, lines = [], ...settings } = {}) {
	const world = new World({ whatsapp, messenger, instagram: messenger, telegram, x });
	world.begin(lines);
	world.configure(settings);
	const handle = async (request, response) => {
		try {
			const answer = await serve(world, await readCall(request, world.base), response);
			if (answer && !response.destroyed) {
				reply(response, answer);
			}
		} catch (error) {
			if (!(error instanceof Refusal)) {
				console.error(error);
			}
			if (!response.destroyed) {
				reply(response, error instanceof Refusal ? error.answer : { status: 500, json: { error: { message: 'An unknown error occurred', code: 1 } } });
			}
		}
	};
	const server = tls ? createSecureServer(tls, handle) : createServer(handle);
	await new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
	world.base = `${tls ? 'https' : 'http'}://${host}:${server.address().port}`;
	return handleOf(world, server);
}

function handleOf(world, server) {
	const personOf = person => ({
		...person,
		act: (network, deed, given) => act(world, person, network, deed, given),
		// The line's next message that fits, after `after`; throws when there was none in time.
		async waits(network, fits = {}, { seconds = 15 } = {}) {
			const found = await waitFor(world, person, { network, ...fits }, seconds * 1000);
			if (!found) {
				throw new Error(`nothing came by ${network} within ${seconds} s that is ${JSON.stringify(fits)}`);
			}
			return found;
		},
		messages: (network, account) => world.chat(world.line(network, account), person).messages,
		silent: (network, hours) => { world.chat(world.line(network), person).inbound_at = Date.now() - hours * 3600_000; },
	});
	return {
		world, url: world.base, port: server.address().port,
		configure: settings => world.configure(settings),
		line: (network, account) => world.line(network, account),
		person: given => personOf(world.addPerson(given)),
		fault: fault => world.addFault(fault),
		calls: network => world.calls.filter(one => !network || one.network === network),
		post: given => post(world, given),
		validate: network => world.webhooks.validate(world.line(network)),
		async close() {
			world.end();
			const closed = new Promise(resolve => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
}
