// Figures of documents: a conversation of 200 messages as a PDF, from the request to its last byte.
import { randomBytes } from 'node:crypto';
import { sql } from '../support/instance.mjs';
import { World } from '../support/staff.mjs';

const TIMES = 20;

async function take(staff, path) {
	const began = performance.now();
	const body = new URLSearchParams({ csrf: staff.csrf, once: randomBytes(16).toString('hex'), format: 'pdf', reason: 'Banco' });
	const answer = await staff.raw(path, { method: 'POST', body });
	const bytes = Buffer.from(await answer.arrayBuffer());
	if (answer.status !== 200 || !bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error(`${path}: ${answer.status}`);
	return { ms: performance.now() - began, size: bytes.length };
}

// Of a case of its own: those of the seed wait in the line again once their operators were seen at their desks, and left.
async function pdf(world, say) {
	const { staff, id } = await new World().case(), path = `/desk/${id}/transcript`;
	sql(`INSERT INTO message (conversation_id, seq, created_at, author, body)
		SELECT ${id}, 100 + n, now(), 1 + 2 * (n % 2), 'Mensaje ' || n || ': pagué la cuota vencida del plan 😕 y todavía figura con deuda, ¿cuándo se imputa?'
		FROM generate_series(1, 200) n`);
	const first = await take(staff, path), times = [];
	for (let i = 0; i < TIMES; i++) times.push((await take(staff, path)).ms);
	times.sort((a, b) => a - b);
	say('transcript_pdf_ms', times[TIMES / 2], 'ms');
	say('transcript_pdf_first_ms', first.ms, 'ms');
	say('transcript_pdf_kb', first.size / 1024, 'kB');
}

export const documents = [{ prints: ['transcript_pdf_ms', 'transcript_pdf_first_ms', 'transcript_pdf_kb'], measure: pdf }];
