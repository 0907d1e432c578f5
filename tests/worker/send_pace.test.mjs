// Each network's pace is kept here, so that it never has to refuse: what is over it waits, and somebody's message goes first.
import assert from 'node:assert/strict';
import test from 'node:test';
import { SENT, sending, WAITING } from '../support/sending.mjs';
import { until } from '../support/worker.mjs';

test('the pace of sending', { timeout: 180000 }, async t => {
	const it = await sending(t, 'test-send-pace', { x_limit: 15, per_quarter: 15 });
	const { peer, workers } = it;
	const sends = part => workers.keep(part, 'send', 0, 1);
	const set = (network, settings) => it.sql(`UPDATE channel SET settings = settings || '${JSON.stringify(settings)}' WHERE key = 'practica-${network}'`);
	const out = ids => it.states(ids).filter(state => state !== WAITING).length;
	const refused = network => peer.calls(network).filter(call => call.status === 429).length;
	const lines = count => Array.from({ length: count }, (_, i) => `línea ${i}`);

	await t.test('a number\'s messages of a second are as many as it may send', async part => {
		set('whatsapp', { throughput: 20 });
		const people = Array.from({ length: 60 }, () => it.person());
		const ids = people.flatMap(person => it.queue('whatsapp', person, 'hola'));
		sends(part);
		await it.become(ids, SENT);
		const times = it.calls('whatsapp', 'messages').map(call => call.at);
		for (let i = 20; i < times.length; i++) {
			assert.ok(times[i] - times[i - 20] >= 500, `21 in ${times[i] - times[i - 20]} ms`);
		}
		assert.ok(times.at(-1) - times[0] < 8000, 'and not much fewer');
		set('whatsapp', { throughput: 80 });
	});

	await t.test('one person gets thirty at once and then one in six seconds, others meanwhile, also after a change of shift', async part => {
		const ana = it.person(), luz = it.person();
		const rows = it.queue('whatsapp', ana, ...lines(34));
		const first = sends(part);
		await until(() => out(rows) >= 30, 'thirty are out', { seconds: 20 });
		await first.stop();
		assert.ok(it.sql('SELECT 1 FROM send_pace').length, 'what they got is remembered');
		const before = out(rows), other = it.queue('whatsapp', luz, 'hola');
		sends(part);
		await it.become(other, SENT);
		assert.ok(out(rows) - before <= 2, `${out(rows)} of ${before}`);
		assert.deepEqual(it.arrived('whatsapp', ana), lines(34).slice(0, it.arrived('whatsapp', ana).length));
		it.sql(`DELETE FROM outbox_queue WHERE outbox_id IN (${rows})`);
	});

	await t.test('X takes fifteen of a quarter of an hour: the sixteenth waits here, and it is known until when', async part => {
		const ana = it.person();
		const rows = it.queue('x', ana, ...lines(17));
		const first = sends(part);
		await it.become(rows, rows.map((_, i) => i < 15 ? SENT : WAITING));
		const minutes = () => it.sql(`SELECT round(extract(epoch FROM paced_until - now()) / 60) FROM channel_health h JOIN channel c USING (channel_id) WHERE c.key = 'practica-x'`)[0]?.[0];
		await until(() => minutes() === '15', 'the line waits a quarter of an hour');
		await first.stop();
		const second = sends(part);
		await it.become(it.queue('telegram', ana, 'hola'), SENT);
		assert.equal(out(rows), 15, 'the next shift knows it too');
		assert.equal(refused('x'), 0, 'X refused nothing');
		it.sql(`UPDATE send_window SET at = at - interval '15 minutes'`);
		peer.line('x').calls = [];
		await second.stop();
		sends(part);
		await it.become(rows, SENT);
		assert.deepEqual(it.arrived('x', ana), lines(17));
	});

	await t.test('a chat of Telegram gets about one a second, and the parts of a long text too', async part => {
		const ana = it.person();
		const ids = it.queue('telegram', ana, ...lines(3), [...'abc'].map(letter => letter.repeat(4000)).join(' '));
		sends(part);
		await it.become(ids, SENT);
		const times = it.calls('telegram', 'sendMessage').filter(call => call.to === ana.ids.telegram).map(call => call.at);
		assert.equal(times.length, 6);
		assert.ok(times[5] - times[0] >= 2500, `${times[5] - times[0]} ms`);
	});

	await t.test('what somebody waits for goes before what goes to many', async part => {
		set('whatsapp', { throughput: 10 });
		const many = Array.from({ length: 30 }, () => it.person()).flatMap(person => it.queue('whatsapp', person, 'aviso'));
		it.sql(`UPDATE outbox_queue SET rank = 1`);
		sends(part);
		await until(() => out(many) >= 3, 'some went out');
		const ana = it.person(), urgent = it.queue('whatsapp', ana, 'ya te atiendo');
		await it.become(urgent, SENT);
		assert.ok(out(many) < 30, 'before the others');
		await it.become(many, SENT);
	});
});
