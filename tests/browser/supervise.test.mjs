// Three people at once: a taxpayer, the operator who attends them, and the supervisor who steps in.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, listen, overhear, somebody } from '../support/browser.mjs';
import { looksRight } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const browser = await launch();
test.after(() => browser.close());

test('a supervisor whispers, is answered, speaks to the taxpayer and takes the case; all three see it live', { timeout: 90000 }, async t => {
	const world = new World();
	const operator = world.person({ name: 'Marina López' }), supervisor = world.person({ role: 'supervisor', name: 'Carla Méndez' });
	const [marina, carla] = await Promise.all([somebody(t, browser, operator, { expected: [404, 409] }), somebody(t, browser, supervisor)]);
	const visitor = await world.taxpayer({ name: 'Rosa Medina', state: 'active' });
	const id = visitor.conversation;
	await marina.locator(`#case-${id} a`).click();
	await marina.locator('#composer textarea').waitFor();
	await carla.locator(`#card-${id} a`).click();
	await carla.locator('#peek').getByRole('link', { name: 'Abrir completa' }).click();
	const text = carla.locator('#say-text');
	await text.waitFor();
	assert.equal(await carla.title(), 'Supervisión · Ventanilla');

	await t.test('where it goes cannot be mistaken: a whisper by default, with who reads it', async () => {
		await carla.getByText('Solo lo leen Marina López y supervisión').waitFor();
		await carla.getByRole('button', { name: 'Susurrar' }).waitFor();
		await looksRight(carla, 'the composer that whispers');
		await carla.getByText('Al contribuyente', { exact: true }).click();
		await carla.getByText('Lo va a leer Rosa Medina').waitFor();
		await carla.getByRole('button', { name: 'Enviar al contribuyente' }).waitFor();
		await looksRight(carla, 'the composer to the taxpayer');
		await carla.getByText('Susurro al operador', { exact: true }).click();
	});

	await t.test('the whisper is seen and heard by the operator, who answers from its bubble', async () => {
		const heard = await listen(marina);
		await text.fill('Fijate si ya pagó <b>todo</b>');
		await text.press('Enter');
		await marina.locator('.m.whisper', { hasText: 'Fijate si ya pagó <b>todo</b>' }).waitFor();
		await eventually(async () => (await heard()).includes('supervision'), 'it is heard', 20000);
		await marina.getByRole('link', { name: 'Responder a supervisión' }).click();
		await looksRight(marina, 'the answer to a whisper');
		await marina.getByLabel('Tu respuesta').fill('Le falta una cuota');
		await marina.getByRole('button', { name: 'Enviar a supervisión' }).click();
		await carla.locator('.m.whisper', { hasText: 'Le falta una cuota' }).waitFor();
		await carla.getByText('Marina López a supervisión').waitFor();
	});

	await t.test('what is said to the taxpayer reaches them under supervision’s name, and the operator sees that it was', async () => {
		await carla.getByText('Al contribuyente', { exact: true }).click();
		await text.fill('Lo estamos mirando.');
		await text.press('Enter');
		await marina.locator('.m.sup', { hasText: 'Lo estamos mirando.' }).waitFor();
		const { messages } = await visitor.until(answer => answer.messages.some(message => message.text === 'Lo estamos mirando.') && answer);
		assert.ok(!JSON.stringify(messages).includes('Fijate') && !JSON.stringify(messages).includes('cuota'));
		assert.equal(await text.inputValue(), '');
	});

	await t.test('a case that is taken leaves the operator, who is told by whom', async () => {
		const [marinaReads, carlaReads] = await Promise.all([overhear(marina), overhear(carla)]);
		await carla.getByRole('button', { name: 'Tomar' }).click();
		await eventually(() => carlaReads('La conversación es tuya.'), 'that it is theirs', 20000);
		await eventually(() => marinaReads('Carla Méndez pasó a otra persona la conversación de Rosa Medina'), 'who took it', 20000);
		await marina.locator(`#list-mine #case-${id}`).waitFor({ state: 'detached' });
		await carla.locator('#composer').getByText('Susurro al operador').waitFor({ state: 'detached' });
	});

	await t.test('and is given back by keyboard alone, from a list of who can take it', async () => {
		await carla.getByRole('link', { name: 'Reasignar' }).focus();
		await carla.keyboard.press('Enter');
		const dialog = carla.locator('dialog[open]');
		await dialog.getByText('sugerido por la regla').waitFor();
		await looksRight(carla, 'the dialog that assigns');
		const reads = await overhear(carla);
		assert.equal(await dialog.locator('input[name=to]:checked').inputValue(), String(operator.id));
		await carla.keyboard.press('Enter');
		await eventually(() => reads('Asignada a Marina López.'), 'to whom it went', 20000);
		await marina.locator(`#list-mine #case-${id}`).waitFor();
	});
});

test('several are ticked on the board and given by the rule', async t => {
	const world = new World();
	sql(`UPDATE queue SET strategy = 6 WHERE queue_id = ${world.queue}`);
	const carla = await somebody(t, browser, world.person({ role: 'supervisor', name: 'Carla Méndez' }), { expected: [409] });
	for (const name of ['Ana', 'Beto', 'Celia']) await world.taxpayer({ name });
	const operator = world.person({ name: 'Julia Vera', capacity: 2 });
	sql(`UPDATE agent_state SET state = 1, heartbeat_at = now() WHERE user_id = ${operator.id}`);
	for (const name of ['Ana', 'Beto', 'Celia']) await carla.getByLabel(`Elegir la conversación de ${name}`).check();
	await carla.getByRole('link', { name: 'Asignar…' }).click();
	const dialog = carla.locator('dialog[open]');
	await dialog.getByText('Asignar 3 conversaciones').waitFor();
	await dialog.getByText('Por qué los demás no pueden (1)').click();
	await dialog.getByText('sin lugar para todas').waitFor();
	await dialog.getByLabel('Por regla').check();
	await dialog.getByRole('button', { name: 'Asignar' }).click();
	await dialog.getByText('Se asignaron 2 de 3. Nadie puede tomarla ahora.').waitFor();
	await dialog.getByRole('link', { name: 'Cancelar' }).click();
	await carla.locator('#cards-active li').nth(1).waitFor();
});

test('the open dialog follows who can take the case: nothing moves, the choice stays, who cannot any more cannot be chosen', { timeout: 60000 }, async t => {
	const world = new World();
	sql(`UPDATE queue SET strategy = 6 WHERE queue_id = ${world.queue}`);
	const carla = await somebody(t, browser, world.person({ role: 'supervisor', name: 'Carla Méndez' }), { expected: [409] });
	const { conversation } = await world.taxpayer({ name: 'Rosa Medina' });
	const [julia, tomas] = [world.person({ name: 'Julia Vera' }), world.person({ name: 'Tomás Aguirre' })];
	const present = ({ id }) => sql(`INSERT INTO session (token_hash, user_id, expires_at) VALUES (sha256('${id} ${world.name}'), ${id}, now() + interval '1 day');
		UPDATE agent_state SET state = 1, since = now(), available_since = now(), heartbeat_at = now() + interval '1 hour' WHERE user_id = ${id}`);
	present(julia);
	await carla.locator(`#card-${conversation} a`).click();
	await carla.locator('#peek').getByRole('link', { name: 'Asignar' }).click();
	const dialog = carla.locator('dialog[open]'), row = ({ id }) => dialog.locator(`#to-${id}`), button = dialog.getByRole('button', { name: 'Asignar' });
	await row(julia).locator('input:checked').waitFor();
	await row(julia).hover();
	const places = () => dialog.locator(`#to-${julia.id},.df`).evaluateAll(boxes => boxes.map(box => box.getBoundingClientRect().top));
	const before = await places(), csrf = await carla.evaluate(() => document.body.dataset.csrf);
	const send = (to, { id }) => carla.evaluate(fields => fetch('/board/agents', { method: 'POST', headers: { Accept: 'application/json', 'X-CSRF-Token': fields.csrf },
		body: new URLSearchParams({ user: fields.id, to: fields.to, reason: 'Prueba' }) }).then(answer => answer.status), { csrf, id, to });
	assert.equal(await send('coaching', julia), 200);
	await row(julia).getByText('en coaching').waitFor();
	assert.ok(await row(julia).locator('input').isDisabled() && await button.isDisabled());
	present(tomas);
	assert.equal(await send('training', julia), 200);
	await row(tomas).waitFor();
	assert.ok(await button.isDisabled(), 'nobody is chosen in their place');
	assert.deepEqual(await places(), before);
	await looksRight(carla, 'the dialog with somebody who cannot any more');
	assert.equal(await send('available', julia), 200);
	await row(julia).locator('input:checked:enabled').waitFor();
	assert.ok(await button.isEnabled());
	assert.deepEqual(await places(), before);
	await button.click();
	await carla.locator(`#cards-active #card-${conversation}`).waitFor();
	assert.equal(sql(`SELECT user_id FROM conversation WHERE conversation_id = ${conversation}`)[0][0], String(julia.id));
});

test('from the preview beside the lanes: whisper, speak to the taxpayer, and what can be done follows who has the case', { timeout: 60000 }, async t => {
	const world = new World();
	const [marina, carla, dario] = await Promise.all([somebody(t, browser, world.person({ name: 'Marina López' }), { expected: [404, 409] }),
		...['Carla Méndez', 'Darío Paz'].map(name => somebody(t, browser, world.person({ role: 'supervisor', name, attends: false }), { expected: [409] }))]);
	const visitor = await world.taxpayer({ name: 'Rosa Medina', state: 'active' }), id = visitor.conversation;
	const peek = carla.locator('#peek'), text = peek.locator('#say-text');
	const beside = async page => {
		await page.locator(`#card-${id} a`).click();
		await page.locator('#peek #say-text').waitFor();
	};
	await marina.locator(`#case-${id} a`).click();
	await Promise.all([beside(carla), beside(dario)]);

	await t.test('a whisper reaches the operator alone, and nothing blank leaves', async () => {
		await peek.getByText('Solo lo leen Marina López y supervisión').waitFor();
		await looksRight(carla, 'the preview with its composer');
		await text.press('Enter');
		await text.fill('Fijate si ya pagó');
		await text.press('Enter');
		await peek.locator('.m.whisper', { hasText: 'Fijate si ya pagó' }).waitFor();
		await marina.locator('.m.whisper', { hasText: 'Fijate si ya pagó' }).waitFor();
		assert.equal(await peek.locator('.m.whisper').count(), 1);
		assert.equal(await text.inputValue(), '');
	});

	await t.test('to the taxpayer it says so before, and the other supervisor sees it too', async () => {
		await peek.getByText('Al contribuyente', { exact: true }).click();
		await peek.getByText('Lo va a leer Rosa Medina').waitFor();
		await text.fill('Lo estamos mirando.');
		await peek.getByRole('button', { name: 'Enviar al contribuyente' }).click();
		const { messages } = await visitor.until(answer => answer.messages.some(message => message.text === 'Lo estamos mirando.') && answer);
		assert.ok(!JSON.stringify(messages).includes('Fijate'));
		await dario.locator('#peek .m.sup', { hasText: 'Lo estamos mirando.' }).waitFor();
	});

	await t.test('what is pasted beyond what fits is cut, and it says so', async () => {
		const reads = await overhear(carla);
		await carla.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		await carla.evaluate(() => navigator.clipboard.writeText('x'.repeat(10000)));
		await text.focus();
		await carla.keyboard.press('Control+V');
		await eventually(() => reads('Lo que pegaste era más largo que lo permitido: quedó cortado en 4096 caracteres.'), 'that it was cut', 20000);
		assert.equal((await text.inputValue()).length, 4096);
		await text.fill('');
	});

	await t.test('who is not first reads that the case changed hands, and what they can do is of the case as it is now', async () => {
		const reads = await overhear(dario), stretch = () => dario.locator('#peek-acts input[name=segment]').inputValue(), before = await stretch();
		await carla.locator('#peek').getByRole('button', { name: 'Tomar' }).click();
		await carla.waitForURL(`**/desk/${id}`);
		await eventually(async () => await stretch() !== before, 'the actions follow', 20000);
		assert.doesNotMatch(await dario.locator('#peek .ev', { hasText: 'Pasó a Carla Méndez' }).textContent(), /la derivó/);
		await dario.locator('#peek-acts input[name=segment]').evaluate((input, old) => { input.value = old; }, before);
		await dario.locator('#peek').getByRole('button', { name: 'Tomar' }).click();
		await eventually(() => reads('Esta conversación ya cambió de manos. Mirá cómo está ahora y probá de nuevo.'), 'that it changed hands', 20000);
		await carla.goBack();
		await carla.locator(`#card-${id}`).waitFor();
	});

	await t.test('who ends a case beside the board goes on there', async () => {
		const reads = await overhear(dario);
		await dario.locator('#peek').getByRole('link', { name: 'Terminar' }).click();
		await dario.locator('dialog[open]').getByRole('button', { name: 'Cerrar conversación' }).click();
		await eventually(() => reads('Conversación terminada.'), 'that it is over', 20000);
		await dario.locator('#peek').getByText('La conversación está cerrada.').waitFor();
		await dario.locator('#peek-acts a').first().waitFor({ state: 'detached' });
		assert.equal(new URL(dario.url()).pathname, '/board');
	});
});

test('the open dialog tells what became of its cases: who took one, and which is over', { timeout: 60000 }, async t => {
	const world = new World();
	sql(`UPDATE queue SET strategy = 6 WHERE queue_id = ${world.queue}`);
	const carla = await somebody(t, browser, world.person({ role: 'supervisor', name: 'Carla Méndez' }), { expected: [409] });
	const other = await Staff.logIn(world.person({ role: 'supervisor', name: 'Darío Paz', attends: false }).login);
	const [rosa, beto] = [await world.taxpayer({ name: 'Rosa Medina' }), await world.taxpayer({ name: 'Beto Luna' })].map(({ conversation }) => conversation);
	const [julia, ...more] = ['Julia Vera', ...'ABCDEF'].map(name => world.person({ name }));
	for (const { id } of [julia, ...more]) sql(`INSERT INTO session (token_hash, user_id, expires_at) VALUES (sha256('${id} ${world.name}'), ${id}, now() + interval '1 day');
		UPDATE agent_state SET state = 1, since = now(), available_since = now(), heartbeat_at = now() + interval '1 hour' WHERE user_id = ${id}`);
	const dialog = carla.locator('dialog[open]');
	const stretch = id => sql(`SELECT segment_seq FROM conversation WHERE conversation_id = ${id}`)[0][0];
	const take = id => other.post(`/board/case/${id}/take`, { once: once(), segment: stretch(id) });

	await t.test('of several, the one that is over is marked; the others are given', async () => {
		for (const name of ['Rosa Medina', 'Beto Luna']) await carla.getByLabel(`Elegir la conversación de ${name}`).check();
		await carla.getByRole('link', { name: 'Asignar…' }).click();
		await dialog.getByLabel('Buscar operador').fill('juli');
		assert.deepEqual(await dialog.locator('.agrow[id]:visible b').allTextContents(), ['Julia Vera']);
		await dialog.locator(`#to-${julia.id}`).click();
		assert.equal((await other.post(`/board/case/${beto}/close`, { once: once() })).status, 200);
		await dialog.locator(`[data-case="${beto}"]`).getByText('ya se cerró o no está en tus colas').waitFor();
		assert.deepEqual(await dialog.locator('.agrow[id]:visible b').allTextContents(), ['Julia Vera'], 'who is looked for is still all that is shown');
		await dialog.getByRole('button', { name: 'Asignar' }).click();
		await dialog.getByText('Se asignaron 1 de 2. La conversación ya está cerrada.').waitFor();
		await carla.keyboard.press('Escape');
		await carla.locator('#picked').waitFor({ state: 'hidden' });
	});

	await t.test('who took the only one is in its head; what was chosen before that is refused once, and then goes', async () => {
		await carla.locator(`#card-${rosa} a`).click();
		await carla.locator('#peek').getByRole('link', { name: 'Reasignar' }).click();
		await dialog.locator(`#to-${more[0].id}`).click();
		assert.equal((await take(rosa)).status, 200);
		await dialog.getByText('Rosa Medina · la tiene Darío Paz').waitFor();
		await dialog.getByRole('button', { name: 'Asignar' }).click();
		await dialog.getByText('Esta conversación ya cambió de manos. Mirá cómo está ahora y probá de nuevo.').waitFor();
		await eventually(async () => await dialog.locator('[name=pick]').inputValue() === `${rosa}.${stretch(rosa)}`, 'the form is of the case as it is', 20000);
		await dialog.getByRole('button', { name: 'Asignar' }).click();
		await dialog.waitFor({ state: 'hidden' });
		assert.equal(sql(`SELECT user_id FROM conversation WHERE conversation_id = ${rosa}`)[0][0], String(more[0].id));
	});
});
