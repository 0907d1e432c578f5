// The peer of WhatsApp is as strict as the Cloud API is documented to be.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { ask, doorOfPeer } from '../support/door.mjs';

test('WhatsApp\'s peer', async t => {
	const { peer, door } = await doorOfPeer(t);
	const line = peer.line('whatsapp'), { token } = line;
	const api = `${peer.url}/v25.0/${line.account}`;
	const ana = peer.person({ name: 'Ana Núñez', number: '5492215550001' });
	const say = (content, more) => ask(`${api}/messages`, { token, body: { messaging_product: 'whatsapp', to: ana.number, ...content, ...more } });
	const status = (id, state) => door.came(body => body.entry?.[0].changes[0].value.statuses?.some(one => one.id === id && one.status === state), `${state} of ${id}`)
		.then(body => body.entry[0].changes[0].value.statuses[0]);
	const refused = (answer, code, http = 400) => {
		assert.equal(answer.status, http, JSON.stringify(answer.json));
		assert.equal(answer.json.error.code, code);
		assert.ok(answer.json.error.message && answer.json.error.type && answer.json.error.fbtrace_id);
	};
	await ana.act('whatsapp', 'text', { text: 'Hola' });

	await t.test('what a person writes is posted to the line, signed', async () => {
		const { entry: [{ id, changes: [{ field, value }] }] } = await door.came(body => body.object === 'whatsapp_business_account', 'the text');
		assert.deepEqual([id, field, value.metadata.phone_number_id], [line.waba, 'messages', line.account]);
		assert.deepEqual([value.contacts[0].profile.name, value.messages[0].from, value.messages[0].text], ['Ana Núñez', ana.number, { body: 'Hola' }]);
		assert.match(value.messages[0].timestamp, /^\d{10}$/);
	});

	await t.test('a text reaches the telephone; its sent, delivered and read are told with our reference and a price', async () => {
		const answer = await say({ type: 'text', text: { body: '¿En qué te ayudo?' } }, { biz_opaque_callback_data: '77-1' });
		assert.equal(answer.status, 200);
		const [{ id }] = answer.json.messages;
		assert.deepEqual(answer.json.contacts, [{ input: ana.number, wa_id: ana.number, user_id: ana.ids.bsuid }]);
		assert.equal((await ana.waits('whatsapp', { text: 'ayudo' })).id, id);
		const sent = await status(id, 'sent');
		assert.equal(sent.biz_opaque_callback_data, '77-1');
		assert.deepEqual(sent.pricing, { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' });
		await status(id, 'delivered');
		await ana.act('whatsapp', 'read');
		assert.equal((await status(id, 'read')).recipient_id, ana.number);
	});

	await t.test('a token that is none is 401 with code 190; another\'s number is 100/33', async () => {
		refused(await ask(`${api}/messages`, { token: 'otro', body: {} }), 190, 401);
		const answer = await ask(`${peer.url}/v25.0/999/messages`, { token, body: {} });
		refused(answer, 100);
		assert.equal(answer.json.error.error_subcode, 33);
	});

	await t.test('bodies that are not as documented are refused', async () => {
		const text = body => ({ type: 'text', text: { body } });
		const button = title => ({ type: 'reply', reply: { id: title, title } });
		const menu = action => ({ type: 'interactive', interactive: { type: 'button', body: { text: 'a' }, action } });
		const list = rows => ({ type: 'interactive', interactive: { type: 'list', body: { text: 'a' }, action: { button: 'Ver', sections: [{ rows }] } } });
		const row = n => ({ id: `r${n}`, title: `Fila ${n}` });
		const wrong = [
			[100, text('')], [100, text('x'.repeat(4097))], [100, { ...text('a'), to: 'ana' }], [100, { ...text('a'), messaging_product: 'sms' }],
			[100, { type: 'text', text: { body: 'a', color: 'red' } }], [100, { type: 'gif', gif: {} }], [100, { ...text('a'), more: 1 }],
			[100, { ...text('a'), biz_opaque_callback_data: 'x'.repeat(513) }], [100, { type: 'image', image: { id: '1' } }],
			[100, { type: 'location', location: { latitude: 'x', longitude: 1 } }], [131009, menu({ buttons: [1, 2, 3, 4].map(n => button(`b${n}`)) })],
			[131009, menu({ buttons: [button('x'.repeat(21))] })], [131009, menu({ buttons: [button('a'), button('a')] })], [131008, menu({ buttons: [button('')] })],
			[131009, list(Array.from({ length: 11 }, (_, n) => row(n)))], [131009, list([{ id: 'a', title: 'x'.repeat(25) }])],
			[132001, { type: 'template', template: { name: 'ninguna', language: { code: 'es_AR' } } }, 404],
		];
		for (const [code, content, http] of wrong) {
			refused(await say(content), code, http);
		}
		refused(await ask(`${api}/messages`, { token, body: '{"messaging_product":' }), 100);
	});

	await t.test('buttons and lists are pressed and come back with their key', async () => {
		await say({ type: 'interactive', interactive: { type: 'button', body: { text: 'Elegí' }, action: { buttons: [{ type: 'reply', reply: { id: 'k1', title: 'Planes' } }] } } });
		await ana.act('whatsapp', 'press', { key: 'Planes' });
		await say({ type: 'interactive', interactive: { type: 'list', body: { text: 'Elegí' }, action: { button: 'Ver', sections: [{ rows: [{ id: 'r1', title: 'Uno', description: 'el primero' }] }] } } });
		await ana.act('whatsapp', 'press', { key: 'r1' });
		const said = kind => door.came(body => body.entry?.[0].changes[0].value.messages?.[0].interactive?.type === kind, kind)
			.then(body => body.entry[0].changes[0].value.messages[0].interactive);
		assert.deepEqual(await said('button_reply'), { type: 'button_reply', button_reply: { id: 'k1', title: 'Planes' } });
		assert.deepEqual(await said('list_reply'), { type: 'list_reply', list_reply: { id: 'r1', title: 'Uno', description: 'el primero' } });
	});

	await t.test('files go both ways: fetched in two steps with the token, sent by an uploaded id', async () => {
		const photo = await ana.act('whatsapp', 'photo', { text: 'la boleta' });
		const facts = await ask(`${peer.url}/v25.0/${photo.file.id}?phone_number_id=${line.account}`, { token });
		assert.equal(facts.json.mime_type, 'image/png');
		assert.equal((await ask(facts.json.url)).status, 401);
		const { bytes } = await ask(facts.json.url, { token });
		assert.equal(createHash('sha256').update(bytes).digest('hex'), facts.json.sha256);
		const form = new FormData();
		form.append('messaging_product', 'whatsapp');
		form.append('type', 'image/png');
		form.append('file', new Blob([bytes], { type: 'image/png' }), 'foto.png');
		const { json: { id } } = await ask(`${api}/media`, { token, form });
		assert.equal((await say({ type: 'image', image: { id, caption: 'tomá' } })).status, 200);
		assert.equal((await ana.waits('whatsapp', { kind: 'image' })).file.size, bytes.length);
		const gif = new FormData();
		gif.append('messaging_product', 'whatsapp');
		gif.append('file', new Blob(['GIF89a'], { type: 'image/gif' }), 'a.gif');
		refused(await ask(`${api}/media`, { token, form: gif }), 100);
	});

	await t.test('edits, deletions and reactions of a person name the earlier message; ours shows on their telephone', async () => {
		const { id } = await ana.act('whatsapp', 'text', { text: 'debo 3 cotas' });
		const last = () => door.got.at(-1).entry[0].changes[0].value.messages[0];
		await ana.act('whatsapp', 'edit', { id, text: 'debo 3 cuotas' });
		assert.deepEqual(last().edit, { original_message_id: id, message: { type: 'text', text: { body: 'debo 3 cuotas' } } });
		await ana.act('whatsapp', 'delete', { id });
		assert.deepEqual(last().revoke, { original_message_id: id });
		const [ours] = ana.messages('whatsapp').filter(one => one.from === 'line');
		await ana.act('whatsapp', 'react', { id: ours.id, emoji: '👍' });
		assert.deepEqual(last().reaction, { message_id: ours.id, emoji: '👍' });
		await say({ type: 'reaction', reaction: { message_id: id, emoji: '❤️' } });
		assert.equal(ana.messages('whatsapp').find(one => one.id === id).reactions.line, '❤️');
	});

	await t.test('a message is marked read, with typing', async () => {
		const { id } = await ana.act('whatsapp', 'text', { text: '¿están?' });
		const mark = more => ask(`${api}/messages`, { token, body: { messaging_product: 'whatsapp', status: 'read', message_id: id, ...more } });
		assert.deepEqual((await mark({ typing_indicator: { type: 'text' } })).json, { success: true });
		assert.ok(ana.messages('whatsapp').find(one => one.id === id).seen);
		refused(await mark({ message_id: 'wamid.no' }), 131009);
	});

	await t.test('a number that has no WhatsApp fails with 131026, a closed window with 131047', async () => {
		const nobody = await ask(`${api}/messages`, { token, body: { messaging_product: 'whatsapp', to: '5492210000000', type: 'text', text: { body: 'a' } } });
		assert.equal((await status(nobody.json.messages[0].id, 'failed')).errors[0].code, 131026);
		ana.silent('whatsapp', 25);
		const late = await say({ type: 'text', text: { body: 'tarde' } });
		assert.equal((await status(late.json.messages[0].id, 'failed')).errors[0].code, 131047);
	});

	await t.test('a template is written, approved and sent with its parameters, at its price', async () => {
		const waba = `${peer.url}/v25.0/${line.waba}/message_templates`;
		const wanted = { name: 'aviso_cuota', language: 'es_AR', category: 'UTILITY', components: [
			{ type: 'BODY', text: 'Hola {{1}}, vence el {{2}}.', example: { body_text: [['Ana', '10/12']] } },
			{ type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Pagar' }] },
		] };
		refused(await ask(waba, { token, body: { ...wanted, name: 'Con Mayúsculas' } }), 100);
		refused(await ask(waba, { token, body: { ...wanted, components: [{ type: 'BODY', text: '{{1}}{{2}}' }] } }), 100);
		const { json } = await ask(waba, { token, body: wanted });
		assert.equal(json.status, 'PENDING');
		refused(await ask(waba, { token, body: wanted }), 100);
		const told = await door.came(body => body.entry?.[0].changes[0].field === 'message_template_status_update', 'the decision');
		assert.equal(told.entry[0].changes[0].value.event, 'APPROVED');
		assert.equal((await ask(`${waba}?fields=name,status&limit=1`, { token })).json.data[0].status, 'APPROVED');
		const send = parameters => say({ type: 'template', template: { name: 'aviso_cuota', language: { policy: 'deterministic', code: 'es_AR' },
			components: [{ type: 'body', parameters }] } });
		refused(await send([]), 132000);
		const good = await send([{ type: 'text', text: 'Ana' }, { type: 'text', text: '10/12' }]);
		assert.deepEqual((await status(good.json.messages[0].id, 'sent')).pricing, { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' });
		assert.equal((await ana.waits('whatsapp', { kind: 'template' })).text, 'Hola Ana, vence el 10/12.');
		assert.deepEqual((await ask(`${waba}?name=aviso_cuota`, { token, method: 'DELETE' })).json, { success: true });
	});

	await t.test('a sample for a template\'s heading is uploaded in two steps', async () => {
		const start = await ask(`${peer.url}/v25.0/${line.app}/uploads?file_name=a.png&file_length=3&file_type=image/png`, { token, method: 'POST' });
		const { json: { h } } = await ask(`${peer.url}/v25.0/${start.json.id}`, { method: 'POST', form: Buffer.from('abc'), headers: { Authorization: `OAuth ${token}`, file_offset: '0' } });
		assert.match(h, /^4::/);
	});

	await t.test('the number tells how it is, and who is blocked is heard no more', async () => {
		assert.deepEqual((await ask(`${api}?fields=quality_rating,status`, { token })).json, { quality_rating: 'GREEN', status: 'CONNECTED', id: line.account });
		refused(await ask(`${api}?fields=nada`, { token }), 100);
		const body = { messaging_product: 'whatsapp', block_users: [{ user: ana.number }] };
		assert.equal((await ask(`${api}/block_users`, { token, body })).json.block_users.added_users[0].wa_id, ana.number);
		const before = door.got.length;
		await ana.act('whatsapp', 'text', { text: '¿hola?' });
		assert.equal(door.got.length, before);
		assert.equal((await ask(`${api}/block_users`, { token, method: 'DELETE', body })).status, 200);
	});

	await t.test('a person without a visible number is known by their business-scoped id', async () => {
		const eva = peer.person({ name: 'Eva', number: '5492215550009', hidden: true });
		await eva.act('whatsapp', 'text', { text: 'Hola' });
		const { contacts, messages } = door.got.at(-1).entry[0].changes[0].value;
		assert.deepEqual([contacts[0].wa_id, messages[0].from, messages[0].from_user_id], [undefined, undefined, eva.ids.bsuid]);
		const answer = await ask(`${api}/messages`, { token, body: { messaging_product: 'whatsapp', recipient: eva.ids.bsuid, type: 'text', text: { body: 'Hola, Eva' } } });
		assert.equal(answer.status, 200);
		await eva.waits('whatsapp', { text: 'Eva' });
	});
});
