// The telephones: who there is, the one that is looked at, and what comes in meanwhile.
import { bubble, element } from './bubble.js';

const NETWORKS = { whatsapp: 'WhatsApp', messenger: 'Messenger', instagram: 'Instagram', telegram: 'Telegram', x: 'X' };
const ATTACH = { photo: '📷 Foto', voice: '🎤 Voz', file: '📄 PDF', video: '🎬 Video', sticker: '🙂 Sticker', location: '📍 Ubicación', contact: '👤 Contacto', encrypted: '🔒 Cifrado' };
const REPLIES = ['whatsapp', 'messenger', 'instagram', 'telegram'];

const $ = id => document.getElementById(id);
const people = new Map(), messages = new Map();
let chats = [], lines = [], version = 0;
let person = null, network = 'whatsapp', about = null, typed = 0, low = true;

async function ask(path, body) {
	const response = await fetch(`/peer/${path}`, body ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {});
	const answer = await response.json();
	if (!response.ok) {
		throw new Error(answer.error?.message ?? answer.error ?? response.status);
	}
	return answer;
}

async function does(deed, body = {}) {
	try {
		$('trouble').textContent = '';
		const { message } = await ask(`people/${person}/${network}/${deed}`, body);
		if (message && message.status_of_door !== 200) {
			$('trouble').textContent = message.status_of_door
				? `La Agencia no lo recibió (HTTP ${message.status_of_door}).` : 'La Agencia no lo recibió: este canal no tiene dirección o no responde.';
		}
	} catch (error) {
		$('trouble').textContent = `No se pudo: ${error.message}`;
	}
}

const canOf = name => lines.find(line => line.network === name)?.can ?? [];
const chatOf = (who, name) => chats.find(chat => chat.person === who && chat.network === name);

function showPeople() {
	const focused = document.activeElement?.dataset?.person;
	$('people').replaceChildren(...[...people.values()].map(one => element('li', {},
		element('button', { type: 'button', 'data-person': one.id, 'aria-pressed': String(one.id === person), onclick: () => open(one.id) },
			element('span', {}, one.name), element('small', {}, `+${one.number}`),
			element('span', { class: 'news' }, ...chats.filter(chat => chat.person === one.id && chat.unread)
				.map(chat => element('span', {}, `${NETWORKS[chat.network]} ${chat.unread}`)))))));
	$('nobody').hidden = people.size > 0;
	if (focused) {
		document.querySelector(`[data-person="${focused}"]`)?.focus();
	}
}

function showApps() {
	const focused = document.activeElement?.dataset?.network;
	$('apps').replaceChildren(...Object.entries(NETWORKS).map(([name, label]) => {
		const unread = chatOf(person, name)?.unread ?? 0;
		return element('button', { type: 'button', class: name, 'data-network': name, 'aria-pressed': String(name === network), onclick: () => open(person, name) },
			label, unread ? element('b', { 'aria-label': `${unread} sin leer` }, String(unread)) : '');
	}));
	if (focused) {
		document.querySelector(`[data-network="${focused}"]`)?.focus();
	}
}

function showTyping() {
	const left = (chatOf(person, network)?.typing_until ?? 0) - Date.now();
	$('typing').textContent = left > 0 ? 'escribiendo…' : '';
	if (left > 0) {
		setTimeout(showTyping, left + 50);
	}
}

const actions = {
	press: (message, button) => does('press', { id: message.id, key: button.key ?? button.label }),
	react: (message, emoji) => does('react', { id: message.id, emoji }),
	delete: message => does('delete', { id: message.id }),
	reply: message => aboutIt('reply', message),
	edit: message => aboutIt('edit', message),
};

function aboutIt(deed, message) {
	about = { deed, message };
	document.querySelectorAll('.bubble details[open]').forEach(one => { one.open = false; });
	$('about').hidden = false;
	$('about').firstElementChild.textContent = `${deed === 'edit' ? 'Editás' : 'Respondés a'}: ${message.text || message.kind}`;
	$('text').value = deed === 'edit' ? message.text : '';
	$('text').focus();
}

function forget() {
	about = null;
	$('about').hidden = true;
	$('text').value = '';
}

function mine() {
	return [...messages.values()].filter(one => one.person === person && one.network === network).sort((a, b) => a.at - b.at);
}

function drawn(message) {
	const quoted = message.reply_to && messages.get(`${message.chat} ${message.reply_to}`);
	const can = [...canOf(network), ...(REPLIES.includes(network) ? ['reply'] : [])];
	const made = bubble(message, quoted, can, actions);
	made.dataset.version = message.version;
	return made;
}

// Only what changed is drawn again, so that nothing moves under the fingers.
function showThread() {
	const thread = $('thread');
	const there = new Map([...thread.children].map(one => [one.dataset.id, one]));
	const list = mine();
	list.forEach((message, i) => {
		const old = there.get(message.id);
		there.delete(message.id);
		if (old && old.dataset.version === String(message.version)) {
			return;
		}
		if (old) {
			old.replaceWith(drawn(message));
		} else {
			thread.insertBefore(drawn(message), thread.children[i] ?? null);
		}
	});
	for (const gone of there.values()) {
		gone.remove();
	}
	keepLow();
}

// Who was at the end stays there, also when a picture is there at last.
function keepLow() {
	if (low) {
		$('thread').scrollTop = $('thread').scrollHeight;
	}
}

function showPhone() {
	const owner = people.get(person);
	$('phone').hidden = !owner;
	$('choose').hidden = Boolean(owner);
	if (!owner) {
		return;
	}
	$('who').textContent = owner.name;
	$('number').textContent = `+${owner.number}`;
	for (const part of ['head', 'composer']) {
		$(part).classList.remove(...Object.keys(NETWORKS));
		$(part).classList.add(network);
	}
	$('line').textContent = lines.find(line => line.network === network)?.name ?? '';
	const blocked = chatOf(person, network)?.blocked ?? false;
	$('block').hidden = !canOf(network).includes('block');
	$('block').textContent = blocked ? 'Desbloquear' : 'Bloquear';
	$('composer').hidden = blocked;
	$('blocked').hidden = !blocked;
	showApps();
	showTyping();
	showThread();
}

function showAttach() {
	$('attach').replaceChildren(...Object.entries(ATTACH).filter(([deed]) => canOf(network).includes(deed))
		.map(([deed, label]) => element('button', { type: 'button', onclick: () => does(deed) }, label)),
		element('button', { type: 'button', onclick: () => $('file').click() }, 'Elegir archivo…'));
}

function open(who, name = network) {
	if (who !== person || name !== network) {
		forget();
		$('thread').replaceChildren();
		$('trouble').textContent = '';
	}
	person = who;
	network = name;
	history.replaceState(null, '', `#${person}/${network}`);
	showPeople();
	showAttach();
	showPhone();
	low = true;
	keepLow();
	readIt();
}

function readIt() {
	if ($('reads').checked && document.visibilityState === 'visible' && chatOf(person, network)?.unread) {
		does('read');
	}
}

async function follow() {
	for (;;) {
		try {
			const news = await ask(`news?since=${version}&wait=25`);
			version = news.version;
			news.people.forEach(one => people.set(one.id, one));
			news.messages.forEach(one => messages.set(`${one.chat} ${one.id}`, one));
			chats = news.chats.map(chat => ({ ...chat, typing_until: chat.typing ? Date.now() + chat.typing : 0 }));
			showPeople();
			showPhone();
			readIt();
		} catch {
			await new Promise(resolve => setTimeout(resolve, 1000));
		}
	}
}

$('add').addEventListener('submit', async event => {
	event.preventDefault();
	const form = event.target, plain = form.elements.number.value.replace(/\D/g, '');
	// 221 555-0001 as people write it, 549 221 555-0001 as WhatsApp does.
	const added = await ask('people', { name: form.elements.name.value, number: plain.length === 10 ? `549${plain}` : plain, hidden: form.elements.hidden.checked });
	form.reset();
	people.set(added.id, added);
	open(added.id);
	$('text').focus();
});

$('composer').addEventListener('submit', event => {
	event.preventDefault();
	const text = $('text').value.trim(), before = about;
	if (text) {
		forget();
		does(before?.deed === 'edit' ? 'edit' : 'text', { text, ...(before?.deed === 'edit' && { id: before.message.id }), ...(before?.deed === 'reply' && { reply_to: before.message.id }) });
	}
});

$('text').addEventListener('input', () => {
	if (canOf(network).includes('typing') && Date.now() - typed > 5000) {
		typed = Date.now();
		does('typing');
	}
});

$('file').addEventListener('change', async event => {
	const [file] = event.target.files;
	event.target.value = '';
	const bytes = new Uint8Array(await file.arrayBuffer());
	let text = '';
	for (let i = 0; i < bytes.length; i += 0x8000) {
		text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
	}
	const deed = file.type.startsWith('image/') ? 'photo' : file.type.startsWith('video/') ? 'video' : 'file';
	does(canOf(network).includes(deed) ? deed : 'photo', { name: file.name, type: file.type || 'application/octet-stream', data: btoa(text) });
});

$('thread').addEventListener('load', keepLow, true);
$('thread').addEventListener('scroll', ({ target }) => { low = target.scrollHeight - target.scrollTop - target.clientHeight < 60; });
$('forget').addEventListener('click', forget);
$('block').addEventListener('click', () => does('block', { blocked: !chatOf(person, network)?.blocked }));
document.addEventListener('keydown', event => {
	if (event.key === 'Escape') {
		document.querySelectorAll('.bubble details[open]').forEach(one => { one.open = false; });
		forget();
	}
});
document.addEventListener('visibilitychange', readIt);

lines = await ask('lines');
const [who, name] = location.hash.slice(1).split('/');
const first = await ask('news?since=0');
first.people.forEach(one => people.set(one.id, one));
chats = first.chats;
if (people.size) {
	open(people.has(who) ? who : people.keys().next().value, NETWORKS[name] ? name : 'whatsapp');
}
follow();
