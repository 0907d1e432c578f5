// What a network takes, told while one writes: how many SMS it will be, and how long it may still be answered.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { root, sql } from '../support/instance.mjs';
import { accessible, launch } from '../support/browser.mjs';
import { deskIn } from '../support/desk.mjs';
import { World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());
const world = new World();
const desk = deskIn(browser, world);
const WHATSAPP = 2, MESSENGER = 3, SMS = 7;
let channels = 0;

// The case at hand, as if it had come by another network, the contact silent for so long.
async function comeBy({ page, id }, messenger, { settings = {}, silent = '0' } = {}) {
	const key = `${world.name}-${++channels}`;
	sql(`WITH h AS (INSERT INTO channel (messenger, key, name, settings, default_queue_id) SELECT ${messenger}, '${key}', '${key}', '${JSON.stringify(settings)}', queue_id FROM queue WHERE key = '${world.name}' RETURNING channel_id)
		UPDATE conversation SET channel_id = (SELECT channel_id FROM h), visitor_id = NULL, last_contact_at = now() - interval '${silent}' WHERE conversation_id = ${id}`);
	await page.reload();
}
const counted = texts => execFileSync(`${process.env.VENTANILLA_BUILD ?? `${root}build`}/tests/tools/sms_count`, { input: JSON.stringify(texts), encoding: 'utf8' })
	.trimEnd().split('\n').map(line => line.split('\t').map(one => { const [alphabet, parts, left] = one.split(' '); return { alphabet, parts: Number(parts), left: Number(left) }; }));

test('the page counts SMS as the platform does, and offers the plain spelling where it saves one', async t => {
	const here = await desk(t), { page } = here;
	await comeBy(here, SMS);
	// Any mixture of what the alphabet has once, twice, and not at all, about where one more SMS begins.
	const pieces = ['a', 'ñ', '¿', '\n', '€', '{', 'á', 'Í', '“', '…', '🙂', '👩‍👧', '漢', 'ё', '`'];
	let seed = 7;
	const any = below => (seed = seed * 48271 % 2147483647) % below;
	const texts = [...[69, 70, 71, 133, 134, 135].map(n => 'á'.repeat(n)), ...[159, 160, 161, 305, 306, 307].map(n => 'a'.repeat(n)), '€'.repeat(80), '€'.repeat(81),
		'a'.repeat(152) + '€' + 'a'.repeat(160), 'á'.repeat(66) + '🙂' + 'á'.repeat(67),
		...Array.from({ length: 60 }, () => Array.from({ length: 40 + any(400) }, () => pieces[any(3) ? any(2) : any(pieces.length)]).join('').slice(0, 600))].map(text => text.toWellFormed?.() ?? text.replace(/[\uD800-\uDBFF]$/, ''));
	const shown = await page.evaluate(all => all.map(text => {
		const field = document.querySelector('#text'), spell = document.querySelector('[data-spell]');
		field.value = text;
		field.dispatchEvent(new Event('input', { bubbles: true }));
		return [document.querySelector('#segments [data-count]').textContent, Boolean(document.querySelector('#segments [role=status]').textContent), spell.hidden ? '' : spell.textContent];
	}), texts);
	counted(texts).forEach(([now, plain], i) => assert.deepEqual(shown[i],
		[`${now.parts} SMS · ${now.left} quedan`, now.alphabet === 'ucs2', plain.parts < now.parts ? `Sin tildes: ${plain.parts} SMS` : ''], texts[i]));
});

test('which letter costs is told; spelt plainly it is gone; what colleagues alone read is not counted', async t => {
	const here = await desk(t), { page } = here;
	await comeBy(here, SMS, { settings: { class: 'institutional' } });
	await page.fill('#text', `Su turno está confirmado. ${'a'.repeat(60)}`);
	const bar = page.locator('#segments');
	assert.match(await bar.textContent(), /2 SMS · 48 quedan.*Por «á» entran 70 letras en cada SMS, no 160\..*Sin tildes: 1 SMS/);
	assert.equal(await page.locator('#composer .chip').textContent(), 'SMS institucional');
	await accessible(page, 'the composer of an SMS');
	await page.click('[data-spell]');
	assert.equal(await page.inputValue('#text'), `Su turno esta confirmado. ${'a'.repeat(60)}`);
	assert.match(await bar.textContent(), /1 SMS · 74 quedan/);
	assert.equal(await page.locator('[data-spell]').isVisible(), false);
	await page.locator('.seg label', { hasText: 'Nota interna' }).click();
	await bar.waitFor({ state: 'hidden' });
	await comeBy(here, SMS, { settings: { plain: true } });
	await page.fill('#text', 'á'.repeat(100));
	assert.match(await bar.textContent(), /1 SMS · 60 quedan.*Sale sin tildes/);
	await comeBy(here, WHATSAPP);
	assert.equal(await bar.count(), 0);
});

test('how long one may still answer stands in words, and why it is over', async t => {
	const here = await desk(t), { page } = here;
	const chip = page.locator('#window');
	for (const [network, silent, words, about] of [
		[WHATSAPP, '30 minutes', 'Quedan 23 h para responder', 'deja responder hasta entonces'],
		[WHATSAPP, '23 hours 15 minutes 30 seconds', 'Quedan 44 min para responder', 'deja responder hasta entonces'],
		[WHATSAPP, '23 hours 59 minutes 30 seconds', 'Queda menos de un minuto para responder', 'deja responder hasta entonces'],
		[MESSENGER, '1 hour', 'Quedan 6 días para responder', 'deja responder hasta entonces'],
		[MESSENGER, '30 hours', 'Quedan 5 días para responder', 'solo acepta lo que escribe una persona'],
	]) {
		await comeBy(here, network, { silent });
		assert.equal(await chip.textContent(), words);
		assert.match(await chip.getAttribute('title'), new RegExp(about));
		assert.equal(await chip.evaluate(node => node.classList.contains('warn')), words.includes('min'));
	}
	await comeBy(here, MESSENGER, { silent: '7 days 1 minute' });
	await page.getByText('Pasaron siete días desde su último mensaje').waitFor();
	await comeBy(here, WHATSAPP, { silent: '24 hours 1 minute' });
	await page.getByText('Pasó el plazo de esta red para responder').waitFor();
	assert.equal(await chip.count(), 0);
	await accessible(page, 'a closed window');
});
