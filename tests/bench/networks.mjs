// What comes and goes by networks that are not ours: the providers' door, intake from a backlog, sending.
import { writeFileSync } from 'node:fs';
import { info, sql } from '../support/instance.mjs';
import { run } from './figures.mjs';
import { emptied, Line, number, TO_SAY } from './line.mjs';

const WORDS = '¿Cuándo se imputa el pago?';
const whatsapp = new Line('banco-red', '108877665544332');
const ready = () => whatsapp.open('Asistente virtual');

async function webhookAccept(world, say) {
	const line = await ready();
	line.rest(true);
	const busy = run(Array.from({ length: 60000 }, (_, i) => line.request(line.body([line.text(number(i % 500), WORDS)]))), { connections: 8 });
	say('webhook_accept_rps', busy.rps, 'requests/s');
	say('webhook_accept_p99_ms', busy.p99, 'ms');
	emptied('inbound_queue', 120);
}

// All at once on record, as the door writes it; the time until the last one is done.
function backlog(line, people) {
	const file = `${info.state}/bench-backlog.json`;
	writeFileSync(file, JSON.stringify(people.map(from => line.body([line.text(from, WORDS)]))));
	sql(`WITH e AS (SELECT raw, n, nextval('inbound_inbound_id_seq') AS inbound_id, clock_timestamp() AS at
			FROM json_array_elements_text(pg_read_file('${file}')::json) WITH ORDINALITY p (raw, n)),
		i AS (INSERT INTO inbound (inbound_id, received_at, channel_id, raw) OVERRIDING SYSTEM VALUE
			SELECT inbound_id, at, ${line.id}, raw FROM e)
		INSERT INTO inbound_queue (lane, inbound_id, received_at) SELECT n % 2, inbound_id, at FROM e`, { role: 'postgres' });
	const stored = Date.now();
	emptied('inbound_queue', 180);
	return people.length / ((Date.now() - stored) / 1000);
}

async function intake(world, say) {
	const line = await ready();
	line.rest(true);
	const people = Array.from({ length: 2000 }, (_, i) => number(200000 + i));
	backlog(line, people);
	say('intake_known_rps', backlog(line, Array.from({ length: 10 }, () => people).flat()), 'messages/s');
	say('intake_new_rps', backlog(line, Array.from({ length: 10000 }, (_, i) => number(400000 + i))), 'messages/s');
	const [[poison]] = sql(`SELECT count(*) FROM inbound_poison WHERE channel_id = ${line.id}`);
	if (poison !== '0') throw new Error(`${poison} rows could not be understood`);
}

// Three messages to each of ten thousand people, by TLS; each conversation in its order.
async function send(world, say) {
	const line = await ready(), people = 10000, each = 3;
	sql('DELETE FROM outbox_queue');
	line.rest(true);
	line.converse(people, each, { bot: people });
	const [[first]] = sql(`SELECT min(outbox_id) FROM ${TO_SAY}`), began = Date.now();
	line.rest(false);
	emptied(TO_SAY, 180);
	say('send_rps', people * each / ((Date.now() - began) / 1000), 'messages/s');
	const [[sent, ids, wrong]] = sql(`SELECT count(*) FILTER (WHERE state = 2), count(DISTINCT provider_id), count(*) FILTER (WHERE sent_at < before)
		FROM (SELECT *, lag(sent_at) OVER (PARTITION BY conversation_id ORDER BY seq) AS before FROM outbox WHERE outbox_id >= ${first}
			AND channel_id = ${line.id}) o`).map(row => row.map(Number));
	if (sent !== people * each || ids !== sent || wrong) throw new Error(`${sent} went out, as ${ids}, ${wrong} before their time`);
}

export const networks = [
	{ prints: ['webhook_accept_rps', 'webhook_accept_p99_ms'], measure: webhookAccept },
	{ prints: ['intake_known_rps', 'intake_new_rps'], measure: intake },
	{ prints: ['send_rps'], measure: send },
];
