// The internal chat between an operator and a supervisor, both at their screens.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, listen, somebody } from '../support/browser.mjs';
import { looksRight } from '../support/admin.mjs';
import { eventually, World } from '../support/staff.mjs';

const browser = await launch();
test.after(() => browser.close());

test('they write to each other live, by keyboard; what is unread is counted wherever one is', { timeout: 60000 }, async t => {
	const world = new World();
	const marina = await somebody(t, browser, world.person({ name: 'Marina López' }));
	const carla = await somebody(t, browser, world.person({ role: 'supervisor', name: 'Carla Méndez', attends: false }));
	const counted = page => page.locator('#nav-chat .cnt').textContent().then(text => Number.parseInt(text, 10), () => 0);
	const heard = await listen(carla);
	await marina.getByRole('link', { name: 'Chat interno' }).click();
	await marina.locator('#chat-text:focus').waitFor();
	await marina.keyboard.type('¿Alguien sabe del <i>sistema</i>?');
	await marina.keyboard.press('Enter');
	await marina.locator('#chat-msgs .m.out', { hasText: '¿Alguien sabe del <i>sistema</i>?' }).waitFor();
	await looksRight(marina, 'the operator’s chat');
	await carla.locator('#nav-chat .cnt').waitFor();
	assert.equal(await counted(carla), 1);
	await eventually(async () => (await heard()).includes('supervision'), 'it is heard', 20000);
	await carla.getByRole('link', { name: 'Chat interno' }).click();
	await carla.locator('#chat-rooms').getByRole('link', { name: 'Marina López' }).click();
	await carla.locator('#chat-msgs .m').waitFor();
	await carla.locator('#nav-chat .cnt').waitFor({ state: 'detached' });
	await looksRight(carla, 'the supervisor’s chats');
	await carla.locator('#chat-text').fill('Vuelve a las 15.');
	await carla.keyboard.press('Enter');
	await marina.locator('#chat-msgs .m.sup', { hasText: 'Vuelve a las 15.' }).waitFor();
	await eventually(async () => await carla.locator('#chat-text').inputValue() === '', 'the field is empty again');
});
