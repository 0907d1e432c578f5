// WhatsApp's message templates: written, reviewed, edited, deleted, and what becomes of them.
import { failure, onlyKeys, parameter } from './graph.mjs';
import { fieldsOf, isText, lengthOf } from './http.mjs';
import { envelope } from './whatsapp.mjs';

const CATEGORIES = ['MARKETING', 'UTILITY', 'AUTHENTICATION'];
const COMPONENTS = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS'];
const BUTTONS = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'OTP', 'FLOW', 'COPY_CODE'];
const FIELDS = ['id', 'name', 'language', 'status', 'category', 'previous_category', 'quality_score', 'rejected_reason', 'components', 'parameter_format'];

const badFormat = details => failure(400, 100, 'Invalid parameter', { subcode: 2388299, details });

export const routes = {
	'GET message_templates': list,
	'POST message_templates': create,
	'DELETE message_templates': remove,
	'GET subscribed_apps': (world, call, line) => ({ json: { data: line.subscribed ? [{ whatsapp_business_api_data: { id: line.app, name: line.name } }] : [] } }),
	'POST subscribed_apps': subscribe,
	'GET': (world, call, line) => ({ json: { id: line.waba, name: line.name } }),
};

export const ofOne = id => ({
	'GET': (world, call, line) => ({ json: shown(byId(line, id), call) }),
	'POST': (world, call, line) => edit(world, call, line, byId(line, id)),
});

const byId = (line, id) => [...line.templates.values()].find(one => one.id === id);

function shown(template, call) {
	const wanted = (call.query.get('fields') ?? 'name,components,language,status,category,id').split(',').map(one => one.trim()).filter(one => FIELDS.includes(one));
	return Object.fromEntries([...new Set([...wanted, 'id'])].filter(name => template[name] !== undefined).map(name => [name, template[name]]));
}

async function subscribe(world, call, line) {
	const { override_callback_uri: uri, verify_token: token } = fieldsOf(call);
	if (uri) {
		const wrong = await world.webhooks.validate({ ...line, verify_token: token ?? line.verify_token }, uri);
		if (wrong) {
			throw failure(400, 2200, `Callback verification failed with the following errors: ${wrong}`);
		}
		line.webhook = uri;
	}
	line.subscribed = true;
	return { json: { success: true } };
}

function list(world, call, line) {
	const name = call.query.get('name'), status = call.query.get('status');
	const all = [...line.templates.values()].filter(one => (!name || one.name === name) && (!status || one.status === status));
	const limit = Math.min(Number(call.query.get('limit')) || 25, 1000);
	const from = call.query.get('after') ? Number(Buffer.from(call.query.get('after'), 'base64url').toString()) : 0;
	const cursor = n => Buffer.from(String(n)).toString('base64url');
	const more = from + limit < all.length;
	return { json: {
		data: all.slice(from, from + limit).map(one => shown(one, call)),
		paging: { cursors: { before: cursor(from), after: cursor(from + limit) }, ...(more && { next: `${call.base}${call.path}?after=${cursor(from + limit)}` }) },
	} };
}

function create(world, call, line) {
	const given = fieldsOf(call);
	onlyKeys(given, 'template', ['name', 'language', 'category', 'components', 'parameter_format', 'allow_category_change', 'message_send_ttl_seconds']);
	if (!isText(given.name) || !/^[a-z0-9_]{1,512}$/.test(given.name)) {
		throw badFormat('The name has only lower case letters, digits and _');
	}
	if (!isText(given.language) || !/^[a-z]{2,3}(_[A-Z]{2})?$/.test(given.language)) {
		throw parameter('Param language must be a supported language.');
	}
	if (!CATEGORIES.includes(given.category)) {
		throw parameter(`Param category must be one of {${CATEGORIES.join(', ')}} - got "${given.category}".`);
	}
	checkComponents(line, given);
	const key = `${given.name}/${given.language}`;
	if (line.templates.has(key)) {
		throw failure(400, 100, 'Invalid parameter', { subcode: 2388024, details: `There is already ${given.language} content for this template` });
	}
	const id = String(900000000000 + line.templates.size * 7 + Math.floor(Math.random() * 7) + (line.deleted ?? 0) * 7919);
	const template = { id, name: given.name, language: given.language, category: given.category, status: 'PENDING', parameter_format: given.parameter_format ?? 'POSITIONAL', components: given.components };
	line.templates.set(key, template);
	world.touch(template);
	review(world, line, template);
	return { json: { id, status: template.status, category: template.category } };
}

// A template that nobody else decides about is approved after a while.
function review(world, line, template) {
	const ms = world.settings.review;
	if (ms !== null) {
		world.later(ms, () => template.status === 'PENDING' && line.templates.has(`${template.name}/${template.language}`) && decide(world, line, template, { status: 'APPROVED' }));
	}
}

function checkComponents(line, { category, components, parameter_format: format = 'POSITIONAL' }) {
	if (!Array.isArray(components) || !components.every(one => COMPONENTS.includes(one?.type))) {
		throw parameter(`Param components must be a list of {${COMPONENTS.join(', ')}}.`);
	}
	const part = kind => components.find(one => one.type === kind);
	if (!part('BODY') || new Set(components.map(one => one.type)).size !== components.length) {
		throw badFormat('A template has one BODY and at most one of each other component');
	}
	if (category !== 'AUTHENTICATION') {
		checkText(part('BODY').text, 'BODY', 1024);
		checkVariables(part('BODY'), format);
	}
	checkHeader(line, part('HEADER'), format);
	if (part('FOOTER') && category !== 'AUTHENTICATION') {
		checkText(part('FOOTER').text, 'FOOTER', 60);
		if (/\{\{/.test(part('FOOTER').text)) {
			throw badFormat('FOOTER has no variables');
		}
	}
	const buttons = part('BUTTONS')?.buttons ?? [];
	if (part('BUTTONS') && (!Array.isArray(buttons) || buttons.length < 1 || buttons.length > 10)) {
		throw badFormat('BUTTONS has from 1 to 10 buttons');
	}
	for (const button of buttons) {
		checkButton(button);
	}
}

function checkText(text, where, max) {
	if (!isText(text) || text === '' || lengthOf(text) > max) {
		throw badFormat(`${where} has from 1 to ${max} characters of text`);
	}
}

function checkVariables({ type, text, example }, format) {
	const variables = text.match(/\{\{[^}]*\}\}/g) ?? [];
	const good = format === 'NAMED' ? /^\{\{[a-z][a-z0-9_]*\}\}$/ : /^\{\{\d+\}\}$/;
	if (!variables.every(one => good.test(one)) || (format !== 'NAMED' && variables.some((one, i) => one !== `{{${i + 1}}}`))) {
		throw badFormat(`The variables of ${type} are not written as ${format} ones are`);
	}
	if (type === 'BODY' && /^\s*\{\{|\}\}\s*$|\}\}\s*\{\{/.test(text)) {
		throw badFormat(`The variables of ${type} stand at its beginning, at its end or beside each other`);
	}
	const given = format === 'NAMED' ? example?.body_text_named_params ?? example?.header_text_named_params : example?.body_text?.[0] ?? example?.header_text;
	if (variables.length && given?.length !== variables.length) {
		throw failure(400, 100, 'Invalid parameter', { subcode: 2388043, details: `${type} needs an example of each variable` });
	}
}

function checkHeader(line, header, format) {
	if (!header) {
		return;
	}
	if (header.format === 'TEXT') {
		checkText(header.text, 'HEADER', 60);
		checkVariables(header, format);
	} else if (['IMAGE', 'VIDEO', 'DOCUMENT'].includes(header.format)) {
		const handle = header.example?.header_handle?.[0];
		if (!handle || !line.handles?.has(handle)) {
			throw failure(400, 100, 'Invalid parameter', { subcode: 2388273, details: 'HEADER needs a sample: example.header_handle of an upload' });
		}
	} else if (header.format !== 'LOCATION') {
		throw parameter('Param format must be one of {TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION}.');
	}
}

function checkButton(button) {
	if (!BUTTONS.includes(button?.type)) {
		throw parameter(`Param type of a button must be one of {${BUTTONS.join(', ')}}.`);
	}
	if (['QUICK_REPLY', 'URL', 'PHONE_NUMBER'].includes(button.type)) {
		checkText(button.text, 'A button', 25);
	}
	if (button.type === 'URL' && !/^https?:\/\//.test(button.url ?? '')) {
		throw badFormat('The url of a button begins with https://');
	}
	if (button.type === 'URL' && /\{\{1\}\}/.test(button.url) && !button.example?.length) {
		throw badFormat('The url of a button with a variable needs an example');
	}
	if (button.type === 'PHONE_NUMBER' && !/^\+?\d{5,20}$/.test(button.phone_number ?? '')) {
		throw badFormat('The phone_number of a button is none');
	}
}

function edit(world, call, line, template) {
	const given = fieldsOf(call);
	onlyKeys(given, 'template', ['components', 'category', 'parameter_format']);
	if (!['APPROVED', 'REJECTED', 'PAUSED'].includes(template.status)) {
		throw failure(400, 100, 'Invalid parameter', { subcode: 2388039, details: 'Only approved, rejected or paused templates can be edited' });
	}
	if (given.components) {
		checkComponents(line, { ...template, ...given });
	}
	world.touch(Object.assign(template, given, { status: 'PENDING' }));
	review(world, line, template);
	return { json: { success: true } };
}

function remove(world, call, line) {
	const name = call.query.get('name') ?? fieldsOf(call).name, id = call.query.get('hsm_id') ?? fieldsOf(call).hsm_id;
	const gone = [...line.templates].filter(([, one]) => one.name === name && (!id || one.id === id));
	if (!gone.length) {
		throw failure(404, 100, 'Invalid parameter', { subcode: 2593002, details: 'Message Template Not Found' });
	}
	for (const [key] of gone) {
		line.templates.delete(key);
	}
	line.deleted = (line.deleted ?? 0) + 1;
	return { json: { success: true } };
}

// What a reviewer decides: {status, reason} or {quality} or {category}; the line is told.
export function decide(world, line, template, { status, reason = 'NONE', quality, category }) {
	const common = { message_template_id: Number(template.id), message_template_name: template.name, message_template_language: template.language };
	const told = [];
	if (status) {
		Object.assign(template, { status, rejected_reason: reason });
		told.push(['message_template_status_update', { event: status, ...common, message_template_category: template.category, reason }]);
	}
	if (quality) {
		const before = template.quality_score?.score ?? 'UNKNOWN';
		template.quality_score = { score: quality, date: Math.floor(Date.now() / 1000) };
		told.push(['message_template_quality_update', { previous_quality_score: before, new_quality_score: quality, ...common }]);
	}
	if (category) {
		const before = template.category;
		Object.assign(template, { category, previous_category: before });
		told.push(['template_category_update', { ...common, previous_category: before, new_category: category }]);
	}
	world.touch(template);
	return Promise.all(told.map(([field, value]) => world.webhooks.push(line, envelope(line, value, field))));
}
