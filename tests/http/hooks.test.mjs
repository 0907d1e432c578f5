// The providers' door: what is signed is stored once and whole before it is answered; what is not, leaves no trace.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { info, root, sql } from '../support/instance.mjs';

const SECRET = 'app-secret-1', VERIFY = 'palabra-acordada', TOKEN = 'Ficha-de-la-puerta-0123456789abcdef';
const mark = String(process.hrtime.bigint());
const key = name => `puerta-${name}-${mark}`.slice(0, 40);
const address = name => `${info.base_url}/hooks/${key(name)}`;

function channel(name, network, settings, secrets) {
	const run = spawnSync('./dev', ['ventanilla', '--state', info.state, 'channel-put'], { cwd: root, encoding: 'utf8',
		input: JSON.stringify({ network, key: key(name), name: `Puerta ${name} ${mark}`.slice(0, 60), queue: 'general', settings, secrets }) });
	assert.equal(run.status, 0, run.stderr);
}

before(() => {
	channel('a', 'messenger', { account: `1${mark}` }, { app_secret: SECRET, verify_token: VERIFY, token: 't' });
	channel('b', 'messenger', { account: `2${mark}` }, { app_secret: SECRET, verify_token: VERIFY, token: 't' });
	channel('c', 'messenger', { account: `3${mark}` }, { app_secret: 'another', verify_token: VERIFY, token: 't' });
	channel('t', 'telegram', { account: 'bot' }, { hook_token: TOKEN, token: '123456789:AAabcdefghijklmnopqrstuvwxyz0123456' });
});
// What they leave waiting is nobody's.
after(() => sql(`UPDATE channel SET enabled = false WHERE key LIKE 'puerta-%'`));

const sign = (body, secret = SECRET) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const post = (name, body, headers = {}) => fetch(address(name), { method: 'POST', body,
	headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': sign(body), ...headers } });
const said = (account, text, id = `m_${text}`) => ({ id: account, time: 1763917200000, messaging: [{ sender: { id: `p${text}` },
	recipient: { id: account }, timestamp: 1763917200000, message: { mid: id, text } }] });
const body = (...entries) => JSON.stringify({ object: 'page', entry: entries });
const rows = name => Number(sql(`SELECT count(*) FROM inbound JOIN channel USING (channel_id) WHERE key = '${key(name)}'`)[0][0]);

test('a signed call is answered 200 with nothing, and is on record for its line', async () => {
	const was = rows('a');
	const answer = await post('a', body(said(`1${mark}`, 'uno')));
	assert.deepEqual([answer.status, await answer.text()], [200, '']);
	assert.equal(rows('a'), was + 1);
});

test('a call of several things is stored piece by piece, each for its own line of the same application', async () => {
	const was = [rows('a'), rows('b')];
	assert.equal((await post('a', body(said(`1${mark}`, 'dos'), said(`2${mark}`, 'tres'), said(`1${mark}`, 'cuatro')))).status, 200);
	assert.deepEqual([rows('a'), rows('b')], [was[0] + 2, was[1] + 1]);
});

test('what is for a line of another application, or for nobody, is not taken', async () => {
	const was = [rows('a'), rows('c')];
	assert.equal((await post('a', body(said(`3${mark}`, 'ajeno'), said('999', 'nadie')))).status, 200);
	assert.deepEqual([rows('a'), rows('c')], was);
});

test('a wrong signature, none, or one of other bytes is 401 and leaves no row', async () => {
	const was = rows('a'), text = body(said(`1${mark}`, 'falso'));
	for (const signature of ['', 'sha256=', sign(text, 'another'), sign(`${text} `), sign(text).toUpperCase(), 'sha1=00'])
		assert.equal((await post('a', text, { 'X-Hub-Signature-256': signature })).status, 401, signature);
	assert.equal(rows('a'), was);
});

test('a secret that has just been changed is good at once', async () => {
	const text = body(said(`1${mark}`, 'nuevo'));
	assert.equal((await post('a', text, { 'X-Hub-Signature-256': sign(text, 'otro-secreto') })).status, 401);
	channel('a', 'messenger', { account: `1${mark}` }, { app_secret: 'otro-secreto', verify_token: VERIFY });
	assert.equal((await post('a', text, { 'X-Hub-Signature-256': sign(text, 'otro-secreto') })).status, 200);
	channel('a', 'messenger', { account: `1${mark}` }, { app_secret: SECRET, verify_token: VERIFY });
});

test('a subscription is confirmed to who knows the agreed word', async () => {
	const ask = word => fetch(`${address('a')}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${word}`);
	const good = await ask(VERIFY), bad = await ask('otra');
	assert.deepEqual([good.status, await good.text()], [200, '1158201444']);
	assert.equal(bad.status, 403);
});

test('an address that is no line\'s, or of one that is off, is 404', async () => {
	const text = body(said(`1${mark}`, 'tarde'));
	assert.equal((await fetch(`${info.base_url}/hooks/nadie`, { method: 'POST', body: text })).status, 404);
	assert.equal((await fetch(`${info.base_url}/hooks/${info.webchat_key}`, { method: 'POST', body: text })).status, 404);
	channel('off', 'telegram', { account: 'bot' }, { hook_token: TOKEN, token: '123456789:AAabcdefghijklmnopqrstuvwxyz0123456' });
	sql(`UPDATE channel SET enabled = false WHERE key = '${key('off')}'`);
	assert.equal((await fetch(address('off'), { method: 'POST', body: '{}', headers: { 'X-Telegram-Bot-Api-Secret-Token': TOKEN } })).status, 404);
});

test('what is signed and cannot be understood stands aside with its bytes, and is answered 200', async () => {
	for (const text of ['{"object":', '[]', `${'['.repeat(10000)}${']'.repeat(10000)}`]) {
		const was = rows('a');
		assert.equal((await post('a', text)).status, 200, text.slice(0, 10));
		assert.equal(rows('a'), was + 1);
	}
	const [[raw]] = sql(`SELECT count(*) FROM inbound JOIN channel USING (channel_id) WHERE key = '${key('a')}' AND raw = '{"object":'`);
	assert.equal(raw, '1');
});

test('bytes that are no text are refused, and so is a body that is too large', async () => {
	const was = rows('a');
	assert.equal((await post('a', Buffer.from('{"object":"page"}', 'utf16le'))).status, 422);
	assert.equal((await post('a', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))).status, 422);
	assert.equal((await post('a', 'x'.repeat(4 * 1024 * 1024 + 1))).status, 413);
	assert.equal(rows('a'), was);
});

test('the same call five times is one message', async () => {
	const text = body(said(`1${mark}`, `repetido${mark}`));
	await Promise.all(Array.from({ length: 5 }, () => post('a', text)));
	const count = () => sql(`SELECT count(*) FROM message WHERE body = 'repetido${mark}'`)[0][0];
	for (let i = 0; i < 100 && (count() !== '1' || sql(`SELECT 1 FROM inbound_queue JOIN inbound USING (inbound_id)
		JOIN channel USING (channel_id) WHERE key = '${key('a')}'`).length); i++)
		await new Promise(resolve => setTimeout(resolve, 50));
	assert.equal(count(), '1');
});

test('Telegram\'s secret stands in a header', async () => {
	const call = token => fetch(address('t'), { method: 'POST', body: '{"update_id":1}', headers: { 'X-Telegram-Bot-Api-Secret-Token': token } });
	assert.deepEqual([(await call(TOKEN)).status, (await call(TOKEN.toLowerCase())).status, (await call('')).status], [200, 401, 401]);
});

// A CUIT of nobody else, with its check digit.
function cuitOf(number) {
	const base = `20${String(number).slice(-8).padStart(8, '0')}`;
	const sum = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2].reduce((all, weight, i) => all + weight * Number(base[i]), 0);
	const digit = (11 - sum % 11) % 11;
	return digit === 10 ? cuitOf(Number(number) + 1) : base + digit;
}

test('who is known by two names of one network keeps both when a CUIT tells whose they are', async () => {
	channel('w', 'whatsapp', { account: `9${mark}`, waba: `8${mark}` }, { app_secret: SECRET, verify_token: VERIFY, token: 't' });
	sql(`UPDATE channel SET bot_id = (SELECT bot_id FROM bot WHERE name = 'Asistente virtual') WHERE key = '${key('w')}'`);
	const cuit = cuitOf(mark);
	const say = async (person, text) => {
		const id = `wamid.${person}.${text}.${mark}`;
		const told = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: `8${mark}`, changes: [{ field: 'messages', value: {
			messaging_product: 'whatsapp', metadata: { display_phone_number: '1', phone_number_id: `9${mark}` },
			contacts: [{ profile: { name: person }, wa_id: `549${person}`, user_id: `AR.${person}` }],
			messages: [{ id, from: `549${person}`, from_user_id: `AR.${person}`, timestamp: '1795848000', type: 'text', text: { body: text } }] } }] }] });
		assert.equal((await post('w', told)).status, 200);
		for (let i = 0; i < 100 && !sql(`SELECT 1 FROM message WHERE provider_id = '${id}'`).length; i++)
			await new Promise(resolve => setTimeout(resolve, 50));
	};
	const owners = () => sql(`SELECT count(*), count(DISTINCT i.contact_id), count(DISTINCT k.cuit) FROM identity i JOIN channel h USING (channel_id)
		JOIN contact k USING (contact_id) WHERE h.key = '${key('w')}'`)[0];
	for (const person of [`1${mark.slice(-9)}`, `2${mark.slice(-9)}`]) {
		for (const text of ['Hola', 'Hablar con una persona', cuit]) await say(person, text);
	}
	assert.deepEqual(owners(), ['4', '1', '1']);
});
