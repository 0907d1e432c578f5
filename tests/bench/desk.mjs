// What an operator's browser has to do: the script it loads, and one update of a desk with fifty conversations.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { launch, logIn, open } from '../support/browser.mjs';
import { root } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';

const CASES = 50, UPDATES = 60;

async function scripts(world, say) {
	const staff = await Staff.logIn(new World().person().login);
	const { text } = await staff.page('/desk');
	const files = [...text.matchAll(/<script src="([^"]+)"/g)].map(([, path]) => path);
	const bytes = files.reduce((sum, path) => sum + gzipSync(readFileSync(root + path.slice(1)), { level: 9 }).length, 0);
	if (files.length < 5) throw new Error(`only ${files}`);
	say('desk_script_kb', bytes / 1024, 'KB');
}

async function updates(world, say) {
	const own = new World(), { operator, visitor, id } = await own.case();
	const visitors = [visitor];
	while (visitors.length < CASES) visitors.push(...await Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => own.taxpayer({ state: 'active' }))));
	const browser = await launch();
	try {
		const { page } = await open(browser);
		await logIn(page, operator.login);
		await page.goto(`/desk/${id}`);
		await eventually(() => page.locator('.clist li').count().then(count => count >= CASES), 'all of them are listed');
		// What an update costs with the layout it asks for, as the page itself measures it.
		await page.evaluate(() => {
			window.took = [];
			document.addEventListener('vt:settled', () => document.body.offsetHeight);
			new PerformanceObserver(list => list.getEntries().forEach(entry => { if (entry.name === 'vt-update') window.took.push(entry.duration); }))
				.observe({ entryTypes: ['measure'] });
		});
		for (let i = 0; i < UPDATES; i++) {
			const before = await page.evaluate(() => window.took.length);
			await visitors[i % 2 ? 0 : i % visitors.length].say(`actualización ${i}`);
			await eventually(() => page.evaluate(count => window.took.length > count, before), `update ${i}`, 15000);
		}
		const took = (await page.evaluate(() => window.took)).sort((a, b) => a - b);
		say('desk_update_p50_ms', took[Math.floor(took.length * 0.5)], 'ms');
		say('desk_update_p95_ms', took[Math.floor(took.length * 0.95)], 'ms');
	} finally {
		await browser.close();
	}
}

export const desk = [
	{ prints: ['desk_script_kb'], measure: scripts },
	{ prints: ['desk_update_p95_ms'], measure: updates },
];
