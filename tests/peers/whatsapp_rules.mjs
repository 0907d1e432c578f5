// What the WhatsApp Cloud API takes in POST /<phone>/messages, and what it refuses.
import { failure, onlyKeys, parameter, textWithin } from './graph.mjs';
import { isObject, isText, lengthOf } from './http.mjs';

const MB = 1024 * 1024;
export const MEDIA = {
	image: { max: 5 * MB, types: ['image/jpeg', 'image/png'] },
	audio: { max: 16 * MB, types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/opus'] },
	video: { max: 16 * MB, types: ['video/mp4', 'video/3gpp', 'video/3gp'] },
	sticker: { max: 500 * 1024, types: ['image/webp'] },
	document: { max: 100 * MB, types: ['text/plain', 'application/pdf', 'application/msword', 'application/vnd.ms-excel',
		'application/vnd.ms-powerpoint', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
		'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
		'application/vnd.openxmlformats-officedocument.presentationml.presentation'] },
};
const TYPES = ['text', 'image', 'audio', 'video', 'document', 'sticker', 'location', 'contacts', 'reaction', 'interactive', 'template'];
const COMMON = ['messaging_product', 'recipient_type', 'to', 'recipient', 'type', 'context', 'biz_opaque_callback_data',
	'product_policy', 'message_activity_sharing'];

const invalid = details => failure(400, 131009, 'Parameter value is not valid', { details });
const missing = details => failure(400, 131008, 'Required parameter is missing', { details });

function needText(value, where, max) {
	if (!isText(value) || value === '') {
		throw missing(`${where} is missing`);
	}
	if (lengthOf(value) > max) {
		throw invalid(`${where} has more than ${max} characters`);
	}
}

export function checkMessage(world, line, body) {
	if (body.messaging_product !== 'whatsapp') {
		throw parameter('The parameter messaging_product is required.');
	}
	const type = body.type ?? 'text';
	if (!TYPES.includes(type)) {
		throw parameter(`Param type must be one of {${TYPES.map(one => one.toUpperCase()).join(', ')}} - got "${type}".`);
	}
	onlyKeys(body, 'message', [...COMMON, type]);
	const to = body.to ?? body.recipient;
	if (!isText(to) || !/^(\+?\d{5,20}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128})$/.test(to)) {
		throw parameter('The parameter to is required.');
	}
	if (body.recipient_type !== undefined && body.recipient_type !== 'individual') {
		throw parameter('Param recipient_type must be "individual".');
	}
	if (body.biz_opaque_callback_data !== undefined && (!isText(body.biz_opaque_callback_data) || lengthOf(body.biz_opaque_callback_data) > 512)) {
		throw parameter('Param biz_opaque_callback_data must be at most 512 characters long.');
	}
	if (body.context !== undefined && !isText(body.context?.message_id)) {
		throw parameter('Param context[message_id] must be a string.');
	}
	if (body[type] === undefined) {
		throw parameter(`The parameter ${type} is required.`);
	}
	checks[type]?.(body[type], world, line);
	if (MEDIA[type]) {
		checkMedia(world, line, type, body[type]);
	}
	return { type, to: to.replace(/^\+/, '') };
}

function checkMedia(world, line, type, media) {
	onlyKeys(media, type, ['id', 'link', ...(['audio', 'sticker'].includes(type) ? [] : ['caption']), ...(type === 'document' ? ['filename'] : []),
		...(type === 'audio' ? ['voice'] : [])]);
	if (isText(media.id) === isText(media.link)) {
		throw parameter(`Param ${type} must have one of id and link.`);
	}
	if (media.caption !== undefined) {
		textWithin(media.caption, `${type}['caption']`, 1024, 0);
	}
	const file = world.files.get(media.id);
	if (media.id && (!file || file.line !== line.account)) {
		throw parameter(`Param ${type}['id'] is not a valid media ID`);
	}
	if (file && !MEDIA[type].types.includes(file.type.split(';')[0])) {
		throw failure(400, 131053, 'Media upload error', { details: `Unsupported ${type} mime type ${file.type}` });
	}
	if (media.link && !/^https?:\/\//.test(media.link)) {
		throw parameter(`Param ${type}['link'] is not a valid URI.`);
	}
}

const checks = {
	text(text) {
		onlyKeys(text, 'text', ['body', 'preview_url']);
		textWithin(text.body, "text['body']", 4096);
	},
	location(place) {
		onlyKeys(place, 'location', ['latitude', 'longitude', 'name', 'address']);
		const good = (value, max) => value !== '' && Math.abs(Number(value)) <= max;
		if (!good(place.latitude, 90) || !good(place.longitude, 180)) {
			throw parameter("Param location['latitude'] and location['longitude'] must be numbers.");
		}
	},
	contacts(list) {
		if (!Array.isArray(list) || list.length === 0 || !list.every(one => isText(one?.name?.formatted_name))) {
			throw parameter('Param contacts must be a list with name.formatted_name.');
		}
	},
	reaction(reaction) {
		onlyKeys(reaction, 'reaction', ['message_id', 'emoji']);
		if (!isText(reaction.message_id) || !isText(reaction.emoji)) {
			throw parameter("The parameter reaction['message_id'] is required.");
		}
	},
	interactive(interactive) {
		onlyKeys(interactive, 'interactive', ['type', 'header', 'body', 'footer', 'action']);
		if (!interactions[interactive.type]) {
			throw parameter('Param interactive[\'type\'] must be one of {button, list, cta_url, location_request_message, flow}.');
		}
		needText(interactive.body?.text, 'interactive.body.text', interactive.type === 'list' ? 4096 : 1024);
		if (interactive.footer) {
			needText(interactive.footer.text, 'interactive.footer.text', 60);
		}
		if (interactive.header?.type === 'text') {
			needText(interactive.header.text, 'interactive.header.text', 60);
		}
		if (!isObject(interactive.action)) {
			throw missing('interactive.action is missing');
		}
		interactions[interactive.type](interactive.action);
	},
	template: checkTemplate,
};

const distinct = (values, what) => {
	if (new Set(values).size !== values.length) {
		throw invalid(`${what} must be different from each other`);
	}
};

const interactions = {
	button(action) {
		const buttons = action.buttons;
		if (!Array.isArray(buttons) || buttons.length < 1 || buttons.length > 3) {
			throw invalid('Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3');
		}
		for (const button of buttons) {
			if (button?.type !== 'reply') {
				throw invalid('button.type must be reply');
			}
			needText(button.reply?.id, 'reply.id', 256);
			needText(button.reply?.title, 'reply.title', 20);
		}
		distinct(buttons.map(one => one.reply.id), 'reply.id');
		distinct(buttons.map(one => one.reply.title), 'reply.title');
	},
	list(action) {
		needText(action.button, 'action.button', 20);
		if (!Array.isArray(action.sections) || action.sections.length < 1 || action.sections.length > 10) {
			throw invalid('Invalid sections count. Min allowed: 1, Max allowed: 10');
		}
		const rows = action.sections.flatMap(section => {
			if (action.sections.length > 1 || section?.title !== undefined) {
				needText(section?.title, 'section.title', 24);
			}
			return Array.isArray(section?.rows) ? section.rows : [];
		});
		if (rows.length < 1 || rows.length > 10) {
			throw invalid('Total row count exceed max allowed count: 10');
		}
		for (const row of rows) {
			needText(row?.id, 'row.id', 200);
			needText(row.title, 'row.title', 24);
			if (row.description !== undefined && lengthOf(String(row.description)) > 72) {
				throw invalid('row.description has more than 72 characters');
			}
		}
		distinct(rows.map(row => row.id), 'row.id');
	},
	cta_url(action) {
		if (action.name !== 'cta_url') {
			throw invalid('action.name must be cta_url');
		}
		needText(action.parameters?.display_text, 'display_text', 20);
		if (!/^https?:\/\//.test(action.parameters.url ?? '')) {
			throw invalid('parameters.url is no URL');
		}
	},
	location_request_message(action) {
		if (action.name !== 'send_location') {
			throw invalid('action.name must be send_location');
		}
	},
	flow(action) {
		const given = action.parameters ?? {};
		if (action.name !== 'flow' || given.flow_message_version !== '3' || !(given.flow_id || given.flow_name)) {
			throw invalid('action.parameters of a flow are missing');
		}
		needText(given.flow_cta, 'flow_cta', 30);
	},
};

const variablesOf = text => [...new Set((text ?? '').match(/\{\{\s*\w+\s*\}\}/g) ?? [])];

function checkTemplate(template, world, line) {
	onlyKeys(template, 'template', ['name', 'language', 'components']);
	if (!isText(template.name) || !isText(template.language?.code)) {
		throw parameter('The parameter template[\'name\'] and template[\'language\'][\'code\'] are required.');
	}
	const known = line.templates.get(`${template.name}/${template.language.code}`);
	if (!known || !['APPROVED', 'PAUSED', 'DISABLED'].includes(known.status)) {
		throw failure(404, 132001, 'Template name does not exist in the translation',
			{ details: `template name (${template.name}) does not exist in ${template.language.code}` });
	}
	if (known.status !== 'APPROVED') {
		const paused = known.status === 'PAUSED';
		throw failure(400, paused ? 132015 : 132016, paused ? 'Template is Paused' : 'Template is Disabled', { details: known.name });
	}
	for (const kind of ['HEADER', 'BODY']) {
		const wants = known.components.find(one => one.type === kind);
		const gives = (template.components ?? []).find(one => one?.type?.toUpperCase() === kind)?.parameters ?? [];
		const media = kind === 'HEADER' && ['IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'].includes(wants?.format);
		const count = media ? 1 : variablesOf(wants?.text).length;
		if (gives.length !== count) {
			throw failure(400, 132000, 'Number of parameters does not match the expected number of params',
				{ details: `${kind.toLowerCase()}: number of localizable_params (${gives.length}) does not match the expected number of params (${count})` });
		}
		if (media && gives[0].type !== wants.format.toLowerCase()) {
			throw failure(400, 132012, 'Parameter format does not match format in the created template',
				{ details: `header: Format mismatch, expected ${wants.format}, received ${String(gives[0].type).toUpperCase()}` });
		}
	}
}

// The template as the person reads it.
export function filledTemplate(known, components = []) {
	const part = kind => known.components.find(one => one.type === kind);
	const given = kind => components.find(one => one?.type?.toUpperCase() === kind)?.parameters ?? [];
	const fill = kind => variablesOf(part(kind)?.text).reduce((text, variable, i) => {
		const name = variable.replace(/[{}\s]/g, '');
		const value = given(kind).find(one => one.parameter_name === name) ?? given(kind)[/^\d+$/.test(name) ? Number(name) - 1 : i];
		return text.replaceAll(variable, value?.text ?? value?.currency?.fallback_value ?? value?.date_time?.fallback_value ?? '');
	}, part(kind)?.text ?? '');
	const payload = i => components.find(one => one?.type?.toLowerCase() === 'button' && String(one.index) === String(i))?.parameters?.[0]?.payload;
	return {
		header: fill('HEADER'), text: fill('BODY'), footer: part('FOOTER')?.text ?? '',
		buttons: (part('BUTTONS')?.buttons ?? []).map((button, i) => ({ key: payload(i) ?? button.text, label: button.text, url: button.url })),
	};
}
