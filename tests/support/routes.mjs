// What the routes of the staff program work on: for each address with a part of its own the thing it names, and for
// each form one that is right, so that a test can send them as anybody. A new route has its line here.
import assert from 'node:assert/strict';
import { Admin, fieldOf } from './admin.mjs';
import { info, sql } from './instance.mjs';
import { download } from './downloads.mjs';
import { storedBy } from './letters.mjs';
import { person } from './people.mjs';
import { PNG } from './site.mjs';
import { tokenOf, World } from './staff.mjs';
import { codeOf, offerIn } from './telephone.mjs';
import { aTemplate, BOLETA, byWhatsapp, filled, PDF } from './templates.mjs';
import { once } from './visitor.mjs';

let administrator;
const admin = async () => administrator ??= await Admin.logIn();
const word = () => `Paseo ${once().slice(0, 10)}`;

let days = 0;
const aDay = () => new Date(Date.UTC(2060, 0, 1) + 86400000 * (process.pid % 9000 + days++)).toISOString().slice(0, 10);
const generalSilence = () => sql('SELECT silence_rule_id FROM silence_rule WHERE queue_id IS NULL')[0][0];
const someHours = () => sql('SELECT min(hours_rule_id) FROM hours_rule')[0][0];

// What administrators keep: how a right form of it begins, and where its rows are.
const kept = {
	// It answers nobody: this machine's addresses are not allowed.
	'/admin/access': { table: 'login_provider', fields: name => ({ kind: 'oidc', name, issuer: 'https://127.0.0.1:9', client_id: 'x', auth: 'basic',
		scopes: 'openid', login_claim: 'sub', role_claim: 'groups', people: 'create', enabled: '1' }) },
	'/admin/breaks': { table: 'break_type', fields: name => ({ name, allowance: '30', longest: '', shows: '3', over: '0', enabled: '1', some: '1', users: '1' }) },
	'/admin/channels': { table: 'channel', fields: name => ({ messenger: 'webchat', name, enabled: '1', bot: '0',
		queue: sql("SELECT queue_id FROM queue WHERE key = 'general'")[0][0], idle: '30', lost: '120', origins: 'https://www.agencia.example',
		starts_per_address: '', files_per_hour: '' }) },
	'/admin/custom': { table: 'contact_field', fields: name => ({ name, kind: '1', options: '', position: '1' }) },
	'/admin/groups': { table: 'user_group', fields: name => ({ name, description: '' }) },
	'/admin/queues': { table: 'queue', fields: name => ({ name, strategy: '1', priority: '0', capacity: '0', service_level: '60', max_wait: '0',
		overflow: '0', greeting: '', greeting_mode: '1', farewell: '', farewell_mode: '1' }) },
	'/admin/holidays': { table: 'holiday', fields: name => ({ name, day: aDay(), kind: '3', whom: '0', spans: '' }) },
	'/admin/roles': { table: 'role', fields: name => ({ name, description: '' }) },
	'/admin/tags': { table: 'typification', fields: name => ({ name, parent: '0', enabled: '1' }) },
	'/admin/types': { table: 'conversation_type', fields: name => ({ name, description: '', position: '1', enabled: '1' }) },
	'/admin/users': { table: 'app_user', key: 'user_id', fields: name => person({ name, login: name.toLowerCase().replaceAll(' ', '-') }) },
};

// One of them, made by an administrator: {id, name}.
async function make(path) {
	const name = word();
	const { table, key = `${table}_id`, fields } = kept[path];
	const answer = await (await admin()).save(`${path}/new`, fields(name));
	assert.equal(answer.status, 303, `${path}/new: ${answer.text}`);
	return { name, id: sql(`SELECT ${key} FROM ${table} WHERE name = '${name}' AND deleted_at IS NULL`)[0][0] };
}

async function form(path, fields) {
	const { text } = await (await admin()).page(path);
	return { path, fields: { once: once(), sent: '1', revision: fieldOf(text, 'revision') ?? '', ...fields } };
}

// Save and remove of one of them.
function administered(path) {
	const save = async () => {
		const { id, name } = await make(path);
		return form(`${path}/${id}`, kept[path].fields(`${name} bis`));
	};
	const remove = async () => {
		const { id } = await make(path);
		return { ...await form(`${path}/${id}`, {}), path: `${path}/${id}/remove` };
	};
	return { [`POST ${path}/:id`]: save, [`POST ${path}/:id/remove`]: remove };
}

// What a form of one page would send as it stands.
async function asItStands(path) {
	const { text } = await (await admin()).page(path);
	const fields = [['once', once()], ['sent', '1'], ['revision', fieldOf(text, 'revision') ?? '']];
	for (const [tag, name] of text.matchAll(/<(?:input|select|textarea)[^>]* name="([^"]+)"[^>]*>/g)) {
		if (['once', 'sent', 'revision', 'csrf'].includes(name)) continue;
		if (/type="(?:checkbox|radio)"/.test(tag) && !/ checked/.test(tag)) continue;
		const options = /<select/.test(tag) && text.slice(text.indexOf(tag)).split('</select>')[0];
		fields.push([name, options ? / value="([^"]*)" selected/.exec(options)?.[1] ?? / value="([^"]*)"/.exec(options)[1] : fieldOf(text, name)]);
	}
	return { path, fields };
}

const made = path => async () => (await make(path)).id;
const operatorRole = () => sql("SELECT role_id FROM role WHERE key = 'operador'")[0][0];

function poison() {
	const [[id]] = sql(`INSERT INTO inbound_poison (inbound_id, received_at, lane, error)
		SELECT i.inbound_id, i.received_at, 0, 'para el paseo' FROM inbound i
		WHERE NOT EXISTS (SELECT 1 FROM inbound_poison p WHERE p.inbound_id = i.inbound_id)
		ORDER BY i.inbound_id LIMIT 1 RETURNING inbound_id`);
	return id;
}

// A room of the internal chat where the person is: their own, or an operator's of their queues.
const roomOf = person => sql(`SELECT x.user_id FROM user_queue x JOIN app_user u ON u.user_id = x.user_id AND u.attends
	WHERE x.queue_id IN (SELECT queue_id FROM user_queue WHERE user_id = ${person.who?.id ?? 0}) ORDER BY x.user_id <> ${person.who?.id ?? 0} LIMIT 1`)[0]?.[0] ?? 1;

// A conversation that waits in a queue of which the person is, and that no router gives to anybody.
function waitingCase(person) {
	const world = new World();
	if (person.who) sql(`INSERT INTO user_queue VALUES (${person.who.id}, ${world.queue}); INSERT INTO user_channel VALUES (${person.who.id}, ${world.channel})`);
	sql(`UPDATE queue SET strategy = 6 WHERE queue_id = ${world.queue}`);
	const [[id]] = sql(`WITH k AS (INSERT INTO contact (name) VALUES ('Del paseo') RETURNING contact_id)
		INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, queue_id, opened_at, requested_at, segment_seq)
		SELECT conversation_id_next(now()), h.channel_id, h.version_id, k.contact_id, 2, ${world.queue}, now(), now(), 2
		FROM k, channel h WHERE h.channel_id = ${world.channel} RETURNING conversation_id`);
	return { world, id };
}

// A line of WhatsApp with an account of its own, and a template written for it.
function whatsappLine() {
	return sql(`INSERT INTO channel (messenger, key, name, default_queue_id, settings) SELECT 2, '${once().slice(0, 20)}', '${word()} ${once().slice(0, 8)}', min(queue_id),
		'{"account": "1", "waba": "${Date.now()}${Math.floor(Math.random() * 1000)}", "base": "http://127.0.0.1:9"}' FROM queue RETURNING channel_id`)[0][0];
}
const written = () => ({ name: `paseo_${once().slice(0, 10).toLowerCase().replace(/[^a-z0-9]/g, '0')}`, language: 'es_AR', category: 'utility', header: 'none', body: 'Tu turno es mañana.', footer: '' });
async function template() {
	const fields = written(), answer = await (await admin()).upload('/admin/templates/new/files', { sent: '1', revision: '', line: whatsappLine(), do: 'save', ...fields }, [], {});
	assert.equal(answer.status, 303, answer.text);
	return { ...fields, id: sql(`SELECT template_id FROM template WHERE name = '${fields.name}'`)[0][0] };
}

// Somebody whom no test knows, and an open session of theirs.
const anybody = () => sql(`INSERT INTO app_user (login, name, display_name) VALUES ('${word().toLowerCase()}', 'Del paseo', 'Paseo')
	RETURNING user_id`)[0][0];
const session = () => sql(`INSERT INTO session (token_hash, user_id, expires_at)
	VALUES (sha256('${once()}'), ${anybody()}, now() + interval '1 hour') RETURNING session_id`)[0][0];

// A way to log in that no administrator has to arrange for a walk.
const kerberos = () => sql(`INSERT INTO login_provider (kind, name, settings)
	VALUES (4, '${word()}', '{"realm": "PASEO", "networks": "127.0.0.0/8"}') RETURNING login_provider_id`)[0][0];
// A shared reply that has a file.
async function canned() {
	const shortcut = once().slice(0, 16);
	const answer = await (await admin()).upload('/admin/canned/new/files', { sent: '1', revision: '', queue: '0', shortcut, body: 'x' },
		[{ name: 'nota.txt', content: shortcut }], {});
	assert.equal(answer.status, 303, answer.text);
	return sql(`SELECT canned_reply_id FROM canned_reply WHERE shortcut = '${shortcut}'`)[0][0];
}

let pictured;
const picture = async () => pictured ??= await storedBy(await admin(), PNG, '/admin/canned/new/files');

const smsLine = () => sql(`WITH made AS (INSERT INTO channel (key, name, messenger, default_queue_id)
		SELECT 'paseo-sms', 'SMS del paseo', 7, c.default_queue_id FROM channel c WHERE c.messenger = 1 LIMIT 1
		ON CONFLICT DO NOTHING RETURNING channel_id)
	SELECT channel_id FROM made UNION ALL SELECT channel_id FROM channel WHERE key = 'paseo-sms'`)[0][0];

// The contact of a conversation that the person may see.
const theirContact = async (own, person) => sql(`SELECT contact_id FROM conversation WHERE conversation_id = ${(await person.case()).case}`)[0][0];
const aboutContact = (end, fields) => async (own, person) => {
	const id = await theirContact(own, person);
	return { path: `/contacts/${id}${end}`, fields: { once: once(), sent: '1', revision: sql(`SELECT revision FROM contact WHERE contact_id = ${id}`)[0][0], ...fields },
		after: () => sql(`UPDATE contact SET blocked_until = NULL WHERE contact_id = ${id}`) };
};

// Another contact of the same conversations' channel, all of which that person sees; and one that was joined with theirs.
function aTwin(id, person) {
	const twin = sql("INSERT INTO contact (name) VALUES ('Del paseo') RETURNING contact_id")[0][0];
	sql(`INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, queue_id, user_id, opened_at, closed_at)
		SELECT conversation_id_next(now()), channel_id, channel_version_id, ${twin}, 4, queue_id, ${person.who?.id ?? 'NULL'}, now(), now()
		FROM conversation WHERE contact_id = ${id} ORDER BY opened_at LIMIT 1`);
	return twin;
}
const joined = async (own, person) => {
	const id = await theirContact(own, person), twin = aTwin(id, person);
	sql(`SELECT contact_join(${id}, ${twin}, 1)`);
	return { path: `/contacts/${id}/split`, fields: { once: once(), merge: sql(`SELECT contact_merge_id FROM contact_merge WHERE from_id = ${twin}`)[0][0] } };
};

const theirQueue = (own, person) => sql(`SELECT coalesce((SELECT min(queue_id) FROM user_queue
	WHERE user_id = ${person.who?.id ?? 0}), 1)`)[0][0];

// A case whose first message is a mail with an image within, the first of its files.
async function aMail(who) {
	sql(`INSERT INTO message_mail (conversation_id, seq, message_id, html, files)
		SELECT ${who.case}, 1, '', '<p>Paseo</p>', jsonb_build_array(jsonb_build_object('file_id', ${await picture()}, 'name', 'paseo.png')) ON CONFLICT DO NOTHING`);
	return who.case;
}

// The thing that ':id' of a page names; who: {case}, the conversation that stands for "a case"; person: who asks.
export const objects = {
	'GET /desk/:id': who => who.case,
	'GET /desk/:id/messages': who => who.case,
	'GET /desk/:id/find': who => who.case,
	'GET /desk/:id/replies': who => who.case,
	'GET /desk/:id/stickers': who => who.case,
	'GET /desk/:id/assignments': who => who.case,
	'GET /desk/:id/mails/:seq': aMail,
	'GET /desk/:id/mails/:seq/body': aMail,
	'GET /desk/:id/mails/:seq/images/:place': aMail,
	'GET /desk/:id/close': who => who.case,
	'GET /desk/:id/template': who => who.case,
	'GET /desk/:id/transfer': who => who.case,
	'GET /contacts/:id': theirContact,
	'GET /contacts/:id/history': theirContact,
	'GET /contacts/:id/block': theirContact,
	'GET /contacts/:id/wish': theirContact,
	'GET /contacts/:id/merge': theirContact,
	'GET /admin/custom/:id': made('/admin/custom'),
	'GET /desk/:id/transcript': who => who.case,
	'GET /files/:id': who => who.file,
	'GET /desk/:id/whisper': who => who.case,
	'GET /chat/:id': (who, person) => roomOf(person),
	'GET /chat/:id/messages': (who, person) => roomOf(person),
	'GET /board/case/:id/close': (who, person) => person.supervised.case,
	'GET /board/case/:id/preview': (who, person) => person.supervised.case,
	'GET /admin/access/:id': made('/admin/access'),
	'GET /login/negotiate/:id': kerberos,
	'GET /login/oidc/:id': made('/admin/access'),
	'GET /login/oidc/:id/callback': made('/admin/access'),
	'GET /admin/audit/:id': () => sql('SELECT max(audit_id) FROM audit')[0][0],
	'GET /downloads/:id': (who, person) => download(person, 2),
	'GET /admin/exports/:id': operatorRole,
	'GET /help/:id': () => 'administrador.roles',
	'GET /help/img/:id': () => 'bandeja.png',
	'GET /admin/breaks/:id': made('/admin/breaks'),
	'GET /admin/canned/:id': canned,
	'GET /canned/:id': () => 'new',
	'GET /canned/:id/file': canned,
	'GET /admin/channels/:id': made('/admin/channels'),
	'GET /admin/channels/:id/webchat': made('/admin/channels'),
	'GET /admin/fields/:id': operatorRole,
	'GET /admin/holidays/:id': made('/admin/holidays'),
	'GET /admin/hours/:id': someHours,
	'GET /admin/hours/:id/calendar': someHours,
	'GET /admin/notifications/:id': operatorRole,
	'GET /admin/silence/:id': generalSilence,
	'GET /admin/groups/:id': made('/admin/groups'),
	'GET /admin/queues/:id': made('/admin/queues'),
	'GET /queues/:id/simulate': theirQueue,
	'GET /admin/roles/:id': made('/admin/roles'),
	'GET /admin/tags/:id': made('/admin/tags'),
	'GET /admin/templates/:id': async () => (await template()).id,
	'GET /admin/types/:id': made('/admin/types'),
	'GET /admin/users/:id': made('/admin/users'),
	'GET /admin/users/import/:id': (own, person) => imported(person),
};

// A file of people, and one that waits for whoever brought it.
const people = () => ({ name: 'gente.csv', content: `usuario;nombre;roles\nwalk-${once().slice(0, 10)};Del paseo;Operador\n` });

const imported = person => sql(`INSERT INTO user_import (created_by, file_name, content)
	VALUES (${person.who?.id ?? 1}, 'gente.csv', '${people().content.replaceAll('\n', '\\012')}') RETURNING user_import_id`)[0][0];

// What whoever asks was told; of nobody in particular the administrator.
const told = person => sql(`INSERT INTO notice (event, user_id, conversation_id)
	SELECT 1, ${person?.who?.id ?? 1}, max(conversation_id) FROM conversation RETURNING notice_id`)[0][0];

// The second factor of whoever sends the form: to be taken, and one that they have.
const withoutFactor = person => sql(`UPDATE app_user SET totp_seed = NULL, totp_step = NULL WHERE user_id = ${person.who.id}`);
async function factorOf(person) {
	if (person.who) withoutFactor(person);
	const { text } = await person.staff.page('/factor');
	const { offer, secret } = offerIn(text);
	return { offer, secret, token: tokenOf(text) ?? '', code: await codeOf(secret, -30) };
}
async function withFactor(path, person) {
	const { token, secret, ...fields } = await factorOf(person);
	await person.staff.form('/factor', { ...fields, csrf: token });
	return { path, fields: { code: await codeOf(secret) }, after: () => withoutFactor(person) };
}

// Something that a person said in their case, and something that still waits to be said.
async function said(id, person) {
	if (!person.staff.csrf) return '1';
	const { json } = await person.staff.post(`/desk/${id}/messages`, { text: word(), once: once() });
	return String(json.seq ?? 1);
}
// Their case as one of a network with reactions, and something that its taxpayer said there, for the time of one form.
let line;
async function reacted(who, person) {
	if (who === person.supervised) return about('react', { seq: '1', emoji: '👍' })(who);
	line ??= sql(`INSERT INTO channel (messenger, key, name, default_queue_id) SELECT 2, 'reacciones-${word().slice(-8)}', 'Línea con reacciones', min(queue_id)
		FROM queue RETURNING channel_id`)[0][0];
	const [[channel]] = sql(`SELECT channel_id FROM conversation WHERE conversation_id = ${who.case}`);
	const [[seq]] = sql(`WITH c AS (UPDATE conversation SET seq = seq + 1, last_contact_at = now(), channel_id = ${line} WHERE conversation_id = ${who.case} RETURNING conversation_id, seq),
		m AS (INSERT INTO message (conversation_id, seq, created_at, author, kind, body) SELECT conversation_id, seq, now(), 1, 1, 'Gracias' FROM c)
		INSERT INTO provider_message (channel_id, provider_id, conversation_id, seq) SELECT ${line}, '${once()}', conversation_id, seq FROM c RETURNING seq`);
	const back = () => sql(`UPDATE conversation SET channel_id = ${channel} WHERE conversation_id = ${who.case}`);
	return { ...about('react', { seq, emoji: '👍' })(who), after: back };
}
function held(id, person) {
	const message = once();
	if (person.who) {
		sql(`INSERT INTO held_message (conversation_id, user_id, user_version_id, once, body, created_at, due_at)
			SELECT ${id}, user_id, version_id, '${message}', 'Espera', now(), now() + interval '1 hour' FROM app_user WHERE user_id = ${person.who.id}`);
	}
	return message;
}

// A case that waits for them in a queue that gives nothing out.
let byHand;
async function waitingFor(person) {
	if (!byHand) {
		byHand = new World();
		sql(`UPDATE queue SET strategy = 6 WHERE queue_id = ${byHand.queue}`);
	}
	if (person.who) {
		sql(`INSERT INTO user_queue VALUES (${person.who.id}, ${byHand.queue}) ON CONFLICT DO NOTHING;
			INSERT INTO user_channel VALUES (${person.who.id}, ${byHand.channel}) ON CONFLICT DO NOTHING`);
	}
	return (await byHand.taxpayer({ state: 'waiting' })).conversation;
}

const about = (end, fields) => who => ({ path: `/desk/${who.case}/${end}`, fields: { once: once(), ...fields } });

// A right form: {path, fields, files}. attends: only from who is enabled to attend; apart: afterwards the sender has to
// log in again; after: what is to be done then.
export const forms = {
	'POST /login': () => ({ path: '/login', fields: { login: info.users[0].login, password: 'no es esta' } }),
	'POST /logout': () => ({ path: '/logout', fields: {}, apart: true }),
	'POST /logout/everywhere': () => ({ path: '/logout/everywhere', fields: {}, apart: true }),
	'POST /notices/:id/open': (who, person) => ({ path: `/notices/${told(person)}/open`, fields: {} }),
	'POST /notices/read': () => ({ path: '/notices/read', fields: { last: '1' } }),
	'POST /state': () => ({ path: '/state', fields: { to: 'available' }, attends: true }),
	'POST /wrap/end': (own, person) => {
		if (person.who) sql(`UPDATE agent_state SET wrap_until = now() + interval '1 minute' WHERE user_id = ${person.who.id}`);
		return { path: '/wrap/end', fields: {}, attends: true };
	},
	'POST /sound': () => ({ path: '/sound', fields: { on: '1' } }),
	'POST /desk/:id/messages': about('messages', { text: 'Hola' }),
	'POST /desk/:id/files': who => ({ ...about('files', { text: '' })(who), files: [{ name: 'nota.txt', content: word() }] }),
	'POST /desk/view': () => ({ path: '/desk/view', fields: { sort: '2', messenger: '0', queue: '0' } }),
	'POST /desk/:id/take': async (who, person) => ({ path: `/desk/${await waitingFor(person)}/take`, fields: { once: once() } }),
	'POST /desk/:id/undo': (who, person) => about('undo', { message: held(who.case, person) })(who),
	'POST /desk/:id/edit': async (who, person) => about('edit', { seq: await said(who.case, person), text: 'De otro modo' })(who),
	'POST /desk/:id/delete': async (who, person) => about('delete', { seq: await said(who.case, person) })(who),
	'POST /desk/:id/react': reacted,
	'POST /desk/:id/canned': async who => about('canned', { reply: await canned() })(who),
	// Only a case of their own comes by WhatsApp.
	'POST /desk/:id/template': (who, person) => about('template', { template: who === person.supervised ? '1' : aTemplate(byWhatsapp(who.case), 'turno'), ...filled })(who),
	'POST /desk/:id/template/files': (who, person) => ({ ...about('template/files', { template: who === person.supervised ? '1' : aTemplate(byWhatsapp(who.case), 'boleta', { components: BOLETA }),
		value1: 'Ana' })(who), files: [{ name: 'boleta.pdf', content: PDF }] }),
	'POST /desk/:id/close': about('close', {}),
	'POST /desk/:id/transfer': about('transfer', { user: 'bot' }),
	'POST /desk/:id/hold': about('hold', { on: '1' }),
	'POST /contacts/:id': aboutContact('', { name: 'Del paseo', cuit: '', email: '', phone: '' }),
	'POST /contacts/:id/notes': aboutContact('/notes', { body: 'Del paseo' }),
	'POST /contacts/:id/block': aboutContact('/block', { reason: 'Del paseo', days: '1' }),
	'POST /contacts/:id/wish': async (own, person) => {
		const id = await theirContact(own, person);
		sql(`INSERT INTO identity (contact_id, channel_id, kind, value) SELECT ${id}, ${smsLine()}, 'phone', '549221${id}' ON CONFLICT DO NOTHING`);
		return { path: `/contacts/${id}/wish`, fields: { once: once(), messenger: 'sms', wish: 'out', said: 'Paseo' },
			after: () => sql(`UPDATE identity SET opted_out_at = NULL WHERE contact_id = ${id}`) };
	},
	'POST /contacts/:id/merge': async (own, person) => {
		const id = await theirContact(own, person);
		return { path: `/contacts/${id}/merge`, fields: { once: once(), with: aTwin(id, person), keep: 'this' } };
	},
	'POST /contacts/:id/split': joined,
	...administered('/admin/custom'),
	'POST /desk/:id/transcript': about('transcript', { format: 'txt', reason: 'Paseo' }),
	'POST /desk/:id/transcript/send': about('transcript/send', { reason: 'Paseo' }),
	'POST /desk/:id/delivered': about('delivered', { seq: '1' }),
	'POST /desk/:id/read': about('read', { seq: '1' }),
	'POST /desk/:id/typing': about('typing', {}),
	'POST /desk/:id/whisper': about('whisper', { text: 'Dale' }),
	'POST /board/agents': (own, person) => {
		const { world } = waitingCase(person);
		const operator = world.person();
		sql(`UPDATE agent_state SET state = 1 WHERE user_id = ${operator.id}`);
		return { path: '/board/agents', fields: { user: operator.id, to: 'out', reason: 'Paseo' } };
	},
	'POST /board/export': () => ({ path: '/board/export', fields: { reason: 'Paseo' } }),
	'POST /board/agents/export': () => ({ path: '/board/agents/export', fields: { reason: 'Paseo' } }),
	'POST /board/agents/message': (own, person) => ({ path: '/board/agents/message', fields: { once: once(), whom: 'chosen', user: roomOf(person), text: 'Hola' } }),
	'POST /board/assign': (own, person) => {
		const { world, id } = waitingCase(person);
		const operator = world.person();
		sql(`UPDATE agent_state SET state = 1, heartbeat_at = now() WHERE user_id = ${operator.id}`);
		return { path: '/board/assign', fields: { once: once(), pick: `${id}.2`, to: operator.id } };
	},
	'POST /board/case/:id/take': (own, person) => ({ path: `/board/case/${waitingCase(person).id}/take`, fields: { once: once(), segment: '2' } }),
	'POST /board/case/:id/close': (own, person) => ({ path: `/board/case/${waitingCase(person).id}/close`, fields: { once: once() } }),
	'POST /board/case/:id/assignments/export': who => ({ path: `/board/case/${who.case}/assignments/export`, fields: { reason: 'Paseo' } }),
	'POST /queues/:id/simulate/export': (own, person) => ({ path: `/queues/${theirQueue(own, person)}/simulate/export`, fields: { day: '2026-01-02', strategy: 'round_robin', reason: 'Paseo' } }),
	'POST /board/case/:id/say': who => ({ path: `/board/case/${who.case}/say`, fields: { once: once(), mode: 'contact', text: 'Hola' } }),
	'POST /chat/:id': (own, person) => ({ path: `/chat/${roomOf(person)}`, fields: { once: once(), text: 'Hola' } }),
	'POST /chat/:id/read': (own, person) => ({ path: `/chat/${roomOf(person)}/read`, fields: { last: '1' } }),
	'POST /board/filter': () => ({ path: '/board/filter', fields: { q: 'Benítez' } }),
	'POST /quarantine/:id/repeat': () => ({ path: `/quarantine/${poison()}/repeat`, fields: { once: once() } }),
	...administered('/admin/access'),
	'POST /admin/access/:id/test': async () => ({ path: `/admin/access/${(await make('/admin/access')).id}/test`, fields: {} }),
	'POST /login/ldap/:id': async () => ({ path: `/login/ldap/${(await make('/admin/access')).id}`, fields: { login: 'ana', password: 'x' } }),
	'POST /login/oidc/:id/logout': async () => ({ path: `/login/oidc/${(await make('/admin/access')).id}/logout`, fields: { logout_token: 'x' } }),
	...administered('/admin/breaks'),
	...administered('/admin/groups'),
	...administered('/admin/queues'),
	...administered('/admin/holidays'),
	'POST /admin/holidays/import': () => ({ path: '/admin/holidays/import', fields: { once: once(), sent: '1', csv: `${aDay()};${word()}` } }),
	'POST /admin/holidays/national': () => ({ path: '/admin/holidays/national', fields: { once: once(), year: '2050' } }),
	'POST /admin/notifications/:id': async () => asItStands(`/admin/notifications/${(await make('/admin/roles')).id}`),
	'POST /admin/start/agency': async () => ({ path: '/admin/start/agency', fields: { once: once(), sent: '1', agency: word(),
		revision: sql('SELECT coalesce(sum(revision), 0) FROM setting')[0][0] } }),
	'POST /admin/start/queue': () => ({ path: '/admin/start/queue', fields: { once: once(), sent: '1', queue: word() } }),
	'POST /admin/start/hours': () => ({ path: '/admin/start/hours', fields: { once: once(), sent: '1', hours_rule: someHours(), week: '0-24',
		saturday: '0-24', closed_text: word(), revision: sql(`SELECT revision FROM hours_rule WHERE hours_rule_id = ${someHours()}`)[0][0] } }),
	'POST /admin/invitations/:id/revoke': () => ({ path: `/admin/invitations/${sql(`INSERT INTO invitation (user_id, token_hash, created_by, expires_at)
		VALUES (${anybody()}, sha256('${once()}'), 1, now() + interval '1 day') RETURNING invitation_id`)[0][0]}/revoke`, fields: {} }),
	'POST /admin/start/operators': () => ({ path: '/admin/start/operators', fields: { once: once(), sent: '1', person: word(),
		login: word().toLowerCase().replaceAll(' ', '-'), email: '' } }),
	'POST /admin/start/channel': () => ({ path: '/admin/start/channel', fields: { once: once(), sent: '1', name: word(), sites: 'sitio.example',
		greeting: 'Hola', queue_id: sql('SELECT min(queue_id) FROM queue WHERE deleted_at IS NULL')[0][0] } }),
	'POST /admin/silence/:id': () => asItStands(`/admin/silence/${generalSilence()}`),
	'POST /admin/hours/:id': () => asItStands(`/admin/hours/${someHours()}`),
	...administered('/admin/roles'),
	...administered('/admin/tags'),
	'POST /admin/tags/:id/move': async () => {
		const { id } = await make('/admin/tags');
		return { ...await form(`/admin/tags/${id}`, { to: 'up' }), path: `/admin/tags/${id}/move` };
	},
	'POST /admin/tags/queue/:id': async () => {
		const { id } = await make('/admin/queues');
		return { path: `/admin/tags/queue/${id}`, fields: { once: once(), revision: '1', required: '1' } };
	},
	...administered('/admin/types'),
	'POST /admin/templates/export': () => ({ path: '/admin/templates/export', fields: { reason: 'Paseo' } }),
	'POST /admin/templates/list': () => ({ path: '/admin/templates/list', fields: { once: once() } }),
	'POST /admin/templates/:id/files': async () => {
		const { id, ...fields } = await template();
		return { path: `/admin/templates/${id}/files`, fields: { once: once(), sent: '1', revision: '1', do: 'save', ...fields, body: 'Tu turno es pasado mañana.' } };
	},
	'POST /admin/templates/:id/remove': async () => ({ path: `/admin/templates/${(await template()).id}/remove`, fields: { once: once(), revision: '1' } }),
	...administered('/admin/users'),
	...administered('/admin/channels'),
	'POST /admin/channels/:id/test': async () => ({ path: `/admin/channels/${(await make('/admin/channels')).id}/test`, fields: { once: once() } }),
	'POST /admin/channels/:id/token': async () => {
		const { id } = await make('/admin/channels');
		sql(`INSERT INTO channel_send_secret (channel_id, name, value) VALUES (${id}, 'refresh_token', 'x')`);
		return { path: `/admin/channels/${id}/token`, fields: { once: once() } };
	},
	'POST /admin/channels/:id/resume': async () => {
		const { id } = await make('/admin/channels');
		sql(`INSERT INTO channel_health (channel_id, paused_until) VALUES (${id}, 'infinity')`);
		return { path: `/admin/channels/${id}/resume`, fields: { once: once() } };
	},
	'POST /admin/channels/:id/webchat': async () => {
		const { path, fields } = await asItStands(`/admin/channels/${(await make('/admin/channels')).id}/webchat`);
		return { path, fields: fields.map(([name, value]) => [name, name === 'title' ? word() : value]) };
	},
	'POST /admin/canned/:id/files': async () => {
		const id = await canned();
		return { path: `/admin/canned/${id}/files`, fields: { once: once(), sent: '1', revision: '1', queue: '0', shortcut: once().slice(0, 16), body: 'x' } };
	},
	'POST /admin/canned/:id/remove': async () => ({ path: `/admin/canned/${await canned()}/remove`, fields: { once: once(), revision: '1' } }),
	'POST /canned/:id/files': () => ({ path: '/canned/new/files', fields: { once: once(), sent: '1', revision: '1', shortcut: once().slice(0, 16), body: 'x' } }),
	'POST /admin/matrix': () => ({ path: '/admin/matrix', fields: { once: once(), users: anybody(), capacity: '3' } }),
	// Afterwards they log in as before.
	'POST /password': (own, person) => {
		const password = 'cuatro caballos verdes lentos';
		return { path: '/password', fields: { current: info.users[0].password, password, again: password },
			after: () => sql(`UPDATE app_user SET password_hash = (SELECT password_hash FROM app_user WHERE login = 'admin') WHERE user_id = ${person.who.id}`) };
	},
	'POST /factor': async (own, person) => ({ path: '/factor', fields: await factorOf(person), after: () => withoutFactor(person) }),
	'POST /factor/show': (own, person) => withFactor('/factor/show', person),
	'POST /factor/remove': (own, person) => withFactor('/factor/remove', person),
	'POST /admin/users/:id/factor': () => ({ path: `/admin/users/${anybody()}/factor`, fields: {} }),
	'POST /admin/users/:id/password': () => ({ path: `/admin/users/${anybody()}/password`, fields: { once: once() } }),
	'POST /invite': () => ({ path: '/invite', fields: { t: 'x'.repeat(43), password: 'cuatro caballos verdes', again: 'cuatro caballos verdes' } }),
	'POST /admin/users/:id/invite': () => ({ path: `/admin/users/${anybody()}/invite`, fields: { once: once() } }),
	'POST /admin/users/files': () => ({ path: '/admin/users/files', fields: { once: once(), sent: '1' }, files: [people()] }),
	'POST /admin/users/import/:id': (own, person) => ({ path: `/admin/users/import/${imported(person)}`, fields: { once: once() } }),
	'POST /admin/users/import/:id/remove': (own, person) => ({ path: `/admin/users/import/${imported(person)}/remove`, fields: {} }),
	'POST /admin/users/export': () => ({ path: '/admin/users/export', fields: { reason: 'Paseo' } }),
	'POST /admin/exchanges/export': () => ({ path: '/admin/exchanges/export', fields: { reason: 'Paseo', once: once() } }),
	'POST /admin/sms/export': () => ({ path: '/admin/sms/export', fields: { reason: 'Paseo', once: once() } }),
	'POST /admin/audit/export': () => ({ path: '/admin/audit/export?user=1', fields: { reason: 'Paseo', once: once() } }),
	'POST /admin/exports/:id': async () => asItStands(`/admin/exports/${(await make('/admin/roles')).id}`),
	'POST /downloads/:id/cancel': (who, person) => ({ path: `/downloads/${download(person, 2)}/cancel`, fields: {} }),
	'POST /admin/fields/:id': async () => asItStands(`/admin/fields/${(await make('/admin/roles')).id}`),
	'POST /admin/roles/:id/view': () => ({ path: `/admin/roles/${operatorRole()}/view`, fields: {}, apart: true }),
	'POST /view-as/end': () => ({ path: '/view-as/end', fields: {}, apart: true }),
	// The form is there only while seats go by name, and then nobody else gets in.
	'POST /admin/seats': async () => {
		await admin();
		sql(`INSERT INTO setting (key, value) VALUES ('seat.kind', '"named"')
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
		const { path, fields } = await asItStands('/admin/seats');
		sql("DELETE FROM setting WHERE key = 'seat.kind'");
		return { path, fields: [...fields.filter(([name]) => name !== 'users'), ['users', anybody()]] };
	},
	'POST /admin/sessions/export': () => ({ path: '/admin/sessions/export', fields: { reason: 'Paseo' } }),
	'POST /admin/sessions/:id/close': () => ({ path: `/admin/sessions/${session()}/close`, fields: { once: once() } }),
	'POST /admin/settings/antivirus': () => ({ path: '/admin/settings/antivirus', fields: {} }),
	'POST /admin/settings/mail': () => {
		sql(`INSERT INTO setting (key, value) VALUES ('mail.host', '"127.0.0.1"'), ('mail.sender', '"a@agencia.example"')
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
		return { path: '/admin/settings/mail', fields: { to: 'ana@agencia.example' }, after: () => sql("DELETE FROM setting WHERE key LIKE 'mail.%'") };
	},
	'POST /admin/settings': async () => {
		const { path, fields } = await asItStands('/admin/settings');
		return { path, fields: fields.map(([name, value]) => [name, name === 'agency.name' ? word() : value]),
			after: () => sql("DELETE FROM setting WHERE key NOT LIKE 'seat.%'") };
	},
};
