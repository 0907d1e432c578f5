// The operator's desk as an operator meets it: in Chromium, with a taxpayer at the other end.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from '../support/instance.mjs';
import { accessible, fits, launch, listen, logIn, open } from '../support/browser.mjs';
import { looksRight } from '../support/admin.mjs';
import { deskIn } from '../support/desk.mjs';
import { eventually, World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());
const world = new World({ typificationRequired: true, greeting: '¡Hola, {contacto}!', farewell: 'Hasta luego.' });

const desk = deskIn(browser, world);

const bubble = (page, text) => page.locator('#msgs .m', { hasText: text });
const bodies = id => sql(`SELECT to_json(body) FROM message WHERE conversation_id = ${id} AND author IN (3, 5) ORDER BY seq`)
	.map(([body]) => JSON.parse(body));

test('a new case is seen and heard without reloading', async t => {
	const operator = world.person();
	sql(`UPDATE agent_state SET state = 0 WHERE user_id IN (SELECT user_id FROM user_queue WHERE queue_id = ${world.queue})`);
	const { context, page } = await open(browser);
	t.after(() => context.close());
	await logIn(page, operator.login);
	const heard = await listen(page);
	await page.getByText('No tenés conversaciones abiertas').waitFor();
	const visitor = await world.taxpayer({ name: 'Rubén Acosta' });
	await page.locator('#list-mine', { hasText: 'Rubén Acosta' }).waitFor();
	await eventually(async () => (await heard()).includes('new-conversation'), 'the sound of a new case');
	await visitor.say('¿Hay alguien?');
	await page.locator('#list-mine', { hasText: '¿Hay alguien?' }).waitFor();
	await eventually(async () => (await heard()).includes('message'), 'the sound of a message');
	assert.match(await page.title(), /^\(1\) Bandeja/);
	await page.click('#list-mine a');
	await page.locator('#composer').waitFor();
	assert.match(page.url(), /\/desk\/\d+$/);
	await eventually(async () => !/^\(/.test(await page.title()), 'what was opened is read');
	assert.deepEqual(page.faults, []);
});

test('without sound it is seen, not heard', async t => {
	const { page, visitor } = await desk(t);
	const heard = await listen(page);
	await page.click('[data-sound]');
	await page.getByText('Sonido desactivado').waitFor();
	await visitor.say('en silencio');
	await bubble(page, 'en silencio').waitFor();
	assert.deepEqual(await heard(), []);
	await page.reload();
	assert.equal(await page.getAttribute('[data-sound]', 'aria-pressed'), 'false');
});

test('Enter sends, Shift+Enter is a line, Alt+Enter a paragraph, and an IME composes in peace', async t => {
	const { page, visitor, id } = await desk(t);
	await page.focus('#text');
	await page.keyboard.type('uno');
	await page.keyboard.press('Shift+Enter');
	await page.keyboard.type('dos');
	await page.keyboard.press('Alt+Enter');
	await page.keyboard.type('tres');
	await page.evaluate(() => document.querySelector('#text').dispatchEvent(
		new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, isComposing: true })));
	assert.equal(await page.inputValue('#text'), 'uno\ndos\n\ntres');
	await page.keyboard.press('Enter');
	assert.equal(await page.inputValue('#text'), '');
	assert.equal(await bubble(page, 'tres').locator('p').count(), 2);
	await visitor.until(({ messages }) => messages.some(({ text }) => text === 'uno\ndos\n\ntres'));
	await page.locator('#msgs .m[data-seq]', { hasText: 'tres' }).waitFor();
	assert.equal(await bubble(page, 'tres').count(), 1);
	await page.keyboard.press('Enter');
	assert.equal(bodies(id).length, 2);
});

test('what arrives leaves draft, caret, focus, filter and open menus alone', async t => {
	const { page, visitor } = await desk(t);
	await page.fill('#list-filter', 'graciela');
	await page.fill('#text', 'un borrador');
	await page.evaluate(() => document.querySelector('#text').setSelectionRange(3, 3));
	await page.locator('#agent details').evaluate(menu => { menu.open = true; });
	await page.locator('#reason').evaluate(details => { details.open = true; });
	await visitor.say('mientras escribís');
	await bubble(page, 'mientras escribís').waitFor();
	assert.equal(await page.inputValue('#text'), 'un borrador');
	assert.deepEqual(await page.evaluate(() => [document.activeElement.id, document.activeElement.selectionStart]), ['text', 3]);
	assert.equal(await page.inputValue('#list-filter'), 'graciela');
	assert.ok(await page.locator('#agent details').evaluate(menu => menu.open));
	assert.ok(await page.locator('#reason').evaluate(details => details.open));
});

test('ticks rise from sent to delivered to read', async t => {
	const { page, visitor, id } = await desk(t);
	await page.fill('#text', 'con tilde');
	await page.keyboard.press('Enter');
	const tick = page.locator('#msgs .m[data-seq]', { hasText: 'con tilde' }).locator('.tick');
	const [[seq]] = await eventually(() => { const rows = sql(`SELECT seq FROM message WHERE conversation_id = ${id} AND body = 'con tilde'`); return rows.length && rows; }, 'it is stored');
	for (const [delivered, read, title] of [[seq, 0, 'Entregado'], [seq, seq, 'Leído']]) {
		await visitor.post('/webchat/seen', { conversation: id, delivered: Number(delivered), read: Number(read) });
		await eventually(async () => await tick.getAttribute('title') === title, title);
	}
});

test('typing is seen on both sides', async t => {
	const { page, visitor } = await desk(t);
	await eventually(async () => { await visitor.post('/webchat/typing', {}); return page.locator('#typing').isVisible(); }, 'the taxpayer types');
	assert.ok(await page.locator('#types').isVisible());
	await visitor.say('listo');
	await bubble(page, 'listo').waitFor();
	assert.equal(await page.locator('#typing').count(), 0);
	const sent = [];
	page.on('request', request => { if (request.url().endsWith('/typing')) sent.push(Date.now()); });
	await page.focus('#text');
	for (const letter of 'buenas tardes') { await page.keyboard.type(letter); await pause(60); }
	assert.equal(sent.length, 1);
	await page.click('input[name=note][value="1"] + span');
	await page.keyboard.type('x');
	assert.equal(sent.length, 1);
});

test('a note is amber, shows at once, and stays in the house', async t => {
	const { page, visitor } = await desk(t);
	await page.click('input[name=note][value="1"] + span');
	await page.fill('#text', 'cuidado');
	await page.keyboard.press('Enter');
	await page.locator('#msgs .m.note-i[data-seq]', { hasText: 'cuidado' }).waitFor();
	const { json } = await visitor.get('/webchat/messages');
	assert.ok(!json.messages.some(({ text }) => text === 'cuidado'));
});

test('canned replies open with /, narrow down with letters, and Enter takes the chosen one', async t => {
	const { page } = await desk(t);
	await page.fill('#text', '');
	await page.keyboard.type('/');
	const options = page.locator('#p-canned [role=option]:visible');
	await eventually(async () => await options.count() > 1, 'all of them');
	await page.keyboard.type('imp');
	await eventually(async () => await options.count() === 1, 'one is left');
	await page.keyboard.press('Enter');
	assert.equal(await page.inputValue('#text'), 'Recibimos tu pago: se imputa dentro de las 48 horas.');
	assert.equal(await page.locator('#p-canned').isVisible(), false);
	await page.fill('#text', '/');
	await options.first().waitFor();
	await page.keyboard.press('ArrowDown');
	assert.equal(await page.locator('#p-canned [aria-selected=true]').getAttribute('id'), 'canned-1');
	await page.keyboard.press('Escape');
	assert.equal(await page.locator('#p-canned').isVisible(), false);
});

test('drafts stay with their conversation, and a note stays a note', async t => {
	const { page, id } = await desk(t);
	const [other] = [await world.taxpayer({ name: 'Olga Ruiz', state: 'active' })];
	await page.click('input[name=note][value="1"] + span');
	await page.fill('#text', 'nota a medias');
	await page.locator('#list-mine a', { hasText: 'Olga Ruiz' }).click();
	await page.waitForURL(`**/desk/${other.conversation}`);
	await eventually(async () => await page.inputValue('#text') === '', 'the other one is empty');
	await page.goBack();
	await page.waitForURL(`**/desk/${id}`);
	await eventually(async () => await page.inputValue('#text') === 'nota a medias', 'the draft is back');
	await page.reload();
	assert.equal(await page.inputValue('#text'), 'nota a medias');
	assert.ok(await page.isChecked('input[name=note][value="1"]'));
});

test('files come by button, by dropping and by pasting; one may be taken out again', async t => {
	const { page, visitor } = await desk(t);
	const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-attach]')]);
	await chooser.setFiles([{ name: 'boton.txt', mimeType: 'text/plain', buffer: Buffer.from('boton') },
		{ name: 'de-mas.txt', mimeType: 'text/plain', buffer: Buffer.from('de más') }]);
	await page.evaluate(() => {
		const give = (type, name, target) => {
			const data = new DataTransfer();
			data.items.add(new File([name], name, { type: 'text/plain' }));
			const event = type === 'paste' ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
				: new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
			target.dispatchEvent(event);
		};
		give('dragenter', 'x', document.querySelector('#msgs'));
		window.dragged = document.querySelector('#composer').classList.contains('dragging');
		give('drop', 'soltado.txt', document.querySelector('#msgs'));
		give('paste', 'pegado.txt', document.querySelector('#text'));
	});
	assert.ok(await page.evaluate(() => window.dragged));
	await page.click('[aria-label="Quitar de-mas.txt"]');
	await page.fill('#text', 'van tres');
	await page.keyboard.press('Enter');
	const files = await visitor.until(({ messages }) => messages.filter(({ file }) => file).length === 3 && messages.filter(({ file }) => file));
	assert.deepEqual(files.map(({ file }) => file.name), ['boton.txt', 'soltado.txt', 'pegado.txt']);
	assert.equal(files[0].text, 'van tres');
	await page.locator('#msgs .m[data-seq] .att', { hasText: 'pegado.txt' }).waitFor();
	await eventually(async () => await page.locator('#msgs .sending').count() === 0, 'nothing is left half sent');
});

test('what is on its way is read as well as what was sent', async t => {
	const { page, id } = await desk(t);
	let go;
	const held = new Promise(done => { go = done; });
	await page.route(`**/desk/${id}/messages`, async route => { await held; await route.continue(); });
	await page.fill('#text', 'va en camino');
	await page.keyboard.press('Enter');
	await page.locator('#msgs .sending', { hasText: 'va en camino' }).waitFor();
	await looksRight(page, 'a message on its way');
	assert.equal(await page.locator('#msgs .sending').count(), 1);
	go();
	await page.locator('#msgs .sending').waitFor({ state: 'detached' });
});

test('an upload shows how far it is and can be cancelled', async t => {
	const { context, page, id } = await desk(t);
	const session = await context.newCDPSession(page);
	await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200 * 1024 });
	const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-attach]')]);
	await chooser.setFiles([{ name: 'largo.txt', mimeType: 'text/plain', buffer: Buffer.alloc(4 * 1024 * 1024, 'a') }]);
	await page.fill('#text', 'va el archivo');
	await page.keyboard.press('Enter');
	await page.fill('#text', 'ya lo estoy viendo');
	await eventually(async () => await page.locator('.m progress').getAttribute('value').catch(() => 0) > 0
		|| await page.locator('.m progress').evaluate(bar => bar.value) > 0, 'progress');
	await page.click('#msgs [data-cancel]');
	await eventually(async () => await page.locator('#msgs .sending').count() === 0, 'it is gone');
	assert.equal(await page.inputValue('#text'), 'va el archivo\nya lo estoy viendo', 'what was written with it is back');
	await pause(300);
	assert.equal(sql(`SELECT count(*) FROM attachment WHERE conversation_id = ${id}`)[0][0], '0');
});

test('a file that is refused says why, and what was written is not lost', async t => {
	const { page } = await desk(t, { expected: [422] });
	const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-attach]')]);
	await chooser.setFiles([{ name: 'programa.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0', 'latin1') }]);
	await page.fill('#text', 'mirá esto');
	await page.keyboard.press('Enter');
	await page.getByText('Ese tipo de archivo no está permitido.').waitFor();
	assert.equal(await page.locator('#msgs [data-retry]').count(), 0, 'it would be refused again');
	await page.click('#msgs [data-discard]');
	assert.equal(await page.inputValue('#text'), 'mirá esto');
});

test('without network a banner comes after five seconds; what was sent waits and goes out once, in its order', async t => {
	const { context, page, visitor, id } = await desk(t, { expected: ['ERR_INTERNET_DISCONNECTED', 'ERR_NETWORK_CHANGED'] });
	await context.setOffline(true);
	await page.fill('#text', 'desde el túnel');
	await page.keyboard.press('Enter');
	await page.fill('#text', 'y sigo sin señal');
	await page.keyboard.press('Enter');
	await page.fill('#text', 'a medio escribir');
	await page.getByText('Reconectando…').waitFor({ timeout: 9000 });
	await page.locator('#msgs .m.fail', { hasText: 'desde el túnel' }).waitFor({ timeout: 15000 });
	await context.setOffline(false);
	await page.locator('#msgs .m[data-seq]', { hasText: 'desde el túnel' }).waitFor({ timeout: 15000 });
	await page.getByText('Reconectando…').waitFor({ state: 'hidden' });
	await visitor.until(({ messages }) => messages.some(({ text }) => text === 'desde el túnel'));
	assert.equal(bodies(id).filter(text => text === 'desde el túnel').length, 1);
	assert.equal(await bubble(page, 'desde el túnel').count(), 1);
	await page.locator('#msgs .m[data-seq]', { hasText: 'y sigo sin señal' }).waitFor();
	assert.deepEqual(bodies(id).slice(-2), ['desde el túnel', 'y sigo sin señal']);
	assert.equal(await page.inputValue('#text'), 'a medio escribir');
});

test('a note that is not sent comes back as a note', async t => {
	const { page } = await desk(t, { expected: [422] });
	await page.route('**/messages', route => route.fulfill({ status: 422, contentType: 'application/json', body: '{"error":{"message":"No se pudo."}}' }));
	await page.click('input[name=note][value="1"] + span');
	await page.fill('#text', 'no se lo digas');
	await page.keyboard.press('Enter');
	await page.locator('#msgs .m.fail').waitFor();
	await page.click('input[name=note][value=""] + span');
	await page.fill('#text', 'buenas');
	await page.click('#msgs [data-discard]');
	assert.equal(await page.inputValue('#text'), 'no se lo digas\nbuenas');
	assert.ok(await page.isChecked('input[name=note][value="1"]'));
});

test('when the session ends one logs in on the spot, and nothing that was written is lost', async t => {
	const { page, operator, visitor } = await desk(t, { expected: [401, 422] });
	await page.fill('#text', 'casi listo');
	sql(`UPDATE session SET closed_at = now() WHERE user_id = ${operator.id}`);
	sql(`INSERT INTO wake (topics) SELECT string_agg('s' || session_id, ' ') FROM session WHERE user_id = ${operator.id}`);
	await page.locator('dialog #login-form').waitFor({ timeout: 8000 });
	await accessible(page, 'the log-in dialog');
	await page.keyboard.press('Escape');
	assert.ok(await page.locator('dialog #login-form').isVisible());
	// Who it is stands there already.
	assert.equal(await page.inputValue('dialog #login'), operator.login);
	await page.locator('dialog #password:focus').waitFor();
	await page.keyboard.type('no es esta');
	await page.keyboard.press('Enter');
	await page.getByText('El usuario o la contraseña no son correctos.').waitFor();
	await page.fill('dialog #password', 'ventanilla');
	await page.keyboard.press('Enter');
	await page.locator('dialog #login-form').waitFor({ state: 'hidden' });
	assert.equal(await page.inputValue('#text'), 'casi listo');
	await page.focus('#text');
	await page.keyboard.press('Enter');
	await visitor.until(({ messages }) => messages.some(({ text }) => text === 'casi listo'));
	await visitor.say('y la respuesta');
	await bubble(page, 'y la respuesta').waitFor();
});

test('a case that is taken away says so, shows nothing more, and keeps the draft', async t => {
	// Telling that somebody types here may come after it was taken: the 404 of a case of somebody else.
	const { page, operator, visitor, id } = await desk(t, { expected: [404] });
	await page.fill('#text', 'sin terminar');
	sql(`UPDATE conversation SET user_id = ${world.person().id} WHERE conversation_id = ${id}`);
	sql(`INSERT INTO wake (topics) VALUES ('c${id} o${operator.id}')`);
	await page.getByText('ya no está a tu cargo').waitFor();
	await visitor.say('secreto para otro');
	await pause(600);
	assert.equal(await bubble(page, 'secreto para otro').count(), 0);
	// It can be taken along, and comes back with the case.
	assert.equal(await page.getByLabel('Lo que estabas escribiendo').inputValue(), 'sin terminar');
	await accessible(page, 'a case that was taken away');
	assert.ok(await page.evaluate(() => Object.values(localStorage).some(value => value.includes('sin terminar'))));
});

test('who reads further up is not moved; a button tells what is new', async t => {
	const { page, visitor, id } = await desk(t);
	sql(`INSERT INTO message (conversation_id, seq, created_at, author, body)
		SELECT ${id}, 100 + n, now(), 1, 'línea ' || n FROM generate_series(1, 90) n`);
	sql(`UPDATE conversation SET seq = 190 WHERE conversation_id = ${id}`);
	await page.reload();
	const top = () => page.locator('#msgs').evaluate(box => box.scrollTop);
	const fromBottom = () => page.locator('#msgs').evaluate(box => box.scrollHeight - box.scrollTop - box.clientHeight);
	assert.ok(await fromBottom() < 40);
	await page.locator('#msgs').evaluate(box => { box.scrollTop = box.scrollHeight / 2; });
	await pause(150);
	const before = await top();
	await visitor.say('abajo 1');
	await visitor.say('abajo 2');
	await page.getByRole('button', { name: '2 mensajes nuevos' }).waitFor();
	assert.equal(await top(), before);
	await page.click('#fresh');
	await eventually(async () => await fromBottom() < 40, 'the end is in sight');
	assert.equal(await page.locator('#fresh').count(), 0);
	await page.locator('#msgs').evaluate(box => { box.scrollTop = 0; });
	await bubble(page, 'línea 1').first().waitFor();
	await eventually(async () => await page.locator('#older').count() === 0, 'everything is there');
	const seqs = await page.locator('#msgs [data-seq]').evaluateAll(nodes => nodes.map(node => Number(node.dataset.seq)));
	assert.deepEqual(seqs, [...new Set(seqs)].sort((a, b) => a - b));
});

test('what grows while the thread scrolls to its end does not lose the end', async t => {
	const { page, visitor } = await desk(t);
	for (let i = 0; i < 12; i++) await visitor.say(`línea ${i}`);
	await bubble(page, 'línea 11').last().waitFor();
	// The event of a scroll comes a frame later: by then a picture has come in.
	await page.locator('#msgs').evaluate(box => { box.scrollTop = box.scrollHeight; box.scrollTop -= 20; });
	await page.evaluate(() => new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
	await page.locator('#msgs').evaluate(box => {
		box.scrollTop = box.scrollHeight;
		box.append(Object.assign(document.createElement('hr'), { id: 'tall' }));
		document.getElementById('tall').style.minHeight = '300px';
		return new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); });
	});
	await visitor.say('la última');
	await bubble(page, 'la última').waitFor();
	await eventually(() => page.locator('#msgs').evaluate(box => box.scrollHeight - box.scrollTop - box.clientHeight < 40), 'the end is in sight');
	assert.equal(await page.locator('#fresh').count(), 0);
});

test('that one taxpayer writes is not said of another', async t => {
	const { page, visitor, id } = await desk(t);
	const other = await world.taxpayer({ name: 'Olga Ruiz', state: 'active' });
	await eventually(async () => { await visitor.post('/webchat/typing', {}); return page.locator('#types').isVisible(); }, 'the taxpayer types');
	await page.locator(`#case-${other.conversation} a`).click();
	await page.locator(`#thread[data-conversation="${other.conversation}"]`).waitFor();
	assert.equal(await page.locator('#types').isVisible(), false);
	assert.notEqual(other.conversation, id);
});

test('while another case is on its way nothing goes to whom the last one was of', async t => {
	const { page, id } = await desk(t);
	const other = await world.taxpayer({ name: 'Olga Ruiz', state: 'active' });
	let go;
	const held = new Promise(done => { go = done; });
	await page.route(`**/desk/${other.conversation}`, async route => { await held; await route.continue(); });
	await page.fill('#text', 'a medio escribir');
	await page.locator(`#case-${other.conversation} a`).click();
	await page.locator('#thread[aria-busy]').waitFor();
	await page.locator('#text').focus();
	await page.keyboard.type(' para Olga');
	await page.keyboard.press('Enter');
	assert.equal(await page.inputValue('#text'), 'a medio escribir');
	go();
	await page.locator(`#thread[data-conversation="${other.conversation}"]:not([aria-busy])`).waitFor();
	assert.ok(!bodies(id).some(body => body.includes('medio')));
	await page.goBack();
	await page.locator(`#thread[data-conversation="${id}"]:not([aria-busy])`).waitFor();
	assert.equal(await page.inputValue('#text'), 'a medio escribir');
});

test('two tabs of a browser hold one poll and sound once, and both stay fresh', async t => {
	const { context, page, visitor, id } = await desk(t);
	const polls = new Set();
	const watch = tab => tab.on('request', request => { if (request.url().includes('/live?')) polls.add(tab); });
	const second = await context.newPage();
	watch(page);
	watch(second);
	await second.goto(`/desk/${id}`);
	await pause(500);
	polls.clear();
	const heard = [await listen(page), await listen(second)];
	const sounds = async () => (await Promise.all(heard.map(ask => ask()))).flat();
	await visitor.say('para las dos');
	await bubble(page, 'para las dos').waitFor();
	await bubble(second, 'para las dos').waitFor();
	await eventually(async () => (await sounds()).length, 'it is heard');
	await pause(300);
	assert.equal(polls.size, 1);
	assert.deepEqual(await sounds(), ['message']);
	await page.close();
	await visitor.say('para la que queda');
	await bubble(second, 'para la que queda').waitFor();
});

test('closing: the tipificación is asked for, searched and set; the thread ends and the list lets go', async t => {
	const { page, visitor, id } = await desk(t, { expected: [422] });
	await page.click('#close');
	await page.locator('dialog[open]').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.closest('dialog') !== null), true);
	await page.click('dialog .primary');
	await page.getByText('Elegí una tipificación para cerrar.').waitFor();
	await page.fill('dialog [data-filter-tree]', 'baja');
	assert.equal(await page.locator('dialog .tree label:visible').count(), 1);
	await page.check('dialog .tree label:visible input');
	await page.click('dialog .primary');
	await page.getByText('Conversación cerrada.').waitFor();
	await page.getByText('La conversación está cerrada.').waitFor();
	await page.locator(`#case-${id}`).waitFor({ state: 'detached' });
	await visitor.until(({ conversation, messages }) => conversation.state === 'closed' && messages.some(({ text }) => text === 'Hasta luego.'));
	await page.click('#box-closed');
	await page.locator(`#case-${id}`).waitFor();
	await page.locator('#contact', { hasText: 'Baja de dominio' }).waitFor();
});

test('a break is taken and ended from the top bar', async t => {
	const { page, operator } = await desk(t);
	await page.click('.state');
	await page.getByRole('button', { name: 'Almuerzo' }).click();
	await page.locator('.state', { hasText: 'Almuerzo' }).waitFor();
	assert.equal(sql(`SELECT state FROM agent_state WHERE user_id = ${operator.id}`)[0][0], '2');
	await page.click('.state');
	await page.locator('#agent').getByRole('button', { name: 'Disponible', exact: true }).click();
	await page.locator('.state', { hasText: 'Disponible' }).waitFor();
});

for (const theme of ['light', 'dark']) {
	test(`nothing keeps anybody out (${theme}): log-in, desk, menus, dialog, closing page, error`, async t => {
		const { context, page, visitor, id } = await desk(t, { theme, expected: [404] });
		await visitor.upload(Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64'), 'foto.png', 'image/png');
		await page.locator('#msgs img').waitFor();
		const look = async what => { await accessible(page, what); await fits(page, what); };
		await look('conversation');
		await page.click('.state');
		await look('state menu');
		await page.keyboard.press('Escape');
		await page.click('#me summary');
		await look('account menu');
		await page.keyboard.press('Escape');
		await page.click('[data-pop=p-canned]');
		await page.locator('#p-canned [role=option]').first().waitFor();
		await look('canned replies');
		await page.keyboard.press('Escape');
		await page.click('[data-pop=p-emoji]');
		await look('emoji');
		await page.keyboard.press('Escape');
		await page.click('input[name=note][value="1"] + span');
		await look('note');
		await page.click('#close');
		await page.locator('dialog[open]').waitFor();
		await look('closing dialog');
		for (const path of ['/desk', '/desk?box=closed', `/desk/${id}/close`, '/nada']) {
			await page.goto(path);
			await look(path);
		}
		await context.clearCookies();
		await page.goto('/login');
		await look('log-in');
	});
}

test('all of it works from the keyboard: open the case, answer, close', async t => {
	const { page, visitor, id } = await desk(t);
	await page.goto('/desk');
	const reach = async selector => {
		for (let i = 0; i < 40; i++) {
			if (await page.evaluate(wanted => document.activeElement.matches(wanted), selector)) return;
			await page.keyboard.press('Tab');
		}
		assert.fail(`Tab never came to ${selector}`);
	};
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
	await page.keyboard.press('Enter');
	await reach(`#case-${id} a`);
	await page.keyboard.press('Enter');
	await page.locator('#composer').waitFor();
	await reach('#text');
	await page.keyboard.type('hola desde el teclado');
	await page.keyboard.press('Enter');
	await visitor.until(({ messages }) => messages.some(({ text }) => text === 'hola desde el teclado'));
	for (let i = 0; i < 10 && !await page.evaluate(() => document.activeElement.id === 'close'); i++) await page.keyboard.press('Shift+Tab');
	await page.keyboard.press('Enter');
	await page.locator('dialog[open]').waitFor();
	await page.keyboard.press('Escape');
	await eventually(() => page.evaluate(() => document.activeElement.id === 'close'), 'focus is back');
	await page.keyboard.press('Enter');
	await page.locator('dialog[open]').waitFor();
	await reach('dialog input[type=checkbox]');
	await page.keyboard.press('Space');
	await reach('dialog .primary');
	await page.keyboard.press('Enter');
	await visitor.until(({ conversation }) => conversation.state === 'closed');
});

test('all of it works without script: log-in, list, answer, file, break, close, log-out', async t => {
	const { operator, visitor, id } = await world.case();
	const { context, page } = await open(browser, { javaScriptEnabled: false });
	t.after(() => context.close());
	await logIn(page, operator.login);
	await page.click(`#case-${id} a`);
	await page.fill('#text', 'sin script');
	await page.click('button[data-send]');
	assert.equal(await bubble(page, 'sin script').count(), 1);
	await page.click('button[data-send]');
	assert.match(await page.innerText('#text-error'), /Completá este dato|Escribí un mensaje/);
	await page.setInputFiles('input[type=file]', [{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('adjunto') }]);
	await page.getByRole('button', { name: 'Enviar archivos' }).click();
	assert.equal(await page.locator('.att', { hasText: 'a.txt' }).count(), 1);
	await page.click('.state');
	await page.getByRole('button', { name: 'Almuerzo' }).click();
	assert.match(await page.innerText('.state'), /Almuerzo/);
	await page.click('#close');
	await page.getByRole('button', { name: 'Cerrar conversación' }).click();
	assert.match(await page.innerText('#close-error'), /Elegí una tipificación/);
	await page.check('text=Baja de dominio');
	await page.getByRole('button', { name: 'Cerrar conversación' }).click();
	assert.match(await page.innerText('#composer'), /La conversación está cerrada/);
	await visitor.until(({ conversation }) => conversation.state === 'closed');
	await page.click('#me summary');
	await page.getByRole('button', { name: 'Cerrar sesión' }).click();
	assert.match(page.url(), /\/login$/);
});
