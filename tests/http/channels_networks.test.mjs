// Channels of networks that are not ours: their secrets, and the address that their providers call.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test, { before } from 'node:test';
import { Admin, decode, errorOf, fieldOf, history } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const NEW = '/admin/channels/new?messenger=messenger';
const KEPT = 'Hay uno guardado; dejalo vacío para no cambiarlo.';
const secret = () => `EAA${once()}`;
const fields = changes => ({ messenger: 'messenger', name: `Página ${once().slice(0, 10)}`, enabled: '1', bot: '0',
	queue: sql("SELECT queue_id FROM queue WHERE key = 'general'")[0][0], idle: '30', lost: '120', account: '105001', app_secret: secret(),
	verify_token: secret(), token: secret(), app_id: '', base: 'https://graph.facebook.com', version: 'v25.0', ...changes });
const helpOf = (text, name) => decode(new RegExp(`id="${name}-help">([^<]*)<`).exec(text)?.[1] ?? '');
const values = id => Object.fromEntries(sql(`SELECT name, value FROM channel_verify_secret WHERE channel_id = ${id}
	UNION ALL SELECT name, value FROM channel_send_secret WHERE channel_id = ${id}`));

async function make(changes) {
	const sent = fields(changes), answer = await admin.save('/admin/channels/new', sent);
	assert.equal(answer.status, 303, answer.text);
	const [[id, key]] = sql(`SELECT channel_id, key FROM channel WHERE name = '${sent.name}'`);
	return { ...sent, id: Number(id), key, path: `/admin/channels/${id}` };
}
const none = { app_secret: '', verify_token: '', token: '', app_id: '' };
const change = async (one, changes) => admin.save(one.path, { ...one, ...none, ...changes }, await admin.revision(one.path));

// What Meta asks of an address before it posts there.
const challenge = (one, token) => fetch(`${info.base_url}/hooks/${one.key}?hub.mode=subscribe&hub.challenge=314&hub.verify_token=${token}`);

test('what verifies is where the door reads it, what sends where it is sent, encrypted; and the door opens at once', async () => {
	const one = await make();
	assert.deepEqual(sql(`SELECT name FROM channel_verify_secret WHERE channel_id = ${one.id} ORDER BY 1`), [['app_secret'], ['verify_token']]);
	assert.deepEqual(sql(`SELECT name FROM channel_send_secret WHERE channel_id = ${one.id}`), [['token']]);
	for (const name of ['app_secret', 'verify_token', 'token']) assert.notEqual(values(one.id)[name], one[name]);
	const answer = await challenge(one, one.verify_token);
	assert.deepEqual([answer.status, await answer.text()], [200, '314']);
	assert.notEqual((await challenge(one, 'otra')).status, 200);
});

test('a secret that both the door and the sending need is in both', async () => {
	const one = await make({ messenger: 'telegram', account: 'agencia_bot', token: `123456:${secret()}`, hook_token: secret(), hook: '', base: '' });
	assert.deepEqual(sql(`SELECT 'door', name FROM channel_verify_secret WHERE channel_id = ${one.id}
		UNION SELECT 'send', name FROM channel_send_secret WHERE channel_id = ${one.id} ORDER BY 1, 2`),
	[['door', 'hook_token'], ['send', 'hook_token'], ['send', 'token']]);
	assert.equal(sql(`SELECT settings->>'hook' FROM channel WHERE channel_id = ${one.id}`)[0][0], `${info.base_url}/hooks/${one.key}`, 'Telegram is told where');
});

test('left empty it stays; written anew only it changes, and the record tells that it did', async () => {
	const one = await make(), before = values(one.id);
	assert.equal((await change(one, { account: '105002' })).status, 303);
	assert.deepEqual(values(one.id), before);
	assert.deepEqual(history('channel', one.id).at(-1).after, { account: '105002' });
	const token = secret();
	assert.equal((await change(one, { account: '105002', token })).status, 303);
	const after = values(one.id);
	assert.notEqual(after.token, before.token);
	assert.deepEqual({ ...after, token: before.token }, before);
	assert.deepEqual(history('channel', one.id).at(-1), { actor: 'Administración', action: 'channel.save', before: { token: '•••• 1' }, after: { token: '•••• 2' } });
});

test('no page, answer, record or file ever has one', async () => {
	const one = await make(), wrong = { ...fields(), account: 'letras' };
	const refused = await admin.save('/admin/channels/new', wrong);
	assert.equal(refused.status, 422);
	const script = await admin.post(one.path, { ...one, ...none, token: wrong.token, once: once(), sent: '1', revision: '99' });
	assert.equal(script.status, 409);
	const shown = [refused.text, script.text];
	for (const path of ['/admin/channels', one.path, '/admin/audit']) shown.push((await admin.page(path)).text);
	const file = await admin.form('/admin/audit/export?module=channel', { format: 'csv', reason: 'revisión', once: once() });
	assert.match(file.text, /channel\.save/);
	shown.push(file.text, sql('SELECT before, after FROM audit').join());
	const boxed = Object.values(values(one.id));
	for (const text of shown) {
		for (const value of [one.token, one.app_secret, one.verify_token, wrong.token, wrong.app_secret, wrong.verify_token, ...boxed]) assert.ok(!text.includes(value));
	}
	const { text } = await admin.page(one.path);
	for (const name of ['app_secret', 'verify_token', 'token']) {
		assert.match(text, new RegExp(`<input class="in" type="password" id="f-${name}" name="${name}" value=""`));
		assert.ok(helpOf(text, name).endsWith(KEPT), helpOf(text, name));
	}
	assert.ok(helpOf(text, 'app_id').endsWith('Se guarda cifrado y no se vuelve a mostrar.'));
});

test('one that must be there and is not stands beside its field, and nothing is made', async () => {
	for (const [changes, field, text] of [
		[{ token: '' }, 'token', 'Completá este dato.'], [{ verify_token: '   ' }, 'verify_token', 'Completá este dato.'],
		[{ app_secret: 'x'.repeat(201) }, 'app_secret', 'Es demasiado largo.'], [{ version: '25' }, 'version', 'La versión se escribe como v25.0.'],
		[{ base: 'ftp://meta' }, 'base', 'Escribí una dirección completa, como https://chat.agencia.example, sin espacios ni signos de pregunta.'],
		[{ messenger: 'telegram', account: 'agencia_bot', token: 'corto', hook_token: secret() }, 'token', 'No parece un token de bot: son números, dos puntos y una clave larga.'],
	]) {
		const sent = fields(changes), answer = await admin.save('/admin/channels/new', sent);
		assert.equal(answer.status, 422, JSON.stringify(changes));
		assert.equal(errorOf(answer.text, field), text);
		assert.deepEqual(sql(`SELECT count(*) FROM channel WHERE name = '${sent.name}'`), [['0']]);
	}
});

test('what is usual is written in the form, and stays unwritten', async () => {
	assert.equal(fieldOf((await admin.page(NEW)).text, 'version'), 'v25.0');
	const one = await make();
	assert.equal(fieldOf((await admin.page(one.path)).text, 'base'), 'https://graph.facebook.com');
	assert.deepEqual(sql(`SELECT settings->'base', settings->'version' FROM channel WHERE channel_id = ${one.id}`), [['null', 'null']]);
	await change(one, { version: 'v26.0' });
	assert.equal(fieldOf((await admin.page(one.path)).text, 'version'), 'v26.0');
});

test('the address to give to the provider is on the form, for those that have one', async () => {
	const one = await make();
	assert.match((await admin.page(one.path)).text, new RegExp(`id="hook-address" value="${info.base_url}/hooks/${one.key}" readonly`));
	assert.match((await admin.page(NEW)).text, /Después de guardar, en esta pantalla está la dirección/);
	const [[webchat]] = sql("SELECT min(channel_id) FROM channel WHERE messenger = (SELECT value FROM code WHERE list = 'messenger' AND name = 'webchat')");
	assert.doesNotMatch((await admin.page(`/admin/channels/${webchat}`)).text, /hook-address|Después de guardar, en/);
});

test('of two who write a secret at once the second is told, and his is not written', async () => {
	const one = await make(), revision = await admin.revision(one.path), before = values(one.id);
	const both = await Promise.all([secret(), secret()].map(token => admin.save(one.path, { ...one, ...none, token }, revision)));
	assert.deepEqual(both.map(({ status }) => status).sort(), [303, 409]);
	assert.notEqual(values(one.id).token, before.token);
	assert.deepEqual(sql(`SELECT revision FROM channel_send_secret WHERE channel_id = ${one.id}`), [['2']]);
});

test('who may not manage channels writes none', async () => {
	const one = await make(), before = values(one.id), supervisor = await Staff.logIn('cmendez');
	assert.equal((await supervisor.form(one.path, { ...one, token: secret(), once: once(), sent: '1', revision: '1' })).status, 403);
	assert.deepEqual(values(one.id), before);
});

// How a line does. Nothing sends here: what the worker would write stands in its row.
const health = (one, columns) => sql(`INSERT INTO channel_health (channel_id, ${Object.keys(columns)}) VALUES (${one.id}, ${Object.values(columns)})
	ON CONFLICT (channel_id) DO UPDATE SET (${Object.keys(columns)}, channel_id) = ROW (${Object.values(columns)}, ${one.id})`);
const shown = text => decode(/<section class="card sheet wide" data-health.*?<\/section>/s.exec(text)?.[0] ?? '');
const rests = one => sql(`SELECT coalesce(paused_until > now(), false) FROM channel_health WHERE channel_id = ${one.id}`)[0][0];
const press = (one, button, by = admin, form = once()) => by.form(`${one.path}/${button}`, { once: form });

test('a line that rests says why and until when, on its form and in the list; it goes on when somebody says so, or saves it', async () => {
	const one = await make();
	assert.match(shown((await admin.page(one.path)).text), /Último mensaje que entró<\/dt><dd class="num">Todavía no/);
	health(one, { paused_until: "'infinity'", fault: 10, error: "'(#190) no <b>vale</b>'", error_at: 'now()' });
	const text = shown((await admin.page(one.path)).text);
	assert.match(text, /El proveedor no acepta esta cuenta.*No sale nada hasta que alguien lo corrija.*\(#190\) no <b>vale<\/b>/s);
	assert.match((await admin.page('/admin/channels')).text, new RegExp(`${one.name}.*frenado`, 's'));
	assert.equal((await press(one, 'resume')).headers.get('location'), one.path);
	assert.equal(rests(one), 'f');
	assert.equal(history('channel', one.id).at(-1).action, 'channel.resume');
	health(one, { paused_until: "now() + interval '5 minutes'", fault: 8 });
	assert.match(shown((await admin.page(one.path)).text), /El proveedor pidió ir más despacio\. Vuelve a intentar a partir del/);
	assert.equal((await change(one, {})).status, 303);
	assert.equal(rests(one), 'f');
});

test('what comes by the door shows when it did', async () => {
	const one = await make({ account: `${Date.now()}` }), at = Date.now();
	const body = JSON.stringify({ object: 'page', entry: [{ id: one.account, time: at, messaging: [{ sender: { id: '7001' }, recipient: { id: one.account },
		timestamp: at, message: { mid: `m_${once()}`, text: 'Hola' } }] }] });
	const answer = await fetch(`${info.base_url}/hooks/${one.key}`, { method: 'POST', body, headers: { 'Content-Type': 'application/json',
		'X-Hub-Signature-256': `sha256=${createHmac('sha256', one.app_secret).update(body).digest('hex')}` } });
	assert.equal(answer.status, 200);
	await eventually(() => sql(`SELECT 1 FROM channel_health WHERE channel_id = ${one.id} AND last_in_at IS NOT NULL`).length, 'it is told', 15000);
	assert.doesNotMatch(shown((await admin.page(one.path)).text), /Último mensaje que entró<\/dt><dd class="num">Todavía no/);
});

test('the test asks once however often it is pressed, in no queue of its line, and its answer is shown', async () => {
	const one = await make(), asked = () => sql(`SELECT kind, q.channel_id IS NULL FROM outbox o JOIN outbox_queue q USING (outbox_id) WHERE o.channel_id = ${one.id}`);
	const form = once();
	// Nothing is taken to be sent while its files' names cannot be read: the first test is not answered yet.
	sql('BEGIN');
	try {
		sql('LOCK TABLE provider_media');
		await Promise.all([press(one, 'test', admin, form), press(one, 'test', admin, form), press(one, 'test')]);
		assert.deepEqual(asked(), [['check', 't']]);
	} finally {
		sql('COMMIT');
	}
	assert.deepEqual(sql(`SELECT count(*) FROM outbox WHERE channel_id = ${one.id} AND kind = 'check'`), [['1']]);
	assert.deepEqual(history('channel', one.id).map(({ action }) => action), ['channel.save', 'channel.test']);
	await eventually(() => sql(`SELECT 1 FROM channel_health WHERE channel_id = ${one.id} AND checked_at IS NOT NULL`).length, 'it is answered', 30000);
	health(one, { checked_at: 'now()', check_ok: 'true', check_text: "'Agencia (@agencia)'" });
	assert.match(shown((await admin.page(one.path)).text), /anda<\/span> Agencia \(@agencia\)/);
	health(one, { checked_at: 'now()', check_ok: 'false', check_text: "'no vale'" });
	assert.match(shown((await admin.page(one.path)).text), /no anda<\/span> no vale/);
	await press(one, 'test');
	assert.deepEqual(sql(`SELECT count(*) FROM outbox WHERE channel_id = ${one.id} AND kind = 'check'`), [['2']]);
});

test('nobody tests or resumes a line that there is none of, or that is not theirs to manage', async () => {
	const one = await make(), supervisor = await Staff.logIn('cmendez');
	for (const button of ['test', 'resume']) {
		assert.equal((await press(one, button, supervisor)).status, 403);
		assert.equal((await press({ path: '/admin/channels/999999' }, button)).status, 404);
		assert.equal((await admin.form(`${one.path}/${button}`, {})).status, 422);
	}
	assert.deepEqual(sql(`SELECT count(*) FROM outbox WHERE channel_id = ${one.id}`), [['0']]);
});

test('who may manage channels is told once that one rests for good, and when it works again; to open it leads there', async () => {
	const one = await make(), other = await Staff.logIn(new World().person({ role: 'administrador' }).login);
	const told = async () => [...(await other.page('/notices')).text.matchAll(/action="(\/notices\/\d+\/open)".*?class="go">([^<]*)</gs)]
		.map(([, open, text]) => ({ open, text: decode(text) })).filter(({ text }) => text.includes(one.name));
	const says = (key, words) => sql(`SELECT notice_line(${one.id}, '${key}', ${words})`);
	says('line_rests', "'(#190) no vale'");
	assert.deepEqual((await told()).map(({ text }) => text), [`El canal ${one.name} quedó frenado: su proveedor no acepta la cuenta. (#190) no vale`]);
	says('line_works', 'NULL');
	const [notice, ...more] = await told();
	assert.deepEqual([notice.text, more], [`El canal ${one.name} volvió a andar.`, []]);
	assert.equal((await other.form(notice.open, {})).headers.get('location'), one.path);
	assert.deepEqual(sql(`SELECT DISTINCT p.permission FROM notice n JOIN user_role USING (user_id) JOIN role_permission p USING (role_id)
		WHERE n.subject = 'line:${one.id}' AND p.permission = 'channel.manage'`), [['channel.manage']]);
});

test('e-mail is connected with its two servers, and says what does not fit beside its field', async () => {
	assert.match((await admin.page('/admin/channels')).text, /messenger=email/);
	const { text } = await admin.page('/admin/channels/new?messenger=email');
	assert.equal(fieldOf(text, 'folder'), 'INBOX');
	assert.doesNotMatch(text, /hook-address/);
	const good = { ...fields(), messenger: 'email', account: 'consultas@agencia.example', imap: 'imaps://correo.agencia.example',
		smtp: 'smtps://correo.agencia.example', user: 'casilla', password: 'clave', addresses: 'automotor@agencia.example=general' };
	for (const [changes, field, words] of [
		[{ account: 'consultas' }, 'account', 'Escribí una dirección completa, como consultas@agencia.example.'],
		[{ imap: 'correo.agencia.example' }, 'imap', 'Se escribe imaps:// o imap:// y el servidor, sin usuario ni carpeta.'],
		[{ imap: 'imaps://yo:clave@correo' }, 'imap', 'Se escribe imaps:// o imap:// y el servidor, sin usuario ni carpeta.'],
		[{ folder: '"Añejas"' }, 'folder', 'El nombre de la carpeta va sin comillas, barras invertidas, * ni %.'],
		[{ smtp: '' }, 'smtp', 'Completá este dato.'],
		[{ token_url: 'http://oauth2.example/token' }, 'token_url', 'Se escribe entera, empezando por https://'],
		[{ refresh_token: 'dos palabras' }, 'refresh_token', /no está bien/],
		[{ addresses: 'automotor@agencia.example' }, 'addresses', 'Se escribe la dirección, un igual y la clave de la cola.'],
	]) {
		const answer = await admin.save('/admin/channels/new', { ...good, ...changes });
		assert.equal(answer.status, 422, JSON.stringify(changes));
		words instanceof RegExp ? assert.match(errorOf(answer.text, field), words) : assert.equal(errorOf(answer.text, field), words);
	}
	assert.equal((await admin.save('/admin/channels/new', good)).status, 303);
	const [[id, settings]] = sql(`SELECT channel_id, settings FROM channel WHERE name = '${good.name}'`);
	assert.deepEqual(JSON.parse(settings).addresses, ['automotor@agencia.example=general']);
	assert.ok(!settings.includes('clave"'));
	sql(`INSERT INTO channel_health (channel_id, in_fault, in_error, in_error_at) VALUES (${id}, 1, 'the log-in was refused', now())`);
	assert.match((await admin.page(`/admin/channels/${id}`)).text, /La casilla no acepta el usuario, la contraseña o el token\./);
	assert.match((await admin.page('/admin/channels')).text, /no lee la casilla/);
	sql(`UPDATE channel SET enabled = false WHERE channel_id = ${id}`);
});
