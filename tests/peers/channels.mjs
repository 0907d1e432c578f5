#!/usr/bin/env node
// The channels that speak to a peer: channels.mjs PEER BASE prints a line of JSON each for `ventanilla channel-put`, and
// tells the peer where our door is.
import { fileURLToPath } from 'node:url';

const VERSION = 'v25.0';
const NAMES = { whatsapp: 'WhatsApp', messenger: 'Messenger', instagram: 'Instagram', telegram: 'Telegram', x: 'X' };

// A line of the peer as our side's form has it. prefix: of the key in our address.
export function channelOf(line, base, prefix = 'practica') {
	const meta = { settings: { account: line.account, base, version: VERSION }, secrets: { token: line.token, app_secret: line.app_secret, verify_token: line.verify_token } };
	const own = {
		whatsapp: { settings: { ...meta.settings, waba: line.waba, app_id: line.app }, secrets: meta.secrets },
		messenger: { ...meta, secrets: { ...meta.secrets, app_id: line.app } },
		instagram: { ...meta, secrets: { ...meta.secrets, app_id: line.app } },
		telegram: { settings: { account: line.username, base }, secrets: { token: line.token, hook_token: line.secret_token } },
		x: { settings: { account: line.account, base, per_quarter: String(line.per_quarter ?? 500) }, secrets: { token: line.token, consumer_secret: line.consumer_secret } },
	};
	return { network: line.network, key: `${prefix}-${line.network}`, name: `${NAMES[line.network]} de práctica`, queue: 'general', bot: 'Asistente virtual', ...own[line.network] };
}

// Where the line's network posts.
export const doorOf = (channel, ours) => ({ network: channel.network, webhook: `${ours}/hooks/${channel.key}` });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [, , base, ours] = process.argv;
	const ask = async (path, body) => {
		const response = await fetch(`${base}/peer/${path}`, body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
		return response.json();
	};
	const channels = (await ask('lines')).map(line => channelOf(line, base));
	await ask('settings', { lines: channels.map(channel => doorOf(channel, ours)), x_limit: 500 });
	for (const channel of channels) {
		console.log(JSON.stringify(channel));
	}
}
