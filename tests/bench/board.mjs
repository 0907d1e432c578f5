// The supervisor's board with 500 open conversations and 170 operators: the page, one frame of it, and from a visitor's
// post to the frame that shows it.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { info, sql } from '../support/instance.mjs';
import { Visitor } from '../support/visitor.mjs';
import { run, statements } from './figures.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const POSTS = 60, EVERY_MS = 250, FRAME_MS = 1000;

// A queue and a channel of their own, so that there are 500 and no more. Returns the supervisor's token.
function load() {
	const token = randomBytes(32).toString('base64url');
	if (sql("SELECT 1 FROM queue WHERE key = 'tablero'").length) throw new Error('the board was measured on this instance already');
	sql(`INSERT INTO queue (key, name) VALUES ('tablero', 'Tablero');
		INSERT INTO channel (messenger, key, name, bot_id, default_queue_id, settings, idle_close_s, heartbeat_lost_s)
			SELECT messenger, 'tablero', 'Tablero', bot_id, q.queue_id, settings || '{"starts_per_address": 1000}', 86400, 86400
			FROM channel h, queue q WHERE h.key = 'banco' AND q.key = 'tablero';
		INSERT INTO user_queue SELECT user_id, queue_id FROM app_user, queue WHERE login LIKE 'banco%' AND key = 'tablero';
		INSERT INTO app_user (login, name, display_name) VALUES ('tablero', 'Supervisora Tablero', 'Tablero');
		INSERT INTO user_role SELECT user_id, role_id FROM app_user, role WHERE login = 'tablero' AND key = 'supervisor';
		INSERT INTO user_queue SELECT user_id, queue_id FROM app_user, queue WHERE login = 'tablero' AND key = 'tablero';
		INSERT INTO user_channel SELECT user_id, channel_id FROM app_user, channel WHERE login = 'tablero' AND key = 'tablero';
		INSERT INTO session (token_hash, user_id, expires_at) SELECT sha256('${token}'), user_id, now() + interval '1 day'
			FROM app_user WHERE login = 'tablero';
		WITH o AS (SELECT user_id, row_number() OVER () AS n FROM app_user WHERE login LIKE 'banco%'),
		k AS (SELECT contact_id, row_number() OVER (ORDER BY contact_id) AS n FROM contact LIMIT 490)
		INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, queue_id, user_id, opened_at, requested_at,
			assigned_at, last_message_at, last_message_author, last_message_preview, last_contact_at, last_agent_at, bot_version_id)
		SELECT conversation_id_next(now()), h.channel_id, h.version_id, k.contact_id, s.state, CASE WHEN s.state > 1 THEN q.queue_id END,
			CASE WHEN s.state = 3 THEN o.user_id END, now() - k.n * interval '7 seconds', now() - k.n * interval '5 seconds',
			now() - k.n * interval '3 seconds', now(), 1, 'Pagué la cuota vencida del plan y todavía figura con deuda', now(),
			now() - interval '1 minute', b.published_version_id
		FROM k JOIN o ON o.n = 1 + k.n % 170 CROSS JOIN LATERAL (SELECT CASE WHEN k.n <= 20 THEN 1 WHEN k.n <= 240 THEN 2 ELSE 3 END AS state) s
			CROSS JOIN queue q CROSS JOIN channel h JOIN bot b ON b.bot_id = h.bot_id WHERE q.key = 'tablero' AND h.key = 'tablero'`);
	sql('ANALYZE conversation');
	return token;
}

let token;
const supervisor = () => token ??= load();

async function pageAndFrame(world, say) {
	const sid = supervisor();
	const page = run([['GET', '/board', `Cookie: sid=${sid}`, '']], { connections: 1, seconds: SECONDS / 2, mark: 'id="cards-waiting"' });
	say('board_page_p50_ms', page.p50, 'ms');
	say('board_page_statements', await statements('/board', { cookie: `sid=${sid}` }), 'statements');
	// Every fifth frame brings the figures of the day, as an open page asks for them.
	const frames = Array.from({ length: 5 }, (_, i) => ['GET', `/board/lanes${i ? '' : '?day=1'}`, `Cookie: sid=${sid}|X-Fragment: 1`, '']);
	const frame = run(frames, { connections: 1, seconds: SECONDS / 2, mark: 'id="l-waiting"' });
	say('board_frame_cpu_ms', (frame.cpu.ours + frame.cpu.postgres + frame.cpu.nginx) / 1000, 'ms');
	say('board_frame_p50_ms', frame.p50, 'ms');
}

// What an open page does: a held poll, and a frame when it says so, one a second at most. With a filter, because a lane that is
// cut shows the longest silence first.
async function watch(sid, state, seen) {
	const headers = { cookie: `sid=${sid}`, 'x-fragment': '1' };
	let cursor = sql('SELECT pg_current_snapshot()')[0][0], last = 0;
	while (!state.stopped) {
		const answer = await fetch(`${info.base_url}/live?v=shell,board&c=${encodeURIComponent(cursor)}`, { headers });
		if (answer.status === 204) continue;
		if (answer.status !== 200) throw new Error(`the poll was answered ${answer.status}`);
		cursor = answer.headers.get('x-cursor') ?? cursor;
		if (!(await answer.text()).includes('type="board"')) continue;
		await sleep(Math.max(0, last + FRAME_MS - performance.now()));
		const frame = await fetch(`${info.base_url}/board/lanes?q=Tablero`, { headers });
		if (frame.status !== 200) throw new Error(`the frame was answered ${frame.status}`);
		last = performance.now();
		seen(await frame.text());
	}
}

async function postToBoard(world, say) {
	const sid = supervisor();
	const visitors = await Promise.all(Array.from({ length: 10 }, (_, i) => Visitor.start({ key: 'tablero', name: `Tablero ${i}` })));
	await Promise.all(visitors.map(visitor => visitor.until(({ conversation }) => conversation.id)));
	// With an operator, so that no bot speaks last.
	sql(`UPDATE conversation SET state = 3, queue_id = q.queue_id, user_id = u.user_id, requested_at = now(), assigned_at = now()
		FROM queue q, app_user u, channel h WHERE q.key = 'tablero' AND u.login = 'banco1' AND h.key = 'tablero'
			AND conversation.channel_id = h.channel_id AND conversation.visitor_id IS NOT NULL`);
	const posted = new Map(), took = [], state = { stopped: false };
	const watching = watch(sid, state, html => {
		for (const [mark, at] of posted) {
			if (!html.includes(`>${mark}<`)) continue;
			took.push(performance.now() - at);
			posted.delete(mark);
		}
	});
	await sleep(1000);
	for (let i = 0; i < POSTS; i++) {
		const mark = `al tablero ${i}`;
		posted.set(mark, performance.now());
		const answer = await visitors[i % visitors.length].say(mark);
		if (answer.status !== 202) throw new Error(`a post was answered ${answer.status}`);
		await sleep(EVERY_MS);
	}
	await sleep(3000);
	state.stopped = true;
	await visitors[0].say('hasta luego');
	await watching;
	if (took.length < POSTS) throw new Error(`${took.length} of ${POSTS} posts were seen on the board`);
	took.sort((a, b) => a - b);
	say('post_to_board_p50_ms', took[Math.floor(took.length / 2)], 'ms');
	say('post_to_board_p99_ms', took[Math.ceil(took.length * 0.99) - 1], 'ms');
}

export const board = [
	{ prints: ['board_page_p50_ms', 'board_page_statements', 'board_frame_cpu_ms', 'board_frame_p50_ms'], measure: pageAndFrame },
	{ prints: ['post_to_board_p50_ms', 'post_to_board_p99_ms'], measure: postToBoard },
];
