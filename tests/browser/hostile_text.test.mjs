// Whatever a taxpayer or an operator writes, as a name, a line or the name of a file: every screen
// that shows it shows the text, and nothing of it runs.
import assert from 'node:assert/strict';
import test from 'node:test';
import { info } from '../support/instance.mjs';
import { launch, logIn, open } from '../support/browser.mjs';
import { hostile } from '../support/hostile.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const browser = await launch();
test.after(() => browser.close());
const world = new World();

// A page in which nothing may happen by itself.
async function watched(t, options) {
	const { context, page } = await open(browser, options);
	page.on('dialog', dialog => { page.faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
	page.on('request', request => {
		if (!request.url().startsWith(info.base_url)) page.faults.push(`request: ${request.url()}`);
	});
	t.after(async () => {
		const hacked = await page.evaluate(() => window.hacked);
		await context.close();
		assert.equal(hacked, undefined);
		assert.deepEqual(page.faults, []);
	});
	return { context, page };
}

const texts = (page, selector) => page.locator(selector).evaluateAll(nodes => nodes.map(node => node.textContent));
const foreign = page => page.locator('#msgs, #log').locator('script, iframe, object, embed, form, style, link, meta, base, svg script, [onerror], [onload]').count();

// The webchat as the page of a visitor who began elsewhere.
async function chatOf(t, visitor) {
	const { context, page } = await watched(t);
	await context.addInitScript(([name, token]) => localStorage.setItem(name, token), [`ventanilla.${world.name}`, visitor.token]);
	await page.goto(`/webchat/frame?key=${world.name}&mode=page`);
	return page;
}

test('a line of a taxpayer is text on the desk, live and after a reload, and in their own chat', async t => {
	const { operator, visitor, id } = await world.case();
	const { page } = await watched(t);
	await logIn(page, operator.login);
	await page.goto(`/desk/${id}`);
	for (const text of hostile) assert.equal((await visitor.say(text)).status, 202);
	const shown = () => texts(page, '#msgs .m.user p');
	await eventually(async () => (await shown()).length === hostile.length, 'all are there', 30000);
	assert.deepEqual(await shown(), hostile);
	assert.equal(await foreign(page), 0);
	await page.reload();
	assert.deepEqual((await shown()).slice(-40), hostile.slice(-40));
	assert.equal(await foreign(page), 0);
	const chat = await chatOf(t, visitor);
	await eventually(async () => (await texts(chat, '#log .m.me p')).length === hostile.length, 'their chat has all');
	assert.deepEqual(await texts(chat, '#log .m.me p'), hostile);
	assert.equal(await foreign(chat), 0);
});

test('a line of an operator is text in the webchat; what looks like an address of the web is a link, no other', async t => {
	const { staff, visitor, id } = await world.case();
	const chat = await chatOf(t, visitor);
	await chat.locator('#text').waitFor();
	for (const text of hostile) assert.equal((await staff.post(`/desk/${id}/messages`, { text, once: once() })).status, 200, text);
	const shown = () => texts(chat, '#log .m.agent p');
	await eventually(async () => (await shown()).length === hostile.length, 'all are there', 30000);
	assert.deepEqual(await shown(), hostile);
	assert.equal(await foreign(chat), 0);
	assert.equal(await chat.locator('#log a').count(), 0);
});

test('a taxpayer\'s name is text in the list, in the thread, beside it and on the board', async t => {
	const crowd = new World();
	const operator = crowd.person({ capacity: hostile.length });
	await Staff.logIn(operator.login);
	for (const name of hostile) await crowd.taxpayer({ name, state: 'active' });
	const { page } = await watched(t);
	await logIn(page, operator.login);
	const sorted = list => [...list].sort();
	const names = await page.locator('#list-mine .nm').evaluateAll(nodes => nodes.map(node => [...node.childNodes].find(each => each.nodeType === Node.TEXT_NODE).textContent));
	assert.deepEqual(sorted(names), sorted(hostile));
	for (const name of [hostile[3], hostile.at(-2)]) {
		await page.locator('#list-mine a').nth(names.indexOf(name)).click();
		await eventually(async () => (await texts(page, '#contact h3'))[0] === name, `${name} beside the thread`);
		assert.equal(await page.locator('#thread-head h2, #thread-head h1').first().textContent(), name);
	}
	const supervisor = crowd.person({ role: 'supervisor' });
	const { page: board } = await watched(t);
	await logIn(board, supervisor.login);
	await board.goto('/board?lane=active');
	assert.deepEqual(sorted(await texts(board, '[aria-labelledby=lane-active] .r1 b')), sorted(hostile));
});

test('the name of a file is text on both sides', async t => {
	const { operator, visitor, id } = await world.case();
	const { page } = await watched(t);
	await logIn(page, operator.login);
	await page.goto(`/desk/${id}`);
	const names = hostile.slice(0, 30).map(name => `${name.replaceAll('/', '∕')}.txt`);
	for (const [at, name] of names.entries()) assert.equal((await visitor.upload(`contenido ${at}`, name)).status, 202, name);
	await eventually(async () => await page.locator('#msgs .m.user .att').count() === names.length, 'all are there', 20000);
	assert.deepEqual(await texts(page, '#msgs .m.user .att b'), names);
	assert.equal(await foreign(page), 0);
	const chat = await chatOf(t, visitor);
	await eventually(async () => await chat.locator('#log .att').count() === names.length, 'their chat has all');
	assert.deepEqual(await texts(chat, '#log .att b'), names);
	assert.equal(await foreign(chat), 0);
});
