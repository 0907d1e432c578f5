// Debian's Chromium, and what every screen is held to: no error in the console, nothing that axe-core
// objects to, no stray scrollbar.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { info, root } from './instance.mjs';

const axe = readFileSync(`${root}node_modules/axe-core/axe.min.js`, 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

// sound: 'asks' for a browser that lets nothing sound before a click; args and env: more of Chromium's.
export function launch({ sound = 'plays', args = [], env } = {}) {
	const policy = sound === 'asks' ? 'document-user-activation-required' : 'no-user-gesture-required';
	return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', `--autoplay-policy=${policy}`, ...args], env });
}

// A context of its own with one page. expected: statuses whose "Failed to load" lines are no error.
export async function open(browser, { theme = 'light', width = 1280, height = 720, expected = [], ...options } = {}) {
	const context = await browser.newContext({ viewport: { width, height }, locale: 'es-AR', baseURL: info.base_url, ...options });
	if (options.javaScriptEnabled !== false) {
		await context.addInitScript(chosen => localStorage.getItem('vt-theme') ?? localStorage.setItem('vt-theme', chosen), theme);
	}
	const page = await context.newPage();
	page.faults = [];
	page.on('pageerror', error => page.faults.push(error.message));
	page.on('console', message => {
		const known = expected.some(status => message.text().includes(`status of ${status}`) || message.text().includes(`net::${status}`));
		if (message.type() === 'error' && !known) page.faults.push(message.text());
	});
	return { context, page };
}

export async function logIn(page, login, password = info.users[0].password) {
	await page.goto('/login');
	await page.fill('#login', login);
	await page.fill('#password', password);
	await page.click('button[type=submit]');
	await page.waitForURL(url => url.pathname !== '/login');
}

// Somebody's page, logged in, for the time of a test; nothing on it may go wrong.
export async function somebody(t, browser, person, options) {
	const { context, page } = await open(browser, options);
	t.after(async () => {
		await context.close();
		assert.deepEqual(page.faults, []);
	});
	await logIn(page, person.login);
	return page;
}

// The sounds that a page plays from now on: returns who tells them.
export async function listen(page) {
	await page.evaluate(() => {
		window.heard = [];
		document.addEventListener('vt:played', event => window.heard.push(event.detail.key));
	});
	return () => page.evaluate(() => window.heard);
}

// What a page says in passing from now on, however soon it is gone again: returns who tells whether it said a text.
export async function overhear(page) {
	await page.evaluate(() => {
		window.said = [];
		const box = document.getElementById('toast');
		new MutationObserver(() => window.said.push(box.textContent)).observe(box, { childList: true, characterData: true, subtree: true });
	});
	return text => page.evaluate(wanted => window.said.includes(wanted), text);
}

// Files, {name: content}, dragged from outside the browser and let go over an element.
export async function dropFiles(page, selector, contents) {
	const folder = mkdtempSync(`${info.state}/drop-`);
	const files = Object.entries(contents).map(([name, content]) => {
		writeFileSync(`${folder}/${name}`, content);
		return `${folder}/${name}`;
	});
	const { x, y, width, height } = await page.locator(selector).boundingBox();
	const session = await page.context().newCDPSession(page);
	for (const type of ['dragEnter', 'dragOver', 'drop']) {
		await session.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2,
			data: { items: [], files, dragOperationsMask: 1 } });
	}
	await session.detach();
}

// Ctrl+V in a field, with a picture in the clipboard.
export async function pasteImage(page, selector) {
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.focus(selector);
	await page.evaluate(async () => {
		const canvas = document.createElement('canvas');
		canvas.width = canvas.height = 8;
		const blob = await new Promise(done => { canvas.toBlob(done, 'image/png'); });
		await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
	});
	await page.keyboard.press('Control+V');
}

// axe-core goes in through the debugger: the page's policy lets no script in.
export async function accessible(page, what) {
	// A colour that is still on its way to another is neither. One that never arrives is put where it was going:
	// a tab behind another says that it is visible and draws nothing, so that what begins there stays pending.
	await page.evaluate(() => {
		const moving = () => document.getAnimations().filter(each => each instanceof CSSTransition);
		return Promise.race([Promise.allSettled(moving().map(each => each.finished)), new Promise(done => { setTimeout(done, 2000); })])
			.then(() => moving().forEach(each => each.finish()));
	});
	const session = await page.context().newCDPSession(page);
	await session.send('Runtime.evaluate', { expression: axe });
	const { result } = await session.send('Runtime.evaluate', { awaitPromise: true, returnByValue: true,
		expression: `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then(({ violations }) =>
			violations.map(({ id, nodes }) => id + ': ' + nodes.map(node => node.html.slice(0, 160)).join(' | ')))` });
	await session.detach();
	assert.deepEqual(result.value, [], what);
}

export async function fits(page, what) {
	const over = await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]);
	assert.ok(over[0] <= 0 && over[1] <= 0, `${what}: scrolls by ${over}`);
}
