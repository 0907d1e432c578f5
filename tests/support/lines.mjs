// Lines of WhatsApp, for tests of what is told of them.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { info, sql } from './instance.mjs';
import { once } from './visitor.mjs';

export const secret = () => `EAA${once()}`, digits = () => String(10 ** 11 + Math.floor(Math.random() * 9e11));

// A line of WhatsApp, as the form makes it.
export async function whatsappLine(admin, changes = {}) {
	const sent = { messenger: 'whatsapp', name: `Línea ${once().slice(0, 10)}`, enabled: '1', bot: '0',
		queue: sql("SELECT queue_id FROM queue WHERE key = 'general'")[0][0], idle: '30', lost: '120', account: digits(), waba: digits(), app_id: '',
		app_secret: secret(), verify_token: secret(), token: secret(), list_button: 'Ver', base: 'https://graph.facebook.com', version: 'v25.0', ...changes };
	const answer = await admin.save('/admin/channels/new', sent);
	assert.equal(answer.status, 303, answer.text);
	const [[id, key]] = sql(`SELECT channel_id, key FROM channel WHERE name = '${sent.name}'`);
	return { ...sent, id: Number(id), key, path: `/admin/channels/${id}` };
}

// What Meta posts of the line's account.
export async function tells(one, field, value, at = Math.floor(Date.now() / 1000)) {
	const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: one.waba, time: at, changes: [{ field, value }] }] });
	const answer = await fetch(`${info.base_url}/hooks/${one.key}`, { method: 'POST', body, headers: { 'Content-Type': 'application/json',
		'X-Hub-Signature-256': `sha256=${createHmac('sha256', one.app_secret).update(body).digest('hex')}` } });
	assert.equal(answer.status, 200);
}
