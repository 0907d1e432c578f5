// Channels: what an administrator connects, and how a webchat looks on its site from that moment.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, decode, errorOf, fieldOf, history } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once, Visitor } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const general = () => sql("SELECT queue_id FROM queue WHERE key = 'general'")[0][0];
const bot = () => sql("SELECT bot_id FROM bot WHERE name = 'Asistente virtual'")[0][0];
const fields = changes => ({ messenger: 'webchat', name: `Sitio ${once().slice(0, 10)}`, enabled: '1', bot: bot(), queue: general(), idle: '30', lost: '120',
	origins: 'https://www.agencia.example', starts_per_address: '1000', files_per_hour: '', ...changes });
const look = changes => ({ title: 'Agencia', subtitle: '', closed_subtitle: '', bubble: '', greeting: '', footer: '', color: '#1d56c9', position: 'right', topics: '', ...changes });

async function make(changes) {
	const sent = fields(changes), answer = await admin.save('/admin/channels/new', sent);
	assert.equal(answer.status, 303, answer.text);
	const [[id, key]] = sql(`SELECT channel_id, key FROM channel WHERE name = '${sent.name}'`);
	return { ...sent, id: Number(id), key, path: `/admin/channels/${id}`, design: `/admin/channels/${id}/webchat` };
}
const change = async (one, changes) => admin.save(one.path, { ...fields(), name: one.name, ...changes }, await admin.revision(one.path));
const redesign = async (one, changes) => admin.save(one.design, look(changes), await admin.revision(one.design));

// What the site's loader and the frame get.
const config = (one, origin) => fetch(`${info.base_url}/webchat/config?key=${one.key}`, { headers: origin ? { Origin: origin } : {} });
const frame = async (one, query = '') => {
	const answer = await fetch(`${info.base_url}/webchat/frame?key=${one.key}${query}`);
	return { status: answer.status, policy: answer.headers.get('content-security-policy'), text: await answer.text() };
};

test('what is made is in the list and on record, and its widget answers at once', async () => {
	const one = await make();
	assert.match(one.key, /^sitio-[a-z0-9-]+-\d{6}$/);
	assert.match((await admin.page('/admin/channels')).text, new RegExp(`${one.name}.*Asistente virtual.*Consultas generales.*nadie lo atiende`, 's'));
	assert.deepEqual(history('channel', one.id), [{ actor: 'Administración', action: 'channel.save', before: null, after: { name: one.name,
		messenger: 'webchat', enabled: true, bot: 'Asistente virtual', queue: 'Consultas generales', idle_close_s: 1800, heartbeat_lost_s: 120,
		origins: ['https://www.agencia.example'], starts_per_address: 1000, files_per_hour: null } }]);
	const answer = await config(one);
	assert.equal(answer.status, 200);
	assert.equal((await answer.json()).title, one.name);
	const visitor = await Visitor.start({ key: one.key, name: 'Ana' });
	await visitor.until(({ messages }) => messages.some(({ author }) => author === 'bot'));
});

test('what is wrong stands beside its field, and nothing changes', async () => {
	const one = await make();
	for (const [changes, field, text] of [
		[{ name: '' }, 'name', 'Completá este dato.'],
		[{ name: 'webchat DEL sitio' }, 'name', 'Ya hay otro con ese dato.'],
		[{ bot: '999999' }, 'bot', 'Hay un dato que no está bien. Revisalo y probá de nuevo.'],
		[{ queue: '999999' }, 'queue', 'Hay un dato que no está bien. Revisalo y probá de nuevo.'],
		[{ idle: '0' }, 'idle', 'El número está fuera de lo permitido.'],
		[{ lost: '5' }, 'lost', 'El número está fuera de lo permitido.'],
		[{ origins: '' }, 'origins', 'Completá este dato.'],
		[{ origins: 'https://bien.example\nhttps://mal.example/camino' }, 'origins', 'Escribí cada sitio como https://www.agencia.example, sin nada después del nombre.'],
		[{ origins: "https://mal.example; script-src 'unsafe-inline'" }, 'origins', 'Escribí cada sitio como https://www.agencia.example, sin nada después del nombre.'],
		[{ starts_per_address: 'mil' }, 'starts_per_address', 'Escribí un número.'],
		[{ files_per_hour: '1001' }, 'files_per_hour', 'El número está fuera de lo permitido.'],
	]) {
		const answer = await change(one, changes);
		assert.equal(answer.status, 422, JSON.stringify(changes));
		assert.equal(errorOf(answer.text, field), text);
	}
	assert.equal(await admin.revision(one.path), '1');
	assert.equal((await admin.page('/admin/channels/new')).status, 404);
	assert.equal((await admin.page('/admin/channels/new?messenger=telepatía')).status, 404);
	assert.equal((await admin.save('/admin/channels/new', fields({ messenger: 'telepatía' }))).status, 404);
});

test('the queue of a channel must attend it', async () => {
	const world = new World(), other = new World();
	sql(`UPDATE queue SET channel_ids = ARRAY[${other.channel}]::bigint[] WHERE queue_id = ${other.queue}`);
	const path = `/admin/channels/${world.channel}`;
	assert.doesNotMatch((await admin.page(path)).text, new RegExp(`Cola ${other.name}`));
	const answer = await admin.save(path, fields({ name: `Canal ${world.name}`, queue: other.queue }), await admin.revision(path));
	assert.equal(errorOf(answer.text, 'queue'), 'Hay un dato que no está bien. Revisalo y probá de nuevo.');
});

test('a disabled channel begins nothing, and what is open goes on', async () => {
	const one = await make();
	const visitor = await Visitor.start({ key: one.key, name: 'Ana' });
	await visitor.until(({ messages }) => messages.length);
	await change(one, { enabled: '' });
	assert.equal((await config(one)).status, 404);
	assert.equal((await frame(one)).status, 404);
	assert.match((await admin.page('/admin/channels')).text, new RegExp(`${one.name}.*deshabilitado`, 's'));
	assert.equal((await visitor.say('sigo acá')).status, 202);
	await visitor.until(({ messages }) => messages.some(({ text }) => text === 'sigo acá'));
	await change(one, {});
	assert.equal((await config(one)).status, 200);
});

test('only the sites on the list may carry it, from the moment they are on it', async () => {
	const one = await make(), site = 'https://otra.agencia.example';
	assert.equal((await config(one, site)).headers.get('access-control-allow-origin'), null);
	await change(one, { origins: ` ${site} \r\nhttp://localhost:*\n\n` });
	assert.equal((await config(one, site)).headers.get('access-control-allow-origin'), site);
	assert.match((await frame(one)).policy, /frame-ancestors 'self' https:\/\/otra\.agencia\.example http:\/\/localhost:\*$/);
	assert.equal((await config(one, 'https://www.agencia.example')).headers.get('access-control-allow-origin'), null);
});

test('how it looks changes on the site at once, and nothing else of it', async () => {
	const one = await make();
	const answer = await redesign(one, { title: 'Rentas <b>ya</b>', subtitle: 'De 8 a 20', bubble: 'Escribinos', greeting: '¡Bienvenidos!', footer: 'Ley 25.326', color: '#0b706d', position: 'left' });
	assert.equal(answer.headers.get('location'), `${one.design}?done=saved`);
	const got = await (await config(one)).json();
	assert.deepEqual([got.title, got.subtitle, got.bubble, got.color, got.position], ['Rentas <b>ya</b>', 'De 8 a 20', 'Escribinos', '#0b706d', 'left']);
	const { text } = await frame(one);
	assert.match(text, /<h1 id="wc-title">Rentas &lt;b&gt;ya&lt;\/b&gt;<\/h1><span>De 8 a 20</);
	assert.match(text, /class="wc-hi">¡Bienvenidos!</);
	assert.match(text, /Ley 25\.326/);
	assert.equal(sql(`SELECT settings->>'starts_per_address' FROM channel WHERE channel_id = ${one.id}`)[0][0], '1000');
	const { action, after } = history('channel', one.id).at(-1);
	assert.equal(action, 'channel.design');
	assert.deepEqual([after.title, after.color, after.position], ['Rentas <b>ya</b>', '#0b706d', 'left']);
	await change(one, {});
	assert.equal((await (await config(one)).json()).color, '#0b706d', 'the other form leaves it');
});

test('what is wrong with its looks stands beside its field', async () => {
	const one = await make();
	for (const [changes, field, text] of [
		[{ title: '' }, 'title', 'Completá este dato.'],
		[{ title: 'x'.repeat(61) }, 'title', 'Es demasiado largo.'],
		[{ greeting: 'x'.repeat(301) }, 'greeting', 'Es demasiado largo.'],
		[{ color: 'red' }, 'color', 'Elegí un color.'],
		[{ color: '#12345678' }, 'color', 'Es demasiado largo.'],
		[{ position: 'arriba' }, 'position', 'Es demasiado largo.'],
		[{ position: 'up' }, 'position', 'Hay un dato que no está bien. Revisalo y probá de nuevo.'],
		[{ ask_topic: '1', topics: ' \n' }, 'topics', 'Completá este dato.'],
		[{ ask_topic: '1', topics: 'x'.repeat(61) }, 'topics', 'Es demasiado largo.'],
		[{ ask_topic: '1', topics: Array.from({ length: 21 }, (_, i) => `t${i}`).join('\n') }, 'topics', 'Es demasiado largo.'],
	]) {
		const answer = await redesign(one, changes);
		assert.equal(answer.status, 422, JSON.stringify(changes).slice(0, 80));
		assert.equal(errorOf(answer.text, field), text);
		assert.equal(fieldOf(answer.text, 'title'), changes.title ?? 'Agencia');
	}
	assert.equal(await admin.revision(one.design), '1');
});

test('what is asked at the beginning is in the widget, with its topics', async () => {
	const one = await make();
	assert.equal((await (await config(one)).json()).form, false);
	await redesign(one, { ask_name: '1', must_name: '1', ask_topic: '1', topics: 'Planes de pago\nPatente\n', must_email: '1' });
	assert.equal((await (await config(one)).json()).form, true);
	const { text } = await frame(one);
	assert.match(text, /data-required="1"><label class="lb" for="f-name"/);
	assert.match(text, /Planes de pago<.*Patente</s);
	assert.doesNotMatch(text, /id="f-email"/);
	const again = (await admin.page(one.design)).text;
	assert.equal(fieldOf(again, 'topics'), 'Planes de pago\nPatente');
	assert.match(again, /name="ask_name" value="1" checked/);
	assert.doesNotMatch(again, /name="ask_cuit" value="1" checked/);
});

test('the site has one line to carry', async () => {
	const one = await make();
	assert.equal(decode(/id="snippet"[^>]*>([^<]*)</.exec((await admin.page(one.design)).text)[1]), `<script src="${info.base_url}/w.js" data-key="${one.key}" async></script>`);
});

test('of two who edit it the second is told', async () => {
	const one = await make();
	await redesign(one, { title: 'De la primera' });
	const late = await admin.save(one.design, look({ title: 'De la segunda' }), '1');
	assert.equal(late.status, 409);
	assert.match(late.text, /De la primera/);
	assert.equal(fieldOf(late.text, 'title'), 'De la segunda');
	assert.equal((await admin.save(one.path, fields({ name: one.name }), '1')).status, 409);
});

test('one in use is not removed, and the page says where; one that is not goes, and history keeps it', async () => {
	const world = new World(), path = `/admin/channels/${world.channel}`;
	await world.taxpayer({ state: 'waiting' });
	sql(`UPDATE queue SET channel_ids = ARRAY[${world.channel}]::bigint[] WHERE queue_id = ${world.queue}`);
	const refused = await admin.save(`${path}/remove`, {}, '1');
	assert.equal(refused.status, 409);
	for (const text of ['todavía se usa. Abajo dice dónde.', 'Conversaciones abiertas: 1', `La cola Cola ${world.name} atiende solo este canal`]) assert.ok(decode(refused.text).includes(text), text);
	const one = await make();
	assert.equal((await admin.save(`${one.path}/remove`, {}, '1')).headers.get('location'), '/admin/channels?done=removed');
	assert.equal((await admin.page(one.path)).status, 404);
	assert.equal((await config(one)).status, 404);
	assert.equal(history('channel', one.id).at(-1).before.name, one.name);
	assert.equal((await make({ name: one.name })).name, one.name);
});

test('only a webchat is designed', async () => {
	const [[id]] = sql(`INSERT INTO channel (messenger, key, name, default_queue_id) VALUES (7, '${once().slice(0, 12)}', 'SMS ${once().slice(0, 8)}', ${general()}) RETURNING channel_id`);
	assert.equal((await admin.page(`/admin/channels/${id}/webchat`)).status, 404);
	assert.equal((await admin.save(`/admin/channels/${id}/webchat`, look(), '1')).status, 404);
	assert.equal((await admin.page('/admin/channels/999999/webchat')).status, 404);
});

test('who may not manage channels gets neither screen nor form', async () => {
	const supervisor = await Staff.logIn('cmendez'), one = await make();
	for (const path of ['/admin/channels', one.path, one.design]) {
		assert.equal((await supervisor.page(path)).status, 403);
		if (path !== '/admin/channels') assert.equal((await supervisor.form(path, { once: once(), revision: '1' })).status, 403);
	}
});
