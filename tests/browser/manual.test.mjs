// The manual's pictures, made on the product as it is: a picture whose scene cannot be played any more fails here.
// `VENTANILLA_PICTURES=1 ./dev test manual` writes them into docs/manual/img.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { launch, open, somebody } from '../support/browser.mjs';
import { Camera } from '../support/camera.mjs';
import { root, sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { aTemplate, byWhatsapp } from '../support/templates.mjs';
import { Visitor } from '../support/visitor.mjs';

const manual = `${root}docs/manual`;
const BYTES_MAX = 1500000, SMS = 7;
const camera = new Camera();
const world = new World();
const lucia = world.person({ name: 'Lucía Fernández' }), diego = world.person({ name: 'Diego Sosa', capacity: 8 });
const norma = world.person({ role: 'supervisor', name: 'Norma Ibáñez' });
let browser, desk, board;

// Names as an agency has them; whoever had them in an earlier run of this test has them no more.
function name(table, id, text) {
	sql(`UPDATE ${table} SET name = name || ' ' || ${table}_id WHERE name = '${text}'; UPDATE ${table} SET name = '${text}' WHERE ${table}_id = ${id}`);
}
async function writes(contact, ...texts) {
	const visitor = await Visitor.start({ key: world.name, name: contact }, world);
	for (const text of texts) await visitor.say(text);
	visitor.conversation = await visitor.until(({ conversation }) => conversation.state !== 'bot' && conversation.id);
	return visitor;
}
async function says(text) {
	await desk.fill('#text', text);
	await desk.keyboard.press('Enter');
	await desk.locator('#msgs .m[data-seq]', { hasText: text }).waitFor();
}
const dismiss = async page => {
	await page.keyboard.press('Escape');
	await page.locator('dialog[open]').waitFor({ state: 'detached' });
};

before(async () => {
	name('queue', world.queue, 'Patentes');
	name('channel', world.channel, 'Webchat del sitio web');
	sql(`UPDATE bot SET name = 'Asistente virtual' WHERE name = 'Bot ${world.name}'`);
	sql("UPDATE contact SET cuit = NULL WHERE cuit = '27123456780'");
	browser = await launch();
});
after(async () => {
	await browser?.close();
	camera.close();
});

test('who attends, at their desk', { timeout: 120000 }, async t => {
	let graciela, hugo, ramona, colleague;
	await t.test('coming in', async () => {
		const { context, page } = await open(browser);
		await page.goto('/login');
		await camera.take(page, 'entrar', '#login-ways', { room: 28 });
		await context.close();
	});
	await t.test('with people who write', async () => {
		desk = await somebody(t, browser, lucia, { width: 1280, height: 760, expected: [404] });
		graciela = await writes('Graciela Benítez', 'Buen día', 'Pagué la cuota 3 de la patente y me sigue figurando la deuda.');
		hugo = await writes('Hugo Ledesma', '¿Dónde veo la boleta de este mes?');
		ramona = await writes('Ramona Quiroga', 'Vendí la moto en agosto y me llegó igual.');
		sql(`UPDATE app_user SET capacity = 3 WHERE user_id = ${lucia.id}`);
		await writes('Ester Ocampo', 'Necesito un turno.');
		await desk.locator('#list-queue li').waitFor();
		await desk.locator(`#case-${graciela.conversation} a`).click();
		await desk.locator('#composer textarea').waitFor();
	});
	await t.test('a conversation, with its note and a whisper', async () => {
		await says('¡Buen día, Graciela! Soy Lucía. Ya lo reviso.');
		await graciela.upload(readFileSync(`${root}static/img/favicon.svg`), 'comprobante.txt', 'text/plain');
		await desk.locator('#msgs .att').waitFor();
		await desk.locator('#composer').getByText('Nota interna').click();
		await says('El pago entró ayer; falta imputarlo.');
		await desk.locator('#composer').getByText('Responder', { exact: true }).click();
		await camera.take(desk, 'bandeja', '.app');
		await camera.take(desk, 'conversacion', '#thread');
		await camera.take(desk, 'lista', '#desk-list', { height: 500 });
		await desk.click('#list-view summary');
		await camera.take(desk, 'orden', ['#list-view .pop', '#list-view summary'], { room: 8 });
		await desk.click('#list-view summary');
	});
	await t.test('answering', async () => {
		const [chooser] = await Promise.all([desk.waitForEvent('filechooser'), desk.click('[data-attach]')]);
		await chooser.setFiles([{ name: 'constancia-de-pago.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(183000, '%PDF-1.4') }]);
		await desk.fill('#text', 'Te paso la constancia.');
		await camera.take(desk, 'responder', '#composer');
		await desk.click('.atts [data-remove]');
		await desk.fill('#text', '/');
		await desk.locator('#p-canned [role=option]').first().waitFor();
		await camera.take(desk, 'predefinidas', ['#p-canned', '#composer .box'], { room: 8 });
		await desk.fill('#text', '');
		await desk.click('[data-pop=p-emoji]');
		await desk.locator('#p-emoji .gd button').first().waitFor();
		await camera.take(desk, 'emoji', ['#p-emoji', '#composer .box'], { room: 8 });
		await desk.keyboard.press('Escape');
	});
	await t.test('undoing and changing what was sent', async () => {
		const own = desk.locator('#msgs .m.agent', { hasText: 'Ya lo reviso' }).last();
		await own.hover();
		await own.locator('[data-edit]').waitFor();
		await camera.take(desk, 'editar', ['#msgs .m.agent', '#msgs .m.agent .ops'], { room: 10 });
		sql(`INSERT INTO setting (key, value) VALUES ('desk.undo_s', '"20"') ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
		try {
			await desk.reload();
			await desk.fill('#text', 'Tu pago se imputa dentro de las 48 horas.');
			await desk.keyboard.press('Enter');
			await desk.locator('#unsaid .m').getByText(/Sale en/).waitFor();
			await camera.take(desk, 'deshacer', '#unsaid .m', { room: 10 });
			await desk.locator('#unsaid').getByText('Deshacer').click();
			await desk.locator('#unsaid .m').waitFor({ state: 'detached' });
		} finally {
			sql("DELETE FROM setting WHERE key = 'desk.undo_s'");
		}
		await desk.fill('#text', '');
	});
	await t.test('who writes, and what was said before', async () => {
		await desk.click('#contact-edit');
		await desk.fill('dialog #f-cuit', '27-12345678-0');
		await desk.fill('dialog #f-email', 'graciela.benitez@correo.example');
		await camera.take(desk, 'datos', 'dialog[open]');
		await desk.click('dialog .primary');
		await desk.locator('#contact', { hasText: '27-12345678-0' }).waitFor();
		sql(`WITH h AS (INSERT INTO channel (key, name, messenger, default_queue_id) VALUES ('manual-${world.name}', 'SMS de la agencia', ${SMS}, ${world.queue}) RETURNING channel_id)
			INSERT INTO identity (contact_id, channel_id, kind, value) SELECT contact_id, h.channel_id, 'phone', '5492215550100' FROM conversation, h
			WHERE conversation_id = ${graciela.conversation}`);
		await desk.reload();
		await desk.click('#contact-wish');
		await desk.fill('dialog #f-said', 'Por teléfono, el 12/6.');
		await camera.take(desk, 'bajas', 'dialog[open]');
		await desk.click('dialog .primary');
		await desk.locator('#wishes li').waitFor();
		await desk.fill('#contact-note', 'Prefiere que la llamen de tarde.');
		await desk.getByRole('button', { name: 'Agregar nota' }).click();
		await desk.locator('#contact-notes li').waitFor();
		await desk.setViewportSize({ width: 1280, height: 980 });
		await desk.locator('#side .sc').evaluate(side => { side.scrollTop = 0; });
		await camera.take(desk, 'contacto', '#side');
		await desk.setViewportSize({ width: 1280, height: 760 });
		await desk.click('#history-open');
		await desk.locator('dialog[open] input[type=search]').waitFor();
		await camera.take(desk, 'historial', 'dialog[open]');
		await dismiss(desk);
		await desk.click('[data-find]');
		await desk.fill('#find input', 'patente');
		await desk.locator('#find [data-count]', { hasText: ' de ' }).waitFor();
		await camera.take(desk, 'buscar', ['#thread-head', '#find', '#msgs']);
		await desk.click('[data-find-close]');
	});
	await t.test('handing on, waiting for the agency, and closing', async () => {
		colleague = await Staff.logIn(diego.login);
		await desk.click('#hand-over');
		await desk.locator('dialog #operators li').waitFor();
		await desk.locator('dialog #operators input').first().check();
		await desk.fill('dialog textarea', 'Ya validé el CUIT: falta imputar la cuota 3.');
		await camera.take(desk, 'derivar', 'dialog[open]');
		await dismiss(desk);
		await desk.click('#hold');
		await desk.locator('#resume').waitFor();
		await desk.locator(`#case-${graciela.conversation} .held`).waitFor();
		await camera.take(desk, 'esperar', ['#desk-list .tabs', `#case-${graciela.conversation}`, '#thread-head']);
		await desk.click('#close');
		await desk.locator('dialog .tree label', { hasText: 'Deuda de patente' }).locator('input').check();
		await camera.take(desk, 'cerrar', 'dialog[open]');
		await dismiss(desk);
	});
	await t.test('writing with a template', async () => {
		const line = byWhatsapp(ramona.conversation);
		name('channel', line.channel, 'WhatsApp de la agencia');
		aTemplate(line, 'turno_confirmado');
		await desk.goto(`/desk/${ramona.conversation}`);
		await desk.locator('#refusal').getByRole('link').click();
		await desk.locator('#offered a').click();
		for (const [field, text] of [['header', '3.412'], ['value1', 'Ramona'], ['value2', 'martes 1 a las 10'], ['button2', '3412']]) await desk.fill(`#f-${field}`, text);
		await camera.take(desk, 'plantilla', 'dialog[open]');
		await dismiss(desk);
		await desk.goto(`/desk/${graciela.conversation}`);
		await desk.locator('#composer textarea').waitFor();
	});
	await t.test('a whisper to them, the keyboard, their state, the document', async () => {
		await desk.click('[data-keys]');
		await desk.locator('dialog .keys').waitFor();
		await camera.take(desk, 'teclado', 'dialog[open]');
		await dismiss(desk);
		await desk.click('#agent summary');
		await camera.take(desk, 'estados', ['#agent summary', '#agent .pop'], { room: 8 });
		await desk.click('#agent summary');
		await desk.click('#me summary');
		await camera.take(desk, 'cuenta', ['[data-sound]', '#me summary', '#me .pop'], { room: 8 });
		await desk.click('#me summary');
		await desk.getByRole('link', { name: 'Descargar o enviar la conversación' }).click();
		await desk.getByRole('heading', { name: 'Descargar conversación' }).waitFor();
		await camera.take(desk, 'descargar', 'dialog[open]');
		await dismiss(desk);
	});

	await t.test('who supervises: the board', async () => {
		board = await somebody(t, browser, norma, { width: 1280, height: 760 });
		await board.locator(`#card-${hugo.conversation} a`).click();
		await board.locator('#peek').getByText('¿Dónde veo la boleta').waitFor();
		await camera.take(board, 'vista-previa', '#peek', { height: 420 });
		await board.locator('#peek').getByRole('link', { name: 'Reasignar' }).click();
		await board.locator('dialog[open]').getByText(diego.name).waitFor();
		await camera.take(board, 'asignar', 'dialog[open]');
		await dismiss(board);
		sql(`UPDATE app_user SET capacity = 1 WHERE user_id = ${diego.id}`);
		const delia = await writes('Delia Robledo', 'Hola, ¿hay alguien?');
		await board.locator(`#l-waiting #card-${delia.conversation}`).waitFor();
		await board.setViewportSize({ width: 1440, height: 760 });
		await camera.take(board, 'tablero', '.svboard>.l', { height: 560 });
		await board.setViewportSize({ width: 1280, height: 760 });
	});
	await t.test('speaking in a conversation, and a word to who attends it', async () => {
		await board.goto(`/desk/${graciela.conversation}`);
		await board.fill('#say-text', 'Fijate si la cuota 3 entró por otra boleta.');
		await camera.take(board, 'susurro', '#composer');
		await board.press('#say-text', 'Enter');
		await desk.locator('.m.whisper').waitFor();
		await camera.take(desk, 'susurro-recibido', '#msgs .m.whisper', { room: 10 });
		await board.locator('#composer').getByText('Al contribuyente', { exact: true }).click();
		await board.fill('#say-text', 'Graciela, lo estamos resolviendo.');
		await camera.take(board, 'intervenir', '#composer');
		await board.fill('#say-text', '');
		await board.getByRole('link', { name: 'Ver todas las asignaciones' }).click();
		await board.locator('dialog[open]').getByText('Probar otra regla').first().waitFor();
		await camera.take(board, 'asignaciones', 'dialog[open]');
		await dismiss(board);
		await board.getByRole('link', { name: 'Bloquear' }).click();
		await board.locator('dialog[open]').getByText('Hasta cuándo').waitFor();
		await camera.take(board, 'bloquear', 'dialog[open]');
		await dismiss(board);
	});
	await t.test('the operators, and the chat with them', async () => {
		await board.goto('/board/agents');
		await board.locator(`#agent-${lucia.id} input`).check();
		await camera.take(board, 'operadores', '#agents', { height: 360 });
		await desk.goto('/chat');
		await desk.fill('#chat-text', 'Norma, ¿cuándo vuelve el sistema de pagos?');
		await desk.keyboard.press('Enter');
		await desk.locator('#chat-msgs .m.out').waitFor();
		await board.goto(`/chat/${lucia.id}`);
		await board.fill('#chat-text', 'A las 15. Mientras, usá la respuesta «imputacion».');
		await board.keyboard.press('Enter');
		await board.locator('#chat-msgs .m', { hasText: 'A las 15' }).waitFor();
		await camera.take(board, 'chat', '#main');
	});
});

const pages = readdirSync(manual, { recursive: true }).map(String).filter(file => file.endsWith('.md'));
const named = new Set(pages.flatMap(page => [...readFileSync(`${manual}/${page}`, 'utf8').matchAll(/!\[[^\]]*\]\((?:\.\.\/)?img\/([a-z0-9-]+)\.png\)/g)].map(([, key]) => key)));

test('the manual has each picture that its pages name, made here, and no other; all of them are small', () => {
	const kept = readdirSync(`${manual}/img`);
	assert.deepEqual([...camera.taken].sort(), [...named].sort());
	assert.deepEqual(kept.sort(), [...named].map(key => `${key}.png`).sort());
	const bytes = kept.reduce((sum, file) => sum + statSync(`${manual}/img/${file}`).size, 0);
	assert.ok(bytes < BYTES_MAX, `${bytes} bytes`);
});
