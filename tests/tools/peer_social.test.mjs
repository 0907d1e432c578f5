// The peers of Messenger, Instagram, Telegram and X are as strict as their providers are documented to be.
import assert from 'node:assert/strict';
import test from 'node:test';
import { png } from '../peers/samples.mjs';
import { ask, doorOfPeer } from '../support/door.mjs';

const upload = (fields, name, data, type, file) => {
	const form = new FormData();
	for (const [key, value] of Object.entries(fields)) {
		form.append(key, value);
	}
	form.append(name, new Blob([data], { type }), file);
	return form;
};

for (const [network, object, id] of [['messenger', 'page', '5492215550002'], ['instagram', 'instagram', '5492215550003']]) {
	test(`${network}'s peer`, async t => {
		const { peer, door } = await doorOfPeer(t);
		const line = peer.line(network), { token } = line;
		const luis = peer.person({ name: 'Luis Pérez', number: id });
		const recipient = { id: luis.ids[network] };
		const send = body => ask(`${peer.url}/v25.0/${line.account}/messages`, { token, body: { recipient, ...body } });
		const last = () => door.got.at(-1).entry[0].messaging[0];
		const refused = (answer, code, subcode) => assert.deepEqual([answer.status, answer.json.error.code, answer.json.error.error_subcode], [400, code, subcode]);

		await t.test('nobody is written to who did not write first', async () => refused(await send({ message: { text: 'Hola' } }), 100, 2018001));

		await t.test('what a person writes is posted with their scoped id', async () => {
			await luis.act(network, 'text', { text: 'Hola' });
			assert.equal(door.got[0].object, object);
			assert.deepEqual([last().sender.id, last().recipient.id, last().message.text], [luis.ids[network], line.account, 'Hola']);
		});

		await t.test('a text arrives with its quick replies; the chosen one comes back', async () => {
			const answer = await send({ messaging_type: 'RESPONSE', message: { text: 'Elegí', quick_replies: [{ content_type: 'text', title: 'Planes', payload: 'k1' }] } });
			assert.deepEqual(Object.keys(answer.json), ['recipient_id', 'message_id']);
			await luis.act(network, 'press', { key: 'k1' });
			assert.deepEqual([last().message.text, last().message.quick_reply], ['Planes', { payload: 'k1' }]);
		});

		await t.test('bodies that are not as documented are refused', async () => {
			const max = network === 'messenger' ? 2000 : 1000;
			for (const body of [{ message: { text: '' } }, { message: { text: 'x'.repeat(max + 1) } }, { message: {} }, { message: { text: 'a' }, tag: 'HUMAN_AGENT' },
				{ message: { text: 'a' }, messaging_type: 'MESSAGE_TAG', tag: 'ACCOUNT_UPDATE' }, { message: { text: 'a', more: 1 } }, { sender_action: 'wave' },
				{ message: { text: 'a', quick_replies: [{ content_type: 'text', title: 'x'.repeat(21), payload: 'a' }] } },
				{ message: { attachment: { type: 'image', payload: { attachment_id: '1' } } } }]) {
				assert.equal((await send(body)).json.error?.code, 100, JSON.stringify(body));
			}
			assert.equal((await ask(`${peer.url}/v25.0/${line.account}/messages`, { token: 'otro', body: {} })).json.error.code, 190);
		});

		await t.test('after a day only a human agent writes, after seven days nobody', async () => {
			const human = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT', message: { text: 'a' } };
			const subcode = network === 'messenger' ? 2018278 : 2534022;
			luis.silent(network, 25);
			refused(await send({ messaging_type: 'RESPONSE', message: { text: 'a' } }), 10, subcode);
			assert.equal((await send(human)).status, 200);
			luis.silent(network, 7 * 24 + 1);
			refused(await send(human), 10, subcode);
			luis.silent(network, 0);
		});

		await t.test('a file is uploaded once and sent by its id; theirs comes with an address', async () => {
			const form = upload({ ...(network === 'instagram' && { platform: 'instagram' }), message: JSON.stringify({ attachment: { type: 'image', payload: { is_reusable: true } } }) },
				'filedata', png(), 'image/png', 'foto.png');
			const { json } = await ask(`${peer.url}/v25.0/${line.account}/message_attachments`, { token, form });
			assert.equal((await send({ message: { attachment: { type: 'image', payload: { attachment_id: json.attachment_id } } } })).status, 200);
			await luis.waits(network, { kind: 'image' });
			const photo = await luis.act(network, 'photo');
			assert.equal((await ask(last().message.attachments[0].payload.url)).bytes.length, photo.file.size);
		});

		await t.test('typing, seen and reactions reach the telephone', async () => {
			const [theirs] = luis.messages(network);
			for (const body of [{ sender_action: 'mark_seen' }, { sender_action: 'typing_on' }, { sender_action: 'react', payload: { message_id: theirs.id, reaction: 'love' } }]) {
				assert.deepEqual((await send(body)).json, { recipient_id: recipient.id });
			}
			assert.ok(theirs.seen && theirs.reactions.line);
		});

		await t.test('what they read, edit or take back is told as the network does', async () => {
			await luis.act(network, 'read');
			const read = door.got.map(body => body.entry[0].messaging[0].read).filter(Boolean).at(-1);
			assert.deepEqual(Object.keys(read), [network === 'messenger' ? 'watermark' : 'mid']);
			const mine = await luis.act(network, 'text', { text: 'uno' });
			if (network === 'messenger') {
				await luis.act(network, 'edit', { id: mine.id, text: 'dos' });
				assert.deepEqual(last().message_edit, { mid: mine.id, text: 'dos', num_edit: 1 });
			} else {
				await luis.act(network, 'delete', { id: mine.id });
				assert.deepEqual(last().message, { mid: mine.id, is_deleted: true });
			}
		});

		await t.test('a profile has the fields that are asked for', async () => {
			const fields = network === 'messenger' ? 'first_name,last_name' : 'name,username';
			const { json } = await ask(`${peer.url}/v25.0/${recipient.id}?fields=${fields}`, { token });
			assert.equal(json.first_name ?? json.name.split(' ')[0], 'Luis');
		});
	});
}

test('Telegram\'s peer', async t => {
	const { peer, door } = await doorOfPeer(t);
	const line = peer.line('telegram');
	const mara = peer.person({ name: 'Mara Ruiz', number: '5492215550004' });
	const chat_id = Number(mara.ids.telegram);
	const call = (method, body, form) => ask(`${peer.url}/bot${line.token}/${method}`, form ? { form } : { body: { chat_id, ...body } });
	const refused = (answer, code, words) => {
		assert.deepEqual([answer.status, answer.json.ok, answer.json.error_code], [code, false, code]);
		assert.match(answer.json.description, words);
	};

	await t.test('wrong tokens and unknown chats are refused', async () => {
		refused(await ask(`${peer.url}/bot1:no/getMe`), 401, /Unauthorized/);
		refused(await call('sendMessage', { text: 'a' }), 400, /chat not found/);
		refused(await call('sendNothing', {}), 404, /Not Found/);
	});

	await t.test('what a person writes is an update with its secret', async () => {
		await mara.act('telegram', 'text', { text: '/start' });
		const { message, update_id: id } = door.got[0];
		assert.ok(Number.isInteger(id));
		assert.deepEqual([message.text, message.from.first_name, message.chat.type], ['/start', 'Mara', 'private']);
	});

	await t.test('texts are edited and deleted, and what is wrong is told', async () => {
		const { result } = (await call('sendMessage', { text: 'Hola <b>Mara</b>', parse_mode: 'HTML' })).json;
		assert.equal(result.text, 'Hola Mara');
		refused(await call('sendMessage', { text: '' }), 400, /message text is empty/);
		refused(await call('sendMessage', { text: 'x'.repeat(4097) }), 400, /too long/);
		refused(await call('sendMessage', { text: '<b>a', parse_mode: 'HTML' }), 400, /can't parse entities/);
		refused(await call('editMessageText', { message_id: result.message_id, text: 'Hola Mara' }), 400, /not modified/);
		assert.equal((await call('editMessageText', { message_id: result.message_id, text: 'Hola' })).json.result.text, 'Hola');
		assert.equal((await call('deleteMessage', { message_id: result.message_id })).json.result, true);
		refused(await call('deleteMessage', { message_id: result.message_id }), 400, /not found/);
	});

	await t.test('a pressed button is a query that is answered once', async () => {
		refused(await call('sendMessage', { text: 'a', reply_markup: { inline_keyboard: [[{ text: 'a', callback_data: 'x'.repeat(65) }]] } }), 400, /BUTTON_DATA_INVALID/);
		await call('sendMessage', { text: 'Elegí', reply_markup: { inline_keyboard: [[{ text: 'Planes', callback_data: 'k1' }]] } });
		await mara.act('telegram', 'press', { key: 'Planes' });
		const { callback_query: query } = door.got.at(-1);
		assert.equal(query.data, 'k1');
		assert.equal((await call('answerCallbackQuery', { callback_query_id: query.id })).json.result, true);
		refused(await call('answerCallbackQuery', { callback_query_id: query.id }), 400, /query ID is invalid/);
	});

	await t.test('files go both ways', async () => {
		const answer = await call('sendPhoto', null, upload({ chat_id, caption: 'la boleta' }, 'photo', png(), 'image/png', 'a.png'));
		assert.equal(answer.json.result.caption, 'la boleta');
		refused(await call('sendPhoto', null, upload({ chat_id }, 'photo', 'no', 'image/png', 'a.png')), 400, /IMAGE_PROCESS_FAILED/);
		const theirs = await mara.act('telegram', 'file');
		const { document } = door.got.at(-1).message;
		const { result } = (await call('getFile', { file_id: document.file_id })).json;
		assert.equal((await ask(`${peer.url}/file/bot${line.token}/${result.file_path}`)).bytes.length, theirs.file.size);
	});

	await t.test('reactions, typing and being blocked', async () => {
		const { id } = await mara.act('telegram', 'text', { text: 'gracias' });
		assert.equal((await call('setMessageReaction', { message_id: Number(id), reaction: [{ type: 'emoji', emoji: '👍' }] })).json.result, true);
		refused(await call('setMessageReaction', { message_id: Number(id), reaction: [{ type: 'emoji', emoji: 'x' }] }), 400, /REACTION_INVALID/);
		assert.equal((await call('sendChatAction', { action: 'typing' })).json.result, true);
		await mara.act('telegram', 'block');
		assert.equal(door.got.at(-1).my_chat_member.new_chat_member.status, 'kicked');
		refused(await call('sendMessage', { text: 'a' }), 403, /blocked by the user/);
	});

	await t.test('the bot sets its own address', async () => {
		refused(await call('setWebhook', { url: 'ftp://a' }), 400, /bad webhook/);
		refused(await call('setWebhook', { url: line.webhook, secret_token: 'a b' }), 400, /unallowed/);
		assert.equal((await call('setWebhook', { url: line.webhook, secret_token: 'otro' })).json.result, true);
		assert.equal(line.secret_token, 'otro');
	});
});

test('X\'s peer', async t => {
	const { peer, door } = await doorOfPeer(t, { x_limit: 4 });
	const line = peer.line('x'), { token } = line;
	const ivo = peer.person({ name: 'Ivo Paz', number: '5492215550005' });
	const call = (path, body, more) => ask(`${peer.url}/2/${path}`, { token, body, ...more });
	const send = body => call(`dm_conversations/with/${ivo.ids.x}/messages`, body);

	await t.test('an address is taken when it answers the challenge', async () => {
		assert.equal((await call('webhooks', { url: line.webhook })).json.data.valid, true);
		line.consumer_secret = 'otro';
		assert.match((await call('webhooks', { url: line.webhook })).json.errors[0].message, /CrcValidationFailed/);
		line.consumer_secret = 'consumer-secret-1';
		const { json } = await call('activity/subscriptions', { event_type: 'dm.received', filter: { user_id: line.account } });
		assert.equal(json.data.subscription.event_type, 'dm.received');
	});

	await t.test('what a person writes, reads and begins to write is an activity', async () => {
		await ivo.act('x', 'text', { text: 'Hola' });
		const { data } = door.got.at(-1);
		assert.deepEqual([data.event_type, data.payload.direct_message_events[0].message_create.message_data.text], ['dm.received', 'Hola']);
		await ivo.act('x', 'typing');
		assert.equal(door.got.at(-1).data.event_type, 'dm.indicate_typing');
		await ivo.act('x', 'encrypted');
		assert.equal(door.got.at(-1).data.event_type, 'chat.received');
	});

	await t.test('a message, a picture in parts, and taking back', async () => {
		const answer = await send({ text: '¿En qué te ayudo?' });
		assert.equal(answer.status, 201);
		await ivo.waits('x', { text: 'ayudo' });
		const data = png();
		const { json: { data: { id } } } = await call('media/upload/initialize', { media_type: 'image/png', total_bytes: data.length, media_category: 'dm_image' });
		assert.equal((await send({ attachments: [{ media_id: id }] })).status, 400);
		for (const [index, part] of [data.subarray(0, 100), data.subarray(100)].entries()) {
			assert.equal((await call(`media/upload/${id}/append`, null, { form: upload({ segment_index: index }, 'media', part, 'image/png', 'a.png') })).status, 200);
		}
		assert.equal((await call(`media/upload/${id}/finalize`, null, { method: 'POST' })).json.data.size, data.length);
		assert.equal((await send({ attachments: [{ media_id: id }] })).status, 201);
		assert.deepEqual((await call(`dm_events/${answer.json.data.dm_event_id}`, null, { method: 'DELETE' })).json, { data: { deleted: true } });
	});

	await t.test('what is refused: no token, nothing to say, who is not there, too much', async () => {
		assert.equal((await ask(`${peer.url}/2/dm_conversations/with/1/messages`, { token: 'otro', body: {} })).status, 401);
		assert.equal((await send({})).json.title, 'Invalid Request');
		assert.equal((await call('dm_conversations/with/1/messages', { text: 'a' })).status, 403);
		for (let i = 0; i < 2; i++) {
			assert.equal((await send({ text: `${i}` })).status, 201);
		}
		const late = await send({ text: 'a' });
		assert.equal(late.status, 429);
		assert.ok(Number(late.headers.get('x-rate-limit-reset')) > Date.now() / 1000);
	});
});
