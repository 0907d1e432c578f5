// What comes and goes by networks that are not ours: the providers' door, intake from a backlog, a storm of delivery
// reports, sending.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { info, root, sql } from '../support/instance.mjs';
import { run } from './figures.mjs';

const KEY = 'banco-red', SECRET = 'secreto-del-banco', ACCOUNT = '108877665544332';
const ready = async () => {
	const settings = { account: ACCOUNT, base: `http://127.0.0.1:${await peerPort()}` };
	const put = spawnSync('./dev', ['ventanilla', '--state', info.state, 'channel-put'], { cwd: root, encoding: 'utf8', input: JSON.stringify({
		network: 'whatsapp', key: KEY, name: 'Banco', queue: 'general', bot: 'Asistente virtual', settings,
		secrets: { app_secret: SECRET, verify_token: 'palabra', token: 'ficha' } }) });
	if (put.status) throw new Error(put.stderr);
	sql(`INSERT INTO setting (key, value) VALUES ('http_permitted', '"127.0.0.1:${settings.base.split(':').at(-1)}:127.0.0.0/8"')
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	return Number(sql(`SELECT channel_id FROM channel WHERE key = '${KEY}'`)[0][0]);
};

let numbered = Date.now();
const text = (from, id = `wamid.${numbered++}`) => ({ id, from, timestamp: String(Math.floor(Date.now() / 1000)), type: 'text',
	text: { body: '¿Cuándo se imputa el pago?' } });
const body = (messages, statuses) => JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages',
	value: { messaging_product: 'whatsapp', metadata: { display_phone_number: '1', phone_number_id: ACCOUNT },
		...messages && { contacts: messages.map(({ from }) => ({ profile: { name: 'Lucía' }, wa_id: from })), messages }, ...statuses && { statuses } } }] }] });
const signed = raw => createHmac('sha256', SECRET).update(raw).digest('hex');
const number = i => `54922155${String(i).padStart(6, '0')}`;

// The line speaks or rests: what the bot says must not be sent while something else is measured.
const rest = (channel, on) => sql(`INSERT INTO channel_health (channel_id, paused_until) VALUES (${channel}, ${on ? "'infinity'" : 'NULL'})
	ON CONFLICT (channel_id) DO UPDATE SET paused_until = excluded.paused_until`);

function emptied(table, seconds, where = '') {
	const end = Date.now() + seconds * 1000;
	while (Number(sql(`SELECT count(*) FROM ${table} ${where}`)[0][0])) {
		if (Date.now() > end) throw new Error(`${table} is not empty after ${seconds} s`);
		execFileSync('sleep', ['0.02']);
	}
}

async function webhookAccept(world, say) {
	rest(await ready(), true);
	const lines = Array.from({ length: 60000 }, (_, i) => {
		const raw = body([text(number(i % 500))]);
		return ['POST', `/hooks/${KEY}`, `Content-Type: application/json|X-Hub-Signature-256: sha256=${signed(raw)}`, raw];
	});
	const busy = run(lines, { connections: 8 });
	say('webhook_accept_rps', busy.rps, 'requests/s');
	say('webhook_accept_p99_ms', busy.p99, 'ms');
	emptied('inbound_queue', 120);
}

// All at once on record, as the door writes it; the time until the last one is done.
function backlog(channel, raws) {
	writeFileSync(`${info.state}/bench-backlog.json`, JSON.stringify(raws));
	const began = Date.now();
	sql(`WITH e AS (SELECT raw, n, nextval('inbound_inbound_id_seq') AS inbound_id, clock_timestamp() AS at
			FROM json_array_elements_text(pg_read_file('${info.state}/bench-backlog.json')::json) WITH ORDINALITY p (raw, n)),
		i AS (INSERT INTO inbound (inbound_id, received_at, channel_id, raw) OVERRIDING SYSTEM VALUE
			SELECT inbound_id, at, ${channel}, raw FROM e)
		INSERT INTO inbound_queue (lane, inbound_id, received_at) SELECT n % 2, inbound_id, at FROM e`, { role: 'postgres' });
	const stored = Date.now();
	emptied('inbound_queue', 180);
	return { seconds: (Date.now() - stored) / 1000, wrote: (stored - began) / 1000 };
}

async function intake(world, say) {
	const channel = await ready();
	rest(channel, true);
	const people = Array.from({ length: 2000 }, (_, i) => number(200000 + i));
	backlog(channel, people.map(from => body([text(from)])));
	const known = people.flatMap(() => []).concat(...Array.from({ length: 10 }, () => people)).map(from => body([text(from)]));
	const first = backlog(channel, known);
	say('intake_known_rps', known.length / first.seconds, 'messages/s');
	const strangers = Array.from({ length: 10000 }, (_, i) => body([text(number(400000 + i))]));
	const second = backlog(channel, strangers);
	say('intake_new_rps', strangers.length / second.seconds, 'messages/s');
	const [[poison]] = sql(`SELECT count(*) FROM inbound_poison WHERE channel_id = ${channel}`);
	if (poison !== '0') throw new Error(`${poison} rows could not be understood`);
}

let peer;
// A provider that says yes to everything, as fast as nginx can.
async function peerPort() {
	if (peer) return peer.port;
	const folder = `${info.state}/bench-peer`;
	const port = await new Promise(resolve => {
		const probe = createServer().listen(0, '127.0.0.1', () => { const { port: free } = probe.address(); probe.close(() => resolve(free)); });
	});
	mkdirSync(folder, { recursive: true });
	writeFileSync(`${folder}/nginx.conf`, `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http { access_log off; keepalive_requests 1000000; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
server { listen 127.0.0.1:${port}; location / { default_type application/json;
return 200 '{"messaging_product":"whatsapp","contacts":[{"input":"1","wa_id":"1"}],"messages":[{"id":"wamid.$request_id"}]}'; } } }`);
	const child = spawn('nginx', ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', `${folder}/error.log`], { stdio: 'ignore' });
	process.on('exit', () => child.kill());
	for (let i = 0; i < 100; i++) {
		const up = await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false);
		if (up) break;
		await new Promise(resolve => setTimeout(resolve, 50));
	}
	peer = { port, child };
	return port;
}

function queueMessages(channel, count) {
	sql(`WITH o AS (INSERT INTO outbox (channel_id, kind, payload)
			SELECT ${channel}, 'message', jsonb_build_object('to', jsonb_build_object('kind', 'phone', 'value', '5492215' || (500000 + n)),
				'text', 'Su plan de pagos vence el 10.') FROM generate_series(1, ${count}) n RETURNING outbox_id, created_at, channel_id)
		INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id) SELECT 0, outbox_id, created_at, channel_id FROM o`);
}

async function send(world, say) {
	const channel = await ready();
	sql('DELETE FROM outbox_queue');
	rest(channel, true);
	queueMessages(channel, 30000);
	const began = Date.now();
	rest(channel, false);
	emptied('outbox_queue', 180);
	say('send_rps', 30000 / ((Date.now() - began) / 1000), 'messages/s');
	const [[failed]] = sql(`SELECT count(*) FROM outbox WHERE channel_id = ${channel} AND seq IS NULL AND state <> 2`);
	if (failed !== '0') throw new Error(`${failed} did not go out`);
}

export const networks = [
	{ prints: ['webhook_accept_rps', 'webhook_accept_p99_ms'], measure: webhookAccept },
	{ prints: ['intake_known_rps', 'intake_new_rps'], measure: intake },
	{ prints: ['send_rps'], measure: send },
];
