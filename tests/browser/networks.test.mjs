// The networks, as both ends see them: a taxpayer's telephone at a peer of the network, an operator at the desk.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { accessible, launch, logIn, open } from '../support/browser.mjs';
import { pidOf, sql } from '../support/instance.mjs';
import { attach, practice } from '../support/networks.mjs';
import { PNG } from '../support/site.mjs';
import { eventually } from '../support/staff.mjs';

const WAIT = 20000;
const MB = 1024 * 1024;

// The most memory, in MB, that a program of the slow pool had for itself until stop(): what is a file's is not.
function watch(instance) {
	const field = (pid, file, pattern) => { try { return Number(pattern.exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1]); } catch { return 0; } };
	const pool = pidOf(instance, 'slow');
	const pids = readdirSync('/proc').filter(pid => field(pid, 'status', /^PPid:\s+(\d+)/m) === pool);
	let most = 0;
	const look = setInterval(() => { most = Math.max(most, ...pids.map(pid => field(pid, 'status', /^RssAnon:\s+(\d+)/m) / 1024)); }, 5);
	return { stop() { clearInterval(look); return most; } };
}
const OTHERS = ['messenger', 'instagram', 'telegram', 'x'];
const CRUEL = '<img src=x onerror="window.hacked=1">"\'\u202e', UNREAD = 'Eso no lo puedo leer por acá', ENCRYPTED = 'llegó cifrado';

const menu = queue => [
	{ id: 'menu', type: 'menu', config: { text: '¿Sobre qué es tu consulta?', retries: 9, invalid: 'Elegí una opción.' },
		outputs: [{ key: 'planes', label: 'Planes de pago', to: 'pasa' }, { key: 'else', label: 'No eligió', to: 'pasa' }] },
	{ id: 'pasa', type: 'handoff', config: { queue, text: 'Te paso con una persona.' } },
];

test('people write by every network', { timeout: 240000 }, async t => {
	const browser = await launch();
	let page;
	t.after(async () => {
		const hacked = await page?.evaluate(() => window.hacked);
		await browser.close();
		assert.equal(hacked, undefined);
		assert.deepEqual(page?.faults, []);
	});
	const { instance, phones, operator } = practice(t, 'test-networks', menu);
	({ page } = await open(browser, { baseURL: instance.base_url }));
	await logIn(page, operator.login);
	const said = text => page.locator('#msgs .m').filter({ hasText: text }).last();
	const told = text => page.locator('#msgs .ev').filter({ hasText: text }).last();
	const seen = (where, text) => where(text).waitFor({ timeout: WAIT });
	const ours = async (person, network) => (await person.messages(network)).filter(one => one.from === 'line').map(one => one.text);
	const becomes = (locator, text) => eventually(async () => await locator.textContent().catch(() => '') === text, text, WAIT);
	const answer = async text => {
		await page.fill('#text', text);
		await page.press('#text', 'Enter');
	};
	const picture = async () => {
		const shown = page.locator('#msgs .m img').last();
		await shown.waitFor({ timeout: WAIT });
		await page.waitForFunction(image => image.complete && image.naturalWidth > 0, await shown.elementHandle());
	};
	// The last case of a network, opened.
	const openCase = async network => {
		const [[id]] = sql(`SELECT max(conversation_id) FROM conversation JOIN channel USING (channel_id) WHERE key = 'practica-${network}'`, { instance });
		await page.locator(`#list-mine #case-${id} a`).first().click({ timeout: WAIT });
		await page.locator(`#thread[data-conversation="${id}"]:not([aria-busy])`).waitFor({ timeout: WAIT });
		return id;
	};

	const lines = sql(`SELECT key FROM channel WHERE key LIKE 'practica-%'`, { instance }).map(([key]) => key.slice('practica-'.length));
	const builtIn = network => ({ skip: lines.includes(network) ? false : `${network} is not built in` });

	await t.test('WhatsApp', builtIn('whatsapp'), async part => {
		const ana = await phones.person({ name: 'Ana Núñez', number: '5492215550001' });

		await part.test('the bot\'s menu comes as buttons, and the chosen one hands over', async () => {
			assert.equal((await ana.act('whatsapp', 'text', { text: 'Hola' })).status_of_door, 200);
			assert.deepEqual((await ana.waits('whatsapp', { text: 'tu consulta' })).buttons.map(one => one.label), ['Planes de pago']);
			await ana.act('whatsapp', 'press', { key: 'Planes de pago' });
			await ana.waits('whatsapp', { text: 'Te paso con una persona' });
		});

		await part.test('the operator has the case, with their name and what was said', async () => {
			await openCase('whatsapp');
			await page.getByText('Ana Núñez').first().waitFor();
			await said('Hola').waitFor();
			await said('Planes de pago').waitFor();
		});

		await part.test('the answer arrives, and its ticks say what became of it', async () => {
			await answer('Hola, Ana. Ya lo miro.');
			await ana.waits('whatsapp', { text: 'Ya lo miro' });
			await becomes(said('Ya lo miro').locator('.tick .sr'), 'Entregado');
			await ana.act('whatsapp', 'read');
			await becomes(said('Ya lo miro').locator('.tick .sr'), 'Leído');
		});

		await part.test('a picture goes each way; what the operator saw is marked read there', async () => {
			const photo = await ana.act('whatsapp', 'photo', { text: 'La boleta' });
			await said('La boleta').waitFor({ timeout: WAIT });
			await picture();
			await eventually(async () => (await ana.messages('whatsapp')).find(one => one.id === photo.id).seen, 'the two ticks', WAIT);
			await attach(page, 'respuesta.png', PNG);
			const sent = await ana.waits('whatsapp', { kind: 'image' });
			assert.equal(PNG.compare(await phones.file(sent.file.id)), 0);
		});

		await part.test('a document as large as WhatsApp takes goes up with its progress and arrives whole; a larger one is refused at once, and what was typed stays', async () => {
			const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(60 * MB, `Foja ${Math.random()}\n`)]);
			const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-attach]')]);
			const paths = [pdf, Buffer.alloc(100 * MB + 1)].map((content, i) => {
				const path = `${instance.state}/tmp/expediente-${i}.pdf`;
				writeFileSync(path, content);
				return path;
			});
			await page.fill('#text', 'Te paso el expediente');
			await chooser.setFiles(paths);
			await page.locator('#toast', { hasText: 'El archivo supera los 100 MB' }).waitFor();
			assert.equal(await page.locator('.atts [data-name]').count(), 1, 'the other waits for Enter');
			assert.equal(await page.inputValue('#text'), 'Te paso el expediente');
			const memory = watch(instance);
			await page.press('#text', 'Enter');
			const sent = await ana.waits('whatsapp', { kind: 'document' });
			const most = memory.stop();
			assert.equal((await phones.file(sent.file.id)).compare(pdf), 0);
			assert.ok(most < 32, `${most} MB of memory that is not the file's`);
		});

		await part.test('an edited line reads as it was edited; a reaction stands at its line', async () => {
			const line = await ana.act('whatsapp', 'text', { text: 'debo 3 cotas' });
			await said('debo 3 cotas').waitFor({ timeout: WAIT });
			await ana.act('whatsapp', 'edit', { id: line.id, text: 'debo 3 cuotas' });
			await said('debo 3 cuotas').waitFor({ timeout: WAIT });
			const ours = (await ana.messages('whatsapp')).find(one => one.text.includes('Ya lo miro'));
			await ana.act('whatsapp', 'react', { id: ours.id, emoji: '👍' });
			await said('Ya lo miro').locator('.react', { hasText: '👍' }).waitFor({ timeout: WAIT });
		});

		await part.test('what does not arrive is told', async () => {
			await phones.ask('faults', { network: 'whatsapp', operation: 'messages', to: ana.number, code: 131026, title: 'Message undeliverable' });
			await answer('Esto no llega');
			await said('Esto no llega').getByText('esta persona no puede recibirlo').waitFor({ timeout: WAIT });
			await accessible(page, 'a case of WhatsApp');
		});
	});

	for (const [n, network] of OTHERS.entries()) {
		await t.test(`${network}: a line, an answer, a picture each way`, builtIn(network), async () => {
			const eva = await phones.person({ name: `Eva ${'ABCD'[n]}`, number: `549221555010${n}` });
			const written = await eva.act(network, 'text', { text: `Hola por ${network}` });
			assert.equal(written.status_of_door, 200);
			const { buttons } = await eva.waits(network, { text: 'tu consulta' });
			await eva.act(network, ...(buttons?.length ? ['press', { key: buttons[0].key }] : ['text', { text: '1' }]));
			await eva.waits(network, { text: 'Te paso con una persona' });
			await openCase(network);
			await said(`Hola por ${network}`).waitFor();
			await answer('Te contesto por acá');
			await eva.waits(network, { text: 'Te contesto' });
			await eva.act(network, 'photo');
			await picture();
			await attach(page, 'respuesta.png', PNG);
			await eva.waits(network, { kind: 'image' });
		});
	}

	const all = await phones.ask('lines'), lineOf = network => all.find(line => line.network === network);
	const somebody = async (network, number) => {
		const person = await phones.person({ name: `Eva ${network}`, number: `5492215550${String(number).padStart(3, '2')}` });
		const { ids } = (await phones.ask('people')).find(one => one.number === person.number);
		// They are there for the peer whatever its own telephone did.
		await phones.ask(`people/${person.number}/silent`, { network, hours: 0 });
		return { ...person, id: ids[network === 'whatsapp' ? 'bsuid' : network] };
	};
	// Bytes of a network's own, signed as theirs.
	const webhook = async (network, body) => assert.equal((await phones.ask('webhook', { network, body })).status, 200);
	let count = 0;
	const whatsapp = (person, ...messages) => webhook('whatsapp', { object: 'whatsapp_business_account', entry: [{ id: lineOf('whatsapp').waba, changes: [{ field: 'messages', value: {
		messaging_product: 'whatsapp', metadata: { phone_number_id: lineOf('whatsapp').account },
		contacts: [{ profile: { name: 'Eva' }, wa_id: person.number, user_id: person.id }],
		messages: messages.map(one => ({ from: person.number, id: `wamid.${++count}`, timestamp: String(Math.floor(Date.now() / 1000)), ...one })),
	} }] }] });
	const page_ = (network, person, item) => webhook(network, { object: network === 'messenger' ? 'page' : 'instagram', entry: [{ id: lineOf(network).account, time: Date.now(), messaging: [
		{ sender: { id: person.id }, recipient: { id: lineOf(network).account }, timestamp: Date.now(), ...item },
	] }] });

	await t.test('that we write shows on the telephone, one call for as long as it lasts; what was read is marked, the last line for all', async () => {
		const calls = async (network, fits) => (await phones.ask(`calls?network=${network}`)).filter(call => fits(typeof call.body === 'string' ? JSON.parse(call.body) : call.body ?? {}, call));
		const typing = { whatsapp: body => body.typing_indicator, messenger: body => body.sender_action === 'typing_on', instagram: body => body.sender_action === 'typing_on',
			telegram: (body, call) => call.operation === 'sendChatAction', x: () => false };
		for (const [n, network] of ['whatsapp', ...OTHERS].entries()) {
			const eva = await somebody(network, `8${n}`);
			await eva.act(network, 'text', { text: 'Hola' });
			await eva.waits(network, { text: 'tu consulta' });
			const lines = async () => (await eva.messages(network)).filter(one => one.from === 'person');
			const marked = async () => (await lines()).every(one => one.seen);
			const reads = ['whatsapp', 'messenger', 'instagram'].includes(network);
			if (reads) await eventually(marked, 'what the bot answered is marked read', WAIT);
			await eva.act(network, 'text', { text: '1' });
			await eva.waits(network, { text: 'Te paso con una persona' });
			const id = await openCase(network);
			await page.getByText('Te paso con una persona').first().waitFor({ timeout: WAIT });
			if (reads) {
				const before = (await calls(network, body => body.status === 'read' || body.sender_action === 'mark_seen')).length;
				for (const text of ['uno', 'dos', 'tres']) await eva.act(network, 'text', { text });
				await seen(said, 'tres');
				await eventually(marked, 'all of them are marked', WAIT);
				assert.ok((await calls(network, body => body.status === 'read' || body.sender_action === 'mark_seen')).length - before <= 3);
			}
			if (network === 'instagram') {
				// A thousand bytes a message, and no family is torn.
				const long = 'ñ👨‍👩‍👧‍👦'.repeat(60);
				await answer(long);
				await eventually(async () => (await ours(eva, network)).slice(-2).join('') === long, 'it arrives whole', WAIT);
				for (const part of (await ours(eva, network)).slice(-2)) assert.match(part, /^(ñ?👨‍👩‍👧‍👦)+ñ?$/u);
			}
			const earlier = (await calls(network, typing[network])).length, shows = async () => (await calls(network, typing[network])).length - earlier;
			await page.evaluate(path => Promise.all([1, 2, 3].map(() => window.vt.post(path, {}))), `/desk/${id}/typing`);
			await page.fill('#text', 'x');
			if (network !== 'x') await eventually(async () => await shows() === 1, `${network} shows it`, WAIT);
			await answer(`listo, ${network}`);
			await eva.waits(network, { text: `listo, ${network}` });
			assert.equal(await shows(), network === 'x' ? 0 : 1, 'once');
		}
	});

	await t.test('Telegram: to what it cannot read the bot says so once; a pressed button stops turning and reads as pressed', async () => {
		const eva = await somebody('telegram', 1);
		await eva.act('telegram', 'text', { text: '/start deuda-2026' });
		await eva.waits('telegram', { text: 'tu consulta' });
		await eva.act('telegram', 'sticker');
		await eva.waits('telegram', { text: UNREAD });
		await eva.act('telegram', 'sticker');
		await eva.act('telegram', 'press', { key: 'planes' });
		await eva.waits('telegram', { text: 'Te paso con una persona' });
		await eventually(async () => (await phones.ask('calls?network=telegram')).some(call => call.operation === 'answerCallbackQuery'), 'the button is answered', WAIT);
		const lines = await ours(eva, 'telegram');
		assert.equal(lines.filter(text => text.includes(UNREAD)).length, 1);
		assert.ok(!lines.some(text => text.includes('Elegí una opción')));
		const id = await openCase('telegram');
		await seen(told, 'Llegó por el enlace «deuda-2026»');
		await seen(said, 'Planes de pago');
		assert.deepEqual(sql(`SELECT kind, ref FROM conversation_referral WHERE conversation_id = ${id}`, { instance }), [['link', 'deuda-2026']]);
		await eva.act('telegram', 'contact', { name: 'Eva', own: true });
		await seen(said, '549221');
		// They block the bot, and let it in again: an operator sees both at once.
		await eva.act('telegram', 'block');
		await page.locator('#wish').getByText('Bloqueó este canal').waitFor({ timeout: WAIT });
		await answer('No le llega');
		await page.locator('#msgs .m').filter({ hasText: 'esta persona bloqueó el canal' }).waitFor({ timeout: WAIT });
		await eva.act('telegram', 'block', { blocked: false });
		await seen(told, 'Desbloqueó este canal');
		await eventually(async () => !await page.locator('#wish .note, #wishes').count(), 'nothing of it is left', WAIT);
	});

	await t.test('WhatsApp: by what advertisement, an order, people they share with their telephones, and what nobody can show', async () => {
		const eva = await somebody('whatsapp', 2);
		await whatsapp(eva, { type: 'text', text: { body: 'Vi el aviso' }, referral: { source_type: 'ad', source_id: '120', source_url: 'https://fb.me/aviso', headline: `Moratoria ${CRUEL}` } });
		await eva.waits('whatsapp', { text: 'tu consulta' });
		await whatsapp(eva, { type: 'unsupported', errors: [{ code: 131051 }] });
		await eva.waits('whatsapp', { text: UNREAD });
		await eva.act('whatsapp', 'press', { key: 'planes' });
		await eva.waits('whatsapp', { text: 'Te paso con una persona' });
		const id = await openCase('whatsapp');
		await seen(told, `Llegó por el aviso «Moratoria ${CRUEL}»`);
		assert.equal(await told('Moratoria').locator('a').getAttribute('href'), 'https://fb.me/aviso');
		assert.deepEqual(sql(`SELECT kind, source, url FROM conversation_referral WHERE conversation_id = ${id}`, { instance }), [['ad', '120', 'https://fb.me/aviso']]);
		await seen(said, 'Mandó algo que su red no nos deja ver.');
		await whatsapp(eva,
			{ type: 'order', order: { catalog_id: '1', product_items: [{ product_retailer_id: `libre-deuda ${CRUEL}`, quantity: 2, item_price: 1500.5, currency: 'ARS' }, { product_retailer_id: 'certificado', quantity: 1, item_price: 999, currency: 'ARS' }] } },
			{ type: 'contacts', contacts: [{ name: { formatted_name: `Estudio ${CRUEL}` }, org: { company: 'Contable SA' }, phones: [{ phone: '+54 9 221 455-5123' }], emails: [{ email: 'estudio@example.com' }] }] },
			{ type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'x', title: CRUEL } } });
		await seen(said, 'Pedido del catálogo');
		assert.match(await said('Pedido del catálogo').textContent(), /2 × libre-deuda <img.*ARS 1\.500,50.*1 × certificado.*Total: ARS 4\.000,00/s);
		await seen(said, 'Contable SA');
		assert.match(await said('Contable SA').textContent(), /Estudio <img.*\+54 9 221 455-5123.*estudio@example\.com/s);
		await seen(said, CRUEL);
		// An answer stands under what it answers; what was taken back is gone with all that came with it.
		const line = await eva.act('whatsapp', 'contact', { name: 'Borrado', number: '5492214000000' });
		await seen(said, '+5492214000000');
		await eva.act('whatsapp', 'text', { text: 'Este es', reply_to: line.id });
		await eventually(async () => (await said('Este es').locator('.qt').textContent().catch(() => '')).includes('Borrado'), 'the quote', WAIT);
		await eva.act('whatsapp', 'delete', { id: line.id });
		await eventually(async () => !(await page.locator('#msgs').textContent()).includes('+5492214000000'), 'it is taken back', WAIT);
		const ours = (await eva.messages('whatsapp')).findLast(one => one.from === 'line');
		await eva.act('whatsapp', 'react', { id: ours.id, emoji: CRUEL + '👍'.repeat(500) });
		await eventually(async () => (await page.locator('#msgs .react').last().textContent().catch(() => '')).includes('<img src=x'), 'what is no emoji is text, and short', WAIT);
		assert.ok((await page.locator('#msgs .react').last().textContent()).length < 60);
		assert.equal(await page.locator('#more li', { hasText: 'WhatsApp' }).count(), 1, 'one row for one person on one line');
		await phones.ask('account', { field: 'user_preferences', value: { messaging_product: 'whatsapp', metadata: { phone_number_id: lineOf('whatsapp').account },
			user_preferences: [{ wa_id: eva.number, category: 'marketing_messages', value: 'stop', timestamp: Math.floor(Date.now() / 1000) }] } });
		// The page says it by itself: at the contact, in the thread and above the composer.
		await page.locator('#wishes').getByText('WhatsApp: no quiere recibir avisos por este medio desde').waitFor({ timeout: WAIT });
		await page.locator('#wish').getByText('Lo que pregunte se contesta igual').waitFor({ timeout: WAIT });
		await seen(told, 'Pidió no recibir avisos');
		assert.equal(await page.locator('#text').isEnabled(), true);
		await accessible(page, 'a case with all kinds of WhatsApp');
	});

	await t.test('Messenger and Instagram: a link\'s word, a button without a title, answers to stories and mentions', async () => {
		const eva = await somebody('messenger', 3);
		await page_('messenger', eva, { referral: { ref: CRUEL, source: 'SHORTLINK', type: 'OPEN_THREAD' } });
		await eva.waits('messenger', { text: 'tu consulta' });
		await page_('messenger', eva, { postback: { mid: 'm_press', payload: 'planes' } });
		await eva.waits('messenger', { text: 'Te paso con una persona' });
		await openCase('messenger');
		await seen(told, `Llegó por el enlace «${CRUEL}»`);
		await seen(said, 'Planes de pago');
		const ana = await somebody('instagram', 4);
		await page_('instagram', ana, { message: { mid: 'story1', text: 'Linda historia', reply_to: { story: { id: '1', url: 'https://lookaside.example/story' } } } });
		await ana.waits('instagram', { text: 'tu consulta' });
		await page_('instagram', ana, { message: { mid: 'press1', text: 'Planes de pago', quick_reply: { payload: 'planes' } } });
		await ana.waits('instagram', { text: 'Te paso con una persona' });
		await openCase('instagram');
		await seen(said, 'Respondió a una historia nuestra.');
		await page_('instagram', ana, { message: { mid: 'story2', attachments: [{ type: 'story_mention', payload: { url: `${instance.peers.url}/media/none` } }] } });
		await seen(said, 'Nos mencionó en su historia.');
	});

	await t.test('X: what is encrypted is told to both sides', async () => {
		const eva = await somebody('x', 5);
		await eva.act('x', 'encrypted');
		await eva.waits('x', { text: ENCRYPTED });
		await eva.act('x', 'text', { text: 'Hola' });
		await eva.waits('x', { text: 'Elegí una opción' });
		await eva.act('x', 'encrypted');
		await eva.act('x', 'text', { text: '1' });
		await eva.waits('x', { text: 'Te paso con una persona' });
		await openCase('x');
		assert.equal((await ours(eva, 'x')).filter(text => text.includes(ENCRYPTED)).length, 2);
		await seen(said, 'Mensaje cifrado: abrilo en X.');
	});
});
