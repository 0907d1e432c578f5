// Telegram Bot API: https://core.telegram.org/bots/api
import { randomBytes } from 'node:crypto';
import { fieldsOf, isObject, isText, lengthOf, Refusal } from './http.mjs';

const MB = 1024 * 1024;
const REACTIONS = ['👍', '👎', '❤', '🔥', '🥰', '👏', '😁', '🤔', '🤯', '😱', '😢', '🎉', '🤩', '🙏', '👌', '😍', '💯', '🤣', '😐', '🤝', '👀', '🫡'];
const TAGS = ['b', 'strong', 'i', 'em', 'u', 'ins', 's', 'strike', 'del', 'code', 'pre', 'a', 'span', 'tg-spoiler', 'blockquote'];
const ACTIONS = ['typing', 'upload_photo', 'record_video', 'upload_video', 'record_voice', 'upload_voice', 'upload_document', 'choose_sticker', 'find_location'];

export const can = ['text', 'photo', 'voice', 'video', 'file', 'sticker', 'location', 'contact', 'press', 'react', 'edit', 'read', 'block'];
// Numbers go on where those of a peer before this one ended.
const secondsSince = year => Math.floor((Date.now() - Date.UTC(year, 0)) / 1000);
export function newId(chat) {
	chat.number = (chat.number || secondsSince(2026)) + 1;
	return String(chat.number);
}

const failure = (code, description, parameters) => new Refusal(code, { ok: false, error_code: code, description, ...(parameters && { parameters }) });
const bad = description => failure(400, `Bad Request: ${description}`);
const done = result => ({ json: { ok: true, result } });

export const scripted = ({ code = 400, status = code, title = 'Bad Request: something went wrong', retry_after: after }) =>
	failure(status, title, after && { retry_after: after }).answer;
export const tooFast = after => scripted({ status: 429, title: `Too Many Requests: retry after ${after}`, retry_after: after });

// /bot<token>/<method> and /file/bot<token>/<path>
export function identify(world, call) {
	const [, token, rest] = /^\/(?:file\/)?bot([^/]+)\/(.+)$/.exec(call.path) ?? [];
	const line = world.lines.find(one => one.network === 'telegram' && one.token === decodeURIComponent(token ?? ''));
	if (!line) {
		throw failure(401, 'Unauthorized');
	}
	if (call.path.startsWith('/file/')) {
		return { network: 'telegram', line, does: fileContent(rest), operation: 'file' };
	}
	const name = Object.keys(methods).find(method => method.toLowerCase() === rest.toLowerCase());
	if (!name) {
		throw failure(404, 'Not Found');
	}
	const body = fieldsOf(call);
	if (!isObject(body)) {
		throw bad('can\'t parse JSON object');
	}
	call.fields = { ...Object.fromEntries(call.query), ...body };
	return { network: 'telegram', line, does: (...all) => done(methods[name](...all)), operation: name, to: call.fields.chat_id };
}

const given = (value, what) => {
	if (!isText(value)) {
		return value;
	}
	try {
		return JSON.parse(value);
	} catch {
		throw bad(`can't parse ${what} JSON object`);
	}
};

function chatOf(world, line, id) {
	if (id === undefined || id === '') {
		throw bad('chat_id is empty');
	}
	const person = world.personBy('telegram', id);
	const chat = person && world.chat(line, person);
	if (!chat?.inbound_at) {
		throw bad('chat not found');
	}
	if (chat.blocked) {
		throw failure(403, 'Forbidden: bot was blocked by the user');
	}
	return chat;
}

// The text as it reads, its marks checked when it has any.
function plain(text, mode, what, max) {
	if (!isText(text) || text.trim() === '') {
		throw bad(`${what} is empty`);
	}
	if (lengthOf(text) > max) {
		throw bad(what === 'message text' ? 'message is too long' : `${what} is too long`);
	}
	if (!mode) {
		return text;
	}
	if (!['HTML', 'MarkdownV2', 'Markdown'].includes(mode)) {
		throw bad('unsupported parse_mode');
	}
	return mode === 'HTML' ? withoutTags(text) : text;
}

function withoutTags(text) {
	const open = [];
	const bare = text.replace(/<(\/?)([a-z-]*)([^>]*)>?/gi, (all, closes, name, rest) => {
		if (!TAGS.includes(name.toLowerCase()) || !all.endsWith('>')) {
			throw bad(`can't parse entities: Unsupported start tag "${name}${rest}"`);
		}
		if (closes && open.pop() !== name) {
			throw bad(`can't parse entities: Unmatched end tag "${name}"`);
		}
		if (!closes) {
			open.push(name);
		}
		return '';
	});
	if (open.length) {
		throw bad(`can't parse entities: Can't find end tag corresponding to start tag "${open.at(-1)}"`);
	}
	return bare.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

function buttonsOf(markup) {
	const keys = given(markup, 'reply keyboard markup');
	if (keys === undefined || keys === null) {
		return {};
	}
	if (!isObject(keys)) {
		throw bad('object expected as reply markup');
	}
	if (keys.inline_keyboard !== undefined) {
		return { buttons: inlineButtons(keys.inline_keyboard) };
	}
	if (keys.keyboard !== undefined) {
		return { buttons: keys.keyboard.flat().map(one => ({ label: isText(one) ? one : one?.text, says: true })) };
	}
	return { buttons: [] };
}

function inlineButtons(rows) {
	if (!Array.isArray(rows) || !rows.every(Array.isArray)) {
		throw bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
	}
	return rows.flat().map(({ text, callback_data: data, url }) => {
		if (!isText(text) || text === '') {
			throw bad('Text buttons are unallowed in the inline keyboard');
		}
		if (data === undefined && url === undefined) {
			throw bad('Text buttons are unallowed in the inline keyboard');
		}
		if (data !== undefined && (!isText(data) || Buffer.byteLength(data) < 1 || Buffer.byteLength(data) > 64)) {
			throw bad('BUTTON_DATA_INVALID');
		}
		return { label: text, key: data, url };
	});
}

function say(world, line, body, content) {
	const chat = chatOf(world, line, body.chat_id);
	const reply = given(body.reply_parameters, 'reply parameters')?.message_id ?? body.reply_to_message_id;
	if (reply !== undefined && !world.find(chat, reply) && !given(body.reply_parameters, 'reply parameters')?.allow_sending_without_reply) {
		throw bad('message to be replied not found');
	}
	const message = world.put(chat, { from: 'line', reply_to: reply === undefined ? undefined : String(reply), ...content, ...buttonsOf(body.reply_markup) });
	world.travel(chat, message);
	return asMessage(world, chat, message);
}

const SENT = { photo: 10 * MB, document: 50 * MB, video: 50 * MB, audio: 50 * MB, voice: 50 * MB, animation: 50 * MB, sticker: 512 * 1024 };

const sendFile = kind => (world, call, line) => {
	const body = fieldsOf(call);
	const name = /^attach:\/\/(.+)$/.exec(body[kind])?.[1];
	const upload = body[name ?? kind];
	let file;
	if (upload?.data) {
		if (upload.data.length === 0) {
			throw bad('file must be non-empty');
		}
		if (upload.data.length > SENT[kind]) {
			throw failure(413, 'Request Entity Too Large');
		}
		if (kind === 'photo' && !isPicture(upload.data)) {
			throw bad('IMAGE_PROCESS_FAILED');
		}
		file = world.keepFile({ data: upload.data, name: upload.name, type: upload.type, line: line.account });
	} else {
		file = world.files.get(String(upload ?? '').replace(/^AgAC/, ''));
		if (!file) {
			throw bad(upload ? 'wrong file identifier/HTTP URL specified' : `there is no ${kind} in the request`);
		}
	}
	const text = body.caption ? plain(body.caption, body.parse_mode, 'message caption', 1024) : '';
	return say(world, line, body, { kind: kind === 'photo' ? 'image' : kind, text, file: world.fileOf(file) });
};

const isPicture = data => data.subarray(0, 2).equals(Buffer.from([0xff, 0xd8])) || data.subarray(1, 4).toString() === 'PNG'
	|| data.subarray(8, 12).toString() === 'WEBP' || data.subarray(0, 3).toString() === 'GIF';

function mine(world, line, body) {
	const chat = chatOf(world, line, body.chat_id);
	return { chat, message: world.find(chat, body.message_id) };
}

const methods = {
	getMe: (world, call, line) => ({ id: Number(line.account), is_bot: true, first_name: line.name, username: line.username, can_join_groups: false }),
	sendMessage(world, call, line) {
		const body = fieldsOf(call);
		return say(world, line, body, { kind: 'text', text: plain(body.text, body.parse_mode, 'message text', 4096) });
	},
	sendPhoto: sendFile('photo'), sendDocument: sendFile('document'), sendVideo: sendFile('video'), sendAudio: sendFile('audio'),
	sendVoice: sendFile('voice'), sendAnimation: sendFile('animation'), sendSticker: sendFile('sticker'),
	sendLocation(world, call, line) {
		const body = fieldsOf(call), place = { latitude: Number(body.latitude), longitude: Number(body.longitude) };
		if (!(Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180)) {
			throw bad('wrong latitude or longitude');
		}
		return say(world, line, body, { kind: 'location', place });
	},
	editMessageText(world, call, line) {
		const body = fieldsOf(call);
		const { chat, message } = mine(world, line, body);
		if (!message || message.deleted) {
			throw bad('message to edit not found');
		}
		const text = plain(body.text, body.parse_mode, 'message text', 4096), marks = buttonsOf(body.reply_markup);
		if (message.from !== 'line') {
			throw bad('message can\'t be edited');
		}
		if (text === message.text && JSON.stringify(marks.buttons ?? []) === JSON.stringify(message.buttons ?? [])) {
			throw bad('message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message');
		}
		world.touch(Object.assign(message, { text, edited: true, buttons: marks.buttons ?? [] }));
		return asMessage(world, chat, message);
	},
	editMessageReplyMarkup(world, call, line) {
		const body = fieldsOf(call);
		const { chat, message } = mine(world, line, body);
		if (!message) {
			throw bad('message to edit not found');
		}
		world.touch(Object.assign(message, { buttons: buttonsOf(body.reply_markup).buttons ?? [] }));
		return asMessage(world, chat, message);
	},
	deleteMessage(world, call, line) {
		const { message } = mine(world, line, fieldsOf(call));
		if (!message || message.deleted) {
			throw bad('message to delete not found');
		}
		if (Date.now() - message.at > 48 * 3600_000) {
			throw bad('message can\'t be deleted for everyone');
		}
		world.touch(Object.assign(message, { deleted: true }));
		return true;
	},
	sendChatAction(world, call, line) {
		const body = fieldsOf(call);
		const chat = chatOf(world, line, body.chat_id);
		if (!ACTIONS.includes(body.action)) {
			throw bad('wrong parameter action in request');
		}
		chat.typing_until = Date.now() + 5000;
		world.touch(chat);
		return true;
	},
	answerCallbackQuery(world, call, line) {
		const { callback_query_id: id } = fieldsOf(call);
		if (!line.queries?.delete(String(id))) {
			throw bad('query is too old and response timeout expired or query ID is invalid');
		}
		return true;
	},
	setMessageReaction(world, call, line) {
		const body = fieldsOf(call);
		const { message } = mine(world, line, body);
		const list = given(body.reaction, 'reaction') ?? [];
		if (!message) {
			throw bad('message to react not found');
		}
		if (!Array.isArray(list) || list.length > 1 || !list.every(one => one?.type === 'emoji' && REACTIONS.includes(one.emoji))) {
			throw bad('REACTION_INVALID');
		}
		message.reactions.line = list[0]?.emoji ?? '';
		world.touch(message);
		return true;
	},
	getFile(world, call, line) {
		const file = world.files.get(String(fieldsOf(call).file_id ?? '').replace(/^AgAC/, ''));
		if (!file || file.line !== line.account) {
			throw bad('invalid file_id');
		}
		if (file.size > 20 * MB) {
			throw bad('file is too big');
		}
		return { file_id: `AgAC${file.id}`, file_unique_id: `AQAD${file.id}`, file_size: file.size, file_path: `documents/file_${file.id}${extension(file.name)}` };
	},
	setWebhook(world, call, line) {
		const { url, secret_token: secret, max_connections: most } = fieldsOf(call);
		if (!isText(url) || (url !== '' && !/^https?:\/\//.test(url))) {
			throw bad('bad webhook: An HTTPS URL must be provided for webhook');
		}
		if (secret !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(secret)) {
			throw bad('secret token contains unallowed characters');
		}
		if (most !== undefined && !(Number(most) >= 1 && Number(most) <= 100)) {
			throw bad('max_connections must be from 1 to 100');
		}
		Object.assign(line, { webhook: url, secret_token: secret });
		return true;
	},
	deleteWebhook(world, call, line) {
		line.webhook = '';
		return true;
	},
	getWebhookInfo: (world, call, line) => ({ url: line.webhook, has_custom_certificate: false, pending_update_count: 0, max_connections: 40 }),
	getUpdates(world, call, line) {
		if (line.webhook) {
			throw failure(409, 'Conflict: can\'t use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first');
		}
		return [];
	},
};

const extension = name => /\.[A-Za-z0-9]{1,5}$/.exec(name)?.[0] ?? '';

const fileContent = path => (world, call, line) => {
	const file = world.files.get(/^documents\/file_(\d+)/.exec(path)?.[1]);
	if (!file || file.line !== line.account) {
		throw failure(404, 'Not Found');
	}
	return { body: file.data, type: 'application/octet-stream' };
};

const names = person => {
	const [first, ...rest] = person.name.split(' ');
	return { id: Number(person.ids.telegram), first_name: first, ...(rest.length && { last_name: rest.join(' ') }), username: person.username };
};
const from = person => ({ ...names(person), is_bot: false, language_code: 'es' });

function asMessage(world, chat, message, deep = true) {
	const { line, person } = chat;
	const reply = deep && message.reply_to && world.find(chat, message.reply_to);
	return {
		message_id: Number(message.id), date: Math.floor(message.at / 1000), chat: { ...names(person), type: 'private' },
		from: message.from === 'line' ? { id: Number(line.account), is_bot: true, first_name: line.name, username: line.username } : from(person),
		...(reply && { reply_to_message: asMessage(world, chat, reply, false) }), ...(message.edited && { edit_date: Math.floor(Date.now() / 1000) }),
		...content(message, person),
	};
}

function content({ kind, text, file, place, contact }, person) {
	const caption = text && { caption: text };
	const facts = file && { file_id: `AgAC${file.id}`, file_unique_id: `AQAD${file.id}`, file_size: file.size };
	switch (kind) {
	case 'photo': case 'image': return { photo: [{ ...facts, width: 1280, height: 960 }], ...caption };
	case 'voice': return { voice: { ...facts, duration: 4, mime_type: file.type }, ...caption };
	case 'video': return { video: { ...facts, duration: 4, width: 1280, height: 720, mime_type: file.type, file_name: file.name }, ...caption };
	case 'sticker': return { sticker: { ...facts, width: 512, height: 512, type: 'regular', is_animated: false, is_video: false, emoji: '👍' } };
	case 'audio': return { audio: { ...facts, duration: 4, mime_type: file.type, file_name: file.name }, ...caption };
	case 'file': case 'document': return { document: { ...facts, mime_type: file.type, file_name: file.name }, ...caption };
	case 'location': return { location: place };
	case 'contact': return { contact: { phone_number: contact.number, first_name: contact.name, ...(contact.own && { user_id: Number(person.ids.telegram) }) } };
	default: return { text };
	}
}

export function tell(world, chat, event) {
	const { line } = chat;
	line.update = (line.update ?? secondsSince(2020)) + 1;
	return world.webhooks.push(line, { update_id: line.update, ...says(world, chat, event) });
}

function says(world, chat, { kind, message, about, emoji, button, at, blocked }) {
	const { line, person } = chat;
	const date = Math.floor(at / 1000), peer = { ...names(person), type: 'private' };
	switch (kind) {
	case 'press': {
		const id = BigInt(`0x${randomBytes(7).toString('hex')}`).toString();
		line.queries = (line.queries ?? new Set()).add(id);
		return { callback_query: { id, from: from(person), message: asMessage(world, chat, about), chat_instance: '-504452832938350178', data: button.key } };
	}
	case 'reaction': return { message_reaction: { chat: peer, message_id: Number(about.id), user: from(person), date, old_reaction: [], new_reaction: emoji ? [{ type: 'emoji', emoji }] : [] } };
	case 'edit': return { edited_message: asMessage(world, chat, about) };
	case 'block': {
		const bot = { id: Number(line.account), is_bot: true, first_name: line.name, username: line.username };
		const state = status => ({ user: bot, status });
		return { my_chat_member: { chat: peer, from: from(person), date, old_chat_member: state(blocked ? 'member' : 'kicked'), new_chat_member: state(blocked ? 'kicked' : 'member') } };
	}
	default: return { message: asMessage(world, chat, message) };
	}
}
