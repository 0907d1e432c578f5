// The main job in a real browser: the site at localhost, the widget at 127.0.0.1, an operator and a
// supervisor in contexts of their own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { chromium } from 'playwright-core';
import { info, root, sql } from '../support/instance.mjs';

const axe = readFileSync(`${root}node_modules/axe-core/axe.min.js`, 'utf8');

async function person(browser, login) {
	const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
	await page.goto(`${info.base_url}/`);
	await page.fill('input[autocomplete=username]', login);
	await page.fill('input[type=password]', info.users.find(user => user.login === login).password);
	await page.press('input[type=password]', 'Enter');
	await page.waitForURL(/desk|board/);
	return page;
}

// WCAG A and AA in light and dark; scripts of the test's own need a page without its policy, so axe
// runs in an isolated world through evaluate.
async function accessible(page, what) {
	for (const theme of ['light', 'dark']) {
		await page.evaluate(value => { document.documentElement.dataset.theme = value; }, theme);
		await page.evaluate(axe);
		const violations = await page.evaluate(() => globalThis.axe.run(document,
			{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], iframes: false })
			.then(result => result.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' ').slice(0, 300)}`)));
		assert.deepEqual(violations, [], `${what}, ${theme}`);
	}
}

test('a taxpayer writes, the bot attends, an operator answers live and closes', { timeout: 120000 }, async t => {
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu',
		'--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
	t.after(() => browser.close());
	const complaints = [];
	const watch = page => page.on('console', line => line.type() === 'error' && complaints.push(line.text()));

	const operator = await person(browser, 'mlopez');
	watch(operator);
	const visitor = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
	watch(visitor);
	await visitor.goto(`${info.base_url.replace('127.0.0.1', 'localhost')}/demo/`);
	await visitor.getByRole('button', { name: /Consultanos/ }).click();
	const chat = visitor.frameLocator('iframe');
	const line = chat.locator('textarea');
	const say = async text => {
		await line.fill(text);
		await line.press('Enter');
	};

	await t.test('the bot greets, offers the menu, and asks again for a wrong CUIT', async () => {
		await chat.getByText('Soy el asistente virtual').waitFor();
		await chat.getByRole('button', { name: 'Planes de pago' }).click();
		await chat.getByText('Escribí tu CUIT').waitFor();
		await say('20-12345678-9');
		await chat.getByText('Ese CUIT no es correcto').waitFor();
		await say('27-14582360-4');
		await chat.getByRole('button', { name: 'Hablar con un operador' }).click();
		await chat.getByText('equipo de planes de pago').waitFor();
	});

	await t.test('it arrives at the operator without reloading, with history, CUIT and the reason', async () => {
		const card = operator.locator('#list-mine a').first();
		await card.waitFor({ timeout: 10000 });
		await card.click();
		await operator.getByText('CUIT 27-14582360-4').waitFor();
		await operator.getByText('Menos conversaciones abiertas').waitFor();
		await operator.getByText('El bot derivó a Planes de pago').waitFor();
	});

	await t.test('both write and see it at once, exactly as written, with ticks', async () => {
		await operator.locator('textarea').fill('Hola, ya veo tu plan.');
		await operator.locator('textarea').press('Enter');
		await chat.getByText('Hola, ya veo tu plan.').waitFor();
		await say('Gracias <b>Marina</b> 😀');
		await operator.locator('#msgs').getByText('Gracias <b>Marina</b> 😀').waitFor();
		await operator.locator('.m.agent .tick.read').first().waitFor();
	});

	await t.test('the screens have no accessibility violation in light and dark', async () => {
		await accessible(operator, 'desk');
		const supervisor = await person(browser, 'cmendez');
		await supervisor.getByText('Marina López').waitFor();
		await accessible(supervisor, 'board');
		await supervisor.context().close();
	});

	await t.test('closing asks for a tipificación, and the webchat shows the farewell', async () => {
		await operator.getByRole('link', { name: 'Cerrar' }).or(operator.getByRole('button', { name: 'Cerrar' })).first().click();
		const dialog = operator.locator('dialog[open]');
		await dialog.waitFor();
		await dialog.getByText('Cuota vencida').click();
		await dialog.getByRole('button', { name: /Cerrar/ }).last().click();
		await chat.getByText('Gracias por comunicarte con la Agencia').waitFor();
		const [[state, typified, segments, audits]] = sql(`SELECT c.state,
			(SELECT count(*) FROM conversation_typification t WHERE t.conversation_id = c.conversation_id AND t.source = 3),
			(SELECT string_agg(kind::text, ',' ORDER BY segment_seq) FROM segment s WHERE s.conversation_id = c.conversation_id),
			(SELECT count(*) FROM audit a WHERE a.conversation_id = c.conversation_id)
			FROM conversation c JOIN message m USING (conversation_id) WHERE m.body = 'Hola, ya veo tu plan.'
			ORDER BY c.opened_at DESC LIMIT 1`);
		assert.equal(state, '4');
		assert.equal(typified, '1');
		assert.equal(segments, '1,2,3');
		assert.ok(Number(audits) >= 3);
	});

	assert.deepEqual(complaints, []);
});
