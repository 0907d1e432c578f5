// The administration, for tests: forms over HTTP as a browser without script sends them, and what every one of its
// screens is held to in Chromium.
import assert from 'node:assert/strict';
import { accessible, fits, logIn, open } from './browser.mjs';
import { sql } from './instance.mjs';
import { Staff } from './staff.mjs';
import { once } from './visitor.mjs';

export const decode = text => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')
	.replaceAll('&#39;', "'").replaceAll('&amp;', '&');

// The value of a field of a page's form, as it would be sent.
export function fieldOf(html, name) {
	const input = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(html)?.[0];
	if (input) return decode(/ value="([^"]*)"/.exec(input)?.[1] ?? '');
	const area = new RegExp(`<textarea[^>]*name="${name}"[^>]*>([^<]*)</textarea>`).exec(html);
	return area ? decode(area[1]) : undefined;
}

// What stands beside a field, or null.
export const errorOf = (html, field) => {
	const text = new RegExp(`data-error-of="${field}"[^>]*>([^<]*)<`).exec(html)?.[1];
	return text ? decode(text) : null;
};

export class Admin extends Staff {
	static async logIn(login = 'admin') {
		return Object.assign(new Admin(), await Staff.logIn(login));
	}

	// Send a form; what it carries beside its fields is added. A new thing has no revision.
	save(path, fields, revision = '') {
		return this.form(path, [['once', once()], ['revision', revision], ['sent', '1'],
			...(Array.isArray(fields) ? fields : Object.entries(fields))]);
	}

	// All general settings as their page has them, with these changed: {revision, all}.
	async settings(changes) {
		const { text } = await this.page('/admin/settings');
		const names = [...text.matchAll(/<(?:input|select|textarea)[^>]* name="([a-z]+\.[a-z_]+)"[^>]*>/g)];
		const all = names.filter(([tag]) => !/type="checkbox"/.test(tag) || / checked/.test(tag)).map(([tag, name]) =>
			[name, /<select/.test(tag) ? new RegExp(`name="${name}".*?value="([^"]*)" selected`, 's').exec(text)[1] : fieldOf(text, name)]);
		return { revision: fieldOf(text, 'revision'), all: Object.entries({ ...Object.fromEntries(all), ...changes }) };
	}

	async revision(path) {
		return fieldOf((await this.page(path)).text, 'revision');
	}
}

// The audit rows of a thing, oldest first: {actor, action, before, after}.
export const history = (entity, id) => sql(`SELECT actor_name, action, coalesce(before::text, 'null'), coalesce(after::text, 'null')
	FROM audit WHERE entity = '${entity}' AND entity_id = ${id} ORDER BY at, audit_id`)
	.map(([actor, action, before, after]) => ({ actor, action, before: JSON.parse(before), after: JSON.parse(after) }));

// A screen as an administrator sees it: valid for axe in light and dark, no console error, no stray scrollbar.
export async function screen(t, browser, path, what, { login = 'admin', ...options } = {}) {
	const { context, page } = await open(browser, options);
	t.after(async () => {
		await context.close();
		assert.deepEqual(page.faults, [], what);
	});
	await logIn(page, login);
	await page.goto(path);
	return page;
}

// Colours fade from one theme to the other. A window that draws nothing at the moment tells of no frame: not for ever.
const settled = page => page.evaluate(() => Promise.race([new Promise(done => { setTimeout(done, 3000); }),
	new Promise(done => requestAnimationFrame(done)).then(() => Promise.all(document.getAnimations()
		.filter(one => one instanceof CSSTransition).map(one => one.finished.catch(() => {}))))]));

export async function looksRight(page, what) {
	for (const theme of ['light', 'dark']) {
		await page.evaluate(value => { document.documentElement.dataset.theme = value; }, theme);
		await settled(page);
		await accessible(page, `${what}, ${theme}`);
	}
	const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(over <= 0, `${what}: wider than the window by ${over}`);
}

export { fits };
