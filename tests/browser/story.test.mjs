// The main job, as all who take part in it see it: a taxpayer on the agency's site, Marina at her
// desk, Carla at the board. One story from the first line to the farewell, then a shorter one.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { accessible, dropFiles, launch, listen, logIn, open, pasteImage } from '../support/browser.mjs';
import { accessibleIn, PNG, Site } from '../support/site.mjs';
import { eventually } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());

async function staff(login, options) {
	const { page } = await open(browser, options);
	await logIn(page, login);
	return page;
}

// Whoever other tests left at their desk goes home, and Marina has room for whom they left waiting.
sql(`UPDATE agent_state SET state = 0; UPDATE app_user SET capacity = 100 WHERE login = 'mlopez'`);

const bubbles = page => page.locator('#msgs .m');
const tickOf = bubble => bubble.locator('.tick .sr');
// Letter after letter, until the other side is told of it.
const writing = (field, dots) => eventually(async () => { await field.pressSequentially('a'); return dots.isVisible(); }, 'the dots', 10000);
const becomes = (locator, text) => eventually(async () => await locator.textContent().catch(() => '') === text, text, 10000);

test('a taxpayer writes, the bot attends, an operator answers live and closes', { timeout: 180000 }, async t => {
	const marina = await staff('mlopez', { expected: [422] });
	const carla = await staff('cmendez');
	const site = await Site.open(browser);
	t.after(async () => {
		for (const { faults } of [marina, carla, site]) assert.deepEqual(faults, []);
		await Promise.all([marina.context(), carla.context(), site.context].map(context => context.close()));
	});
	const { chat, text } = site;
	const say = async line => { await text.fill(line); await text.press('Enter'); };
	const mine = chat.locator('.m.me:not(.wait)');
	let id;
	const lane = name => carla.locator(`[aria-labelledby=lane-${name}] #card-${id}`);

	await t.test('Marina is at lunch; Carla has the board in front of her', async () => {
		await marina.click('.state');
		await marina.getByRole('button', { name: 'Almuerzo' }).click();
		await marina.locator('.state', { hasText: 'Almuerzo' }).waitFor();
		await carla.getByRole('heading', { name: 'En espera' }).waitFor();
	});

	await t.test('the bot greets, offers the menu, and asks again for a wrong CUIT', async () => {
		await site.bubble.click();
		await chat.getByText('Soy el asistente virtual').waitFor();
		await chat.getByRole('button', { name: 'Planes de pago' }).click();
		await chat.getByText('Escribí tu CUIT').waitFor();
		await say('20-12345678-9');
		await chat.getByText('Ese CUIT no es correcto').waitFor();
		await say('27-14582360-4');
		await chat.getByText('Registramos tu CUIT').waitFor();
		id = await (await site.visitor()).until(({ conversation }) => conversation.id);
		await lane('bot').waitFor();
	});

	await t.test('who asks for a person waits in the queue of their topic, and the board counts the wait', async () => {
		await chat.getByRole('button', { name: 'Hablar con un operador' }).click();
		await chat.getByText('equipo de planes de pago').waitFor();
		await lane('waiting').locator('.chip', { hasText: 'Planes de pago' }).waitFor();
		const wait = lane('waiting').locator('[data-tick]');
		const shown = await wait.textContent();
		await eventually(async () => await wait.textContent() !== shown, 'the wait grows');
	});

	await t.test('back from lunch it is Marina\'s: seen and heard without reloading', async () => {
		const heard = await listen(marina);
		await marina.click('.state');
		await marina.locator('#agent').getByRole('button', { name: 'Disponible', exact: true }).click();
		await marina.locator(`#list-mine #case-${id}`).waitFor();
		await eventually(async () => (await heard()).includes('new-conversation'), 'the sound of a new case');
		await lane('active').getByText('Marina López').waitFor();
		await chat.getByText('Te atiende Marina').waitFor();
	});

	await t.test('until she opens it, what is written has arrived and is not read', async () => {
		await say('¿Me atiende una persona?');
		await becomes(tickOf(mine.last()), 'Entregado');
	});

	await t.test('she finds the bot\'s talk, the CUIT, the wait and the reason of the assignment', async () => {
		await marina.click(`#case-${id} a`);
		await marina.getByText('CUIT 27-14582360-4').waitFor();
		await marina.getByText('Menos conversaciones abiertas').waitFor();
		await marina.getByText('El bot derivó a Planes de pago').waitFor();
		await bubbles(marina).filter({ hasText: 'Escribí tu CUIT' }).first().waitFor();
		await becomes(tickOf(mine.last()), 'Leído');
	});

	await t.test('each sees that the other is writing', async () => {
		await writing(marina.locator('#text'), chat.locator('#typing'));
		await becomes(chat.locator('#typing-said'), 'Marina está escribiendo');
		await marina.fill('#text', 'Hola, ya veo tu plan.');
		await marina.keyboard.press('Enter');
		await chat.locator('.m.agent').getByText('Hola, ya veo tu plan.').waitFor();
		await chat.locator('#typing').waitFor({ state: 'hidden' });
		await writing(text, marina.locator('#typing'));
		await say('Gracias <b>Marina</b> 😀');
		await bubbles(marina).getByText('Gracias <b>Marina</b> 😀', { exact: true }).waitFor();
		await marina.locator('#typing').waitFor({ state: 'detached' });
	});

	await t.test('both write lines and paragraphs, shown as they were written', async () => {
		for (const [field, side] of [[marina.locator('#text'), chat], [text, marina]]) {
			await field.pressSequentially('uno');
			await field.press('Shift+Enter');
			await field.pressSequentially('dos');
			await field.press('Alt+Enter');
			await field.pressSequentially('tres');
			await field.press('Enter');
			const other = side.locator('.m:not(.wait)').filter({ hasText: 'tres' }).last();
			await other.waitFor();
			assert.deepEqual(await other.locator('p').allTextContents(), ['uno\ndos', 'tres']);
		}
	});

	await t.test('her ticks rise: sent and delivered while the chat is closed, read once it is open', async () => {
		await chat.getByRole('button', { name: 'Cerrar el chat' }).click();
		await marina.fill('#text', '¿Seguís ahí?');
		await marina.keyboard.press('Enter');
		const tick = tickOf(bubbles(marina).filter({ hasText: '¿Seguís ahí?' }).last());
		await site.bubble.getByText('1 mensaje sin leer').waitFor();
		await becomes(tick, 'Entregado');
		await site.bubble.click();
		await becomes(tick, 'Leído');
	});

	await t.test('she sends files by button, by dropping and with Ctrl+V; the taxpayer sends one back', async () => {
		const [chooser] = await Promise.all([marina.waitForEvent('filechooser'), marina.click('[data-attach]')]);
		await chooser.setFiles({ name: 'boleta.txt', mimeType: 'text/plain', buffer: Buffer.from('Cuota 3') });
		await dropFiles(marina, '#msgs', { 'plan.csv': 'cuota;importe\n3;1500\n' });
		await marina.locator('.atts').getByText('plan.csv').waitFor();
		await pasteImage(marina, '#text');
		await eventually(async () => await marina.locator('.atts > *').count() === 3, 'three files wait for Enter');
		await marina.focus('#text');
		await marina.keyboard.press('Enter');
		await chat.locator('.m.agent .att').getByText('boleta.txt').waitFor();
		await chat.locator('.m.agent .att').getByText('plan.csv').waitFor();
		const picture = chat.locator('.m.agent img');
		await picture.waitFor();
		await picture.evaluate(image => image.decode());
		await chat.locator('#file').setInputFiles({ name: 'comprobante.png', mimeType: 'image/png', buffer: PNG });
		const received = marina.locator('#msgs .m.user img[alt*="comprobante.png"]');
		await received.waitFor();
		await received.evaluate(image => image.decode());
	});

	await t.test('no card of the board stands out of its lane', async () => {
		const wide = await carla.locator('.lane > ul').evaluateAll(lists => lists.filter(list => list.scrollWidth > list.clientWidth)
			.map(list => list.innerHTML));
		assert.deepEqual(wide, []);
	});

	await t.test('the screens of all three keep nobody out, in light and in dark', async () => {
		for (const theme of ['light', 'dark']) {
			for (const [page, what] of [[marina, 'desk'], [carla, 'board']]) {
				await page.evaluate(value => { document.documentElement.dataset.theme = value; }, theme);
				await accessible(page, `${what}, ${theme}`);
			}
			await site.page.emulateMedia({ colorScheme: theme });
			await accessibleIn(site.frame(), `webchat, ${theme}`);
		}
	});

	await t.test('closing asks for a tipificación; the webchat shows the farewell, the board where it went', async () => {
		await marina.click('#close');
		const dialog = marina.locator('dialog[open]');
		await dialog.locator('.primary').click();
		await dialog.getByText('Elegí una tipificación para cerrar.').waitFor();
		await dialog.getByText('Cuota vencida').click();
		await dialog.locator('.primary').click();
		await chat.locator('.m').getByText('Gracias por comunicarte con la Agencia').waitFor();
		await chat.getByText('Esta conversación terminó.').waitFor();
		await marina.locator(`#case-${id}`).waitFor({ state: 'detached' });
		await carla.goto('/board?lane=closed');
		await lane('closed').getByText('Marina López').waitFor();
	});

	await t.test('all of it is on record: segments, tipificaciones, the reason, who did what', () => {
		const [[state, typified, segments, open, reason, actions]] = sql(`SELECT c.state,
			(SELECT string_agg(source::text, ',' ORDER BY source) FROM conversation_typification t
				WHERE t.conversation_id = c.conversation_id),
			(SELECT string_agg(kind::text, ',' ORDER BY segment_seq) FROM segment s WHERE s.conversation_id = c.conversation_id),
			(SELECT count(*) FROM segment s WHERE s.conversation_id = c.conversation_id AND s.ended_at IS NULL),
			(SELECT count(*) FROM assignment a WHERE a.conversation_id = c.conversation_id AND a.reason IS NOT NULL),
			(SELECT string_agg(DISTINCT a.action, ',' ORDER BY a.action) FROM audit a WHERE a.conversation_id = c.conversation_id)
			FROM conversation c WHERE c.conversation_id = ${id}`);
		assert.equal(state, '4');
		assert.match(typified, /3/);
		assert.equal(segments, '1,2,3');
		assert.equal(open, '0');
		assert.equal(reason, '1');
		for (const action of ['conversation.close', 'conversation.file', 'conversation.reply']) assert.ok(actions.split(',').includes(action), actions);
	});
});

test('a CUIT that is wrong three times is handed on to a person all the same', { timeout: 60000 }, async t => {
	const marina = await staff('mlopez');
	const site = await Site.open(browser, { query: '?open' });
	t.after(() => Promise.all([marina.context().close(), site.context.close()]));
	const { chat, text } = site;
	await chat.getByRole('button', { name: 'Automotores' }).click();
	for (const [wrong, times] of [['20-12345678-9', 1], ['no me acuerdo', 2], ['20-12345678-1', 3]]) {
		await chat.getByText(times === 1 ? 'Escribí tu CUIT' : 'Ese CUIT no es correcto').last().waitFor();
		await eventually(async () => await chat.getByText('Ese CUIT no es correcto').count() === times - 1, 'the bot has answered');
		await text.fill(wrong);
		await text.press('Enter');
	}
	await chat.getByText('No pudimos validar tu CUIT').waitFor();
	await chat.getByText('equipo de automotores').waitFor();
	const { id } = await (await site.visitor()).until(({ conversation }) => conversation.state === 'active' && conversation);
	await marina.locator(`#case-${id}`).waitFor();
	await marina.click(`#case-${id} a`);
	await marina.locator('#contact').getByText('Sin CUIT').waitFor();
	assert.deepEqual(site.faults, []);
	assert.deepEqual(marina.faults, []);
});
