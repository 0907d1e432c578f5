// A request that waits for its answer and can be let go of. fetch is no good for that: in Node 18 its signal is
// forgotten as soon as garbage is collected, and whoever wanted to leave stays.
import { request } from 'node:http';

// A promise of {status, headers, cursor, text, ms}; `abort` lets go of it, and it rejects.
export function held(url, { method = 'GET', headers = {}, body } = {}) {
	const began = performance.now();
	const call = request(url, { method, headers, agent: false });
	const answer = new Promise((resolve, reject) => {
		call.once('error', reject);
		call.once('response', response => {
			let text = '';
			response.setEncoding('utf8').on('data', piece => { text += piece; }).on('error', reject);
			response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, cursor: response.headers['x-cursor'],
				text, ms: performance.now() - began }));
		});
	});
	answer.catch(() => {});
	call.end(body);
	return Object.assign(answer, { abort: () => call.destroy() });
}
