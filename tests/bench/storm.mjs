// A storm of delivery reports: three thousand a second for a minute, about sixty thousand messages that went out, out of
// order and some of them twice, while three hundred people a second write and 170 operators look at their desks.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '../support/instance.mjs';
import { runBeside } from './figures.mjs';
import { emptied, Line, TO_SAY } from './line.mjs';
import { WITH_BOT, WITH_OPERATOR } from './seed.mjs';
import { agent, ask, Marks, percentile, snapshot, watch } from './waiting.mjs';

const REPORTS = 3000, REPEATED = 1 / 30;       // a second; part of them told twice
const TO_BOTS = 275, TO_OPERATORS = 25;        // messages a second
const PAGES = 20;                              // lists a second, and as many conversations
const MESSAGES = 3;                            // to each person, before the storm
const SETTLED = 3;                             // seconds for pages to be there before it begins

// Random, and in each run the same.
function dice(seed) {
	return () => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

// What went out, each with the id that the provider gave it: [id, reference, phone].
const sent = (line, count) => sql(`SELECT provider_id, outbox_id || '.' || (extract(epoch FROM created_at) * 1000000)::bigint, payload->'to'->>'value'
	FROM outbox WHERE channel_id = ${line.id} AND state = 2 ORDER BY hashint8(outbox_id) LIMIT ${count}`);

// Reports of all of them in the order of a provider's servers, not of the messages: within a second of each other, and
// 'read' may come before 'sent'.
function reports(messages, roll) {
	const told = [], at = Math.floor(Date.now() / 1000);
	for (const [i, [id, reference, phone]] of messages.entries()) {
		for (const [status, late] of [['sent', 600], ['delivered', 1500], ['read', 3000]]) {
			const report = { id, status, timestamp: String(at), recipient_id: phone, conversation: { id: `c${reference}`, origin: { type: 'utility' } },
				pricing: { billable: true, pricing_model: 'PMP', category: 'utility' }, biz_opaque_callback_data: reference };
			told.push([3 * i + roll() * late, report]);
			if (roll() < REPEATED) told.push([3 * i + late + roll() * 3000, report]);
		}
	}
	return told.sort((a, b) => a[0] - b[0]).map(([, report]) => report);
}

// Signed webhooks of 1 to `most` reports.
function webhooks(line, told, most, roll) {
	const lines = [];
	for (let i = 0, size; i < told.length; i += size) {
		size = 1 + Math.floor(roll() * most);
		const part = told.slice(i, i + size);
		lines.push(line.request(line.body(null, part)));
	}
	return lines;
}

// People in the bot's menu choose again and again: each gets its answer, which goes out too.
function choices(line, seconds) {
	const people = sql(`SELECT i.value FROM conversation c JOIN identity i USING (identity_id)
		WHERE c.channel_id = ${line.id} AND c.state = 1 ORDER BY hashint8(c.conversation_id)`);
	return Array.from({ length: TO_BOTS * seconds }, (_, i) => line.request(line.body([line.text(people[i % people.length][0], 'otra vez')])));
}

function desks(line, world) {
	const held = sql(`SELECT DISTINCT ON (c.user_id) c.conversation_id, substr(u.login, 6)::int, c.seq, i.value FROM conversation c
		JOIN app_user u USING (user_id) JOIN identity i USING (identity_id) WHERE c.channel_id = ${line.id} AND c.state = 3 ORDER BY c.user_id, 1`);
	return held.map(([id, operator, seq, phone]) => ({ id, seq: Number(seq), phone, token: world.staff[operator - 1] }));
}

// What somebody writes to an operator, until the page of that operator has it.
async function talk(line, list, seconds, marks, state) {
	for (let i = 0, began = performance.now(); i < TO_OPERATORS * seconds; i++) {
		await sleep(Math.max(0, began + i * 1000 / TO_OPERATORS - performance.now()));
		const [, path, headers, raw] = line.request(line.body([line.text(list[i % list.length].phone, marks.say(`espera banco ${i}`))]));
		ask('POST', path, Object.fromEntries(headers.split('|').map(header => header.split(': '))), raw)
			.then(answer => { if (answer.status !== 200) state.wrong++; }, () => { state.wrong++; });
	}
}

const waiting = () => Number(sql(`SELECT (SELECT count(*) FROM inbound_queue) + (SELECT count(*) FROM ${TO_SAY})`)[0][0]);

async function settle(limit) {
	const began = performance.now();
	while (waiting()) {
		if (performance.now() - began > limit * 1000) throw new Error(`${waiting()} rows wait after ${limit} s`);
		await sleep(10);
	}
	return (performance.now() - began) / 1000;
}

function check(line, messages, marks, state, posts) {
	const [[wrong]] = sql(`SELECT count(*) FROM unnest('{${messages.map(([, reference]) => reference.split('.')[0])}}'::bigint[]) m (outbox_id)
		LEFT JOIN outbox o ON o.outbox_id = m.outbox_id AND o.state = 4 AND o.sent_at IS NOT NULL AND o.delivered_at IS NOT NULL
			AND o.read_at IS NOT NULL AND o.billable WHERE o.outbox_id IS NULL`);
	const [[poison]] = sql(`SELECT count(*) FROM inbound_poison WHERE channel_id = ${line.id}`);
	if (wrong !== '0' || poison !== '0') throw new Error(`${wrong} messages are not what was told of them, ${poison} rows could not be understood`);
	if (state.wrong || marks.took.length < posts) throw new Error(`${posts} posts, ${marks.took.length} seen by an operator, ${state.wrong} wrong answers`);
}

// most: reports in a webhook.
async function storm(world, say, { name, seconds, most }) {
	const line = await new Line(`banco-tormenta-${most}`, `10887766554${most}`).open('Bot de banco'), roll = dice(most);
	const total = REPORTS * seconds, count = Math.round(total / 3 / (1 + REPEATED));
	sql('DELETE FROM outbox_queue');
	// Who was seen at their desk and left it is absent, and keeps no case.
	sql("UPDATE agent_state SET state = 1, heartbeat_at = now() + interval '1 day' WHERE user_id IN (SELECT user_id FROM app_user WHERE login LIKE 'banco%')");
	line.converse(Math.ceil(count / MESSAGES), MESSAGES, { held: WITH_OPERATOR, bot: WITH_BOT });
	emptied(TO_SAY, 180);
	const messages = sent(line, count), all = reports(messages, roll), told = webhooks(line, all, most, roll), list = desks(line, world);
	const state = { stopped: false, wrong: 0 }, marks = new Marks(), start = snapshot();
	for (const desk of list) watch(desk, start, state, marks);
	await sleep(SETTLED * 1000);
	const cookies = list.map(desk => `Cookie: sid=${desk.token}`), page = { connections: 4, seconds, rate: PAGES };
	// A connection that waited is not hurried afterwards: all are offered a little faster and longer, so that none is left out.
	const offered = seconds * 1.03;
	const [storms, , lists, pages] = await Promise.all([
		runBeside(told, { name: 'reports', connections: 16, seconds: offered, rate: told.length / seconds * 1.02 }),
		runBeside(choices(line, seconds), { name: 'choices', connections: 8, seconds, rate: TO_BOTS }),
		runBeside(cookies.map(cookie => ['GET', '/desk/list', `${cookie}|X-Fragment: 1`, '']), { ...page, name: 'lists', mark: 'desk-list' }),
		runBeside(list.map((desk, i) => ['GET', `/desk/${desk.id}`, cookies[i], '']), { ...page, name: 'pages', mark: 'data-conversation' }),
		talk(line, list, seconds, marks, state),
	]);
	const backlog = await settle(120);
	await sleep(1000);
	state.stopped = true;
	agent.destroy();
	const update = percentile(marks.took, .99);
	say(`${name}_backlog_s`, backlog, 's');
	say(`${name}_desk_p99_ms`, Math.max(update, lists.p99, pages.p99), 'ms');
	say(`${name}_update_p99_ms`, update, 'ms');
	say(`${name}_list_p99_ms`, lists.p99, 'ms');
	say(`${name}_page_p99_ms`, pages.p99, 'ms');
	say(`${name}_reports_rps`, storms.requests / told.length * all.length / offered, 'reports/s');
	say(`${name}_webhooks_rps`, storms.requests / offered, 'requests/s');
	check(line, messages, marks, state, TO_OPERATORS * seconds);
}

const prints = name => ['backlog_s', 'desk_p99_ms', 'update_p99_ms', 'list_p99_ms', 'page_p99_ms', 'reports_rps', 'webhooks_rps'].map(figure => `${name}_${figure}`);

export const storms = [
	{ prints: prints('storm'), measure: (world, say) => storm(world, say, { name: 'storm', seconds: 60, most: 10 }) },
	// Each report in a webhook of its own: the worst that a provider may do.
	{ prints: prints('storm_single'), measure: (world, say) => storm(world, say, { name: 'storm_single', seconds: 20, most: 1 }) },
];
