// The board as a supervisor uses it: live, calm, by mouse and by keyboard.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { accessible, launch, logIn, open } from '../support/browser.mjs';
import { looksRight } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());

async function supervised(t, world, options) {
	const { context, page } = await open(browser, options);
	t.after(async () => {
		await context.close();
		assert.deepEqual(page.faults, []);
	});
	await logIn(page, world.person({ role: 'supervisor', name: 'Carla Méndez' }).login);
	return page;
}
const names = page => page.locator('#cards-waiting .r1 b').evaluateAll(list => list.map(one => one.textContent));

test('a conversation opens beside the lanes, follows live, and does not count as read', async t => {
	const world = new World();
	const { visitor, id } = await world.case({ taxpayer: { name: 'Rosa Medina' } });
	await visitor.say('primera línea');
	const page = await supervised(t, world);
	await page.locator(`#card-${id} a`).click();
	await page.locator('#peek').getByText('primera línea').waitFor();
	await looksRight(page, 'the board with a preview');
	await visitor.say('otra más');
	await page.locator('#peek').getByText('otra más').waitFor();
	await eventually(async () => (await page.locator(`#card-${id} .r2`).textContent()) === 'otra más', 'the card follows');
	assert.equal(sql(`SELECT agent_read_seq FROM conversation WHERE conversation_id = ${id}`)[0][0], '0');
	await page.getByRole('button', { name: 'Cerrar la vista previa' }).click();
	await page.getByText('Elegí una conversación para leerla acá').waitFor();
});

test('from the keyboard: along the lanes, open, close, and back where one was', async t => {
	const world = new World();
	const { id } = await world.case({ taxpayer: { name: 'Rosa Medina' } });
	sql(`UPDATE app_user SET capacity = 0 WHERE user_id IN (SELECT user_id FROM user_queue WHERE queue_id = ${world.queue})`);
	const first = await world.taxpayer({ name: 'Ana Primera' });
	await world.taxpayer({ name: 'Beto Segundo' });
	const page = await supervised(t, world);
	const focused = () => page.evaluate(() => document.activeElement.closest('li')?.id ?? document.activeElement.id);
	await page.locator(`#card-${first.conversation} a`).focus();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowUp');
	assert.equal(await focused(), `card-${first.conversation}`);
	await page.keyboard.press('ArrowRight');
	assert.equal(await focused(), `card-${id}`);
	await page.keyboard.press('Enter');
	await page.locator('#peek-title', { hasText: 'Rosa Medina' }).waitFor();
	await eventually(async () => await focused() === 'peek-title', 'the preview has the focus');
	await page.keyboard.press('Escape');
	await eventually(async () => await focused() === `card-${id}`, 'back at the card');
});

test('nothing moves under the pointer, and when it leaves all is as it is', async t => {
	const world = new World();
	const person = world.person();
	sql(`UPDATE app_user SET capacity = 0 WHERE user_id = ${person.id}`);
	for (const name of ['Ana', 'Beto', 'Celia']) await world.taxpayer({ name });
	const page = await supervised(t, world);
	await page.locator('#cards-waiting li').nth(2).waitFor();
	assert.deepEqual(await names(page), ['Ana', 'Beto', 'Celia']);
	const target = page.locator('#cards-waiting li').nth(1);
	await target.hover();
	const { y } = await target.boundingBox();
	sql(`WITH c AS (UPDATE conversation SET state = 4, closed_at = now() WHERE state = 2 AND queue_id = ${world.queue}
		AND contact_id IN (SELECT contact_id FROM contact WHERE name = 'Ana') RETURNING 1)
		INSERT INTO wake (topics) SELECT 'b0' FROM c`);
	await world.taxpayer({ name: 'Dora' });
	await page.locator('#cards-waiting li', { hasText: 'Dora' }).waitFor();
	assert.deepEqual(await names(page), ['Ana', 'Beto', 'Celia', 'Dora']);
	assert.equal((await target.boundingBox()).y, y);
	assert.equal(await page.locator('#cards-waiting li.gone').count(), 1);
	await looksRight(page, 'a lane with somebody who is gone from it');
	assert.equal(await page.locator('#cards-waiting li.gone').count(), 1);
	await page.mouse.move(5, 5);
	await eventually(async () => (await names(page)).join() === 'Beto,Celia,Dora', 'the lane as it is');
});

test('a board on which much happens asks for one frame a second at most', async t => {
	const world = new World();
	const { visitor, id } = await world.case();
	const page = await supervised(t, world);
	const frames = [];
	page.on('request', request => { if (request.url().includes('/board/lanes')) frames.push(Date.now()); });
	for (let line = 0; line < 12; line++) await visitor.say(`línea ${line}`);
	await page.locator(`#card-${id} .r2`, { hasText: 'línea 11' }).waitFor();
	for (let i = 1; i < frames.length; i++) assert.ok(frames[i] - frames[i - 1] >= 900, `frames at ${frames}`);
});

test('filters are chosen in menus and kept; a wide board is cut and opens whole', async t => {
	const world = new World();
	sql(`WITH k AS (INSERT INTO contact (name) SELECT '<img src=x> ' || n FROM generate_series(1, 45) n RETURNING contact_id)
		INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, queue_id, opened_at, requested_at)
		SELECT conversation_id_next(now()), h.channel_id, h.version_id, k.contact_id, 2, ${world.queue}, now(), now()
		FROM k, channel h WHERE h.channel_id = ${world.channel}`);
	const page = await supervised(t, world);
	await page.locator('#f-queue summary').click();
	await page.getByLabel(`Cola ${world.name}`).check();
	await accessible(page, 'a menu of the filter');
	await page.locator('#f-queue').getByRole('button', { name: 'Aplicar' }).click();
	await page.waitForURL(`**/board?queue=${world.queue}`);
	await page.locator('#f-queue summary.on', { hasText: `Cola ${world.name}` }).waitFor();
	assert.equal(await page.locator('#cards-waiting li').count(), 40);
	await page.getByRole('link', { name: 'Ver todas (45)' }).click();
	await page.locator('#cards-waiting li').nth(44).waitFor();
	await looksRight(page, 'one lane alone');
	await page.locator('#cards-waiting li').first().getByRole('checkbox').check();
	await page.locator('#cards-waiting li').nth(1).getByRole('checkbox').check();
	await page.getByText('2 conversaciones elegidas').waitFor();
	sql("INSERT INTO wake (topics) VALUES ('b0')");
	await page.waitForResponse(answer => answer.url().includes('/board/lanes'));
	assert.equal(await page.locator('[data-pick]:checked').count(), 2);
	await page.goto('/board');
	await page.waitForURL(`**/board?queue=${world.queue}`);
	await page.getByRole('button', { name: 'Limpiar filtros' }).click();
	await page.waitForURL('**/board');
});

test('titles, names and what a field is for are read whole on a small screen and at 200 %; the preview comes over the lanes there', async t => {
	const world = new World();
	const { id } = await world.case({ name: 'Marina Fernández', taxpayer: { name: 'Rosa Medina' } });
	const page = await supervised(t, world);
	const cut = () => page.evaluate(() => {
		const search = document.querySelector('#board-filter>label input'), style = getComputedStyle(search), pen = document.createElement('canvas').getContext('2d');
		pen.font = style.font;
		const room = search.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
		return [...document.querySelectorAll('.lane h2,.cc .r1>b,.cc .r3>b')].filter(text => text.scrollWidth > text.clientWidth).map(text => text.textContent)
			.concat(pen.measureText(search.placeholder).width > room ? search.placeholder : [], document.documentElement.scrollWidth > innerWidth ? 'the page' : []);
	});
	for (const [width, height] of [[1280, 720], [1600, 900], [1024, 768], [640, 360]]) {
		await page.setViewportSize({ width, height });
		await page.locator(`#card-${id}`).waitFor();
		assert.deepEqual(await cut(), [], `${width} px`);
	}
	await looksRight(page, 'the board at 200 %');
	await page.locator(`#card-${id} a`).click();
	await page.locator('#say-text').waitFor();
	await looksRight(page, 'the preview at 200 %');
	await page.getByRole('button', { name: 'Cerrar la vista previa' }).click();
	await page.locator('#peek').waitFor({ state: 'hidden' });
});

test('the board leaves as a file without being left; a reason that is wanted and missing is asked for beside its field', async t => {
	const world = new World();
	await world.case({ taxpayer: { name: 'Rosa Medina' } });
	const page = await supervised(t, world, { expected: [422] }), menu = page.locator('#download');
	await menu.locator('summary').click();
	await menu.getByRole('button', { name: 'Descargar CSV' }).click();
	await menu.getByText('Escribí el motivo de la descarga.').waitFor();
	await looksRight(page, 'the menu of a list with an error');
	await menu.getByLabel('Motivo').fill('Control del turno');
	const [download] = await Promise.all([page.waitForEvent('download'), menu.getByRole('button', { name: 'Descargar CSV' }).click()]);
	assert.equal(download.suggestedFilename(), 'tablero.csv');
	assert.match(readFileSync(await download.path(), 'utf8'), /Activas;\d+;Rosa Medina;Webchat/);
	await menu.getByLabel('Motivo').waitFor({ state: 'hidden' });
	assert.equal(new URL(page.url()).pathname, '/board');
});
