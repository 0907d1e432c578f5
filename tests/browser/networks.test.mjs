// The networks, as both ends see them: a taxpayer's telephone at a peer of the network, an operator at the desk.
import assert from 'node:assert/strict';
import test from 'node:test';
import { accessible, launch, logIn, open } from '../support/browser.mjs';
import { sql } from '../support/instance.mjs';
import { attach, practice } from '../support/networks.mjs';
import { PNG } from '../support/site.mjs';
import { eventually } from '../support/staff.mjs';

const WAIT = 20000;
const OTHERS = ['messenger', 'instagram', 'telegram', 'x'];

const menu = queue => [
	{ id: 'menu', type: 'menu', config: { text: '¿Sobre qué es tu consulta?', retries: 2, invalid: 'Elegí una opción.' },
		outputs: [{ key: 'planes', label: 'Planes de pago', to: 'pasa' }, { key: 'else', label: 'No eligió', to: 'pasa' }] },
	{ id: 'pasa', type: 'handoff', config: { queue, text: 'Te paso con una persona.' } },
];

test('people write by every network', { timeout: 240000 }, async t => {
	const browser = await launch();
	t.after(() => browser.close());
	const { instance, phones, operator } = practice(t, 'test-networks', menu);
	const { context, page } = await open(browser, { baseURL: instance.base_url });
	t.after(async () => {
		await context.close();
		assert.deepEqual(page.faults, []);
	});
	await logIn(page, operator.login);
	const said = text => page.locator('#msgs .m').filter({ hasText: text }).last();
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
});
