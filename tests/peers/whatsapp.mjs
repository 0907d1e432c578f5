// WhatsApp Cloud API: https://developers.facebook.com/docs/whatsapp/cloud-api
import { createHash, randomBytes } from 'node:crypto';
import { failure, parameter } from './graph.mjs';
import { fieldsOf, isText } from './http.mjs';
import { checkMessage, filledTemplate, MEDIA } from './whatsapp_rules.mjs';

export const can = ['text', 'photo', 'voice', 'video', 'file', 'sticker', 'location', 'contact', 'press', 'react', 'edit', 'delete', 'read', 'block'];
export const newId = () => `wamid.${randomBytes(24).toString('base64')}`;

const seconds = ms => String(Math.floor(ms / 1000));

export const routes = {
	'POST messages': messages,
	'POST marketing_messages': messages,
	'POST media': upload,
	'GET block_users': blockedUsers,
	'POST block_users': blockUsers,
	'DELETE block_users': blockUsers,
	'GET': number,
	'GET message_history': history,
};

function messages(world, call, line) {
	const body = fieldsOf(call);
	if (body.status !== undefined || body.typing_indicator !== undefined) {
		return readMark(world, line, body);
	}
	const { type, to } = checkMessage(world, line, body);
	let person = world.personBy('whatsapp', to);
	if (!person && world.settings.strangers === 'create' && /^\d+$/.test(to)) {
		person = world.addPerson({ number: to });
	}
	const id = newId();
	if (person) {
		arrive(world, line, person, id, type, body);
	} else {
		undeliverable(world, line, to, id, body.biz_opaque_callback_data);
	}
	return { json: {
		messaging_product: 'whatsapp',
		contacts: [{ input: body.to ?? body.recipient, ...(person && !person.hidden && { wa_id: person.number }), ...(person && { user_id: person.ids.bsuid }) }],
		messages: [{ id, ...(type === 'template' && { message_status: 'accepted' }) }],
	} };
}

function arrive(world, line, person, id, type, body) {
	const chat = world.chat(line, person);
	if (type === 'reaction') {
		const about = world.find(chat, body.reaction.message_id);
		if (!about) {
			throw failure(400, 131009, 'Parameter value is not valid', { details: 'message_id is of no message of this conversation' });
		}
		about.reactions.line = body.reaction.emoji;
		world.touch(about);
		return;
	}
	const known = type === 'template' && line.templates.get(`${body.template.name}/${body.template.language.code}`);
	const message = {
		id, from: 'line', kind: type, reference: body.biz_opaque_callback_data, reply_to: body.context?.message_id,
		paid: known ? known.category.toLowerCase() : '', ...shown(world, type, body, known),
	};
	if (!known && !world.windowOpen(chat)) {
		world.fail(chat, world.put(chat, message), 131047, 'Re-engagement message');
		return;
	}
	const link = body[type].link;
	if (link) {
		world.fetchLink(link).then(file => {
			Object.assign(message, { file: world.fileOf(file) });
			const put = world.put(chat, message);
			return file && MEDIA[type].types.includes(file.type) ? world.travel(chat, put) : world.fail(chat, put, 131053, 'Media upload error');
		});
		return;
	}
	world.travel(chat, world.put(chat, message));
}

// What the person sees of a message.
function shown(world, type, body, known) {
	const given = body[type];
	const media = ({ id }) => world.fileOf(world.files.get(id));
	switch (type) {
	case 'text': return { text: given.body };
	case 'location': return { text: given.name ?? '', place: { latitude: Number(given.latitude), longitude: Number(given.longitude) } };
	case 'contacts': return { text: given.map(one => one.name.formatted_name).join(', ') };
	case 'template': {
		const [header] = given.components?.find(one => one?.type?.toLowerCase() === 'header')?.parameters ?? [], sent = header?.[header.type];
		const file = sent?.id && media(sent);
		return { ...filledTemplate(known, given.components), ...(file && { file: { ...file, name: sent.filename ?? file.name } }) };
	}
	case 'interactive': return {
		header: given.header?.text ?? '', text: given.body.text, footer: given.footer?.text ?? '', list: given.action.button,
		buttons: [
			...(given.action.buttons ?? []).map(one => ({ key: one.reply.id, label: one.reply.title })),
			...(given.action.sections ?? []).flatMap(one => one.rows).map(row => ({ key: row.id, label: row.title, hint: row.description })),
			...(given.type === 'cta_url' ? [{ label: given.action.parameters.display_text, url: given.action.parameters.url }] : []),
		],
	};
	default: {
		const file = given.id ? media(given) : null;
		return { text: given.caption ?? '', file: file && { ...file, name: given.filename ?? file.name } };
	}
	}
}

function undeliverable(world, line, to, id, reference) {
	world.later(world.settings.delays.sent, () => world.webhooks.push(line, envelope(line, { statuses: [{
		id, status: 'failed', timestamp: seconds(Date.now()), recipient_id: to, ...(reference && { biz_opaque_callback_data: reference }),
		errors: [{ code: 131026, title: 'Message undeliverable', message: 'Message undeliverable', error_data: { details: 'Message Undeliverable.' } }],
	}] })));
}

function readMark(world, line, body) {
	if (body.messaging_product !== 'whatsapp' || body.status !== 'read' || !isText(body.message_id)) {
		throw parameter('The parameter message_id is required.');
	}
	if (body.typing_indicator && body.typing_indicator.type !== 'text') {
		throw parameter("Param typing_indicator['type'] must be one of {TEXT}.");
	}
	const chat = [...world.chats.values()].find(one => one.line === line && world.find(one, body.message_id)?.from === 'person');
	if (!chat) {
		throw failure(400, 131009, 'Parameter value is not valid', { details: 'message_id is of no message received' });
	}
	const until = world.find(chat, body.message_id).at;
	for (const message of chat.messages.filter(one => one.from === 'person' && one.at <= until && !one.seen)) {
		world.touch(Object.assign(message, { seen: true }));
	}
	if (body.typing_indicator) {
		chat.typing_until = Date.now() + 25_000;
		world.touch(chat);
	}
	return { json: { success: true } };
}

function upload(world, call, line) {
	const fields = fieldsOf(call);
	if (fields.messaging_product !== 'whatsapp') {
		throw parameter('The parameter messaging_product is required.');
	}
	if (!fields.file?.data) {
		throw parameter('The parameter file is required.');
	}
	const type = (fields.type ?? fields.file.type).split(';')[0];
	const kind = Object.values(MEDIA).find(one => one.types.includes(type));
	if (!kind) {
		throw parameter(`Param file must be a file with one of the following types: ${Object.values(MEDIA).flatMap(one => one.types).join(', ')}. Received file of type '${type}'.`);
	}
	if (fields.file.data.length === 0 || fields.file.data.length > kind.max) {
		throw parameter(`Param file must be a file of at most ${kind.max} bytes.`);
	}
	return { json: { id: world.keepFile({ data: fields.file.data, name: fields.file.name, type, line: line.account }).id } };
}

function blockedUsers(world, call, line) {
	return { json: { data: [...line.blocked].map(user => ({ messaging_product: 'whatsapp', wa_id: user })), paging: {} } };
}

function blockUsers(world, call, line) {
	const { messaging_product: product, block_users: users } = fieldsOf(call);
	if (product !== 'whatsapp' || !Array.isArray(users) || !users.length || !users.every(one => isText(one?.user))) {
		throw parameter('The parameter block_users is required.');
	}
	const done = users.map(({ user }) => ({ input: user, wa_id: user.replace(/\D/g, '') }));
	for (const one of done) {
		line.blocked[call.method === 'POST' ? 'add' : 'delete'](one.wa_id);
	}
	return { json: { messaging_product: 'whatsapp', block_users: { [call.method === 'POST' ? 'added_users' : 'removed_users']: done } } };
}

function number(world, call, line) {
	const facts = {
		id: line.account, verified_name: line.name, display_phone_number: `+${line.number}`, quality_rating: line.quality ?? 'GREEN',
		name_status: 'APPROVED', status: line.state ?? 'CONNECTED', throughput: { level: 'STANDARD' }, platform_type: 'CLOUD_API',
		code_verification_status: 'VERIFIED', whatsapp_business_manager_messaging_limit: 'TIER_10K',
	};
	const wanted = (call.query.get('fields') ?? 'id,verified_name,display_phone_number,quality_rating').split(',').map(one => one.trim());
	const other = wanted.find(name => !(name in facts));
	if (other) {
		throw parameter(`Tried accessing nonexisting field (${other}) on node type (WhatsAppBusinessPhoneNumber)`);
	}
	return { json: Object.fromEntries([...new Set([...wanted, 'id'])].map(name => [name, facts[name]])) };
}

function history(world, call, line) {
	const id = call.query.get('message_id');
	const message = [...world.chats.values()].filter(chat => chat.line === line).map(chat => world.find(chat, id)).find(Boolean);
	return { json: { data: message ? [{ id: `${line.account}:${id}`, message_id: id, events: [{ delivery_status: (message.status ?? 'accepted').toUpperCase() }] }] : [] } };
}

// What is posted to the line's address.
export function envelope(line, value, field = 'messages', time = Math.floor(Date.now() / 1000)) {
	return { object: 'whatsapp_business_account', entry: [{ id: line.waba, ...(field !== 'messages' && { time }), changes: [{ field, value: field === 'messages'
		? { messaging_product: 'whatsapp', metadata: { display_phone_number: line.number, phone_number_id: line.account }, ...value }
		: value }] }] };
}

function pricing(world, chat, message) {
	const free = message.paid === '' || (message.paid === 'utility' && world.windowOpen(chat));
	return { billable: !free, pricing_model: 'PMP', type: free ? 'free_customer_service' : 'regular', category: message.paid || 'service' };
}

export function report(world, chat, message, status) {
	const { person, line } = chat;
	world.webhooks.push(line, envelope(line, { statuses: [{
		id: message.id, status, timestamp: seconds(Date.now()), ...(!person.hidden && { recipient_id: person.number }), recipient_user_id: person.ids.bsuid,
		...(message.reference && { biz_opaque_callback_data: message.reference }),
		...(['sent', 'delivered'].includes(status) && { pricing: pricing(world, chat, message) }),
		...(status === 'failed' && { errors: [{ code: message.error.code, title: message.error.title, message: message.error.title,
			error_data: { details: message.error.title }, href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/' }] }),
	}] }));
}

export function seen(world, chat, messages_) {
	return Promise.all(messages_.map(message => report(world, chat, message, 'read')));
}

// What the person did, told to the line. event.kind: message, press, reaction, edit, delete, block.
export function tell(world, chat, event) {
	const { person, line } = chat;
	if (line.blocked.has(person.number) || event.kind === 'block') {
		return null;
	}
	const message = {
		...(!person.hidden && { from: person.number }), from_user_id: person.ids.bsuid, id: event.message?.id ?? newId(),
		timestamp: seconds(event.at), ...says(world, event),
	};
	const reply = event.message?.reply_to;
	if (reply || event.kind === 'press') {
		message.context = { from: line.number, id: reply ?? event.about.id };
	}
	return world.webhooks.push(line, envelope(line, {
		contacts: [{ profile: { name: person.name, username: person.username }, ...(!person.hidden && { wa_id: person.number }), user_id: person.ids.bsuid }],
		messages: [message],
	}));
}

function says(world, event) {
	switch (event.kind) {
	case 'press': return pressed(event);
	case 'reaction': return { type: 'reaction', reaction: { message_id: event.about.id, ...(event.emoji && { emoji: event.emoji }) } };
	case 'edit': return { type: 'edit', edit: { original_message_id: event.about.id, message: content(world, event.about) } };
	case 'delete': return { type: 'revoke', revoke: { original_message_id: event.about.id } };
	default: return content(world, event.message);
	}
}

function pressed({ about, button }) {
	if (about.kind === 'template') {
		return { type: 'button', button: { text: button.label, payload: button.key } };
	}
	const kind = about.list ? 'list_reply' : 'button_reply';
	return { type: 'interactive', interactive: { type: kind, [kind]: { id: button.key, title: button.label, ...(button.hint && { description: button.hint }) } } };
}

function content(world, message) {
	const { kind, text, file, place, contact } = message;
	if (kind === 'text') {
		return { type: 'text', text: { body: text } };
	}
	if (kind === 'location') {
		return { type: 'location', location: { latitude: place.latitude, longitude: place.longitude, ...(text && { name: text }) } };
	}
	if (kind === 'contact') {
		return { type: 'contacts', contacts: [{ name: { formatted_name: contact.name, first_name: contact.name }, phones: [{ phone: `+${contact.number}`, wa_id: contact.number, type: 'CELL' }] }] };
	}
	const type = { photo: 'image', voice: 'audio', file: 'document' }[kind] ?? kind;
	return { type, [type]: {
		id: file.id, mime_type: file.type, sha256: createHash('sha256').update(world.files.get(file.id).data).digest('base64'),
		...(text && { caption: text }), ...(type === 'document' && { filename: file.name }), ...(kind === 'voice' && { voice: true }), ...(kind === 'sticker' && { animated: false }),
	} };
}
