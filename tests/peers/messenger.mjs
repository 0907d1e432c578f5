// Messenger and Instagram: https://developers.facebook.com/docs/messenger-platform and .../instagram-platform
import { randomBytes } from 'node:crypto';
import { failure, onlyKeys, parameter } from './graph.mjs';
import { fieldsOf, isObject, isText, lengthOf } from './http.mjs';

const MB = 1024 * 1024;
const ATTACHMENTS = ['image', 'video', 'audio', 'file'];
const INSTAGRAM_TYPES = {
	image: ['image/png', 'image/jpeg', 'image/gif'], audio: ['audio/aac', 'audio/mp4', 'audio/m4a', 'audio/x-m4a', 'audio/wav', 'audio/mpeg'],
	video: ['video/mp4', 'video/ogg', 'video/x-msvideo', 'video/quicktime', 'video/webm'], file: ['application/pdf'],
};
const TAGS = ['HUMAN_AGENT'];
const REACTIONS = { '😊': 'smile', '😠': 'angry', '😢': 'sad', '😮': 'wow', '❤️': 'love', '❤': 'love', '👍': 'like', '👎': 'dislike' };

export const capabilities = {
	messenger: ['text', 'photo', 'voice', 'video', 'file', 'location', 'press', 'react', 'edit', 'read'],
	instagram: ['text', 'photo', 'voice', 'video', 'file', 'press', 'react', 'delete', 'read'],
};
export const newId = chat => `${chat.line.network === 'messenger' ? 'm_' : 'aWdf'}${randomBytes(36).toString('base64url')}`;

export const routes = {
	'POST messages': messages,
	'POST message_attachments': attachments,
	'GET': (world, call, line) => ({ json: { id: line.account, name: line.name, ...(line.network === 'instagram' && { username: 'agencia' }) } }),
	'GET subscribed_apps': (world, call, line) => ({ json: { data: line.subscribed ? [{ id: line.app, subscribed_fields: line.subscribed }] : [] } }),
	'POST subscribed_apps': subscribe,
};

function subscribe(world, call, line) {
	const wanted = (call.query.get('subscribed_fields') ?? fieldsOf(call).subscribed_fields ?? '').toString().split(',').filter(Boolean);
	if (!wanted.length) {
		throw parameter('The parameter subscribed_fields is required.');
	}
	line.subscribed = wanted;
	line.echoes = wanted.includes('message_echoes');
	return { json: { success: true } };
}

export const profile = id => (world, call, line) => {
	const person = world.personBy(line.network, id);
	const [first, ...rest] = person.name.split(' ');
	const facts = line.network === 'messenger'
		? { first_name: first, last_name: rest.join(' '), name: person.name, profile_pic: `${call.base}/media/none`, id }
		: { name: person.name, username: person.username, profile_pic: `${call.base}/media/none`, id };
	const wanted = (call.query.get('fields') ?? 'name,id').split(',').map(one => one.trim());
	const other = wanted.find(name => !(name in facts));
	if (other) {
		throw parameter(`Tried accessing nonexisting field (${other})`);
	}
	return { json: Object.fromEntries([...new Set([...wanted, 'id'])].map(name => [name, facts[name]])) };
};

async function messages(world, call, line) {
	const body = fieldsOf(call);
	onlyKeys(body, 'message', ['recipient', 'messaging_type', 'tag', 'message', 'sender_action', 'payload', 'reply_to', 'notification_type', 'access_token', 'persona_id', 'messaging_product']);
	const recipient = isText(body.recipient) ? JSON.parse(body.recipient) : body.recipient;
	if (!isObject(recipient) || !isText(recipient.id)) {
		throw parameter('The parameter recipient is required');
	}
	const person = world.personBy(line.network, recipient.id);
	const chat = person && world.chat(line, person);
	if (!person || !chat.inbound_at) {
		throw failure(400, 100, 'No matching user found', { subcode: 2018001 });
	}
	if (chat.blocked) {
		throw failure(400, 551, 'This person isn\'t available right now.', { subcode: 1545041 });
	}
	if (body.sender_action !== undefined) {
		return senderAction(world, line, chat, body, recipient.id);
	}
	checkMessage(line, body);
	const human = body.messaging_type === 'MESSAGE_TAG';
	if (!world.windowOpen(chat, human ? 7 * 24 : 24)) {
		throw failure(400, 10, 'This message is sent outside of allowed window.', { subcode: line.network === 'messenger' ? 2018278 : 2534022 });
	}
	const message = world.put(chat, { from: 'line', ...await shown(world, line, body.message), human, reply_to: body.reply_to?.mid, metadata: body.message.metadata });
	world.travel(chat, message);
	if (line.echoes) {
		world.later(world.settings.delays.sent, () => echo(world, chat, message, line.app));
	}
	return { json: { recipient_id: recipient.id, message_id: message.id } };
}

function checkMessage(line, body) {
	const { message, messaging_type: kind, tag } = body;
	if (kind !== undefined && !['RESPONSE', 'UPDATE', 'MESSAGE_TAG'].includes(kind)) {
		throw parameter('Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}.');
	}
	if ((kind === 'MESSAGE_TAG') !== (tag !== undefined) || (tag !== undefined && !TAGS.includes(tag))) {
		throw parameter(`Param tag must be one of {${TAGS.join(', ')}}, with messaging_type MESSAGE_TAG.`);
	}
	onlyKeys(message, 'message', ['text', 'attachment', 'quick_replies', 'metadata']);
	const replies = message.quick_replies;
	if (isText(message.text) === isObject(message.attachment)) {
		throw parameter('Message must have one of text and attachment');
	}
	if (isText(message.text)) {
		const size = line.network === 'messenger' ? lengthOf(message.text) : Buffer.byteLength(message.text), max = line.network === 'messenger' ? 2000 : 1000;
		if (size < 1 || size > max) {
			throw parameter(`Length of param message[text] must be less than or equal to ${max}`);
		}
	}
	if (body.reply_to !== undefined && !isText(body.reply_to?.mid)) {
		throw parameter('Param reply_to[mid] must be a string');
	}
	if (replies !== undefined && (!Array.isArray(replies) || replies.length < 1 || replies.length > 13)) {
		throw parameter('Param message[quick_replies] has from 1 to 13 items');
	}
	for (const one of replies ?? []) {
		if (one?.content_type !== 'text' || !isText(one.title) || lengthOf(one.title) > 20 || !isText(one.payload) || lengthOf(one.payload) > 1000) {
			throw parameter('A quick reply has content_type text, a title of 20 characters and a payload of 1000 at most');
		}
	}
}

async function shown(world, line, message) {
	const buttons = (message.quick_replies ?? []).map(one => ({ key: one.payload, label: one.title, quick: true }));
	if (isText(message.text)) {
		return { kind: 'text', text: message.text, buttons };
	}
	const { type, payload } = message.attachment;
	if (type === 'template') {
		return { kind: 'template', ...buttonTemplate(payload) };
	}
	if (!ATTACHMENTS.includes(type)) {
		throw parameter('Param message[attachment][type] must be one of {image, video, audio, file, template}');
	}
	const file = await attached(world, line, type, payload);
	return { kind: type === 'file' ? 'document' : type, file: world.fileOf(file), buttons };
}

function buttonTemplate(payload) {
	const { template_type: kind, text, buttons } = payload ?? {};
	if (kind !== 'button' || !isText(text) || lengthOf(text) > 640 || !Array.isArray(buttons) || buttons.length < 1 || buttons.length > 3
		|| !buttons.every(one => isText(one?.title) && lengthOf(one.title) <= 20 && (one.type === 'postback' ? isText(one.payload) : one.type === 'web_url' && isText(one.url)))) {
		throw parameter('A button template has a text of 640 characters at most and from 1 to 3 buttons');
	}
	return { text, buttons: buttons.map(one => ({ key: one.payload, label: one.title, url: one.url })) };
}

async function attached(world, line, type, payload) {
	if (payload?.attachment_id) {
		const file = world.files.get(String(payload.attachment_id));
		if (!file || file.line !== line.account) {
			throw failure(400, 100, 'Invalid attachment_id', { subcode: 2018074 });
		}
		return file;
	}
	if (!/^https?:\/\//.test(payload?.url ?? '')) {
		throw parameter('Param message[attachment][payload][url] should represent a valid URL');
	}
	const file = await world.fetchLink(payload.url);
	if (!file) {
		throw failure(400, 100, 'Failed to fetch the file from the url', { subcode: 2018008 });
	}
	return checkFile(line, type, file);
}

function checkFile(line, type, file) {
	const max = line.network === 'instagram' && type === 'image' ? 8 * MB : 25 * MB;
	if (file.data.length === 0 || file.data.length > max || (line.network === 'instagram' && !INSTAGRAM_TYPES[type].includes(file.type))) {
		throw failure(400, 100, 'Upload attachment failure.', { subcode: file.data.length > max ? 2018109 : 2018047 });
	}
	file.line = line.account;
	return file;
}

async function attachments(world, call, line) {
	const body = fieldsOf(call);
	if (line.network === 'instagram' && (call.query.get('platform') ?? body.platform) !== 'instagram') {
		throw parameter('The parameter platform is required.');
	}
	let message = body.message;
	try {
		message = isText(message) ? JSON.parse(message) : message;
	} catch {
		throw parameter('Param message must be JSON');
	}
	const { type, payload } = message?.attachment ?? {};
	if (!ATTACHMENTS.includes(type)) {
		throw parameter('Param message[attachment][type] must be one of {image, video, audio, file}');
	}
	const file = body.filedata?.data
		? checkFile(line, type, world.keepFile({ data: body.filedata.data, name: body.filedata.name, type: body.filedata.type }))
		: await attached(world, line, type, payload);
	return { json: { attachment_id: file.id } };
}

function senderAction(world, line, chat, body, recipient) {
	const action = body.sender_action;
	if (body.message !== undefined) {
		throw parameter('sender_action goes without a message');
	}
	if (action === 'typing_on' || action === 'typing_off') {
		chat.typing_until = action === 'typing_on' ? Date.now() + 20_000 : 0;
		world.touch(chat);
	} else if (action === 'mark_seen') {
		for (const message of chat.messages.filter(one => one.from === 'person' && !one.seen)) {
			world.touch(Object.assign(message, { seen: true }));
		}
	} else if (action === 'react' || action === 'unreact') {
		const about = world.find(chat, body.payload?.message_id);
		if (!about || (action === 'react' && !isText(body.payload.reaction))) {
			throw parameter('Param payload[message_id] is of no message');
		}
		about.reactions.line = action === 'react' ? Object.keys(REACTIONS).find(one => REACTIONS[one] === body.payload.reaction) ?? body.payload.reaction : '';
		world.touch(about);
	} else {
		throw parameter('Param sender_action must be one of {MARK_SEEN, TYPING_ON, TYPING_OFF, REACT, UNREACT}');
	}
	return { json: { recipient_id: recipient } };
}

const objects = { messenger: 'page', instagram: 'instagram' };

export function envelope(line, person, item, at = Date.now()) {
	return { object: objects[line.network], entry: [{ id: line.account, time: Date.now(), messaging: [
		{ sender: { id: person.ids[line.network] }, recipient: { id: line.account }, timestamp: at, ...item },
	] }] };
}

// What the page said comes back to who listens; app: whose program said it.
export function echo(world, chat, message, app) {
	const { line, person } = chat;
	const body = envelope(line, person, { message: { mid: message.id, is_echo: true, ...(app && { app_id: Number(app) }),
		...(message.metadata && { metadata: message.metadata }), ...(message.text && { text: message.text }) } }, message.at);
	const item = body.entry[0].messaging[0];
	[item.sender, item.recipient] = [item.recipient, item.sender];
	return world.webhooks.push(line, body);
}

// Delivered is told by Messenger alone.
export function report(world, chat, message, status) {
	if (status === 'delivered' && chat.line.network === 'messenger') {
		world.webhooks.push(chat.line, envelope(chat.line, chat.person, { delivery: { mids: [message.id], watermark: message.at } }));
	}
}

export function seen(world, chat, messages_) {
	const last = messages_.at(-1);
	return world.webhooks.push(chat.line, envelope(chat.line, chat.person,
		{ read: chat.line.network === 'messenger' ? { watermark: last.at } : { mid: last.id } }));
}

export function tell(world, chat, event) {
	return event.kind === 'block' ? null : world.webhooks.push(chat.line, envelope(chat.line, chat.person, says(world, chat, event), event.at));
}

function says(world, chat, { kind, message, about, emoji, button }) {
	switch (kind) {
	case 'press': return button.quick
		? { message: { mid: message.id, text: button.label, quick_reply: { payload: button.key } } }
		: { postback: { mid: message.id, title: button.label, payload: button.key } };
	case 'reaction': return { reaction: emoji
		? { mid: about.id, action: 'react', reaction: REACTIONS[emoji] ?? 'other', emoji }
		: { mid: about.id, action: 'unreact' } };
	case 'edit': return { message_edit: { mid: about.id, text: about.text, num_edit: about.edits } };
	case 'delete': return { message: { mid: about.id, is_deleted: true } };
	default: return { message: { mid: message.id, ...(message.text && { text: message.text }), ...(message.reply_to && { reply_to: { mid: message.reply_to } }), ...attachment(world, chat, message) } };
	}
}

function attachment(world, chat, { kind, file, place, text }) {
	if (kind === 'location') {
		return { attachments: [{ type: 'location', payload: { coordinates: { lat: place.latitude, long: place.longitude } }, ...(text && { title: text }) }] };
	}
	if (!file) {
		return {};
	}
	const type = { photo: 'image', voice: 'audio', file: 'file' }[kind] ?? kind;
	return { attachments: [{ type, payload: { url: `${world.base}/media/${file.id}/${encodeURIComponent(file.name)}` } }] };
}
