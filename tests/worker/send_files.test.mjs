// Large files go from the disk to the network without being held in memory, and have the time that they need.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { FAILED, SENT, sending } from '../support/sending.mjs';
import { until } from '../support/worker.mjs';

const MB = 1024 * 1024;
const MEDIA = '7';

test('large files', { timeout: 180000 }, async t => {
	const it = await sending(t, 'test-send-files', { networks: ['whatsapp', 'telegram', 'messenger'] });
	const { peer, workers } = it;
	const bytes = size => Buffer.alloc(size, 'Una boleta y otra. ');
	const hash = data => createHash('sha256').update(data).digest('hex');
	const peak = pid => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

	await t.test('a document of 90 MB by WhatsApp and a video of 45 MB by Telegram arrive whole; the worker stays small', async part => {
		const ana = it.person(), pdf = bytes(90 * MB), video = bytes(45 * MB);
		const ids = [...it.queue('whatsapp', ana, { text: 'El expediente', file: it.file('expediente.pdf', 'application/pdf', pdf) }),
			...it.queue('telegram', ana, { text: 'El video', file: it.file('video.mp4', 'video/mp4', video) })];
		workers.keep(part, 'send', 0, 1);
		const pid = await workers.working('send', 0);
		await it.become(ids, SENT, { seconds: 60 });
		for (const [network, content] of [['whatsapp', pdf], ['telegram', video]]) {
			const [{ file, text }] = ana.messages(network);
			assert.equal(peer.world.files.get(file.id).sha256, hash(content), network);
			assert.ok(text.startsWith('El '), 'with its words beside it');
		}
		assert.ok(peak(pid) < 64 * MB, `${Math.round(peak(pid) / MB)} MB`);
	});

	await t.test('what a network does not take, by its type or its size, fails with a reason that says so', async part => {
		const ana = it.person();
		const ids = [...it.queue('whatsapp', ana, { text: '', file: it.file('grande.jpg', 'image/jpeg', bytes(6 * MB)) }),
			...it.queue('whatsapp', ana, { text: '', file: it.file('mapa.svg', 'image/svg+xml', bytes(200)) }),
			...it.queue('telegram', ana, { text: '', file: it.file('enorme.zip', 'application/zip', bytes(51 * MB)) }),
			...it.queue('messenger', ana, { text: '', file: it.file('largo.mp4', 'video/mp4', bytes(26 * MB)) })];
		workers.keep(part, 'send', 0, 1);
		await it.become(ids, FAILED);
		assert.deepEqual(it.sql(`SELECT DISTINCT fault FROM outbox WHERE outbox_id IN (${ids})`), [[MEDIA]]);
		assert.equal(peer.calls().filter(call => call.to === ana.number && call.operation === 'messages').length, 0, 'none of them is called for');
	});

	await t.test('what the antivirus holds is not sent, what waits for it waits', async part => {
		const ana = it.person(), held = bytes(310), waiting = bytes(320);
		const state = (content, value) => it.sql(`UPDATE file SET scan_state = ${value} WHERE sha256 = '\\x${hash(content)}'`);
		const [bad] = it.queue('whatsapp', ana, { text: '', file: it.file('malo.pdf', 'application/pdf', held) });
		const [good] = it.queue('telegram', ana, { text: '', file: it.file('bueno.pdf', 'application/pdf', waiting) });
		state(held, 3);
		state(waiting, 1);
		workers.keep(part, 'send', 0, 1);
		await it.become([bad], FAILED);
		assert.deepEqual(it.sql(`SELECT fault, state FROM outbox WHERE outbox_id IN (${bad}, ${good}) ORDER BY outbox_id`).map(([fault, now]) => [fault, now === SENT]),
			[[MEDIA, false], ['', false]]);
		assert.equal(peer.calls().filter(call => call.to === ana.number).length, 0, 'nobody is called');
		state(waiting, 2);
		await it.become([good], SENT);
	});

	await t.test('a file that is gone fails its message, and nothing else', async part => {
		const ana = it.person(), file = it.file('perdido.pdf', 'application/pdf', bytes(300));
		it.sql(`UPDATE file SET sha256 = '\\x${hash('otro')}' WHERE sha256 = '\\x${hash(bytes(300))}'`);
		const ids = it.queue('whatsapp', ana, { text: 'Ahí va', file }, 'y sigue');
		workers.keep(part, 'send', 0, 1);
		await it.become(ids, [FAILED, SENT]);
		await until(() => ana.messages('whatsapp').length === 1, 'the words that followed');
	});
});
