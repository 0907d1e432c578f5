// X API v2, direct messages: https://docs.x.com/x-api/direct-messages
import { createHash, randomBytes } from 'node:crypto';
import { bearerOf, fieldsOf, isObject, isText, lengthOf, Refusal } from './http.mjs';

const QUARTER_MS = 15 * 60_000;
const MB = 1024 * 1024;
const MAX = { dm_image: 5 * MB, dm_gif: 15 * MB, dm_video: 512 * MB };
const EVENTS = ['dm.received', 'dm.sent', 'dm.read', 'dm.indicate_typing', 'chat.received'];

export const can = ['text', 'photo', 'typing', 'read', 'encrypted'];
export const newId = () => BigInt(`0x${randomBytes(8).toString('hex')}`).toString().padStart(19, '1').slice(0, 19);

const problem = (status, title, detail, more = {}) => new Refusal(status, { title, detail, type: 'about:blank', status, ...more }, more.headers);
const invalid = message => new Refusal(400, { errors: [{ message }], title: 'Invalid Request', detail: 'One or more parameters to your request was invalid.', type: 'https://api.twitter.com/2/problems/invalid-request', status: 400 });

export const scripted = ({ code = 503, status = code, title = 'Service Unavailable', retry_after: after }) => ({
	...problem(status, title, title).answer,
	headers: after ? { 'x-rate-limit-limit': '15', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + after) } : {},
});
export const tooFast = after => scripted({ status: 429, title: 'Too Many Requests', retry_after: after });

const routes = [
	['POST', /^\/2\/dm_conversations\/with\/(\d+)\/messages$/, 'messages', send],
	['POST', /^\/2\/dm_conversations\/(\d+-\d+)\/messages$/, 'messages', (world, call, line, id) => send(world, call, line, id.split('-').find(one => one !== line.account))],
	['DELETE', /^\/2\/dm_events\/(\d+)$/, 'delete', remove],
	['POST', /^\/2\/media\/upload\/initialize$/, 'media', (world, call, line) => initialize(world, line, fieldsOf(call))],
	['POST', /^\/2\/media\/upload\/(\d+)\/append$/, 'media', (world, call, line, id) => append(world, line, id, fieldsOf(call))],
	['POST', /^\/2\/media\/upload\/(\d+)\/finalize$/, 'media', (world, call, line, id) => finalize(world, line, id)],
	['POST', /^\/2\/media\/upload$/, 'media', command],
	['GET', /^\/2\/media\/upload$/, 'media', (world, call, line) => ({ json: { data: mediaFacts(world, call.query.get('media_id')) } })],
	['GET', /^\/2\/users\/(me|\d+)$/, 'profile', profile],
	['POST', /^\/2\/webhooks$/, 'webhooks', register],
	['GET', /^\/2\/webhooks$/, 'webhooks', (world, call, line) => ({ json: { data: line.webhook ? [webhook(line)] : [], meta: { result_count: line.webhook ? 1 : 0 } } })],
	['PUT', /^\/2\/webhooks\/(\d+)$/, 'webhooks', (world, call, line) => validate(world, line, line.webhook)],
	['DELETE', /^\/2\/webhooks\/(\d+)$/, 'webhooks', (world, call, line) => { line.webhook = ''; return { json: { data: { deleted: true } } }; }],
	['POST', /^\/2\/activity\/subscriptions$/, 'subscriptions', subscribe],
	['GET', /^\/2\/activity\/subscriptions$/, 'subscriptions', (world, call, line) => ({ json: { data: line.subscriptions ?? [], meta: { result_count: (line.subscriptions ?? []).length } } })],
	['DELETE', /^\/2\/activity\/subscriptions\/(\d+)$/, 'subscriptions', unsubscribe],
];

// Another token for a refresh token, which holds once: https://docs.x.com/fundamentals/authentication/oauth-2-0
function renewal(world, call) {
	const fields = fieldsOf(call) ?? {}, basic = /^Basic (.+)$/.exec(call.headers.authorization ?? '')?.[1];
	const line = world.lines.find(one => one.network === 'x' && one.client_id === fields.client_id);
	const wrong = (status, error, words) => new Refusal(status, { error, error_description: words });
	if (!line || fields.grant_type !== 'refresh_token') {
		throw wrong(400, 'invalid_request', 'Value passed for the client was invalid.');
	}
	if (line.client_secret && basic !== Buffer.from([line.client_id, line.client_secret].map(encodeURIComponent).join(':')).toString('base64')) {
		throw wrong(401, 'unauthorized_client', 'Missing valid authorization header');
	}
	return { network: 'x', line, operation: 'token', does: () => {
		if (!line.refresh_token || fields.refresh_token !== line.refresh_token) {
			throw wrong(400, 'invalid_request', 'Value passed for the token was invalid.');
		}
		Object.assign(line, { token: `acceso-${newId()}`, refresh_token: `renueva-${newId()}` });
		return { json: { token_type: 'bearer', expires_in: 7200, access_token: line.token, refresh_token: line.refresh_token, scope: 'dm.read dm.write offline.access' } };
	} };
}

export function identify(world, call) {
	if (call.path === '/2/oauth2/token' && call.method === 'POST') {
		return renewal(world, call);
	}
	const token = bearerOf(call);
	const line = world.lines.find(one => one.network === 'x' && one.token === token);
	if (!line) {
		throw problem(401, 'Unauthorized', 'Unauthorized');
	}
	for (const [method, path, operation, does] of routes) {
		const match = path.exec(call.path);
		if (match && method === call.method) {
			if (fieldsOf(call) === undefined) {
				throw invalid('The body is no valid JSON object');
			}
			return { network: 'x', line, operation, does: (...all) => does(...all, match[1]), to: operation === 'messages' ? match[1] : undefined };
		}
	}
	throw problem(404, 'Not Found', `Could not find ${call.path}`);
}

// Fifteen calls of a quarter of an hour.
function rate(world, line) {
	const limit = world.settings.x_limit, now = Date.now();
	line.calls = (line.calls ?? []).filter(at => at > now - QUARTER_MS);
	if (limit && line.calls.length >= limit) {
		throw new Refusal(429, { title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429 }, {
			'x-rate-limit-limit': String(limit), 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(Math.ceil((line.calls[0] + QUARTER_MS) / 1000)),
		});
	}
	line.calls.push(now);
	return { 'x-rate-limit-limit': String(limit), 'x-rate-limit-remaining': String(Math.max(limit - line.calls.length, 0)) };
}

function send(world, call, line, id) {
	const body = fieldsOf(call);
	if (!isObject(body) || Object.keys(body).some(key => !['text', 'attachments'].includes(key))) {
		throw invalid('$: has a property that is not defined in the schema');
	}
	const { text, attachments } = body;
	if (text === undefined && attachments === undefined) {
		throw invalid('One of text and attachments is required.');
	}
	if (text !== undefined && (!isText(text) || text === '' || lengthOf(text) > 10_000)) {
		throw invalid('$.text: must be from 1 to 10000 characters long');
	}
	if (attachments !== undefined && (!Array.isArray(attachments) || attachments.length !== 1 || !isText(attachments[0]?.media_id))) {
		throw invalid('$.attachments: has one media_id');
	}
	const file = attachments && world.files.get(attachments[0].media_id);
	if (attachments && !(file?.ready)) {
		throw invalid('Your media IDs are invalid.');
	}
	const person = world.personBy('x', id);
	const chat = person && world.chat(line, person);
	if (!person || chat.blocked) {
		throw problem(403, 'Forbidden', person ? 'You cannot send messages to this user.' : 'You cannot send messages to users you have blocked or that do not exist.');
	}
	const headers = rate(world, line);
	const message = world.put(chat, { from: 'line', kind: file ? kindOf(file) : 'text', text: text ?? '', file: world.fileOf(file) });
	world.travel(chat, message);
	return { status: 201, headers, json: { data: { dm_conversation_id: conversation(line, person), dm_event_id: message.id } } };
}

const kindOf = file => file.type.startsWith('video/') ? 'video' : 'image';
const conversation = (line, person) => [line.account, person.ids.x].sort().join('-');

function remove(world, call, line, id) {
	const message = [...world.chats.values()].filter(chat => chat.line === line).map(chat => world.find(chat, id)).find(Boolean);
	if (!message || message.deleted) {
		throw problem(404, 'Not Found Error', `Could not find dm_event with id: [${id}].`);
	}
	if (message.from !== 'line') {
		throw problem(403, 'Forbidden', 'You are not allowed to delete this Direct Message event.');
	}
	// It disappears on their own side; the other one keeps it.
	world.touch(Object.assign(message, { deleted: true }));
	return { json: { data: { deleted: true } } };
}

function initialize(world, line, { media_type: type, total_bytes: total, media_category: category = 'dm_image' }) {
	if (!isText(type) || !(Number(total) > 0) || !MAX[category]) {
		throw invalid('media_type, total_bytes and media_category are required');
	}
	if (Number(total) > MAX[category]) {
		throw invalid('The size of the media is over the limit of its category.');
	}
	const file = world.keepFile({ data: Buffer.alloc(0), name: 'archivo', type, line: line.account, total: Number(total), parts: new Map() });
	return { json: { data: { id: file.id, expires_after_secs: 86_400, media_key: `3_${file.id}` } } };
}

function fileOf(world, line, id) {
	const file = world.files.get(String(id));
	if (!file?.parts || file.line !== line.account) {
		throw invalid('The media id is of no upload.');
	}
	return file;
}

function append(world, line, id, { media, segment_index: index }) {
	const file = fileOf(world, line, id);
	const data = media?.data ?? (isText(media) ? Buffer.from(media, 'base64') : null);
	if (!data || !/^\d{1,3}$/.test(String(index)) || data.length > 5 * MB) {
		throw invalid('media of 5 MB at most and segment_index are required');
	}
	file.parts.set(Number(index), data);
	return { json: { data: { expires_at: Math.floor(Date.now() / 1000) + 86_400 } } };
}

function finalize(world, line, id) {
	const file = fileOf(world, line, id);
	file.data = Buffer.concat([...file.parts].sort(([a], [b]) => a - b).map(([, part]) => part));
	if (file.data.length !== file.total) {
		throw invalid('The segments do not add up to total_bytes.');
	}
	Object.assign(file, { size: file.data.length, sha256: createHash('sha256').update(file.data).digest('hex') });
	// A video is made ready for a while.
	file.ready = !file.type.startsWith('video/');
	if (!file.ready) {
		world.later(500, () => { file.ready = true; });
	}
	return { json: { data: mediaFacts(world, id) } };
}

function mediaFacts(world, id) {
	const file = world.files.get(String(id));
	if (!file?.parts) {
		throw invalid('The media id is of no upload.');
	}
	const state = file.type.startsWith('video/') && { processing_info: file.ready ? { state: 'succeeded', progress_percent: 100 } : { state: 'pending', check_after_secs: 1 } };
	return { id: file.id, media_key: `3_${file.id}`, size: file.size, expires_after_secs: 86_400, ...state };
}

// The same by one address and a word.
function command(world, call, line) {
	const fields = fieldsOf(call);
	const word = fields.command ?? call.query.get('command'), id = fields.media_id ?? call.query.get('media_id');
	switch (word) {
	case 'INIT': return initialize(world, line, fields);
	case 'APPEND': return append(world, line, id, fields);
	case 'FINALIZE': return finalize(world, line, id);
	default: return whole(world, line, fields);
	}
}

// A small picture in one call.
function whole(world, line, { media, media_category: category, media_type: type }) {
	if (!media || !MAX[category]) {
		throw invalid('media and media_category are required');
	}
	const data = media.data ?? Buffer.from(media, 'base64');
	const { json: { data: { id } } } = initialize(world, line, { media_type: type ?? media.type, total_bytes: data.length, media_category: category });
	world.files.get(id).parts.set(0, data);
	return finalize(world, line, id);
}

function profile(world, call, line, id) {
	if (id === 'me' || id === line.account) {
		return { json: { data: { id: line.account, name: line.name, username: line.username } } };
	}
	const person = world.personBy('x', id);
	if (!person) {
		return { json: { errors: [{ value: id, detail: `Could not find user with id: [${id}].`, title: 'Not Found Error', resource_type: 'user', type: 'https://api.twitter.com/2/problems/resource-not-found' }] } };
	}
	return { json: { data: { id, name: person.name, username: person.username } } };
}

const webhook = line => ({ id: `9${line.account}`.slice(0, 19), url: line.webhook, valid: line.valid ?? false, created_at: '2026-01-01T00:00:00.000Z' });

async function validate(world, line, url) {
	const wrong = url ? await world.webhooks.validate(line, url) : 'no webhook';
	line.valid = wrong === '';
	if (wrong) {
		throw invalid(`CrcValidationFailed: ${wrong}`);
	}
	line.webhook = url;
	return { json: { data: webhook(line) } };
}

function register(world, call, line) {
	const { url } = fieldsOf(call);
	if (!isText(url) || !/^https?:\/\//.test(url)) {
		throw invalid('$.url: is required');
	}
	return validate(world, line, url);
}

function subscribe(world, call, line) {
	const { event_type: type, filter, tag, webhook_id: hook } = fieldsOf(call);
	if (!EVENTS.includes(type) || !isText(filter?.user_id)) {
		throw invalid('event_type and filter.user_id are required');
	}
	if (hook !== undefined && hook !== webhook(line).id) {
		throw invalid('webhook_id is of no webhook');
	}
	line.subscriptions ??= [];
	if (line.subscriptions.some(one => one.event_type === type && one.filter.user_id === filter.user_id)) {
		throw invalid('DuplicateSubscriptionFailed: Subscription already exists');
	}
	const now = new Date().toISOString();
	const subscription = { subscription_id: newId(), event_type: type, filter: { user_id: filter.user_id }, tag: tag ?? '', webhook_id: webhook(line).id, created_at: now, updated_at: now };
	line.subscriptions.push(subscription);
	return { json: { data: { subscription }, meta: { total_subscriptions: line.subscriptions.length } } };
}

function unsubscribe(world, call, line, id) {
	line.subscriptions = (line.subscriptions ?? []).filter(one => one.subscription_id !== id);
	return { json: { data: { deleted: true }, meta: { total_subscriptions: line.subscriptions.length } } };
}

const envelope = (line, type, payload) => ({ data: { event_uuid: newId(), filter: { user_id: line.account }, event_type: type, tag: 'practica', payload } });
const users = (line, person) => ({
	[person.ids.x]: { data: { id: person.ids.x, username: person.username, name: person.name } },
	[line.account]: { data: { id: line.account, username: line.username, name: line.name } },
});

export function seen(world, chat, messages) {
	const { line, person } = chat;
	return world.webhooks.push(line, envelope(line, 'dm.read', {
		direct_message_mark_read_events: [{ created_timestamp: String(Date.now()), sender_id: person.ids.x, target: { recipient_id: line.account }, last_read_event_id: messages.at(-1).id }],
		users: users(line, person),
	}));
}

export function tell(world, chat, event) {
	const { line, person } = chat;
	const about = { created_timestamp: String(event.at), sender_id: person.ids.x, target: { recipient_id: line.account } };
	switch (event.kind) {
	case 'block': return null;
	case 'typing': return world.webhooks.push(line, envelope(line, 'dm.indicate_typing', { direct_message_indicate_typing_events: [about], users: users(line, person) }));
	case 'encrypted': return world.webhooks.push(line, envelope(line, 'chat.received', {
		id: event.message.id, created_at_msec: String(event.at), sender_id: person.ids.x, conversation_id: conversation(line, person),
		conversation_token: randomBytes(20).toString('hex'), encoded_event: randomBytes(40).toString('hex'), conversation_key_version: '1',
	}));
	default: return world.webhooks.push(line, envelope(line, 'dm.received', {
		direct_message_events: [{ type: 'message_create', id: event.message.id, created_timestamp: String(event.at), message_create: {
			target: { recipient_id: line.account }, sender_id: person.ids.x, message_data: {
				text: event.message.text, entities: { hashtags: [], symbols: [], user_mentions: [], urls: [] }, ...media(world, event.message),
			},
		} }],
		users: users(line, person),
	}));
	}
}

function media(world, { file }) {
	return file ? { attachment: { type: 'media', media: {
		id: Number(file.id), id_str: file.id, media_url_https: `${world.base}/media/${file.id}/${encodeURIComponent(file.name)}`, type: kindOf(file) === 'video' ? 'video' : 'photo',
	} } } : {};
}
