// Pictures of the product for its manual. With VENTANILLA_PICTURES set they become the manual's own (docs/manual/img), with
// few colours so that they stay small; without it they are taken all the same, and thrown away.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { root } from './instance.mjs';

const COLOURS = '96';
const album = `${root}docs/manual/img`;
export const keeps = Boolean(process.env.VENTANILLA_PICTURES);

export class Camera {
	constructor() {
		this.place = mkdtempSync(`${tmpdir()}/pictures-`);
		this.taken = new Set();
	}

	// Of what these selectors show together, with some room around; it must be there to be seen. height: no taller than this.
	async take(page, name, selectors, { room = 0, height = Infinity } = {}) {
		if (this.taken.has(name)) throw new Error(`two pictures ${name}`);
		await page.evaluate(() => { document.getElementById('toast')?.setAttribute('hidden', ''); });
		const boxes = [];
		for (const selector of [selectors].flat()) {
			const part = page.locator(selector).first();
			await part.waitFor();
			await part.scrollIntoViewIfNeeded();
			boxes.push(await part.boundingBox());
		}
		const viewport = page.viewportSize();
		const left = Math.max(0, Math.min(...boxes.map(box => box.x)) - room), top = Math.max(0, Math.min(...boxes.map(box => box.y)) - room);
		const right = Math.min(viewport.width, Math.max(...boxes.map(box => box.x + box.width)) + room);
		const bottom = Math.min(viewport.height, top + height, Math.max(...boxes.map(box => box.y + box.height)) + room);
		const path = `${this.place}/${name}.png`;
		await page.screenshot({ path, animations: 'disabled', clip: { x: left, y: top, width: right - left, height: bottom - top } });
		this.taken.add(name);
		if (keeps) execFileSync('pngquant', ['--force', '--strip', '--speed', '1', '--output', `${album}/${name}.png`, COLOURS, path]);
	}

	close() {
		rmSync(this.place, { recursive: true });
	}
}
