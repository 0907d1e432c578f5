// The sample agency's site in a browser, with the webchat on it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { info, root } from './instance.mjs';
import { Visitor } from './visitor.mjs';

const axe = readFileSync(`${root}node_modules/axe-core/axe.min.js`, 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

// A picture of 8 by 8.
export const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAbElEQVR42g3JQQEAMAgDMZRUCUqqpEp4nwiUoGjLN1WFii5cpJhiiyuqhEQLi4gRK04/GjXduEkzzTbXP4xMG5uYMWvOP4JCB4eECRsuPwYNPXjIMMMONz8WLb14yTLLLrc/Dh19+Mgxxx53PMhZXIGg5EVJAAAAAElFTkSuQmCC', 'base64');

export const siteUrl = (query = '') => `${info.base_url.replace('127.0.0.1', 'localhost')}/demo/${query}`;

// What axe-core objects to in one frame, the page's or the chat's.
export async function accessibleIn(frame, what) {
	await frame.evaluate(axe);
	const violations = await frame.evaluate(tags => globalThis.axe.run(document, { runOnly: tags, iframes: false })
		.then(result => result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html.slice(0, 160)).join(' | ')}`)), TAGS);
	assert.deepEqual(violations, [], what);
}

// faults: what the consoles complained of, but for the expected.
export class Site {
	static async open(browser, { query = '', url = siteUrl(query), theme = 'light', width = 1280, height = 720, bubble = true, expected = [] } = {}) {
		const site = new Site();
		site.faults = [];
		site.context = await browser.newContext({ viewport: { width, height }, locale: 'es-AR', colorScheme: theme });
		site.page = await site.context.newPage();
		site.page.on('pageerror', error => site.faults.push(error.message));
		site.page.on('console', message => {
			if (message.type() === 'error' && !expected.some(text => message.text().includes(text))) site.faults.push(message.text());
		});
		await site.page.goto(url);
		site.bubble = site.page.locator('[data-ventanilla] button');
		site.chat = site.page.frameLocator('[data-ventanilla] iframe');
		site.text = site.chat.locator('#text');
		if (bubble && url === siteUrl(query) && !query.includes('bubble=none')) await site.bubble.waitFor();
		site.frame = () => site.page.frames().find(frame => frame.url().includes('/webchat/frame'));
		return site;
	}

	// Who chats here, as the site keeps it for a frame without storage.
	visitor = async () => Visitor.of(await this.page.evaluate(() => localStorage.getItem(Object.keys(localStorage).find(name => name.endsWith('.token')))));
}
