// SMS summed by day, line and class: each change of a row counts in the day on which its message was written.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, decode, errorOf } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { Staff } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const WAITING = 0, SENT = 2, DELIVERED = 3, READ = 4, FAILED = 5, UNKNOWN = 6;
let admin;
before(async () => { admin = await Admin.logIn(); });

// A line, its rows and how they move on. at: "2026-11-27 23:59:59.9" in the agency's time.
function line() {
	const name = `SMS ${once().slice(0, 8)}`;
	const [[id]] = sql(`INSERT INTO channel (messenger, key, name, default_queue_id, enabled)
		SELECT 7, 'sms-${once()}', '${name}', min(queue_id), false FROM queue RETURNING channel_id`);
	return {
		id, name,
		write(at, { kind = 'message', ...payload } = {}) {
			const [[row]] = sql(`INSERT INTO outbox (channel_id, created_at, kind, payload) VALUES (${id}, '${at}'::timestamp AT TIME ZONE 'America/Argentina/Buenos_Aires',
				'${kind}', '${JSON.stringify({ class: 'transactional', text: 'x', ...payload })}') RETURNING outbox_id`);
			return row;
		},
		become(row, state, segments) {
			sql(`UPDATE outbox SET state = ${state}, segments = ${segments ?? 'segments'} WHERE outbox_id = ${row}`);
		},
	};
}
const today = new Date(Date.now() - 3 * 3600000).toISOString().slice(0, 10);
const before1 = (day, days = 1) => new Date(Date.parse(day) - days * 86400000).toISOString().slice(0, 10);
const yesterday = before1(today);
const written = day => day.split('-').reverse().join('/');
const page = async (one, query) => (await admin.page(`/admin/sms?line=${one.id}&${query}`)).text;
// Of a table's rows, their cells as people read them.
const table = (text, id) => [...(new RegExp(`aria-labelledby="${id}"><table.*?</table>`, 's').exec(text)?.[0] ?? '').matchAll(/<tr>(.*?)<\/tr>/gs)].slice(1)
	.map(([, row]) => [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) => decode(cell.replace(/<[^>]*>/g, '')).trim()));

test('a message counts in the day on which it was written, to the last moment of it', async () => {
	const one = line();
	for (const [at, segments] of [[`${yesterday} 00:00:00`, 1], [`${yesterday} 23:59:59.999`, 2], [`${today} 00:00:00`, 4]]) one.become(one.write(at), SENT, segments);
	const only = async day => table(await page(one, `from=${day}&to=${day}`), 'by-class').at(-1).slice(0, 3);
	assert.deepEqual(await only(yesterday), ['Total', '2', '3']);
	assert.deepEqual(await only(today), ['Total', '1', '4']);
	const both = await page(one, `from=${yesterday}&to=${today}`);
	assert.deepEqual(table(both, 'by-class').at(-1).slice(0, 3), ['Total', '3', '7']);
	assert.deepEqual(table(both, 'by-day').map(row => row.slice(0, 4)), [[written(yesterday), 'Transaccional', '2', '3'], [written(today), 'Transaccional', '1', '4']]);
	assert.match(await page(one, `from=${before1(today, 3)}&to=${before1(today, 2)}`), /No salió ningún SMS en esos días/);
});

test('how it ended follows whatever becomes of it, each message once', async () => {
	const one = line(), rows = Array.from({ length: 6 }, () => one.write(`${today} 10:00:00`));
	const [sent, delivered, read, failed, lost, waiting] = rows;
	for (const row of [sent, delivered, read, failed]) one.become(row, SENT, 1);
	one.become(delivered, DELIVERED);
	one.become(read, DELIVERED);
	one.become(read, READ);
	one.become(failed, FAILED);
	one.become(failed, FAILED);
	one.become(lost, UNKNOWN);
	one.become(waiting, 1);
	const total = async () => table(await page(one, ''), 'by-class').at(-1);
	assert.deepEqual(await total(), ['Total', '5', '4', '2 40 %', '1', '2']);
	one.become(lost, DELIVERED);                    // a report that settles it
	one.become(failed, WAITING);                    // tried once more
	assert.deepEqual(await total(), ['Total', '4', '4', '3 75 %', '0', '1']);
	one.become(failed, SENT, 2);
	assert.deepEqual(await total(), ['Total', '5', '5', '3 60 %', '0', '2']);
});

test('classes are told apart, what is no message is none, and each line is summed', async () => {
	const one = line(), other = line();
	for (const name of ['transactional', 'notification', 'notification', 'institutional']) one.become(one.write(`${today} 09:00:00`, { class: name }), DELIVERED, 1);
	one.become(one.write(`${today} 09:00:00`, { kind: 'check' }), SENT);
	other.become(other.write(`${today} 09:00:00`), DELIVERED, 3);
	const text = await page(one, '');
	assert.deepEqual(table(text, 'by-class').map(row => row.slice(0, 3)), [['Transaccional', '1', '1'], ['Notificación', '2', '2'], ['Institucional', '1', '1'], ['Total', '4', '4']]);
	assert.match(text, new RegExp(`<title>${written(today)} · Notificación: 2</title>`));
	const lines = new Map(table(await page({ id: '' }, ''), 'by-line').map(([name, ...figures]) => [name, figures]));
	assert.deepEqual(lines.get(one.name), ['4', '4', '4 100 %', '0', '0']);
	assert.deepEqual(lines.get(other.name), ['1', '3', '1 100 %', '0', '0']);
});

test('dates that are none, or go the wrong way, stand beside their field', async () => {
	for (const [query, field, words] of [
		['from=ayer', 'from', /Escribí una fecha/], [`from=${today}T10:00`, 'from', /Escribí una fecha/], ['to=2026-02-31x', 'to', /Escribí una fecha/],
		[`from=${today}&to=${yesterday}`, 'to', 'Termina antes de empezar.'], [`from=${before1(today, 366)}&to=${today}`, 'from', 'Elegí un año como mucho.'],
	]) {
		const answer = await admin.page(`/admin/sms?${query}`);
		assert.equal(answer.status, 422, query);
		words instanceof RegExp ? assert.match(errorOf(answer.text, field), words) : assert.equal(errorOf(answer.text, field), words);
	}
	assert.equal((await admin.page(`/admin/sms?from=${before1(today, 365)}&to=${today}`)).status, 200);
	assert.equal((await admin.page('/admin/sms?line=x')).status, 422);
});

test('it leaves as a file, on record, for who may take it', async () => {
	const one = line();
	one.become(one.write(`${yesterday} 12:00:00`, { class: 'institutional' }), FAILED, 2);
	const file = await admin.form(`/admin/sms/export?line=${one.id}&from=${yesterday}&to=${today}`, { format: 'csv', reason: 'facturación', once: once() });
	assert.equal(file.status, 200, file.text);
	const rows = file.text.replace(/^\ufeff/, '').trim().split(/\r?\n/);
	assert.equal(rows[0].replaceAll('"', ''), 'Día;Canal;Clase;Mensajes;Partes;Entregados;Fallidos;Sin confirmar');
	assert.deepEqual(rows.slice(1).map(row => row.replaceAll('"', '')), [`${yesterday};${one.name};Institucional;1;2;0;1;0`]);
	assert.equal(sql("SELECT count(*) FROM audit WHERE action = 'sms.export' AND at > now() - interval '1 minute'")[0][0], '1');
	const supervisor = await Staff.logIn('cmendez');
	assert.equal((await supervisor.page('/admin/sms')).status, 403);
});
