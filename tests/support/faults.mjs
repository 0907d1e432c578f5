// What a test needs to break an instance under load and to tell that nothing was lost: clients that
// do not give up, the instance's processes, chance that can be repeated.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { pidOf } from './instance.mjs';

const HELD = 500;

// The answer with its body read to the end, as far as a client needs it; null when there was none.
export async function whole(url, options) {
	try {
		const answer = await fetch(url, options);
		const text = await answer.text();
		return { status: answer.status, headers: answer.headers, text: async () => text, json: async () => JSON.parse(text) };
	} catch (error) {
		if (options?.signal?.aborted) throw error;
		return null;
	}
}

// fetch for a client that does not give up: what got no answer, or 503, is asked again as it was, its
// `once` included. repeats: how often that was needed, by method, path and what came instead. limit: how long there may be
// nobody who answers; whoever held a request until they were killed was somebody.
export function insisting(repeats, limit = 20000) {
	return async (url, options) => {
		const what = `${options?.method ?? 'GET'} ${new URL(url).pathname.replaceAll(/\d+/g, 'N')}`;
		for (let since = Date.now(); ;) {
			const asked = Date.now();
			const answer = await whole(url, options);
			if (answer && answer.status !== 503) return answer;
			if (Date.now() - asked > HELD) since = Date.now();
			if (Date.now() - since > limit) throw new Error(`no answer that held in ${limit} ms: ${what}`);
			const why = `${what} ${answer?.status ?? 'unanswered'}`;
			repeats.set(why, (repeats.get(why) ?? 0) + 1);
			await pause(20 + Math.random() * 80);
		}
	};
}

// Numbers from 0 to 1, the same for the same seed (mulberry32).
export function chance(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

export function childrenOf(pid) {
	try {
		return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
	} catch {
		return [];
	}
}

// What these processes have used of the processors until now, in ms: how much work something is, however busy the machine.
export const processorMs = pids => pids.reduce((sum, pid) => {
	try {
		const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ').slice(11, 13);
		return sum + (Number(user) + Number(system)) * 10;
	} catch {
		return sum;
	}
}, 0);

// The processes of a program, which its supervisor keeps.
export const processesOf = (instance, program) => childrenOf(pidOf(instance, program));

// false: it had left by itself.
export function kill(pid, signal = 'SIGKILL') {
	try {
		return process.kill(pid, signal);
	} catch {
		return false;
	}
}
