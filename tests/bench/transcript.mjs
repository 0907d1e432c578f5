// Figures of documents: a conversation of 200 messages as a PDF, from the request to its last byte.
import { randomBytes } from 'node:crypto';
import { info, sql } from '../support/instance.mjs';
import { tokenOf } from '../support/staff.mjs';

const TIMES = 20;

async function take(cookie, csrf, path, format) {
	const began = performance.now();
	const body = new URLSearchParams({ csrf, once: randomBytes(16).toString('hex'), format, reason: 'Banco' });
	const answer = await fetch(info.base_url + path, { method: 'POST', body, headers: { cookie } });
	const bytes = Buffer.from(await answer.arrayBuffer());
	if (answer.status !== 200 || !bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error(`${path}: ${answer.status}`);
	return { ms: performance.now() - began, size: bytes.length };
}

async function pdf(world, say) {
	const cookie = `sid=${world.staff[0]}`, path = `/desk/${world.cases[0]}/transcript`;
	sql(`INSERT INTO message (conversation_id, seq, created_at, author, body)
		SELECT ${world.cases[0]}, 100 + n, now(), 1 + 2 * (n % 2), 'Mensaje ' || n || ': pagué la cuota vencida del plan 😕 y todavía figura con deuda, ¿cuándo se imputa?'
		FROM generate_series(1, 150) n`);
	const csrf = tokenOf(await (await fetch(info.base_url + path, { headers: { cookie } })).text());
	const first = await take(cookie, csrf, path, 'pdf'), times = [];
	for (let i = 0; i < TIMES; i++) times.push((await take(cookie, csrf, path, 'pdf')).ms);
	times.sort((a, b) => a - b);
	say('transcript_pdf_ms', times[TIMES / 2], 'ms');
	say('transcript_pdf_first_ms', first.ms, 'ms');
	say('transcript_pdf_kb', first.size / 1024, 'kB');
}

export const documents = [{ prints: ['transcript_pdf_ms', 'transcript_pdf_first_ms', 'transcript_pdf_kb'], measure: pdf }];
