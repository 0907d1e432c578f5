// Reactions of ours to what taxpayers write, from the desk to their telephones.
import assert from 'node:assert/strict';
import test from 'node:test';
import { accessible, launch, logIn, open } from '../support/browser.mjs';
import { sql } from '../support/instance.mjs';
import { practice } from '../support/networks.mjs';
import { PNG } from '../support/site.mjs';
import { eventually, Staff } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const WAIT = 20000;
const NETWORKS = ['whatsapp', 'messenger', 'instagram', 'telegram'];

test('an operator reacts to what a taxpayer wrote', { timeout: 240000 }, async t => {
	const browser = await launch();
	t.after(() => browser.close());
	const { instance, phones, operator, world } = practice(t, 'test-reactions');
	const supervisor = world.person({ role: 'supervisor', attends: false });
	sql(`INSERT INTO user_channel (user_id, channel_id) SELECT ${supervisor.id}, channel_id FROM channel WHERE key LIKE 'practica-%'`, { instance });
	const { page } = await open(browser, { baseURL: instance.base_url });
	await logIn(page, operator.login);
	const staff = await Staff.logIn(operator.login, undefined, { instance });

	// Somebody who wrote by each network, and where that stands.
	const written = {};
	for (const [n, network] of NETWORKS.entries()) {
		const eva = await phones.person({ name: `Eva ${'ABCD'[n]}`, number: `549221555020${n}` });
		const { id } = await eva.act(network, 'text', { text: `Hola por ${network}` });
		const place = await eventually(() => sql(`SELECT m.conversation_id, m.seq FROM message m JOIN conversation c USING (conversation_id)
			JOIN channel h USING (channel_id) WHERE h.key = 'practica-${network}' AND m.author = 1 AND c.state = 3`, { instance })[0], `the case of ${network}`);
		written[network] = { eva, id, conversation: place[0], seq: place[1] };
	}
	const react = (network, emoji, more) => staff.post(`/desk/${written[network].conversation}/react`, { seq: written[network].seq, emoji, once: once(), ...more });
	const atPhone = async network => (await written[network].eva.messages(network)).find(one => one.id === written[network].id).reactions.line ?? '';
	const arrives = (network, emoji) => eventually(async () => await atPhone(network) === emoji, `${emoji || 'nothing'} at the telephone`, WAIT);
	const kept = network => sql(`SELECT coalesce(emoji, ''), coalesce(shown, ''), coalesce(refused, '-'), coalesce(fault, -1) FROM message_reaction
		WHERE conversation_id = ${written[network].conversation} AND author = 3`, { instance })[0];
	const settled = () => eventually(() => sql('SELECT count(*) FROM outbox_queue', { instance })[0][0] === '0', 'all is out', WAIT);
	const openCase = async (where, network) => {
		await where.goto(`/desk/${written[network].conversation}`);
		await where.locator('#thread:not([aria-busy])').waitFor();
	};
	const bubble = (where, network) => where.locator(`#m${written[network].seq}`);

	await t.test('by its button, chosen by hand; whoever watches sees it at once', async () => {
		const { page: watches } = await open(browser, { baseURL: instance.base_url });
		await logIn(watches, supervisor.login);
		await openCase(watches, 'whatsapp');
		await openCase(page, 'whatsapp');
		await bubble(page, 'whatsapp').hover();
		await bubble(page, 'whatsapp').getByRole('button', { name: 'Reaccionar a este mensaje' }).click();
		await accessible(page, 'the choice of a reaction');
		await page.getByRole('button', { name: 'Reaccionar con 🙏' }).click();
		for (const where of [page, watches]) await bubble(where, 'whatsapp').locator('.react.ours', { hasText: '🙏' }).waitFor({ timeout: WAIT });
		await arrives('whatsapp', '🙏');
		assert.equal(await watches.locator('[data-react]').count(), 0, 'who watches does not react');
		await accessible(page, 'a message with a reaction of ours');
		await watches.close();
	});

	await t.test('any other emoji is found by its word, by keyboard alone, and takes the place of the first', async () => {
		await bubble(page, 'whatsapp').focus();
		await page.keyboard.press('g');
		await page.locator('dialog [aria-pressed=true]', { hasText: '🙏' }).waitFor();
		await page.fill('dialog input[type=search]', 'argentina');
		await eventually(() => page.locator('dialog .gd.all button').count().then(n => n > 0 && n < 5), 'those with the words');
		const wanted = await page.locator('dialog .gd.all button').first().textContent();
		await page.press('dialog input[type=search]', 'Enter');
		await bubble(page, 'whatsapp').locator('.react.ours', { hasText: wanted }).waitFor({ timeout: WAIT });
		await arrives('whatsapp', wanted);
		assert.equal(await bubble(page, 'whatsapp').locator('.react.ours').count(), 1);
	});

	await t.test('and is taken back', async () => {
		await bubble(page, 'whatsapp').focus();
		await page.keyboard.press('g');
		await page.getByRole('button', { name: 'Quitar la reacción' }).click();
		await arrives('whatsapp', '');
		await bubble(page, 'whatsapp').locator('.react').waitFor({ state: 'detached', timeout: WAIT });
		assert.deepEqual(page.faults, []);
	});

	await t.test('by every network that has reactions; two quick changes end in the last one', async () => {
		for (const network of NETWORKS) {
			const [first, last] = network === 'instagram' ? ['❤', '❤'] : ['👍', network === 'telegram' ? '❤' : '❤️'];
			for (const emoji of [first, last]) assert.equal((await react(network, emoji)).status, 200, network);
		}
		for (const network of NETWORKS) await eventually(async () => (await atPhone(network)).startsWith('❤'), network, WAIT);
		await settled();
		for (const network of NETWORKS) assert.ok((await atPhone(network)).startsWith('❤'), network);
	});

	await t.test('a form that comes twice reacts once; each is on record', async () => {
		const same = once(), actions = () => Number(sql(`SELECT count(*) FROM audit WHERE action = 'conversation.react' AND conversation_id = ${written.messenger.conversation}`, { instance })[0][0]);
		const before = actions();
		for (let n = 0; n < 2; n++) assert.equal((await react('messenger', '👏', { once: same })).status, 200);
		assert.equal(actions(), before + 1);
		await arrives('messenger', '👏');
	});

	await t.test('what the network does not take is refused before it is shown', async () => {
		for (const [network, emoji, says] of [['telegram', '😊', 'no acepta esa reacción'], ['instagram', '👍', 'no acepta esa reacción'],
			['whatsapp', 'hola', 'un solo emoji'], ['whatsapp', '👍👍', 'un solo emoji']]) {
			const { status, json } = await react(network, emoji);
			assert.equal(status, 422, emoji);
			assert.match(json.error.fields?.emoji ?? json.error.message, new RegExp(says));
		}
	});

	await t.test('what does not get there is told, and what the person sees is shown again', async () => {
		await phones.ask('faults', { network: 'messenger', operation: 'messages', code: 551, subcode: 1545041, title: 'This person is unavailable' });
		await openCase(page, 'messenger');
		await react('messenger', '🎉');
		await bubble(page, 'messenger').getByText('No salió la reacción 🎉').waitFor({ timeout: WAIT });
		await bubble(page, 'messenger').locator('.react.ours', { hasText: '👏' }).waitFor({ timeout: WAIT });
		assert.equal(await atPhone('messenger'), '👏');
		await accessible(page, 'a reaction that did not get there');
		await react('messenger', '');
		await arrives('messenger', '');
		await bubble(page, 'messenger').getByText('No salió la reacción').waitFor({ state: 'detached', timeout: WAIT });
	});

	await t.test('a failure that is reported afterwards corrects it too', async () => {
		await react('whatsapp', '👍');
		await arrives('whatsapp', '👍');
		await settled();
		await react('whatsapp', '😢');
		await arrives('whatsapp', '😢');
		await settled();
		const [[id, created, account]] = sql(`SELECT o.outbox_id, (extract(epoch FROM o.created_at) * 1000000)::bigint, h.account FROM outbox o JOIN channel h USING (channel_id)
			WHERE o.kind = 'reaction' AND o.conversation_id = ${written.whatsapp.conversation} ORDER BY o.outbox_id DESC LIMIT 1`, { instance });
		await phones.ask('account', { field: 'messages', value: { messaging_product: 'whatsapp', metadata: { display_phone_number: '1', phone_number_id: account },
			statuses: [{ id: 'wamid.none', status: 'failed', timestamp: String(Math.floor(Date.now() / 1000)), recipient_id: written.whatsapp.eva.number,
				biz_opaque_callback_data: `${id}.${created}`, errors: [{ code: 131026, title: 'Message undeliverable' }] }] } });
		await eventually(() => kept('whatsapp')[0] === '👍', 'the one before', WAIT);
		assert.deepEqual(kept('whatsapp').slice(0, 3), ['👍', '👍', '😢']);
	});

	await t.test('after the network\'s time to answer it says why not', async () => {
		sql(`UPDATE conversation SET last_contact_at = now() - interval '25 hours' WHERE conversation_id = ${written.whatsapp.conversation}`, { instance });
		const { status, json } = await react('whatsapp', '👏');
		assert.equal(status, 422);
		assert.match(json.error.fields?.emoji ?? json.error.message, /plazo/);
		await openCase(page, 'whatsapp');
		await bubble(page, 'whatsapp').focus();
		await page.keyboard.press('g');
		await page.locator('dialog', { hasText: 'Pasó el plazo' }).waitFor();
		assert.equal(await page.locator('dialog [data-reaction]:visible').count(), 0);
		await page.keyboard.press('Escape');
	});

	await t.test('what Telegram numbers within a chat is answered, edited and taken back by that number', async () => {
		const { eva, conversation, seq, id } = written.telegram, asked = async (path, fields) => (await staff.post(`/desk/${conversation}/${path}`, { ...fields, once: once() })).json;
		const { seq: said } = await asked('messages', { text: 'Son tres cotas', quote: seq });
		assert.equal((await eva.waits('telegram', { text: 'tres cotas' })).reply_to, id);
		await asked('edit', { seq: said, text: 'Son tres cuotas' });
		await eva.waits('telegram', { text: 'tres cuotas' });
		await asked('delete', { seq: said });
		await eventually(async () => !(await eva.messages('telegram')).some(one => one.text.includes('tres cuotas') && !one.deleted), 'it is gone', WAIT);
	});

	await t.test('a message that goes as two is known by both: what is answered, reacted to and taken back is all of it', async () => {
		const places = async (network, words) => {
			const { eva, conversation } = written[network];
			const { json } = await staff.upload(`/desk/${conversation}/files`, { text: words }, [{ name: 'boleta.png', content: PNG }]);
			const last = await eva.waits(network, { text: words.slice(-20) }), all = await eva.messages(network);
			return { eva, conversation, seq: json.seq, image: all[all.findIndex(one => one.id === last.id) - 1], last };
		};
		const page_ = await places('messenger', 'La boleta del mes');
		assert.equal(page_.image.kind, 'image');
		await page_.eva.act('messenger', 'react', { id: page_.image.id, emoji: '👍' });
		await page_.eva.act('messenger', 'text', { text: '¿Esta boleta?', reply_to: page_.image.id });
		const kept = what => eventually(() => sql(what, { instance })[0], what);
		await kept(`SELECT 1 FROM message_reaction WHERE conversation_id = ${page_.conversation} AND seq = ${page_.seq} AND author = 1 AND emoji = '👍'`);
		await kept(`SELECT 1 FROM message WHERE conversation_id = ${page_.conversation} AND body = '¿Esta boleta?' AND data->'quote'->>'seq' = '${page_.seq}'`);
		const chat = await places('telegram', 'palabra '.repeat(150) + 'y el fin de la carta');
		assert.equal((await staff.post(`/desk/${chat.conversation}/delete`, { seq: chat.seq, once: once() })).status, 200);
		await eventually(async () => (await chat.eva.messages('telegram')).filter(one => [chat.image.id, chat.last.id].includes(one.id)).every(one => one.deleted), 'both are gone', WAIT);
	});

	await t.test('nobody reacts to another\'s case, to a message of ours, nor to one without its network\'s id', async () => {
		const other = await Staff.logIn(world.person().login, undefined, { instance });
		const { conversation, seq } = written.telegram;
		assert.equal((await other.post(`/desk/${conversation}/react`, { seq, emoji: '👍', once: once() })).status, 404);
		const { json } = await staff.post(`/desk/${conversation}/messages`, { text: 'Un momento', once: once() });
		assert.ok(json.seq);
		for (const about of [json.seq, 9999]) assert.equal((await react('telegram', '👍', { seq: about })).status, 422);
		sql(`DELETE FROM provider_message WHERE conversation_id = ${conversation} AND seq = ${seq}`, { instance });
		assert.equal((await react('telegram', '👍')).status, 422);
		const { text } = await staff.page(`/desk/${conversation}`);
		assert.doesNotMatch(text, /data-react=/);
	});
});
