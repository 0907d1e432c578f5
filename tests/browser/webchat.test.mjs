// The webchat on a site that is not ours: the site at localhost, the widget at 127.0.0.1, third-party
// cookies blocked (so Chromium denies the framed page any storage of its own).
import assert from 'node:assert/strict';
import test from 'node:test';
import { info, sql } from '../support/instance.mjs';
import { launch } from '../support/browser.mjs';
import { accessibleIn, PNG, siteUrl, Site } from '../support/site.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { channel, conversationOf, once, Visitor } from '../support/visitor.mjs';

const browser = await launch();
test.after(() => browser.close());
const pageUrl = `${info.base_url}/webchat/frame?key=demo&mode=page`;

async function site(t, options) {
	const opened = await Site.open(browser, options);
	t.after(async () => {
		await opened.context.close();
		assert.deepEqual(opened.faults, []);
	});
	return opened;
}

// A chat that the bot has greeted.
async function chatting(t, options) {
	const opened = await site(t, options);
	await opened.bubble.click();
	await opened.chat.getByRole('button', { name: 'Planes de pago' }).waitFor();
	return opened;
}

// The chat as a page of ours, where the browser gives it storage.
async function fullPage(t) {
	const opened = await site(t, { url: pageUrl });
	await opened.page.getByRole('button', { name: 'Planes de pago' }).waitFor();
	const token = Visitor.of(await opened.page.evaluate(() => localStorage.getItem('ventanilla.demo')));
	return { ...opened, token };
}

// A chat that an operator of its own attends: {chat, text, staff, id, ...}.
const world = new World({ farewell: 'Gracias por escribirnos.' });
async function attended(t) {
	const operator = world.person({ name: 'Marina López' });
	sql(`UPDATE agent_state SET state = 0 WHERE user_id IN (SELECT user_id FROM user_queue WHERE queue_id = ${world.queue})`);
	const staff = await Staff.logIn(operator.login);
	const opened = await site(t, { query: `?key=${world.name}` });
	await opened.bubble.click();
	await opened.chat.getByText('Te atiende Marina').waitFor();
	const visitor = await opened.visitor();
	const id = await visitor.until(({ conversation }) => conversation.state === 'active' && conversation.id);
	return { ...opened, staff, id };
}

test('one tag on a foreign site is enough: bubble, chat, greeting', async t => {
	const { chat, page, frame } = await chatting(t);
	assert.equal(new URL(page.url()).hostname, 'localhost');
	assert.equal(new URL(frame().url()).hostname, '127.0.0.1');
	assert.equal(await frame().evaluate(() => { try { return Boolean(localStorage); } catch { return 'denied'; } }), 'denied');
	await chat.getByText('Soy el asistente virtual').waitFor();
	assert.deepEqual(await page.context().cookies(), []);
});

test('a menu is answered once, and shows what was chosen', async t => {
	const { chat } = await chatting(t);
	await chat.getByRole('button', { name: 'Planes de pago' }).click();
	await chat.getByText('Escribí tu CUIT').waitFor();
	await chat.locator('.m.me').getByText('Planes de pago').waitFor();
	for (const button of await chat.locator('.opts button').all()) assert.equal(await button.isDisabled(), true);
	assert.deepEqual(await chat.locator('.opts .sel').allTextContents(), ['Planes de pago']);
	await chat.locator('.m.me .tick.read').waitFor();
});

test('Enter sends, Shift+Enter breaks the line, Alt+Enter begins a paragraph', async t => {
	const { chat, text } = await chatting(t);
	await text.pressSequentially('uno');
	await text.press('Shift+Enter');
	await text.pressSequentially('dos');
	await text.press('Alt+Enter');
	await text.pressSequentially('tres');
	assert.equal(await chat.locator('.m.me').count(), 0);
	await text.press('Enter');
	await chat.locator('.m.me:not(.wait)').waitFor();
	assert.deepEqual(await chat.locator('.m.me p').allTextContents(), ['uno\ndos', 'tres']);
	assert.equal(await text.inputValue(), '');
	assert.equal(await text.evaluate(element => element === document.activeElement), true);
});

test('addresses that an operator writes are links; nothing else is', async t => {
	const { chat, visitor } = await chatting(t);
	const conversation = await conversationOf(await visitor());
	conversation.add(3, 1, 'Mirá https://sitio.example/planes?a=1&b=2, o javascript:alert(1).');
	const link = chat.locator('.m.agent a');
	await link.waitFor();
	assert.equal(await link.count(), 1);
	assert.equal(await link.getAttribute('href'), 'https://sitio.example/planes?a=1&b=2');
	assert.match(await link.getAttribute('rel'), /noopener noreferrer/);
	assert.equal(await chat.locator('.m.agent p').textContent(), 'Mirá https://sitio.example/planes?a=1&b=2, o javascript:alert(1).');
});

test('files go by button, by paste and by drop, and pictures are shown', async t => {
	const { chat, text, visitor } = await chatting(t);
	await chat.locator('#file').setInputFiles({ name: 'botón.png', mimeType: 'image/png', buffer: PNG });
	await text.evaluate((element, bytes) => {
		const data = new DataTransfer();
		data.items.add(new File([new Uint8Array(bytes)], 'pegada.png', { type: 'image/png' }));
		element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
	}, [...PNG]);
	await chat.locator('#log').evaluate(element => {
		const data = new DataTransfer();
		data.items.add(new File(['a;b\n1;2\n'], 'soltada.csv', { type: 'text/csv' }));
		for (const type of ['dragenter', 'dragover'])
			element.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
		window.shownWhileOver = getComputedStyle(document.querySelector('.drop')).display;
		element.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
	});
	await chat.locator('.m.me:not(.wait) .att').getByText('soltada.csv').waitFor();
	assert.equal(await chat.locator('#log').evaluate(() => window.shownWhileOver), 'grid');
	assert.equal(await chat.locator('#composer.dragging').count(), 0);
	const pictures = chat.locator('.m.me:not(.wait) img');
	await pictures.nth(1).waitFor();
	assert.deepEqual(await pictures.evaluateAll(images => images.map(image => image.alt)), ['Imagen botón.png', 'Imagen pegada.png']);
	await pictures.first().evaluate(image => image.decode());
	assert.equal(await pictures.first().evaluate(image => image.naturalWidth), 8);
	const names = (await (await visitor()).get('/webchat/messages')).json.messages.filter(message => message.file).map(({ file }) => file.name);
	assert.deepEqual(names, ['botón.png', 'pegada.png', 'soltada.csv']);
});

test('a file on its way can be cancelled, and a refused one says why', async t => {
	const { chat, page, visitor } = await chatting(t, { expected: [422] });
	let release;
	const held = new Promise(done => { release = done; });
	await page.route('**/webchat/files', async route => { await held; await route.continue().catch(() => {}); }, { times: 1 });
	await chat.locator('#file').setInputFiles({ name: 'grande.png', mimeType: 'image/png', buffer: PNG });
	const cancelled = page.waitForEvent('requestfailed');
	await chat.getByRole('button', { name: 'Cancelar el envío de grande.png' }).click();
	await cancelled;
	release();
	await chat.locator('.m.me').waitFor({ state: 'detached' });
	assert.equal(await chat.locator('.m.me').count(), 0);
	await chat.locator('#file').setInputFiles({ name: 'nada.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(300, 1) });
	await chat.locator('.m.me.fail').getByText('Ese tipo de archivo no está permitido.').waitFor();
	await chat.getByRole('button', { name: 'Quitar de la lista' }).click();
	assert.equal(await chat.locator('.m.me').count(), 0);
	assert.equal((await (await visitor()).get('/webchat/messages')).json.messages.filter(message => message.file).length, 0);
});

test('a file over 25 MB never leaves', async t => {
	const { chat, page } = await chatting(t);
	page.on('request', request => assert.ok(!request.url().includes('/webchat/files')));
	await chat.locator('#log').evaluate(element => {
		const data = new DataTransfer();
		data.items.add(new File([new Uint8Array(25 * 1024 * 1024 + 1)], 'enorme.png', { type: 'image/png' }));
		element.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
	});
	await chat.locator('#composer-err', { hasText: 'El archivo supera los 25 MB.' }).waitFor();
});

test('the chat goes on from page to page of the site', async t => {
	const { chat, text, page } = await chatting(t);
	await text.fill('mi consulta');
	await text.press('Enter');
	await chat.locator('.m.me:not(.wait)').getByText('mi consulta').waitFor();
	await page.reload();
	await page.getByRole('button', { name: 'Consultanos' }).click();
	await chat.locator('.m.me').getByText('mi consulta').waitFor();
	assert.equal(await chat.locator('.m.me').count(), 1);
});

test('what was not read is counted on the bubble, and read when it is seen', async t => {
	const { bubble, chat, visitor } = await chatting(t);
	const conversation = await conversationOf(await visitor());
	await (await visitor()).until(answer => answer.conversation.seen);
	await chat.getByRole('button', { name: 'Cerrar el chat' }).click();
	conversation.add(3, 1, 'primera');
	await bubble.getByText('1 mensaje sin leer').waitFor();
	const last = conversation.add(3, 1, 'segunda');
	await bubble.getByText('2 mensajes sin leer').waitFor();
	const marks = async () => (await (await visitor()).until(answer => answer.conversation.seen)) && sql(
		`SELECT contact_delivered_seq, contact_read_seq FROM conversation WHERE conversation_id = ${conversation.id}`)[0].map(Number);
	const before = await marks();
	assert.ok(before[1] < last - 1);
	await bubble.click();
	await chat.getByText('segunda').waitFor();
	await (await visitor()).until(answer => answer.conversation.seen === last);
	assert.equal(await bubble.locator('.pip').count(), 0);
});

test('another window takes up the same chat by a code that is good once', async t => {
	const { chat, context, page, faults } = await chatting(t);
	await chat.getByRole('button', { name: 'Automotores' }).click();
	await chat.locator('.m.me:not(.wait)').getByText('Automotores').waitFor();
	const opening = context.waitForEvent('page');
	const coded = page.waitForResponse('**/webchat/popout');
	await chat.getByRole('button', { name: 'Abrir en otra ventana' }).click();
	const { code } = await (await coded).json();
	const other = await opening;
	other.on('pageerror', error => faults.push(error.message));
	await other.locator('.m.me').getByText('Automotores').waitFor();
	assert.doesNotMatch(other.url(), /#/);
	await page.locator('[data-ventanilla] iframe').waitFor({ state: 'hidden' });
	await other.locator('#text').fill('desde la ventana');
	await other.locator('#text').press('Enter');
	await other.locator('.m.me:not(.wait)').getByText('desde la ventana').waitFor();
	await chat.locator('.m.me').getByText('desde la ventana').waitFor({ state: 'attached' });
	const thief = await (await browser.newContext()).newPage();
	await thief.goto(`${other.url()}#${code}`);
	await thief.locator('#log').getByText('El pase a esta ventana venció').waitFor();
	assert.equal(await thief.getByText('desde la ventana').count(), 0);
	await thief.context().close();
	await other.reload();
	await other.locator('.m.me').getByText('desde la ventana').waitFor();
});

test('a site\'s own button opens the chat, and so does its script', async t => {
	const { page, chat } = await site(t, { query: '?bubble=none' });
	const panel = page.locator('[data-ventanilla] iframe');
	await page.getByRole('button', { name: 'Chat' }).click();
	await chat.getByText('Soy el asistente virtual').waitFor();
	assert.equal(await page.locator('[data-ventanilla] button').count(), 0);
	await page.evaluate(() => window.ventanilla.close());
	await panel.waitFor({ state: 'hidden' });
	await page.evaluate(() => window.ventanilla.open());
	await panel.waitFor({ state: 'visible' });
});

test('the bubble stands on the left when the site says so, and the chat opens by itself', async t => {
	const { bubble, chat } = await site(t, { query: '?position=left&open' });
	await chat.getByText('Soy el asistente virtual').waitFor();
	assert.ok((await bubble.boundingBox()).x < 100);
});

test('messages of other windows, or of another form, are not listened to', async t => {
	const { page, chat, frame, bubble, visitor } = await chatting(t);
	const panel = page.locator('[data-ventanilla] iframe');
	const { token } = await visitor();
	for (const window of [page, frame()]) await window.evaluate(() => { self.came = 0; addEventListener('message', () => { self.came++; }); });
	const came = (window, count) => window.waitForFunction(expected => self.came >= expected, count);
	await page.evaluate(() => {
		const other = document.createElement('iframe');
		other.srcdoc = '<script>parent.postMessage({ ventanilla: 1, type: "close" }, "*");'
			+ 'parent.postMessage({ ventanilla: 1, type: "keep", token: "a".repeat(43) }, "*")</' + 'script>';
		document.body.append(other);
		window.postMessage({ ventanilla: 1, type: 'close' }, '*');
		const chat = document.querySelector('[data-ventanilla]').shadowRoot.querySelector('iframe').contentWindow;
		for (const said of [null, 'visible', 7, {}, { type: 'visible', visible: false }, { ventanilla: 1, type: 'visible', visible: 'no' },
			{ ventanilla: 1, type: 'constructor' }, { ventanilla: 1, type: 'visible', visible: true, page: { a: 1 }, kept: ['x'] }])
			chat.postMessage(said, '*');
	});
	await came(frame(), 8);
	await frame().evaluate(() => { for (const said of [null, 1, { ventanilla: 1, type: '__proto__' }, { ventanilla: 1, type: 'unread', count: 'x' },
		{ ventanilla: 1, type: 'keep', token: '<b>' }, { ventanilla: 1, type: 'active', active: 'x' }]) parent.postMessage(said, '*'); });
	await came(page, 3 + 6);
	assert.equal(await panel.isVisible(), true);
	assert.equal(await bubble.locator('.pip').count(), 0);
	assert.equal(await page.evaluate(() => localStorage.getItem('ventanilla.demo.token')), token);
	await chat.getByText('Soy el asistente virtual').waitFor();
});

test('a window that opens the chat is not its site, whatever it says', async t => {
	const { page, context, faults } = await site(t, { query: '?bubble=none' });
	const opening = context.waitForEvent('page');
	await page.evaluate(url => { window.victim = open(url); }, pageUrl);
	const chat = await opening;
	chat.on('pageerror', error => faults.push(error.message));
	await chat.getByRole('button', { name: 'Planes de pago' }).waitFor();
	await chat.evaluate(() => { self.came = 0; addEventListener('message', () => { self.came++; }); });
	await page.evaluate(() => victim.postMessage({ ventanilla: 1, type: 'visible', visible: false, kept: 'a'.repeat(43) }, '*'));
	await chat.waitForFunction(() => self.came === 1);
	assert.notEqual(await chat.evaluate(() => localStorage.getItem('ventanilla.demo')), 'a'.repeat(43));
	await chat.locator('#text').fill('sigue siendo mío');
	await chat.locator('#text').press('Enter');
	await chat.locator('.m.me:not(.wait)').getByText('sigue siendo mío').waitFor();
});

test('a site that the channel does not name gets no bubble and no frame', async t => {
	const key = channel({ origins: ['https://otro.example'] });
	const { page, bubble } = await site(t, { query: `?key=${key}&open`, bubble: false, expected: ['CORS', 'ERR_FAILED', 'frame-ancestors', 'ERR_BLOCKED'] });
	await page.evaluate(() => new Promise(done => { if (window.ventanilla) done(); else document.querySelector('script[data-key]').onload = done; }));
	await page.waitForLoadState('networkidle');
	assert.equal(await bubble.count(), 0);
	const blocked = page.waitForEvent('console', message => message.text().includes('frame-ancestors'));
	await page.evaluate(url => { const other = document.createElement('iframe'); other.src = url; other.id = 'stolen'; document.body.append(other); },
		`${info.base_url}/webchat/frame?key=${key}`);
	await blocked;
	assert.equal(await page.frameLocator('#stolen').locator('#text').count(), 0);
});

test('a page that frames the chat itself, without the loader, has it in place', async t => {
	const { page, faults } = await site(t, { query: '?bubble=none' });
	await page.evaluate(url => { const inline = document.createElement('iframe'); inline.src = url; inline.id = 'inline'; document.body.append(inline); },
		`${info.base_url}/webchat/frame?key=demo`);
	const chat = page.frameLocator('#inline');
	await chat.getByRole('button', { name: 'Planes de pago' }).waitFor();
	assert.equal(await chat.locator('#close').isVisible(), false);
	assert.deepEqual(faults, []);
});

test('without a connection nothing written is lost, and it is sent once', async t => {
	const { chat, text, context, visitor, frame } = await chatting(t, { expected: ['ERR_INTERNET_DISCONNECTED'] });
	await context.setOffline(true);
	await chat.locator('#offline').waitFor();
	await text.fill('sin red');
	await text.press('Enter');
	await text.fill('a medio escribir');
	await chat.locator('.m.me.wait').getByText('sin red').waitFor();
	await accessibleIn(frame(), 'a line that waits for the network');
	await context.setOffline(false);
	await chat.locator('.m.me:not(.wait)').getByText('sin red').waitFor({ timeout: 15000 });
	await chat.locator('#offline').waitFor({ state: 'hidden' });
	assert.equal(await text.inputValue(), 'a medio escribir');
	const { json } = await (await visitor()).get('/webchat/messages');
	assert.equal(json.messages.filter(message => message.text === 'sin red').length, 1);
});

test('while the operator writes it is said, until they have written', async t => {
	const { chat, staff, id } = await attended(t);
	await eventually(async () => { await staff.post(`/desk/${id}/typing`, {}); return chat.locator('#typing').isVisible(); }, 'the dots');
	assert.equal(await chat.locator('#typing-said').textContent(), 'Marina está escribiendo');
	await staff.post(`/desk/${id}/messages`, { text: 'Buenas tardes.', once: once() });
	await chat.locator('.m.agent').getByText('Buenas tardes.').waitFor();
	assert.equal(await chat.locator('#typing').isVisible(), false);
	assert.equal(await chat.locator('#typing-said').textContent(), '');
});

test('that the visitor writes is told once in a while, not for each key', async t => {
	const { page, text } = await attended(t);
	const told = [];
	page.on('request', request => { if (request.url().endsWith('/webchat/typing')) told.push(request); });
	await text.pressSequentially('quisiera saber', { delay: 30 });
	assert.equal(told.length, 1);
	assert.equal((await told[0].response()).ok(), true);
});

test('the ticks say how far a line got: sent, and read once the operator read it', async t => {
	const { chat, text, staff, id, visitor } = await attended(t);
	await text.fill('¿me leés?');
	await text.press('Enter');
	const tick = chat.locator('.m.me:not(.wait)').last().locator('.tick .sr');
	await eventually(async () => /Enviado|Entregado/.test(await tick.textContent()), 'it is sent');
	const seq = await (await visitor()).until(({ conversation }) => conversation.seq);
	await staff.post(`/desk/${id}/read`, { seq });
	await eventually(async () => await tick.textContent() === 'Leído', 'it is read');
});

test('when the operator closes, the farewell stands last and another chat may begin', async t => {
	const { chat, text, staff, id } = await attended(t);
	const [, typification] = /name="typification" value="(\d+)"/.exec((await staff.page(`/desk/${id}/close`)).text);
	assert.equal((await staff.post(`/desk/${id}/close`, { once: once(), typification })).status, 200);
	await chat.locator('.m').getByText('Gracias por escribirnos.').waitFor();
	await chat.getByText('Esta conversación terminó.').waitFor();
	assert.equal(await text.isVisible(), false);
	assert.equal(await chat.getByRole('button', { name: 'Empezar otra consulta' }).isVisible(), true);
});

test('the chat ends by the visitor\'s word, and another begins', async t => {
	const { chat, text } = await chatting(t);
	await text.fill('esto queda atrás');
	await text.press('Enter');
	await chat.locator('.m.me:not(.wait)').waitFor();
	await chat.getByRole('button', { name: 'Terminar', exact: true }).click();
	await chat.getByRole('button', { name: 'Seguir acá' }).click();
	assert.equal(await text.isVisible(), true);
	await chat.getByRole('button', { name: 'Terminar', exact: true }).click();
	await chat.getByRole('dialog').getByRole('button', { name: 'Terminar la conversación' }).click();
	await chat.getByText('Esta conversación terminó.').waitFor();
	assert.equal(await text.isVisible(), false);
	await chat.getByRole('button', { name: 'Empezar otra consulta' }).click();
	await chat.getByRole('button', { name: 'Planes de pago' }).waitFor();
	assert.equal(await chat.getByText('esto queda atrás').count(), 0);
	assert.equal(await text.isVisible(), true);
});

const FORM = [{ field: 'name', required: true }, { field: 'cuit', required: true }, { field: 'email' },
	{ field: 'topic', required: true, options: [{ key: 'planes', label: 'Planes de pago' }] }, { field: 'consent' }];
const asking = () => channel({ title: 'Agencia', origins: ['http://localhost:*'], form: FORM });

test('a channel may ask for data first; what is missing or wrong is said beside its field', async t => {
	const { bubble, chat, visitor } = await site(t, { query: `?key=${asking()}`, expected: [422] });
	const begin = chat.getByRole('button', { name: 'Iniciar chat' });
	await bubble.click();
	await begin.click();
	const said = async name => chat.locator(`#${await chat.getByLabel(name).getAttribute('aria-describedby')}`).textContent();
	assert.equal(await said('Nombre y apellido'), 'Completá este dato.');
	await chat.getByLabel('Nombre y apellido').fill('Graciela Benítez');
	await chat.getByLabel('CUIT').fill('20-22814901-1');
	await chat.getByLabel('Sobre qué consultás').selectOption('Planes de pago');
	await begin.click();
	assert.equal(await said('Acepto el tratamiento'), 'Completá este dato.');
	await chat.getByLabel('Acepto el tratamiento').check();
	await begin.click();
	await chat.locator('#f-cuit-err', { hasText: 'Revisá el CUIT' }).waitFor();
	assert.equal(await chat.getByLabel('CUIT').getAttribute('aria-invalid'), 'true');
	assert.equal(await chat.getByLabel('Nombre y apellido').inputValue(), 'Graciela Benítez');
	await chat.getByLabel('CUIT').fill('27-14582360-4');
	await begin.click();
	await chat.locator('.m.me').getByText('Planes de pago').waitFor();
	await chat.getByText('Escribí tu CUIT').waitFor();
	assert.deepEqual(sql(`SELECT k.name, k.cuit FROM conversation c JOIN contact k USING (contact_id) WHERE c.visitor_id = ${(await visitor()).id}`)[0][1], '27145823604');
});

test('who is no longer known begins anew at once, whatever poll is still held, and what they wrote arrives', async t => {
	const { chat, text, visitor } = await chatting(t, { expected: [401] });
	sql(`UPDATE visitor SET token_hash = decode(md5(random()::text) || md5(random()::text), 'hex') WHERE visitor_id = ${(await visitor()).id}`);
	await text.fill('sigo acá');
	await text.press('Enter');
	await chat.locator('.m.me:not(.wait)').getByText('sigo acá').waitFor({ timeout: 10000 });
});

test('two tabs of one browser hear the same chat, though it has no storage there', async t => {
	const first = await chatting(t);
	const page = await first.context.newPage();
	await page.goto(siteUrl());
	await page.getByRole('button', { name: 'Consultanos' }).click();
	const second = page.frameLocator('[data-ventanilla] iframe');
	await second.getByRole('button', { name: 'Planes de pago' }).waitFor();
	const conversation = await conversationOf(await first.visitor());
	conversation.add(3, 1, 'para las dos');
	await first.chat.getByText('para las dos').waitFor();
	await second.getByText('para las dos').waitFor();
});

test('two tabs with storage hold one poll between them, and the one that is left takes over', async t => {
	const { page: first, context, token } = await fullPage(t);
	const polls = [];
	const second = await context.newPage();
	second.on('request', request => { if (request.url().includes('/live/visitor')) polls.push(request.url()); });
	await second.goto(pageUrl);
	await second.getByRole('button', { name: 'Planes de pago' }).waitFor();
	const conversation = await conversationOf(token);
	conversation.add(3, 1, 'para las dos');
	await first.getByText('para las dos').waitFor();
	await second.getByText('para las dos').waitFor();
	assert.equal(polls.length, 0);
	await first.close();
	conversation.add(3, 1, 'para la que queda');
	await second.getByText('para la que queda').waitFor();
	assert.ok(polls.length > 0);
});

test('by keyboard: the bubble opens into the text, Escape closes back to it', async t => {
	const { bubble, chat, page, text } = await site(t);
	await bubble.focus();
	await page.keyboard.press('Enter');
	await chat.getByText('Soy el asistente virtual').waitFor();
	await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.tagName === 'IFRAME');
	assert.equal(await text.evaluate(element => element === document.activeElement), true);
	await page.keyboard.type('con el teclado');
	await page.keyboard.press('Enter');
	await chat.locator('.m.me:not(.wait)').getByText('con el teclado').waitFor();
	await page.keyboard.press('Escape');
	await page.locator('[data-ventanilla] iframe').waitFor({ state: 'hidden' });
	assert.equal(await page.evaluate(() => document.activeElement.shadowRoot.activeElement.tagName), 'BUTTON');
	assert.equal(await bubble.getAttribute('aria-expanded'), 'false');
});

test('as a page of its own it begins by itself, and a reload keeps the chat and the draft', async t => {
	const { page } = await fullPage(t);
	await page.getByRole('button', { name: 'Inmobiliario' }).click();
	await page.locator('.m.me:not(.wait)').getByText('Inmobiliario').waitFor();
	await page.locator('#text').pressSequentially('a medio escribir');
	await page.reload();
	await page.locator('.m.me').getByText('Inmobiliario').waitFor();
	assert.equal(await page.locator('#text').inputValue(), 'a medio escribir');
	assert.equal(await page.locator('#close').isVisible(), false);
});

for (const theme of ['light', 'dark']) {
	test(`nothing stands in anybody's way (${theme}), down to 360 px`, async t => {
		const { chat, page, frame, text, visitor } = await chatting(t, { theme });
		const conversation = await conversationOf(await visitor());
		await text.fill('una palabra-larguísima-'.repeat(12));
		await text.press('Enter');
		await chat.locator('#file').setInputFiles([{ name: 'a.png', mimeType: 'image/png', buffer: PNG }, { name: `${'nombre-largo-'.repeat(12)}.csv`, mimeType: 'text/csv', buffer: Buffer.from('a;b\n') }]);
		await chat.locator('.m.me:not(.wait) .att').waitFor();
		conversation.add(4, 4, '', { event: 'assigned', agent: 'Marina' });
		conversation.add(3, 1, 'Hola. Mirá https://sitio.example/una/direcci%C3%B3n/muy/larga/que/no/entra/en/un/renglon');
		await chat.locator('.m.agent a').waitFor();
		for (const [width, height] of [[1280, 720], [360, 640]]) {
			await page.setViewportSize({ width, height });
			await accessibleIn(page.mainFrame(), `site at ${width}`);
			await accessibleIn(frame(), `chat at ${width}`);
			assert.ok(await frame().evaluate(() => document.documentElement.scrollWidth <= innerWidth));
			assert.ok(await chat.locator('#log').evaluate(log => log.scrollWidth <= log.clientWidth));
		}
		assert.deepEqual(await page.locator('[data-ventanilla] iframe').boundingBox(), { x: 0, y: 0, width: 360, height: 640 });
		await chat.getByRole('button', { name: 'Terminar', exact: true }).click();
		await accessibleIn(frame(), 'leaving');
		await chat.getByRole('dialog').getByRole('button', { name: 'Terminar la conversación' }).click();
		await chat.getByText('Esta conversación terminó.').waitFor();
		await accessibleIn(frame(), 'ended');
	});

	test(`the first form has no barrier (${theme})`, async t => {
		const { bubble, chat, frame } = await site(t, { query: `?key=${asking()}`, theme, width: 360, height: 640 });
		await bubble.click();
		await chat.getByRole('button', { name: 'Iniciar chat' }).click();
		await chat.locator('#f-name-err', { hasText: 'Completá este dato.' }).waitFor();
		await accessibleIn(frame(), 'form');
		assert.ok(await frame().evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	});
}
