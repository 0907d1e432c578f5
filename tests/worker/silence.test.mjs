// A conversation in which nobody speaks: reminded, told, closed, by who spoke last.
import assert from 'node:assert/strict';
import test from 'node:test';
import { haste, sql } from '../support/instance.mjs';
import { botChannel, quietInstance, settled, sleep, until, Writer } from '../support/worker.mjs';

const CLOSED = '4';
const flow = { start: 'pregunta', nodes: [
	{ id: 'pregunta', type: 'ask', x: 0, y: 0, config: { text: '¿Qué necesitás?', kind: 'text', variable: 'tema' },
		outputs: [{ key: 'ok', label: 'ok', to: 'pasa' }, { key: 'fail', label: 'fail', to: 'pasa' }] },
	{ id: 'pasa', type: 'handoff', x: 0, y: 0, config: { queue: 'inmobiliario', text: 'Te paso.' }, outputs: [] }] };

test('when nobody speaks', async t => {
	const { instance, workers } = await quietInstance(t, 'test-silence');
	const run = text => sql(text, { instance });
	botChannel(instance, 'silencio', flow);
	[0, 1].map(lane => workers.keep(t, 'intake', lane, 1));
	workers.keep(t, 'route', 0, 1);
	workers.keep(t, 'expire', 0, 1);
	const [[marina]] = run("SELECT user_id FROM app_user WHERE login = 'mlopez'");
	run(`UPDATE queue SET greeting = NULL; UPDATE agent_state SET state = CASE WHEN user_id = ${marina} THEN 1 ELSE 0 END,
		heartbeat_at = now() + interval '1 hour';
		INSERT INTO user_channel (user_id, channel_id) SELECT ${marina}, channel_id FROM channel ON CONFLICT DO NOTHING`);
	const rule = set => run(`UPDATE silence_rule SET ${set} WHERE queue_id IS NULL`);
	rule(`contact_warn_s = 600, warn_text = '¿Seguís ahí?', contact_close_s = 1800, close_text = 'Cerramos por ahora.',
		agent_warn_s = 180, typification_id = (SELECT typification_id FROM typification WHERE key = 'general.otra')`);

	const of = (visitor, column) => run(`SELECT ${column} FROM conversation c WHERE visitor_id = ${visitor.id}
		ORDER BY conversation_id DESC LIMIT 1`)[0];
	const last = visitor => run(`SELECT m.author, m.body FROM message m JOIN conversation c USING (conversation_id)
		WHERE c.visitor_id = ${visitor.id} AND m.kind <> 4 ORDER BY m.seq DESC LIMIT 1`)[0];
	const past = (visitor, set) => run(`UPDATE conversation SET ${set} WHERE visitor_id = ${visitor.id}`);
	const turns = () => sleep(7000 / haste);
	async function attended() {
		const visitor = await Writer.open(instance, { key: 'silencio' });
		await visitor.say('hola');
		await settled(instance);
		await until(() => of(visitor, 'state')[0] === '3', 'it has an operator');
		return visitor;
	}

	await t.test('a contact who does not answer is reminded once, then it is closed with its tipificación', async () => {
		const visitor = await attended();
		past(visitor, "opened_at = now() - interval '1 hour', assigned_at = now() - interval '50 minutes', last_contact_at = now() - interval '40 minutes', last_agent_at = now() - interval '31 minutes'");
		await until(() => last(visitor)[1] === '¿Seguís ahí?', 'the reminder');
		await turns();
		assert.notEqual(of(visitor, 'state')[0], CLOSED, 'the time to answer is theirs, however late the reminder');
		past(visitor, "silence_at = now() - interval '21 minutes'");
		await until(() => of(visitor, 'state')[0] === CLOSED, 'it is closed');
		assert.deepEqual(last(visitor), ['2', 'Cerramos por ahora.']);
		assert.deepEqual(of(visitor, `closed_by, (SELECT outcome FROM segment s WHERE s.conversation_id = c.conversation_id
			AND kind = 3), (SELECT t.key FROM conversation_typification x JOIN typification t USING (typification_id)
			WHERE x.conversation_id = c.conversation_id AND source = 5)`), ['4', '9', 'general.otra']);
		assert.equal(run(`SELECT open_count FROM agent_state WHERE user_id = ${marina}`)[0][0], '0');
	});

	await t.test('an answer begins it anew', async () => {
		const visitor = await attended();
		past(visitor, "opened_at = now() - interval '4 hours', assigned_at = now() - interval '50 minutes', last_contact_at = now() - interval '40 minutes', last_agent_at = now() - interval '12 minutes'");
		await until(() => last(visitor)[1] === '¿Seguís ahí?', 'the reminder');
		await visitor.say('sí, acá estoy');
		await settled(instance);
		past(visitor, "silence_at = silence_at - interval '1 hour'");
		await turns();
		assert.notEqual(of(visitor, 'state')[0], CLOSED);
	});

	await t.test('who waits for our answer is never closed; our side is told once', async () => {
		const visitor = await attended();
		past(visitor, "opened_at = now() - interval '4 hours', assigned_at = now() - interval '3 hours', last_contact_at = now() - interval '2 hours'");
		await until(() => of(visitor, 'silence_at IS NOT NULL')[0] === 't', 'our side is told');
		const told = of(visitor, 'silence_at')[0];
		await turns();
		assert.deepEqual(of(visitor, 'state, silence_at'), ['3', told]);
		assert.deepEqual(last(visitor), ['2', 'Te paso.'], 'and nothing is said to the contact');
	});

	await t.test('a queue with times of its own goes by them', async () => {
		run("UPDATE silence_rule SET own = true, contact_warn_s = 0, contact_close_s = 120, close_text = 'Chau.' WHERE queue_id = (SELECT queue_id FROM queue WHERE key = 'inmobiliario')");
		const visitor = await attended();
		past(visitor, "opened_at = now() - interval '4 hours', assigned_at = now() - interval '5 minutes', last_contact_at = now() - interval '4 minutes', last_agent_at = now() - interval '3 minutes'");
		await until(() => of(visitor, 'state')[0] === CLOSED, 'it is closed');
		assert.equal(last(visitor)[1], 'Chau.');
	});

	await t.test('with the bot the reminder is the general one and the end the channel\'s', async () => {
		const visitor = await Writer.open(instance, { key: 'silencio' });
		await settled(instance);
		past(visitor, "opened_at = now() - interval '11 minutes'");
		await until(() => last(visitor)[1] === '¿Seguís ahí?', 'the reminder');
		past(visitor, "opened_at = now() - interval '31 minutes', silence_at = now() - interval '21 minutes'");
		await until(() => of(visitor, 'state')[0] === CLOSED, 'it is closed');
		assert.deepEqual([last(visitor)[1], of(visitor, 'closed_by')[0]], ['Cerramos por ahora.', '4']);
	});
});
