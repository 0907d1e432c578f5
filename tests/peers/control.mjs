// /peer/...: what tests and the page ask of us, in JSON. Ours alone: no network has it.
import { fieldsOf, isObject, Refusal } from './http.mjs';
import { act, canOf, Unable } from './person.mjs';
import { decide } from './templates.mjs';
import { signature } from './webhooks.mjs';
import { echo } from './messenger.mjs';
import { envelope } from './whatsapp.mjs';
import { NETWORKS } from './world.mjs';

const WAIT_MAX_MS = 60_000;

const wrong = message => new Refusal(400, { error: message });
const none = message => new Refusal(404, { error: message });

function personOf(world, id) {
	const person = world.people.get(id) ?? [...world.people.values()].find(one => one.number === id);
	if (!person) {
		throw none(`there is no person ${id}`);
	}
	return person;
}

function lineOf(world, { network, line: account }) {
	const line = world.line(network, account);
	if (!line) {
		throw none(`there is no line of ${network}`);
	}
	return line;
}

export const shownLine = world => line => ({
	...Object.fromEntries(['network', 'account', 'name', 'username', 'number', 'waba', 'app', 'webhook', 'token', 'app_secret', 'verify_token', 'secret_token', 'consumer_secret']
		.map(part => [part, line[part]])),
	can: canOf(world.networks[line.network], line.network),
});
const shownPerson = ({ id, name, number, ids, version }) => ({ id, name, number, ids, version });
export const shownMessage = (chat, message) => ({ ...message, chat: chat.id, network: chat.line.network, person: chat.person.id });
const shownChat = chat => ({
	id: chat.id, network: chat.line.network, line: chat.line.account, person: chat.person.id, blocked: chat.blocked,
	typing: Math.max(chat.typing_until - Date.now(), 0),
	unread: chat.messages.filter(one => one.from === 'line' && one.status !== 'read').length,
});

const messagesOf = (world, since) => [...world.chats.values()]
	.flatMap(chat => chat.messages.filter(one => one.version > since).map(one => shownMessage(chat, one)));

// What changed since a version; waits for something when nothing did.
async function news(world, call) {
	const since = Number(call.query.get('since') ?? 0), wait = Math.min(Number(call.query.get('wait') ?? 0) * 1000, WAIT_MAX_MS);
	await world.until(() => world.version > since, wait);
	return {
		version: world.version,
		people: [...world.people.values()].filter(one => one.version > since).map(shownPerson),
		chats: [...world.chats.values()].map(shownChat),
		messages: messagesOf(world, since),
	};
}

// The first message of a line to a person that fits: {network, text (within it), kind, after (an id)}.
export function waitFor(world, person, { network, line, text, kind, after }, ms) {
	return world.until(() => {
		const chat = world.chat(lineOf(world, { network, line }), person);
		const from = after ? chat.messages.findIndex(one => one.id === after) + 1 : 0;
		const found = chat.messages.slice(from).find(one => one.from === 'line' && (!kind || one.kind === kind) && (!text || one.text.includes(text)));
		return found && shownMessage(chat, found);
	}, ms);
}

async function wait(world, call) {
	const query = Object.fromEntries(call.query);
	const found = await waitFor(world, personOf(world, query.person), query, Math.min(Number(query.wait ?? 10) * 1000, WAIT_MAX_MS));
	if (!found) {
		throw none('nothing came that fits');
	}
	return found;
}

async function deed(world, call, [id, network, what]) {
	try {
		return { message: await act(world, personOf(world, id), network, what, fieldsOf(call)) };
	} catch (error) {
		throw error instanceof Unable ? wrong(error.message) : error;
	}
}

// Any bytes to a line's address: sign true (as theirs), false (not at all) or "wrong".
export async function post(world, { sign = true, body, raw, type, ...which }) {
	const line = lineOf(world, which);
	const bytes = raw === undefined ? JSON.stringify(body) : typeof raw === 'string' ? Buffer.from(raw, 'base64') : raw;
	const headers = sign === false ? {} : signature(sign === 'wrong' ? { ...line, app_secret: 'x', secret_token: 'x', consumer_secret: 'x' } : line, bytes);
	return { status: await world.webhooks.post(line, bytes, headers, type) };
}

async function review(world, call) {
	const { name, language = 'es_AR', ...decision } = fieldsOf(call);
	const line = lineOf(world, { network: 'whatsapp', ...decision });
	const template = line.templates.get(`${name}/${language}`);
	if (!template) {
		throw none(`there is no template ${name}/${language}`);
	}
	await decide(world, line, template, decision);
	return template;
}

// Said to the person in the line's name by another program.
function foreign(world, call) {
	const { person, network = 'messenger', text = '', app = 263902037430900 } = fieldsOf(call);
	const chat = world.chat(lineOf(world, { network }), personOf(world, person));
	const message = world.put(chat, { from: 'line', kind: 'text', text, status: 'sent' });
	return echo(world, chat, message, app).then(status => ({ status }));
}

const routes = [
	['GET', /^\/peer\/lines$/, world => world.lines.map(shownLine(world))],
	['POST', /^\/peer\/settings$/, (world, call) => {
		try {
			world.configure(fieldsOf(call));
		} catch (error) {
			throw wrong(error.message);
		}
		return { lines: world.lines.map(shownLine(world)), settings: world.settings };
	}],
	['POST', /^\/peer\/subscribe$/, async (world, call) => ({ wrong: await world.webhooks.validate(lineOf(world, fieldsOf(call))) })],
	['GET', /^\/peer\/people$/, world => [...world.people.values()].map(shownPerson)],
	['POST', /^\/peer\/people$/, (world, call) => shownPerson(world.addPerson(fieldsOf(call)))],
	['POST', /^\/peer\/people\/([^/]+)\/silent$/, (world, call, [id]) => {
		const { hours = 25, ...which } = fieldsOf(call);
		world.chat(lineOf(world, which), personOf(world, id)).inbound_at = Date.now() - hours * 3600_000;
		return {};
	}],
	['POST', /^\/peer\/people\/([^/]+)\/([a-z]+)\/([a-z]+)$/, deed],
	['GET', /^\/peer\/news$/, news],
	['GET', /^\/peer\/wait$/, wait],
	['GET', /^\/peer\/calls$/, (world, call) => world.calls.filter(one => !call.query.get('network') || one.network === call.query.get('network'))],
	['GET', /^\/peer\/webhooks$/, world => world.webhooks.sent],
	['POST', /^\/peer\/webhook$/, (world, call) => post(world, fieldsOf(call))],
	['POST', /^\/peer\/account$/, async (world, call) => {
		const { field, value, time, ...which } = fieldsOf(call), line = lineOf(world, { network: 'whatsapp', ...which });
		return { status: await world.webhooks.push(line, envelope(line, value, field, time)) };
	}],
	['POST', /^\/peer\/faults$/, (world, call) => { world.addFault(fieldsOf(call)); return {}; }],
	['DELETE', /^\/peer\/faults$/, world => { world.faults.length = 0; return {}; }],
	['GET', /^\/peer\/templates$/, world => world.lines.flatMap(line => [...line.templates.values()])],
	['POST', /^\/peer\/templates$/, review],
	['POST', /^\/peer\/foreign$/, foreign],
];

// Files as the page shows them.
function file(world, call) {
	const found = world.files.get(call.path.split('/')[3]);
	if (!found) {
		throw none('there is no such file');
	}
	return { body: found.data, type: found.type, headers: { 'Content-Security-Policy': "default-src 'none'; sandbox", 'X-Content-Type-Options': 'nosniff' } };
}

export async function control(world, call) {
	if (call.method === 'GET' && call.path.startsWith('/peer/files/')) {
		return file(world, call);
	}
	for (const [method, path, does] of routes) {
		const match = path.exec(call.path);
		if (match && method === call.method) {
			if (!isObject(fieldsOf(call))) {
				throw wrong('the body is no JSON object');
			}
			if (match[2] && !NETWORKS.includes(match[2])) {
				throw none(`there is no network ${match[2]}`);
			}
			return { json: await does(world, call, match.slice(1)) };
		}
	}
	throw none(`there is no ${call.method} ${call.path}`);
}
