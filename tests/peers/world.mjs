// The lines, the people with their telephones, and what they said to each other: one for all networks.
import { createHash, randomBytes } from 'node:crypto';
import { Webhooks } from './webhooks.mjs';

export const NETWORKS = ['whatsapp', 'messenger', 'instagram', 'telegram', 'x'];
const CALLS_KEPT = 2000;
const HOUR = 3600_000;

// A line of each network, with what our side must be told of it. Another one of the same network: another account.
const LINES = {
	whatsapp: { account: '106540352242922', waba: '102290129340398', app: '8001', number: '542214290000' },
	messenger: { account: '108877665544332', app: '8002' },
	instagram: { account: '17841400000000001', app: '8003' },
	telegram: { account: '5555555555', username: 'agencia_bot' },
	x: { account: '1012617296026830238', username: 'agencia' },
};

const digits = (text, length, first) =>
	first + BigInt(`0x${createHash('sha256').update(text).digest('hex')}`).toString().slice(-(length - first.length));

function lineOf(given) {
	const line = { name: 'Agencia de Recaudación', webhook: '', templates: new Map(), blocked: new Set(), echoes: false, ...LINES[given.network], ...given };
	if (line.network === 'telegram') {
		line.token ??= `${line.account}:AAF-practica-practica-practica-pract`;
		line.account = line.token.split(':')[0];
		line.secret_token ??= 'secreto-de-practica';
	} else {
		line.token ??= `practica-${line.network}-token`;
	}
	if (line.network === 'x') {
		line.consumer_secret ??= 'practica-consumer-secret';
	} else {
		line.app_secret ??= 'practica-app-secret';
		line.verify_token ??= 'practica-verify-token';
	}
	return line;
}

export class World {
	constructor(networks) {
		this.networks = networks;                   // name -> module
		this.settings = {
			delays: { sent: 20, delivered: 40, read: null },   // ms; null: when the person looks
			webhooks: { repeat: 0, disorder: false, delay: 0 },
			retry: { tries: 8, every: 500 },
			strangers: 'unknown',                   // or 'create': whoever is written to has a telephone
			review: 300,                            // ms until a template is approved; null: never by itself
			x_limit: 15,                            // direct messages of a quarter of an hour; 0: no limit
		};
		this.lines = NETWORKS.map(network => lineOf({ network }));
		this.people = new Map();
		this.chats = new Map();
		this.files = new Map();
		this.calls = [];
		this.faults = [];
		this.version = 0;
		this.closed = false;
		this.waiting = new Set();
		this.timers = new Set();
		this.webhooks = new Webhooks(this);
	}

	// {lines: [{network, account?, ...}], delays, webhooks, ...}: what is given changes, the rest stays.
	configure({ lines = [], ...settings }) {
		for (const given of lines) {
			if (!NETWORKS.includes(given.network)) {
				throw new Error(`there is no network ${given.network}`);
			}
			const there = this.lines.find(one => one.network === given.network && (!given.account || given.account === one.account));
			if (there) {
				Object.assign(there, given);
			} else {
				this.lines.push(lineOf(given));
			}
		}
		for (const [name, value] of Object.entries(settings)) {
			if (!(name in this.settings)) {
				throw new Error(`there is no setting ${name}`);
			}
			const is = this.settings[name];
			this.settings[name] = is !== null && typeof is === 'object' ? { ...is, ...value } : value;
		}
	}

	// Instead of the ones that are there from the beginning: given lines, of their networks.
	begin(lines) {
		this.lines = [...lines.map(lineOf), ...this.lines.filter(one => !lines.some(given => given.network === one.network))];
	}

	line(network, account) {
		return this.lines.find(one => one.network === network && (!account || one.account === account));
	}

	// Time that ends with us, and holds no process.
	wait(ms) {
		return new Promise(resolve => {
			const done = () => {
				clearTimeout(timer);
				this.timers.delete(done);
				resolve();
			};
			const timer = setTimeout(done, ms);
			timer.unref();
			this.timers.add(done);
		});
	}

	later(ms, what) {
		this.wait(ms).then(() => this.closed ? null : what());
	}

	touch(item) {
		item.version = ++this.version;
		for (const wake of this.waiting) {
			wake();
		}
		return item;
	}

	// The first true thing that look() gives, now or after a change; null when there was none in time.
	async until(look, ms) {
		const end = Date.now() + ms;
		for (;;) {
			const found = look();
			if (found || this.closed) {
				return found;
			}
			const left = end - Date.now();
			if (left <= 0) {
				return null;
			}
			let changed;
			await Promise.race([this.wait(left), new Promise(resolve => this.waiting.add(changed = resolve))]);
			this.waiting.delete(changed);
		}
	}

	// Somebody with a telephone. hidden: WhatsApp tells us no number of theirs.
	addPerson({ name, number, username, hidden = false }) {
		const plain = String(number ?? '').replace(/\D/g, '') || `549221${digits(randomBytes(8).toString('hex'), 7, '')}`;
		const there = [...this.people.values()].find(one => one.number === plain);
		if (there) {
			Object.assign(there, { name: name ?? there.name, hidden });
			return this.touch(there);
		}
		const person = {
			id: `p${this.people.size + 1}`, name: name || `+${plain}`, number: plain, hidden,
			username: username || (name || plain).normalize('NFD').replace(/[^a-zA-Z0-9]/g, '').toLowerCase(),
			ids: {
				whatsapp: plain, bsuid: digits(plain, 17, 'AR.1'), messenger: digits(`m${plain}`, 16, '7'),
				instagram: digits(`i${plain}`, 16, '6'), telegram: digits(`t${plain}`, 10, '5'), x: digits(`x${plain}`, 18, '9'),
			},
		};
		this.people.set(person.id, person);
		return this.touch(person);
	}

	personBy(network, id) {
		return [...this.people.values()].find(one => one.ids[network] === String(id) || (network === 'whatsapp' && one.ids.bsuid === String(id)));
	}

	chat(line, person) {
		const id = `${line.network}.${line.account}.${person.id}`;
		let chat = this.chats.get(id);
		if (!chat) {
			chat = { id, line, person, messages: [], inbound_at: 0, typing_until: 0, blocked: false, number: 0 };
			this.chats.set(id, chat);
		}
		return chat;
	}

	// One more bubble in a chat. from: 'person' or 'line'.
	put(chat, message) {
		const full = { at: Date.now(), text: '', reactions: {}, ...message };
		full.id ??= this.networks[chat.line.network].newId(chat);
		chat.messages.push(full);
		if (full.from === 'person') {
			chat.inbound_at = full.at;
		} else {
			chat.typing_until = 0;
		}
		return this.touch(full);
	}

	find(chat, id) {
		return chat.messages.find(one => one.id === String(id));
	}

	windowOpen(chat, hours = 24) {
		return Date.now() - chat.inbound_at < hours * HOUR;
	}

	// What the line wrote arrives, is delivered and, if the delays say so, read; the network tells each in its way.
	travel(chat, message) {
		const { sent, delivered, read } = this.settings.delays;
		const network = this.networks[chat.line.network];
		const step = status => {
			if (message.status !== 'failed') {
				message.status = status;
				this.touch(message);
				network.report?.(this, chat, message, status);
			}
		};
		message.status = 'accepted';
		this.later(sent, () => step('sent'));
		if (!chat.blocked) {
			this.later(sent + delivered, () => message.status === 'read' || step('delivered'));
			if (read !== null) {
				this.later(sent + delivered + read, () => this.look(chat));
			}
		}
	}

	// It was taken and does not arrive after all.
	fail(chat, message, code, title) {
		this.later(this.settings.delays.sent, () => {
			Object.assign(message, { status: 'failed', error: { code, title } });
			this.touch(message);
			this.networks[chat.line.network].report?.(this, chat, message, 'failed');
		});
	}

	// The person sees what the line wrote.
	look(chat) {
		const news = chat.messages.filter(one => one.from === 'line' && !['read', 'failed'].includes(one.status));
		for (const message of news) {
			message.status = 'read';
			this.touch(message);
		}
		return news.length ? this.networks[chat.line.network].seen?.(this, chat, news) : null;
	}

	keepFile({ data, name = 'archivo', type = 'application/octet-stream', line = null, ...more }) {
		const id = digits(randomBytes(16).toString('hex'), 16, '1');
		const file = { id, data, name, type, size: data.length, sha256: createHash('sha256').update(data).digest('hex'), line, at: Date.now(), ...more };
		this.files.set(id, file);
		return file;
	}

	fileOf(file) {
		return file && { id: file.id, name: file.name, type: file.type, size: file.size };
	}

	// The file behind a link, as a provider fetches it; null when it cannot.
	async fetchLink(url) {
		try {
			const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
			const data = Buffer.from(await response.arrayBuffer());
			return response.ok ? this.keepFile({
				data, name: decodeURIComponent(new URL(url).pathname.split('/').pop() || 'archivo'),
				type: (response.headers.get('content-type') ?? '').split(';')[0],
			}) : null;
		} catch {
			return null;
		}
	}

	note(call) {
		this.calls.push(call);
		this.calls.splice(0, this.calls.length - CALLS_KEPT);
		this.touch(call);
	}

	// {network?, operation?, to?, count = 1, kind, ...}; kind: error (code, status, title, subcode), rate (retry_after),
	// html, hang, drop, big, lost (done, and its answer never arrives), slow (ms).
	addFault(fault) {
		this.faults.push({ count: 1, kind: 'error', ...fault });
	}

	takeFault(call) {
		const fits = fault => ['network', 'operation', 'to'].every(part => fault[part] === undefined || String(fault[part]) === String(call[part]));
		const fault = this.faults.find(fits);
		if (fault && --fault.count <= 0) {
			this.faults.splice(this.faults.indexOf(fault), 1);
		}
		return fault;
	}

	end() {
		this.closed = true;
		for (const wake of [...this.timers, ...this.waiting]) {
			wake();
		}
	}
}
