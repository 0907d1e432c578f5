// What tests ask of the peer: faults, repeats, disorder, and the telephones by HTTP.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, doorOfPeer } from '../support/door.mjs';
import { held } from '../support/held.mjs';
import { until } from '../support/worker.mjs';

test('the peer in the hands of a test', async t => {
	const { peer, door } = await doorOfPeer(t);
	const { token, account } = peer.line('whatsapp');
	const ana = peer.person({ name: 'Ana', number: '5492215550001' });
	const control = (path, body, more) => ask(`${peer.url}/peer/${path}`, { body, ...more });
	const say = (text, send = fetch) => send(`${peer.url}/v25.0/${account}/messages`, { method: 'POST', headers: { Authorization: `Bearer ${token}` },
		body: JSON.stringify({ messaging_product: 'whatsapp', to: ana.number, type: 'text', text: { body: text } }) });
	await ana.act('whatsapp', 'text', { text: 'Hola' });

	await t.test('the next calls to a recipient answer as it is told, and then well again', async () => {
		await control('faults', { network: 'whatsapp', to: ana.number, count: 2, code: 131016, status: 500, title: 'Service unavailable' });
		assert.equal((await say('a')).status, 500);
		assert.equal((await (await say('a')).json()).error.code, 131016);
		assert.equal((await say('a')).status, 200);
		peer.fault({ network: 'whatsapp', to: '1', kind: 'html' });
		assert.equal((await say('a')).status, 200, 'of somebody else');
		await control('faults', null, { method: 'DELETE' });
	});

	await t.test('429 says when, HTML is no JSON, 3 MB are sent whole', async () => {
		peer.fault({ network: 'whatsapp', kind: 'rate', retry_after: 7 });
		const late = await say('a');
		assert.deepEqual([late.status, late.headers.get('retry-after')], [429, '7']);
		peer.fault({ kind: 'html' });
		assert.match(await (await say('a')).text(), /^<html>/);
		peer.fault({ kind: 'big' });
		assert.ok((await (await say('a')).arrayBuffer()).byteLength > 3e6);
	});

	await t.test('a call hangs, drops, or is done and its answer lost', async () => {
		peer.fault({ kind: 'hang' });
		const call = say('colgada', held);
		await until(() => peer.calls('whatsapp').at(-1).status === 0, 'it came there');
		assert.equal(await Promise.race([call, pause(100, 'waits')]), 'waits');
		call.abort();
		await assert.rejects(call);
		peer.fault({ kind: 'drop' });
		await assert.rejects(say('cortada'));
		peer.fault({ kind: 'lost' });
		await assert.rejects(say('perdida'));
		assert.deepEqual(ana.messages('whatsapp').map(one => one.text).filter(text => /colgada|cortada|perdida/.test(text)), ['perdida']);
	});

	await t.test('webhooks are tried again, repeated and out of order', async () => {
		// Reports of what went before may still come: only what is said counts.
		const saying = (body, text) => body.entry[0].changes[0].value.messages?.some(one => one.text?.body === text);
		const came = text => door.got.filter(body => saying(body, text)).length;
		let tries = 0;
		door.answers = body => saying(body, 'otra vez') && ++tries < 3 ? 503 : 200;
		assert.equal((await ana.act('whatsapp', 'text', { text: 'otra vez' })).status_of_door, 200);
		assert.equal(tries, 3);
		door.answers = () => 200;
		await control('settings', { webhooks: { repeat: 2 } });
		await ana.act('whatsapp', 'text', { text: 'tres veces' });
		assert.equal(came('tres veces'), 3);
		await control('settings', { webhooks: { repeat: 0, disorder: true } });
		const texts = Array.from({ length: 12 }, (_, n) => `n${n}`);
		await Promise.all(texts.map(text => ana.act('whatsapp', 'text', { text })));
		const order = door.got.map(body => body.entry[0].changes[0].value.messages?.[0].text?.body).filter(text => texts.includes(text));
		assert.notDeepEqual(order, texts);
		assert.deepEqual(order.sort(), texts.sort());
		await control('settings', { webhooks: { disorder: false } });
	});

	await t.test('any body goes to the line\'s address, signed, wrongly signed or not at all', async () => {
		const body = { object: 'whatsapp_business_account', entry: [] };
		assert.equal((await control('webhook', { network: 'whatsapp', body })).json.status, 200);
		assert.equal((await control('webhook', { network: 'whatsapp', body, sign: 'wrong' })).json.status, 401);
		assert.equal((await control('webhook', { network: 'x', body, sign: false })).json.status, 401);
		assert.equal(door.refused, 2);
	});

	await t.test('the address is validated as each network does', async () => {
		for (const network of ['whatsapp', 'messenger', 'instagram', 'telegram', 'x']) {
			assert.deepEqual((await control('subscribe', { network })).json, { wrong: '' }, network);
		}
	});

	await t.test('by HTTP: a person is added, writes, waits for an answer, and everything is read there', async () => {
		const { json: eva } = await control('people', { name: 'Eva', number: '+54 9 221 555-0007' });
		assert.equal(eva.number, '5492215550007');
		const written = await control(`people/${eva.id}/whatsapp/text`, { text: 'Buen día' });
		assert.equal(written.json.message.status_of_door, 200);
		const waiting = control(`wait?person=${eva.id}&network=whatsapp&text=ayudo&wait=10`);
		await ask(`${peer.url}/v25.0/${account}/messages`, { token, body: { messaging_product: 'whatsapp', to: eva.number, type: 'text', text: { body: '¿En qué te ayudo?' } } });
		assert.equal((await waiting).json.text, '¿En qué te ayudo?');
		const news = (await control('news?since=0')).json;
		assert.ok(news.people.length === 2 && news.messages.some(one => one.person === eva.id && one.from === 'line'));
		const later = control(`news?since=${(await control('news?since=0')).json.version}&wait=10`);
		await control(`people/${eva.id}/whatsapp/read`, {});
		assert.equal((await later).json.messages.at(-1).status, 'read');
		assert.ok((await control('calls?network=whatsapp')).json.some(one => one.operation === 'messages' && one.to === eva.number));
	});

	await t.test('what a network or a person cannot do is refused', async () => {
		assert.equal((await control(`people/${ana.id}/x/react`, { id: '1' })).status, 400);
		assert.equal((await control(`people/${ana.id}/whatsapp/text`, {})).status, 400);
		assert.equal((await control('people/p99/whatsapp/text', { text: 'a' })).status, 404);
		assert.equal((await control('settings', { speed: 1 })).status, 400);
	});

	await t.test('the page of the telephones is served', async () => {
		const page = await ask(peer.url);
		assert.match(page.headers.get('content-type'), /text\/html/);
		assert.match(page.bytes.toString('utf8'), /<html lang="es-AR"/);
	});
});
