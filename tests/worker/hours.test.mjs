// What becomes of who writes while we are closed, or while nobody is there: intake by the rules of hours.
import assert from 'node:assert/strict';
import test from 'node:test';
import { haste, sql } from '../support/instance.mjs';
import { botChannel, quietInstance, settled, sleep, until, Writer } from '../support/worker.mjs';

const BOT = '1', WAITING = '2', CLOSED = '4';
const to = (...pairs) => pairs.map(([key, id]) => ({ key, label: key, to: id }));
const flow = { start: 'menu', nodes: [
	{ id: 'menu', type: 'menu', x: 0, y: 0, config: { text: '¿En qué te ayudo?' }, outputs: to(['persona', 'pasa'], ['else', 'pasa']) },
	{ id: 'pasa', type: 'handoff', x: 0, y: 0, config: { queue: 'inmobiliario', text: 'Te paso.' }, outputs: [] }] };
const CONFIG_AGE_MS = 3500 / haste;

test('while it is closed', async t => {
	const { instance, workers } = await quietInstance(t, 'test-hours');
	const run = text => sql(text, { instance });
	botChannel(instance, 'horas', flow);
	[0, 1].map(lane => workers.keep(t, 'intake', lane, 1));
	run("UPDATE agent_state SET state = 0");

	const conversation = visitor => run(`SELECT state, coalesce(closed_by, 0), (SELECT outcome FROM segment s
		WHERE s.conversation_id = c.conversation_id AND outcome IS NOT NULL ORDER BY segment_seq DESC LIMIT 1), bot_session IS NULL
		FROM conversation c WHERE visitor_id = ${visitor.id} ORDER BY conversation_id DESC LIMIT 1`)[0];
	const said = visitor => run(`SELECT m.body FROM message m JOIN conversation c USING (conversation_id)
		WHERE c.visitor_id = ${visitor.id} AND m.kind <> 4 AND m.author <> 1 ORDER BY m.conversation_id, m.seq`).map(([body]) => body);
	// Open on no hour of today: the only span is three days from now.
	const span = (column, from) => `INSERT INTO hours_span (${column}, weekday, from_minute, to_minute)
		SELECT ${column}, (extract(dow FROM now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::int + 3) % 7, 480, 720 ${from}`;
	const QUEUE = "FROM queue WHERE key = 'inmobiliario'", CHANNEL = "FROM channel WHERE key = 'horas'";
	const rule = (column, from, set) => run(`UPDATE hours_rule SET ${set} WHERE ${column} = (SELECT ${column} ${from})`);
	async function closed(column, from, set) {
		run('DELETE FROM hours_span');
		run(span(column, from));
		rule(column, from, set);
		await sleep(CONFIG_AGE_MS);
	}
	async function asks() {
		const visitor = await Writer.open(instance, { key: 'horas' });
		await visitor.say('persona');
		await settled(instance);
		return visitor;
	}

	await t.test('the queue answers and the conversation waits in it', async () => {
		await closed('queue_id', QUEUE, "closed_action = 2, closed_text = 'Abrimos el {dia} a las {hora}.'");
		const visitor = await asks();
		assert.match(said(visitor).at(-1), /^Abrimos el \d\d\/\d\d a las 08:00\.$/);
		assert.equal(conversation(visitor)[0], WAITING);
	});

	await t.test('the queue answers and closes it: lost, by us', async () => {
		await closed('queue_id', QUEUE, "closed_action = 3, closed_text = 'Está cerrado.'");
		const visitor = await asks();
		assert.equal(said(visitor).at(-1), 'Está cerrado.');
		assert.deepEqual(conversation(visitor).slice(0, 3), [CLOSED, '4', '3']);
	});

	await t.test('it stays in the bot, which begins anew at the next line', async () => {
		await closed('queue_id', QUEUE, "closed_action = 1, closed_text = 'Sigo yo.'");
		const visitor = await asks();
		assert.deepEqual([said(visitor).at(-1), conversation(visitor)[0]], ['Sigo yo.', BOT]);
		await visitor.say('hola');
		await settled(instance);
		assert.equal(said(visitor).at(-1), '¿En qué te ayudo?');
		assert.equal(conversation(visitor)[0], BOT);
	});

	await t.test('a holiday has an answer of its own, and says which', async () => {
		run('DELETE FROM hours_span');
		run(`INSERT INTO hours_span (queue_id, weekday, from_minute, to_minute) SELECT queue_id, d, 0, 1440 ${QUEUE.replace('WHERE', ', generate_series(0, 6) d WHERE')}`);
		run("UPDATE holiday SET deleted_at = now() WHERE day BETWEEN current_date - 1 AND current_date + 1");
		run(`INSERT INTO holiday (day, name, kind) SELECT (now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::date, 'Día del Ensayo', 1`);
		rule('queue_id', QUEUE, "holiday_action = 3, holiday_text = 'Hoy es {feriado}.'");
		await sleep(CONFIG_AGE_MS);
		const visitor = await asks();
		assert.deepEqual([said(visitor).at(-1), conversation(visitor)[0]], ['Hoy es Día del Ensayo.', CLOSED]);
		run("UPDATE holiday SET deleted_at = now() WHERE name = 'Día del Ensayo'");
	});

	await t.test('a closed channel answers before its bot does', async () => {
		await closed('channel_id', CHANNEL, "closed_action = 1, closed_text = 'Fuera de hora.'");
		const visitor = await Writer.open(instance, { key: 'horas' });
		await settled(instance);
		assert.deepEqual([said(visitor), conversation(visitor)[0]], [['Fuera de hora.', '¿En qué te ayudo?'], BOT]);
	});

	await t.test('a closed channel can close at once, or pass by the bot', async () => {
		await closed('channel_id', CHANNEL, "closed_action = 3");
		const one = await Writer.open(instance, { key: 'horas' });
		await settled(instance);
		assert.deepEqual([said(one), conversation(one)[0]], [['Fuera de hora.'], CLOSED]);
		rule('channel_id', CHANNEL, 'closed_action = 2');
		await sleep(CONFIG_AGE_MS);
		const other = await Writer.open(instance, { key: 'horas' });
		await settled(instance);
		assert.deepEqual([said(other), conversation(other)[0]], [['Fuera de hora.'], WAITING]);
	});

	await t.test('a bot out of its hours attends nobody', async () => {
		const bot = "FROM bot WHERE bot_id = (SELECT bot_id FROM channel WHERE key = 'horas')";
		await closed('bot_id', bot, "closed_action = 2, closed_text = 'El asistente descansa.'");
		const visitor = await Writer.open(instance, { key: 'horas' });
		await settled(instance);
		assert.deepEqual([said(visitor), conversation(visitor)[0]], [['El asistente descansa.'], WAITING]);
	});

	await t.test('with nobody present the queue has its answer, and with somebody it has not', async () => {
		run('DELETE FROM hours_span');
		rule('queue_id', QUEUE, "absent_action = 3, absent_text = 'No hay nadie.'");
		await sleep(CONFIG_AGE_MS);
		const alone = await asks();
		assert.deepEqual([said(alone).at(-1), conversation(alone)[0]], ['No hay nadie.', CLOSED]);
		run(`INSERT INTO user_channel (user_id, channel_id) SELECT u.user_id, c.channel_id FROM app_user u, channel c
			WHERE u.login = 'mlopez' AND c.key = 'horas' ON CONFLICT DO NOTHING`);
		run("UPDATE agent_state SET state = 1, heartbeat_at = now() WHERE user_id = (SELECT user_id FROM app_user WHERE login = 'mlopez')");
		const visitor = await asks();
		assert.deepEqual([said(visitor).at(-1), conversation(visitor)[0]], ['Te paso.', WAITING]);
	});

	await t.test('who waits while it is closed is not told off for waiting', async () => {
		await closed('queue_id', QUEUE, "closed_action = 2, closed_text = '', absent_action = 2, absent_text = ''");
		const visitor = await asks();
		run("UPDATE queue SET max_wait_s = 60 WHERE key = 'inmobiliario'");
		run(`UPDATE segment SET started_at = now() - interval '1 hour' WHERE kind = 2 AND conversation_id =
			(SELECT conversation_id FROM conversation WHERE visitor_id = ${visitor.id} AND state = 2)`);
		run(`UPDATE visitor SET last_seen_at = now() + interval '1 hour' WHERE visitor_id = ${visitor.id}`);
		workers.keep(t, 'expire', 0, 1);
		await sleep(7000 / haste);
		assert.equal(conversation(visitor)[0], WAITING);
		run('DELETE FROM hours_span');
		await until(() => conversation(visitor)[0] === CLOSED, 'closed when it opens', { seconds: 20 });
		assert.equal(conversation(visitor)[1], '4');
	});
});
