// Every screen of the administration and of supervision on a telephone: nothing wider than the window, no text cut off.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, open, logIn } from '../support/browser.mjs';
import { whatsappLine } from '../support/lines.mjs';
import { Admin } from '../support/admin.mjs';
import { World } from '../support/staff.mjs';

const ALSO = ['/admin/exchanges', '/admin/users/import', '/admin/holidays/import', '/admin/find?q=a', '/quarantine', '/downloads', '/notices', '/help', '/health', '/password', '/factor'];
const SUPERVISED = ['/board', '/board/agents', '/chat', '/board/agents/message'];

/* In the page: what is wider than the window or its box, and what text is cut. A box that scrolls sideways by itself, and
   what is cut on purpose with an ellipsis, may be; what is chosen of a list only where it has 200 px. */
function amiss() {
	const wide = [...document.querySelectorAll('html, .app, .withnav, .main, .page, dialog[open]')]
		.filter(box => box.scrollWidth > Math.max(box.clientWidth, box === document.documentElement ? innerWidth : 0) + 1)
		.map(box => `${box.tagName}.${box.className} wants ${box.scrollWidth} of ${box.clientWidth}`);
	const scrolls = box => ['auto', 'scroll'].includes(getComputedStyle(box).overflowX) && !box.matches('.main, .withnav, html, body');
	const clips = box => ['hidden', 'clip'].includes(getComputedStyle(box).overflowX);
	const meant = box => getComputedStyle(box).textOverflow === 'ellipsis' || getComputedStyle(box).webkitLineClamp !== 'none'
		|| getComputedStyle(box).clipPath !== 'none' || (box.clientWidth <= 1 && box.clientHeight <= 1);
	const cut = new Set();
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, node => node.data.trim() ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
	for (let node = texts.nextNode(); node; node = texts.nextNode()) {
		if (!node.parentElement.checkVisibility({ checkVisibilityCSS: true }) || node.parentElement.closest('option, template, script, style')) continue;
		const range = document.createRange();
		range.selectNodeContents(node);
		const { left, right, width } = range.getBoundingClientRect();
		if (!width) continue;
		let from = 0, to = innerWidth, box = node.parentElement;
		for (; box && !scrolls(box) && !meant(box); box = box.parentElement) {
			if (!clips(box)) continue;
			const edge = box.getBoundingClientRect();
			[from, to] = [Math.max(from, edge.left), Math.min(to, edge.right)];
		}
		if (!box && (left < from - 1 || right > to + 1)) cut.add(`«${node.data.trim().slice(0, 40)}» at ${Math.round(left)}-${Math.round(right)} of ${Math.round(from)}-${Math.round(to)}`);
	}
	const ruler = document.createElement('canvas').getContext('2d');
	const cramped = one => {
		const style = getComputedStyle(one), room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
		ruler.font = style.font;
		return room < 200 && ruler.measureText(one.selectedOptions[0]?.text ?? '').width > room + 1;
	};
	const chosen = [...document.querySelectorAll('select')].filter(one => one.checkVisibility() && !one.multiple && cramped(one)).map(one => `select ${one.name}`);
	return [...wide, ...[...cut].slice(0, 4), ...chosen];
}

async function walk(page, paths, found) {
	const failed = [];
	const waits = [...paths], seen = new Set();
	while (waits.length) {
		const path = waits.shift();
		if (seen.has(path)) continue;
		seen.add(path);
		const response = await page.goto(path, { waitUntil: 'load' });
		assert.equal(response.status(), 200, path);
		const faults = await page.evaluate(amiss);
		if (faults.length) failed.push(`${path}\n\t${faults.join('\n\t')}`);
		waits.push(...await page.evaluate(found, path));
	}
	return { failed, seen };
}

/* In the page: of a list the first of its things, a new one, and what else hangs on it; one of each kind. */
function further(path) {
	const hrefs = [...document.querySelectorAll('main a[href^="/admin/"]')].map(a => a.getAttribute('href').split('#')[0]);
	const section = /^\/admin\/[a-z]+$/.test(path);
	const one = section ? hrefs.find(href => new RegExp(`^${path}/\\d+$`).test(href)) : undefined;
	const fresh = section ? hrefs.filter(href => new RegExp(`^${path}/new(\\?|$)`).test(href)).slice(0, 1) : [];
	const parts = /^\/admin\/[a-z]+\/\d+$/.test(path) ? [] : hrefs.filter(href => new RegExp(`^${path}/\\d+/(calendar|webchat)$`).test(href)).slice(0, 1);
	return [...(one ? [one] : []), ...fresh, ...parts];
}

test('on a telephone no screen of the administration scrolls sideways or cuts its words', async t => {
	const browser = await launch();
	t.after(() => browser.close());
	await whatsappLine(await Admin.logIn());
	const { page } = await open(browser, { width: 400, height: 800 });
	await logIn(page, 'admin');
	await page.goto('/admin');
	const sections = await page.evaluate(() => [...document.querySelectorAll('.snav a[href^="/admin/"]')].map(a => a.getAttribute('href')));
	const { failed, seen } = await walk(page, [...sections, ...ALSO], further);
	assert.ok(seen.size > 50, `${seen.size} screens`);
	assert.deepEqual(failed, []);
	assert.deepEqual(page.faults, []);
});

test('nor does the supervisor\'s board', async t => {
	const browser = await launch();
	t.after(() => browser.close());
	const world = new World(), boss = world.person({ role: 'supervisor' });
	await world.case({ taxpayer: { name: 'Graciela Benítez de Olazábal' } });
	const { page } = await open(browser, { width: 400, height: 800 });
	await logIn(page, boss.login);
	assert.deepEqual((await walk(page, SUPERVISED, () => [])).failed, []);
	assert.deepEqual(page.faults, []);
});
