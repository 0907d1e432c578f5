// Browsers that wait for what happens, as many as a figure wants in one process.
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { info, sql } from '../support/instance.mjs';

export const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });

// One request: {status, headers, body}.
export function ask(method, path, headers = {}, body) {
	return new Promise((resolve, reject) => {
		const request = http.request({ agent, host: '127.0.0.1', port: info.port, method, path, headers }, answer => {
			const parts = [];
			answer.on('data', part => parts.push(part));
			answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers,
				body: Buffer.concat(parts).toString() }));
		});
		request.on('error', reject);
		request.end(body);
	});
}

export const snapshot = () => sql('SELECT pg_current_snapshot()')[0][0];
export const percentile = (list, part) => list.sort((a, b) => a - b)[Math.floor((list.length - 1) * part)];

// A browser that waits: asks again with the cursor of each answer until stopped.
export async function wait(path, headers, state, seen) {
	while (!state.stopped) {
		try {
			const answer = await ask('GET', path(), headers);
			if (state.stopped) return;
			if (answer.status === 200) seen(answer);
			else if (answer.status !== 204) {
				state.wrong++;
				await sleep(500);
			}
		} catch {
			if (!state.stopped) state.wrong++;
			await sleep(500);
		}
	}
}

// Words that were said, and how long it took until an operator's page had them.
export class Marks {
	constructor() {
		this.posted = new Map();
		this.took = [];
	}

	say(mark) {
		this.posted.set(mark, performance.now());
		return mark;
	}

	see(text) {
		for (const [mark] of text.matchAll(/espera banco \d+/g)) {
			if (!this.posted.has(mark)) continue;
			this.took.push(performance.now() - this.posted.get(mark));
			this.posted.delete(mark);
		}
	}
}

// The page of an operator who looks at one of their conversations: {id, seq, token}.
export function watch(desk, cursor, state, marks) {
	let { seq } = desk;
	wait(() => `/live?v=shell,desk:0,c${desk.id}:${seq}&c=${encodeURIComponent(cursor)}`, { Cookie: `sid=${desk.token}` }, state, answer => {
		cursor = answer.headers['x-cursor'] ?? cursor;
		marks.see(answer.body);
		for (const [, told] of answer.body.matchAll(/data-seq="(\d+)"/g)) seq = Math.max(seq, Number(told));
	});
}
