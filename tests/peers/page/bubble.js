// A message as it looks on a telephone.

const HOUR = { hour: '2-digit', minute: '2-digit' };
const EMOJI = ['👍', '❤️', '😢'];

export function element(name, attributes = {}, ...children) {
	const made = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) {
		if (key.startsWith('on')) {
			made.addEventListener(key.slice(2), value);
		} else if (value !== false && value !== undefined) {
			made.setAttribute(key, value === true ? '' : value);
		}
	}
	made.append(...children.filter(child => child !== null && child !== undefined && child !== ''));
	return made;
}

function fileOf({ file, kind }) {
	const source = `/peer/files/${file.id}`;
	if (file.type.startsWith('image/')) {
		return element('img', { src: source, alt: `Imagen: ${file.name}` });
	}
	if (file.type.startsWith('audio/')) {
		return element('audio', { src: source, controls: true, 'aria-label': kind === 'voice' ? 'Mensaje de voz' : file.name });
	}
	if (file.type.startsWith('video/')) {
		return element('video', { src: source, controls: true, 'aria-label': file.name });
	}
	return element('a', { href: source, download: file.name }, `📄 ${file.name} (${Math.ceil(file.size / 1024)} KB)`);
}

function placeOf({ place, text }) {
	return element('span', {}, `📍 ${text || 'Ubicación'}: ${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`);
}

const summaryOf = message => message.text || (message.file ? `📎 ${message.file.name}` : message.place ? '📍 Ubicación' : '…');

function choices(message, does) {
	return element('div', { class: 'choices', role: 'group', 'aria-label': message.list ?? 'Opciones' }, ...message.buttons.map(button => button.url
		? element('a', { href: button.url, rel: 'noreferrer', target: '_blank' }, button.label)
		: element('button', { type: 'button', onclick: () => does.press(message, button) }, button.label, button.hint ? element('small', {}, button.hint) : '')));
}

// What can be done with it, on this network.
function more(message, can, does) {
	const mine = message.from === 'person';
	const items = [
		...(can.includes('react') && !mine ? EMOJI.map(emoji => element('button', { type: 'button', 'aria-label': `Reaccionar con ${emoji}`,
			onclick: () => does.react(message, message.reactions.person === emoji ? '' : emoji) }, emoji)) : []),
		...(can.includes('reply') ? [element('button', { type: 'button', onclick: () => does.reply(message) }, 'Responder')] : []),
		...(can.includes('edit') && mine && message.text && !message.pressed ? [element('button', { type: 'button', onclick: () => does.edit(message) }, 'Editar')] : []),
		...(can.includes('delete') && mine ? [element('button', { type: 'button', onclick: () => does.delete(message) }, 'Eliminar')] : []),
	];
	return message.deleted || !items.length ? '' : element('details', {}, element('summary', { 'aria-label': `Acciones sobre: ${summaryOf(message).slice(0, 60)}` }, '⋯'), element('div', {}, ...items));
}

function facts(message) {
	const mine = message.from === 'person';
	const ticks = mine ? element('span', { class: message.seen ? 'seen' : '' }, message.seen ? ' ✓✓' : ' ✓') : '';
	return element('span', { class: 'facts' }, message.edited ? 'editado · ' : '', new Date(message.at).toLocaleTimeString('es-AR', HOUR),
		ticks, ticks && element('span', { class: 'facts' }, message.seen ? ' visto' : ''));
}

export function bubble(message, quoted, can, does) {
	const reactions = Object.values(message.reactions).filter(Boolean);
	const body = message.deleted
		? [element('span', { class: 'said' }, 'Se eliminó este mensaje.')]
		: [
			quoted ? element('span', { class: 'quote' }, summaryOf(quoted)) : '',
			message.header ? element('span', { class: 'title' }, message.header) : '',
			message.file ? fileOf(message) : '',
			message.place ? placeOf(message) : element('span', { class: 'said' }, message.contact ? `👤 ${message.text}` : message.text),
			message.footer ? element('span', { class: 'foot' }, message.footer) : '',
			message.buttons?.length ? choices(message, does) : '',
		];
	return element('li', { class: `bubble ${message.from === 'person' ? 'mine' : ''} ${message.deleted ? 'gone' : ''}`, 'data-id': message.id, 'data-from': message.from },
		...body, reactions.length ? element('span', { class: 'reactions', 'aria-label': 'Reacciones' }, reactions.join(' ')) : '',
		message.status === 'failed' ? element('span', { class: 'failed' }, `No llegó al teléfono: ${message.error.title} (${message.error.code})`) : '',
		facts(message), more(message, can, does));
}
