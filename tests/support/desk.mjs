// An operator at their desk in Chromium, with a case open in the page and the taxpayer at the other end; afterwards the page
// must have had no fault. options: as open's (support/browser.mjs); before(id): what is to be there when the page is opened.
import assert from 'node:assert/strict';
import { logIn, open } from './browser.mjs';

export const deskIn = (browser, world) => async (t, { before, ...options } = {}) => {
	world.clear();
	const { operator, visitor, id } = await world.case();
	const { context, page } = await open(browser, options);
	t.after(async () => {
		await context.close();
		assert.deepEqual(page.faults, []);
	});
	before?.(id);
	await logIn(page, operator.login);
	await page.goto(`/desk/${id}`);
	return { context, page, operator, visitor, id };
};
