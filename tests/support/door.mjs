// An address that takes what a network posts, for tests of the networks' peer.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { peers } from '../peers/peers.mjs';
import { until } from './worker.mjs';

// What a door must know of each network to believe it.
export const secrets = { app_secret: 'app-secret-1', verify_token: 'verify-1', secret_token: 'secreto_1', consumer_secret: 'consumer-secret-1' };

function believes(request, raw) {
	const of = form => createHmac('sha256', form === 'hex' ? secrets.app_secret : secrets.consumer_secret).update(raw).digest(form);
	const { headers } = request;
	return headers['x-hub-signature-256'] === `sha256=${of('hex')}` || headers['x-telegram-bot-api-secret-token'] === secrets.secret_token
		|| headers['x-twitter-webhooks-signature'] === `sha256=${of('base64')}`;
}

function challenge(url) {
	const asked = url.searchParams;
	if (asked.has('crc_token')) {
		return JSON.stringify({ response_token: `sha256=${createHmac('sha256', secrets.consumer_secret).update(asked.get('crc_token')).digest('base64')}` });
	}
	return asked.get('hub.verify_token') === secrets.verify_token ? asked.get('hub.challenge') : null;
}

// A peer, its lines told of our door, and what came there: `got` has the bodies, refused the number of unsigned ones.
export async function doorOfPeer(t, settings = {}) {
	const got = [];
	const door = { got, refused: 0, answers: () => 200 };
	const server = createServer((request, response) => {
		const parts = [];
		request.on('data', part => parts.push(part));
		request.on('end', () => {
			if (request.method === 'GET') {
				const answer = challenge(new URL(request.url, 'http://door'));
				response.writeHead(answer === null ? 403 : 200).end(answer ?? '');
				return;
			}
			const raw = Buffer.concat(parts);
			if (!believes(request, raw)) {
				door.refused++;
				response.writeHead(401).end();
				return;
			}
			const body = JSON.parse(raw.toString('utf8')), status = door.answers(body);
			if (status === 200) {
				got.push(body);
			}
			response.writeHead(status).end();
		});
	});
	await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
	const webhook = `http://127.0.0.1:${server.address().port}/hooks/x`;
	const peer = await peers({
		lines: ['whatsapp', 'messenger', 'instagram', 'telegram', 'x'].map(network => ({ network, webhook, ...secrets })),
		retry: { tries: 3, every: 10 }, delays: { sent: 1, delivered: 1, read: null }, review: 5, ...settings,
	});
	t.after(async () => {
		await peer.close();
		server.close();
		server.closeAllConnections();
	});
	door.came = (fits, what) => until(() => got.find(fits), what, { every: 5 });
	return { peer, door };
}

// A call as our side makes it: {status, json, headers, bytes}.
export async function ask(url, { token, method, body, form, headers = {} } = {}) {
	const response = await fetch(url, {
		method: method ?? (body || form ? 'POST' : 'GET'),
		headers: { ...(token && { Authorization: `Bearer ${token}` }), ...(body && { 'Content-Type': 'application/json' }), ...headers },
		body: form ?? (body && (typeof body === 'string' ? body : JSON.stringify(body))),
	});
	const bytes = Buffer.from(await response.arrayBuffer());
	let json = null;
	try {
		json = JSON.parse(bytes.toString('utf8'));
	} catch {
		// Not every answer is JSON.
	}
	return { status: response.status, headers: response.headers, bytes, json };
}
