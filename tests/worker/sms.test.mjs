// SMS end to end through a real Kannel: a telephone writes, the bot answers, the operator's reports come back.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { ownInstance, sql } from '../support/instance.mjs';
import { until } from '../support/worker.mjs';

test('SMS', async t => {
	const instance = ownInstance(t, 'test-sms', '--with', 'sms');
	const { telephones } = instance.sms;
	const phone = '5492215550001', other = '5492215550002';
	const say = async text => {
		const { status } = await fetch(`${telephones}/said`, { method: 'POST', body: JSON.stringify({ from: `+${phone}`, text }) });
		assert.equal(status, 202);
	};
	const heard = async (who = phone) => (await fetch(`${telephones}/heard?to=${who}`)).json();
	const rows = text => sql(text, { instance });

	await t.test('Kannel takes what is sent in either alphabet, and the telephone shows it whole', async () => {
		const password = /^password = (.*)$/m.exec(readFileSync(`${instance.state}/etc/kannel.conf`, 'utf8'))[1];
		for (const [coding, text] of [['0', `ñ € {x}\n${'a'.repeat(200)}`], ['2', `Está 🙂 ${'á'.repeat(150)}`]]) {
			const { status } = await fetch(`${instance.sms.sendsms}/cgi-bin/sendsms`, { method: 'POST', body: text, headers: {
				'X-Kannel-Username': 'ventanilla', 'X-Kannel-Password': password, 'X-Kannel-From': instance.sms.line,
				'X-Kannel-To': `+${other}`, 'X-Kannel-Coding': coding, 'Content-Type': 'text/plain; charset=UTF-8',
			} });
			assert.equal(status, 202);
			await until(async () => (await heard(other)).some(one => one.text === text), `coding ${coding}`);
		}
	});

	await t.test('what a telephone writes is in the thread as it was written', async () => {
		await say('¿Cómo está? ñ € 🙂');
		await until(() => rows(`SELECT 1 FROM message WHERE author = 1 AND body = '¿Cómo está? ñ € 🙂'`).length, 'the message');
		assert.deepEqual(rows(`SELECT kind, value FROM identity WHERE kind = 'phone'`), [['phone', phone]]);
	});

	await t.test('the bot answers, its menu numbered, and the number is a choice', async () => {
		await until(async () => (await heard()).some(one => /\n1\. Planes de pago\n2\. /.test(one.text)), 'the menu');
		const before = (await heard()).length;
		await say('1');
		await until(async () => (await heard()).length > before, 'the answer to it');
		assert.ok((await heard()).every(one => one.from === instance.sms.line));
	});

	await t.test('the operator\'s report says that it was delivered', async () => {
		await until(() => rows('SELECT 1 FROM outbox WHERE state <> 3').length === 0, 'all of it delivered');
		assert.ok(Number(rows('SELECT count(*) FROM outbox')[0][0]) > 2);
	});

	await t.test('what went is summed as it was paid for, a long one by all of its parts', async () => {
		rows(`WITH o AS (INSERT INTO outbox (channel_id, kind, payload) SELECT channel_id, 'message', jsonb_build_object('to', '{"kind":"phone","value":"${phone}"}'::jsonb,
				'class', 'institutional', 'human', true, 'text', repeat('á', 700)) FROM channel WHERE messenger = 7 RETURNING outbox_id, created_at, channel_id)
			INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id) SELECT 0, outbox_id, created_at, channel_id FROM o`);
		await until(() => rows("SELECT segments FROM outbox WHERE payload->>'class' = 'institutional' AND state >= 2")[0]?.[0] === '11', 'ten parts and one');
		await until(() => rows('SELECT 1 FROM outbox WHERE state <> 3').length === 0, 'all of it delivered');
		assert.deepEqual(rows('SELECT class, sum(messages), sum(segments), sum(delivered), sum(failed) FROM sms_count GROUP BY class ORDER BY class'),
			rows("SELECT payload->>'class', count(*), sum(segments), count(*), 0 FROM outbox GROUP BY 1 ORDER BY 1"));
	});

	await t.test('a call without the token of the address is heard by nobody', async () => {
		const before = rows('SELECT count(*) FROM inbound');
		const query = `from=%2B${phone}&to=27200&text=hola&coding=0&ts=1795446000&id=u-1`;
		for (const token of ['', '&token=', '&token=adivinado-adivinado']) {
			const { status } = await fetch(`${instance.base_url}/hooks/${instance.sms.channel_key}?${query}${token}`);
			assert.equal(status, 401);
		}
		assert.deepEqual(rows('SELECT count(*) FROM inbound'), before);
	});

	await t.test('Kannel runs as nobody who could read the key', () => {
		const status = readFileSync(`/proc/${readFileSync(`${instance.state}/run/bearerbox.pid`, 'utf8').trim()}/status`, 'utf8');
		assert.doesNotMatch(status, /^Uid:\t0\t/m);
	});
});
