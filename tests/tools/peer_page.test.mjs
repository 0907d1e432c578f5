// The page of the telephones, as who practises uses it: with the keyboard, in light and in dark.
import assert from 'node:assert/strict';
import test from 'node:test';
import { accessible, launch } from '../support/browser.mjs';
import { ask, doorOfPeer } from '../support/door.mjs';

test('the telephones', async t => {
	const { peer, door } = await doorOfPeer(t);
	const line = peer.line('whatsapp');
	const browser = await launch();
	t.after(() => browser.close());
	const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, locale: 'es-AR' });
	const page = await context.newPage();
	const faults = [];
	page.on('pageerror', error => faults.push(error.message));
	page.on('console', message => message.type() === 'error' && faults.push(message.text()));
	await page.goto(peer.url);
	const say = body => ask(`${peer.url}/v25.0/${line.account}/messages`, { token: line.token, body: { messaging_product: 'whatsapp', to: '5492215550001', ...body } });
	const bubbles = text => page.locator('.bubble', { hasText: text });

	await t.test('a person is added and writes, without a mouse', async () => {
		await page.focus('[name=name]');
		await page.keyboard.type('Ana Núñez');
		await page.keyboard.press('Tab');
		await page.keyboard.type('221 555-0001');
		await page.keyboard.press('Enter');
		await page.waitForFunction(() => document.activeElement?.id === 'text');
		await page.keyboard.type('Hola <b>');
		await page.keyboard.press('Enter');
		await bubbles('Hola <b>').waitFor();
		await door.came(body => body.entry?.[0].changes[0].value.messages?.[0].text?.body === 'Hola <b>', 'the text');
	});

	await t.test('an answer comes in by itself, and is read by who looks', async () => {
		await say({ type: 'interactive', interactive: { type: 'button', body: { text: '¿Sobre qué?' }, action: { buttons: [{ type: 'reply', reply: { id: 'k1', title: 'Planes' } }] } } });
		await bubbles('¿Sobre qué?').waitFor();
		await door.came(body => body.entry?.[0].changes[0].value.statuses?.[0].status === 'read', 'read');
		await page.getByRole('button', { name: 'Planes' }).press('Enter');
		await door.came(body => body.entry?.[0].changes[0].value.messages?.[0].interactive, 'the choice');
	});

	await t.test('our reading, typing, reactions and pictures are seen there', async () => {
		const { id } = peer.person({ number: '5492215550001' }).messages('whatsapp')[0];
		await say({ status: 'read', message_id: id, typing_indicator: { type: 'text' } });
		await page.getByText('escribiendo…').waitFor();
		await bubbles('Hola').getByText('visto').first().waitFor();
		await say({ type: 'reaction', reaction: { message_id: id, emoji: '👍' } });
		await bubbles('Hola').getByText('👍').waitFor();
		await page.getByRole('button', { name: 'Foto' }).press('Enter');
		const picture = page.getByRole('img', { name: /foto\.png/ });
		await picture.waitFor();
		await page.waitForFunction(image => image.complete && image.naturalWidth > 0, await picture.elementHandle());
	});

	await t.test('a message is edited and taken back', async () => {
		await bubbles('Hola').locator('summary').press('Enter');
		await bubbles('Hola').getByRole('button', { name: 'Editar' }).press('Enter');
		await page.keyboard.type(' otra vez');
		await page.keyboard.press('Enter');
		await bubbles('Hola <b> otra vez').getByText('editado').waitFor();
		await bubbles('Hola').locator('summary').press('Enter');
		await bubbles('Hola').getByRole('button', { name: 'Eliminar' }).press('Enter');
		await bubbles('Se eliminó este mensaje.').waitFor();
	});

	await t.test('who is not looked at has a number of unread messages', async () => {
		await page.getByRole('button', { name: 'Telegram' }).click();
		await say({ type: 'text', text: { body: 'Te espero' } });
		await page.locator('.apps .whatsapp b').waitFor();
		assert.equal(await page.locator('.apps .whatsapp b').textContent(), '1');
	});

	await t.test('it is accessible in light and in dark', async () => {
		await page.locator('.apps .whatsapp').click();
		await bubbles('Te espero').waitFor();
		for (const colorScheme of ['light', 'dark']) {
			await page.emulateMedia({ colorScheme });
			await accessible(page, colorScheme);
		}
		assert.deepEqual(faults, []);
	});
});
