// What a person does on their telephone: the same words for every network; what a network cannot do is refused.
import { sampleOf } from './samples.mjs';

export class Unable extends Error {}

// kinds of things said, and what they need
const SAID = {
	text: ({ text }) => need(text, 'text') && { text },
	location: ({ latitude = -34.9205, longitude = -57.9536, text = '' }) => ({ text, place: { latitude: Number(latitude), longitude: Number(longitude) } }),
	contact: ({ name = 'Estudio Contable', number = '5492214555123', own = false }) => ({ text: name, contact: { name, number, own } }),
	encrypted: () => ({ text: '🔒' }),
};
const FILES = ['photo', 'voice', 'video', 'file', 'sticker'];
const ABOUT = ['react', 'edit', 'delete', 'press'];

function need(value, what) {
	if (typeof value !== 'string' || value === '') {
		throw new Unable(`${what} is missing`);
	}
	return value;
}

function withFile(world, line, kind, given) {
	const sample = given.data ? {} : sampleOf(kind);
	const data = given.data ? (Buffer.isBuffer(given.data) ? given.data : Buffer.from(given.data, 'base64')) : sample.data;
	const file = world.keepFile({ data, name: given.name ?? sample.name ?? 'archivo', type: given.type ?? sample.type, line: line.account });
	return { text: given.text ?? '', file: world.fileOf(file) };
}

function aboutOf(world, chat, id) {
	const message = world.find(chat, id);
	if (!message) {
		throw new Unable(`there is no message ${id}`);
	}
	return message;
}

const acts = {
	react(world, chat, { id, emoji = '' }) {
		const about = aboutOf(world, chat, id);
		about.reactions.person = emoji;
		world.touch(about);
		return { about, emoji };
	},
	edit(world, chat, { id, text }) {
		const about = aboutOf(world, chat, id);
		if (about.from !== 'person') {
			throw new Unable('it is not theirs');
		}
		Object.assign(about, { text: need(text, 'text'), edited: true, edits: (about.edits ?? 0) + 1 });
		world.touch(about);
		return { about };
	},
	delete(world, chat, { id }) {
		const about = aboutOf(world, chat, id);
		if (about.from !== 'person') {
			throw new Unable('it is not theirs');
		}
		world.touch(Object.assign(about, { deleted: true }));
		return { about };
	},
	// A button of a message: by its key or its label. Some networks show a line of the person for it.
	press(world, chat, { id, key }) {
		const about = id ? aboutOf(world, chat, id) : chat.messages.findLast(one => one.buttons?.some(button => button.key === key || button.label === key));
		const button = about?.buttons?.find(one => one.key === key) ?? about?.buttons?.find(one => one.label === key);
		if (!button || button.url) {
			throw new Unable(`there is no button ${key}`);
		}
		if (button.says) {
			return { kind: 'message', message: world.put(chat, { from: 'person', kind: 'text', text: button.label }) };
		}
		const silent = chat.line.network === 'telegram';
		return { about, button, message: silent ? null : world.put(chat, { from: 'person', kind: 'text', text: button.label, pressed: true }) };
	},
};

// One deed, told to the line. Resolves, with the message it made or changed, when our door took it or nobody tries any more.
export async function act(world, person, network, deed, given = {}) {
	const line = world.line(network, given.line);
	if (!line) {
		throw new Unable(`there is no line of ${network}`);
	}
	const module = world.networks[network];
	if (!canOf(module, network).includes(deed)) {
		throw new Unable(`${network} has no ${deed}`);
	}
	const chat = world.chat(line, person);
	if (deed === 'read') {
		await world.look(chat);
		return null;
	}
	if (chat.blocked && deed !== 'block') {
		throw new Unable('they blocked the line');
	}
	const event = eventOf(world, chat, deed, given);
	event.at = event.message?.at ?? Date.now();
	const status = await module.tell(world, chat, event);
	const result = event.message ?? event.about ?? null;
	return result && { ...result, status_of_door: status };
}

function eventOf(world, chat, deed, given) {
	const { line } = chat;
	if (deed === 'block') {
		chat.blocked = given.blocked ?? true;
		world.touch(chat);
		return { kind: 'block', blocked: chat.blocked };
	}
	if (deed === 'typing') {
		return { kind: 'typing' };
	}
	if (ABOUT.includes(deed)) {
		return { kind: deed === 'react' ? 'reaction' : deed, ...acts[deed](world, chat, given) };
	}
	const content = FILES.includes(deed) ? withFile(world, line, deed, given) : SAID[deed](given);
	const message = world.put(chat, { from: 'person', kind: deed, reply_to: given.reply_to, ...content });
	return { kind: deed === 'encrypted' ? 'encrypted' : 'message', message };
}

export const canOf = (module, network) => module.can ?? module.capabilities[network];
