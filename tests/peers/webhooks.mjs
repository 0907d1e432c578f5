// What the networks post to the address of a line: signed as theirs, tried again when it is not taken, and, when a test
// asks for it, repeated, late or out of order.
import { createHmac } from 'node:crypto';

const hmac = (secret, text, form) => createHmac('sha256', secret).update(text).digest(form);

// The header that proves a body to be the network's.
export function signature(line, raw) {
	switch (line.network) {
	case 'telegram':
		return line.secret_token ? { 'X-Telegram-Bot-Api-Secret-Token': line.secret_token } : {};
	case 'x':
		return { 'x-twitter-webhooks-signature': `sha256=${hmac(line.consumer_secret, raw, 'base64')}` };
	default:
		return { 'X-Hub-Signature-256': `sha256=${hmac(line.app_secret, raw, 'hex')}` };
	}
}

export class Webhooks {
	constructor(world) {
		this.world = world;
		this.sent = [];             // {network, at, status, body}, the last thousand
		this.last = new Map();      // line -> the delivery before, so that they go in order
	}

	// Resolves with the status of our door when it took it, or when nobody tries any more (0: no address, or no answer).
	push(line, body) {
		const { repeat, disorder, delay } = this.world.settings.webhooks;
		const raw = JSON.stringify(body);
		const once = () => this.deliver(line, raw);
		if (disorder) {
			return this.world.wait(Math.random() * 200).then(() => this.times(repeat, once));
		}
		const before = this.last.get(line) ?? Promise.resolve();
		const mine = before.then(() => delay ? this.world.wait(delay) : null).then(() => this.times(repeat, once));
		this.last.set(line, mine.catch(() => 0));
		return mine;
	}

	async times(repeat, once) {
		const status = await once();
		for (let i = 0; i < repeat; i++) {
			await once();
		}
		return status;
	}

	async deliver(line, raw) {
		const { tries, every } = this.world.settings.retry;
		for (let n = 0; n < tries && line.webhook && !this.world.closed; n++) {
			const status = await this.post(line, raw, signature(line, raw));
			if (status >= 200 && status < 300) {
				return status;
			}
			if (n + 1 === tries) {
				return status;
			}
			await this.world.wait(every * 2 ** Math.min(n, 6));
		}
		return 0;
	}

	// One request, whatever its body and headers are.
	async post(line, raw, headers, type = 'application/json') {
		let status = 0;
		try {
			const response = await fetch(line.webhook, {
				method: 'POST', headers: { 'Content-Type': type, 'User-Agent': 'peer/1.0.0', ...headers }, body: raw,
				redirect: 'manual', signal: AbortSignal.timeout(10_000),
			});
			await response.arrayBuffer();
			status = response.status;
		} catch {
			// Nobody is there yet.
		}
		this.sent.push({ network: line.network, account: line.account, at: Date.now(), status, body: String(raw).slice(0, 20_000) });
		this.sent.splice(0, this.sent.length - 1000);
		return status;
	}

	// Does the address answer as its network wants before it sends anything there? '' or what is wrong.
	async validate(line, url = line.webhook) {
		const asks = new URL(url);
		const challenge = String(Math.floor(Math.random() * 1e9));
		if (line.network === 'telegram') {
			return '';
		}
		if (line.network === 'x') {
			asks.searchParams.set('crc_token', challenge);
		} else {
			asks.searchParams.set('hub.mode', 'subscribe');
			asks.searchParams.set('hub.challenge', challenge);
			asks.searchParams.set('hub.verify_token', line.verify_token);
		}
		try {
			const response = await fetch(asks, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
			const text = await response.text();
			if (response.status !== 200) {
				return `HTTP ${response.status}`;
			}
			if (line.network === 'x') {
				return JSON.parse(text).response_token === `sha256=${hmac(line.consumer_secret, challenge, 'base64')}` ? '' : 'wrong response_token';
			}
			return text === challenge ? '' : 'the challenge did not come back';
		} catch (error) {
			return `${error.cause?.code ?? error.message}`;
		}
	}
}
