// What a network reports of what we sent: states only rise, and a page is told when it would look otherwise.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { info, root, sql } from '../support/instance.mjs';
import { World } from '../support/staff.mjs';
import { until } from '../support/worker.mjs';

const SENT = '2', DELIVERED = '3', READ = '4', FAILED = '5', UNKNOWN = '6';
const KEY = `partes-${process.hrtime.bigint()}`, ACCOUNT = String(process.hrtime.bigint()), SECRET = 'app-secret-1';
let line, one;
before(async () => {
	const put = spawnSync('./dev', ['ventanilla', '--state', info.state, 'channel-put'], { cwd: root, encoding: 'utf8', input: JSON.stringify({
		network: 'whatsapp', key: KEY, name: KEY, queue: 'general', settings: { account: ACCOUNT }, secrets: { app_secret: SECRET, verify_token: 'v', token: 't' } }) });
	assert.equal(put.status, 0, put.stderr);
	line = sql(`SELECT channel_id FROM channel WHERE key = '${KEY}'`)[0][0];
	one = await new World().case();
});
after(() => sql(`UPDATE channel SET enabled = false WHERE key = '${KEY}'`));

// A message of the case that is out: its row, and the id by which the network knows it.
function message(state = SENT) {
	const id = `wamid.${randomUUID()}`;
	const [[row, reference]] = sql(`INSERT INTO outbox (channel_id, conversation_id, seq, kind, payload, state, provider_id)
		SELECT ${line}, conversation_id, 1, 'message', '{}', ${state}, '${id}' FROM conversation WHERE conversation_id = ${one.id}
		RETURNING outbox_id, outbox_id || '.' || (extract(epoch FROM created_at) * 1000000)::bigint`);
	return { id, reference, state: () => sql(`SELECT state FROM outbox WHERE outbox_id = ${row}`)[0][0] };
}

async function report(...told) {
	const statuses = told.map(([{ id, reference }, status]) => ({ id, status, timestamp: '1795446000', recipient_id: '5492215550000',
		biz_opaque_callback_data: reference, ...status === 'failed' && { errors: [{ code: 131026, title: 'Undeliverable' }] } }));
	const raw = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages', value: {
		messaging_product: 'whatsapp', metadata: { phone_number_id: ACCOUNT }, contacts: [{ wa_id: '5492215550000', profile: { name: 'Ana' } }], statuses } }] }] });
	const answer = await fetch(`${info.base_url}/hooks/${KEY}`, { method: 'POST', body: raw,
		headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}` } });
	assert.equal(answer.status, 200);
	await until(() => sql(`SELECT count(*) FROM inbound_queue q JOIN inbound i USING (inbound_id, received_at) WHERE i.channel_id = ${line}`)[0][0] === '0',
		'they are taken');
}

// How often those who look at the case, or have it in their list, are told.
const told = () => sql(`SELECT count(*) FROM wake WHERE topics ~ '\\mc${one.id}\\M' AND topics ~ '\\mo${one.operator.id}\\M'`).map(([n]) => Number(n))[0];

test('reports in any order, and again, leave a message at the highest it was told of', async () => {
	for (const order of [['sent', 'delivered', 'read'], ['read', 'delivered', 'sent', 'read'], ['delivered', 'read', 'failed', 'sent']]) {
		const about = message();
		for (const status of order) await report([about, status]);
		assert.equal(about.state(), READ, String(order));
	}
	const all = [message(), message(), message()];
	await report(...['read', 'sent', 'delivered', 'read'].flatMap(status => all.map(about => [about, status])));
	assert.deepEqual(all.map(about => about.state()), [READ, READ, READ]);
});

test('what went as several arrived when the least of it did, told in any order, at once or apart', async () => {
	const orders = [['0', ''], ['', '0'], ['0', '', '0', '']];
	for (const order of orders) {
		const apart = message(), atOnce = message();
		const parts = about => ({ '': about, '0': { ...about, reference: `${about.reference}/0`, id: `${about.id}-0` } });
		for (const about of [apart, atOnce]) sql(`INSERT INTO message_part (outbox_id, part, channel_id, state) VALUES (${about.reference.split('.')[0]}, '0', ${line}, 2)`);
		for (const part of order) await report([parts(apart)[part], 'delivered']);
		await report(...order.map(part => [parts(atOnce)[part], 'delivered']));
		assert.deepEqual([apart.state(), atOnce.state()], [DELIVERED, DELIVERED], JSON.stringify(order));
	}
	const untold = message();
	await report([{ ...untold, reference: `${untold.reference}/0`, id: `${untold.id}-0` }, 'read'], [untold, 'delivered']);
	assert.equal(untold.state(), DELIVERED, 'its parts were not noted before their reports came');
});

test('a page is told of a report that changes what it shows, and of no other', async () => {
	const about = message();
	for (const [status, state, news] of [['sent', SENT, 0], ['delivered', DELIVERED, 1], ['sent', DELIVERED, 0], ['read', READ, 1], ['delivered', READ, 0]]) {
		const before = told();
		await report([about, status]);
		assert.equal(about.state(), state);
		assert.equal(told() - before, news, status);
	}
});

test('of what nobody knew whether it went out, a report tells, and the page reads it again', async () => {
	for (const [status, state] of [['sent', SENT], ['failed', FAILED]]) {
		const about = message(UNKNOWN), before = told();
		sql(`DELETE FROM message_touch WHERE conversation_id = ${one.id}`);
		await report([about, status]);
		assert.equal(about.state(), state);
		assert.equal(told() - before, 1);
		assert.equal(sql(`SELECT count(*) FROM message_touch WHERE conversation_id = ${one.id} AND seq = 1`)[0][0], '1');
	}
});

test('a report is kept without the contacts of the whole batch', async () => {
	await report([message(), 'sent'], [message(), 'sent']);
	const [[raw, statuses]] = sql(`SELECT raw, jsonb_array_length(raw::jsonb->'entry'->0->'changes'->0->'value'->'statuses') FROM inbound
		WHERE channel_id = ${line} ORDER BY inbound_id DESC LIMIT 1`);
	assert.equal(statuses, '1');
	assert.ok(!raw.includes('Ana'), raw);
});
