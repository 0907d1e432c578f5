// What is said to people by itself, by mail: greetings, farewells, that it is closed. One mail each time, on the thread, and
// never to a machine.
import assert from 'node:assert/strict';
import test from 'node:test';
import { letter } from '../support/dovecot.mjs';
import { office, until } from '../support/office.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';
import { settled } from '../support/worker.mjs';

test('automatic words by mail', async t => {
	const { instance, workers, rows, imap, smtp, world, line, said } = await office(t, 'test-mail-words');
	await imap.password('casilla', 'clave');
	const asking = new World({ instance, nodes: () => [{ id: 'hola', type: 'message', config: { text: 'Soy el asistente.' }, outputs: [{ key: 'next', to: 'menu' }] },
		{ id: 'menu', type: 'menu', config: { text: '¿En qué te ayudo?' }, outputs: [{ key: 'persona', label: 'Una persona', to: 'menu' }, { key: 'else', label: 'else', to: 'menu' }] }] });
	const settings = { account: 'consultas@agencia.example', imap: `imaps://localhost:${imap.tlsPort}`, smtp: `smtp://localhost:${smtp.port}`,
		user: 'casilla', signature: 'Agencia', addresses: 'mesa@agencia.example=' + world.name };
	const channel = line('correo', settings, { password: 'clave' }, asking);
	rows(`UPDATE queue SET greeting = 'Hola, soy {operador}.', greeting_mode = 1, farewell = 'Gracias por escribirnos.', farewell_mode = 1 WHERE queue_id = ${world.queue}`);
	const operator = world.person();
	rows(`INSERT INTO user_channel (user_id, channel_id) VALUES (${operator.id}, ${channel}) ON CONFLICT DO NOTHING`);
	for (const [command, lane] of [['intake', 0], ['intake', 1], ['intake', 2], ['send', 0], ['mail', 0], ['route', 0]]) workers.keep(t, command, lane, 1);
	const staff = await Staff.logIn(operator.login, undefined, { instance });
	await staff.form('/state', { to: 'available', once: once() });
	// The mails that went to somebody, whole: at least so many.
	const mails = async (who, count) => {
		await until(() => smtp.messages().filter(one => one.to === `<${who}>`).length >= count, `${count} mails to ${who}`);
		await settled(instance);
		const all = smtp.messages().filter(one => one.to === `<${who}>`);
		assert.equal(all.length, count, JSON.stringify(all));
		return all.map(one => ({ ...one, text: one.text.replaceAll('\r', '') }));
	};
	const writes = async (who, text, more = {}) => {
		imap.deliver('casilla', letter({ id: `${once()}@ejemplo.example`, from: who, text, subject: 'Mi deuda', ...more }));
		return (await said(text))[0];
	};
	const attended = async (who, text) => {
		const id = await writes(who, text, { to: 'mesa@agencia.example' });
		await until(() => rows(`SELECT 1 FROM conversation WHERE conversation_id = ${id} AND user_id = ${operator.id}`).length, 'the operator has it');
		return id;
	};
	const answer = (id, text) => staff.post(`/desk/${id}/messages`, { text, once: once() });
	const close = id => staff.form(`/desk/${id}/close`, { once: once() });
	const outbox = id => rows(`SELECT seq, state FROM outbox WHERE conversation_id = ${id} ORDER BY outbox_id`);

	await t.test('all that the bot says at once is one mail, its menu at the end', async () => {
		await writes('ana@ejemplo.example', '¿Cuánto debo?');
		const [mail] = await mails('ana@ejemplo.example', 1);
		assert.match(mail.text, /^Soy el asistente\.\n\n¿En qué te ayudo\?\n1\. Una persona\n.*\n-- \nAgencia\n$/s);
		assert.match(mail.head, /^Auto-Submitted: auto-replied/m);
	});

	await t.test('the greeting goes with the answer that follows it, as a mail that a person wrote', async () => {
		const id = await attended('beto@ejemplo.example', 'Por la patente');
		assert.equal((await answer(id, 'Debés $ 10.')).status, 200);
		const [mail] = await mails('beto@ejemplo.example', 1);
		assert.match(mail.text, /^Hola, soy \w+\.\n\nDebés \$ 10\.\n\n-- \nAgencia\n\n[\d/]+ [\d:]+, beto@ejemplo.example:\n> Por la patente\n$/);
		assert.doesNotMatch(mail.head, /Auto-Submitted/);
		assert.match(mail.head, new RegExp(`^Subject: Re: Mi deuda \\[#${id}\\]`, 'm'));
		assert.match(mail.head, /^In-Reply-To: <.*@ejemplo.example>/m);
		assert.match(mail.head, /^From: <mesa@agencia.example>/m);
		assert.deepEqual(outbox(id), [[rows("SELECT seq FROM message WHERE body = 'Debés $ 10.'")[0][0], '2']], 'and it is of the answer that it arrives or not');
	});

	await t.test('with no answer it goes alone after two minutes, and says that no person wrote it', async () => {
		const id = await attended('carla@ejemplo.example', 'Por el inmobiliario');
		assert.deepEqual(rows(`SELECT due_at > now() + interval '110 seconds' FROM outbox_queue WHERE conversation_id = ${id}`), [['t']]);
		rows(`UPDATE outbox_queue SET due_at = now() WHERE conversation_id = ${id}`);
		const [mail] = await mails('carla@ejemplo.example', 1);
		assert.match(mail.text, /^Hola, soy \w+\.\n\n-- \nAgencia\n$/);
		assert.match(mail.head, /^Auto-Submitted: auto-replied/m);
		assert.equal((await answer(id, 'Y ahora la respuesta.')).status, 200);
		assert.match((await mails('carla@ejemplo.example', 2))[1].text, /^Y ahora la respuesta\.\n/);
	});

	await t.test('the farewell goes on the thread, with what was said just before it, or alone', async () => {
		const [[id]] = rows(`SELECT conversation_id FROM conversation c JOIN contact k USING (contact_id) JOIN identity i USING (identity_id) WHERE i.value = 'beto@ejemplo.example'`);
		assert.equal((await close(id)).status, 303);
		const farewell = (await mails('beto@ejemplo.example', 2))[1];
		assert.match(farewell.text, /^Gracias por escribirnos\.\n\n-- \nAgencia\n$/);
		assert.match(farewell.head, /^Auto-Submitted: auto-replied/m);
		assert.match(farewell.head, new RegExp(`^Subject: Re: Mi deuda \\[#${id}\\]`, 'm'));
		rows("INSERT INTO setting (key, value) VALUES ('desk.undo_s', '10') ON CONFLICT (key) DO UPDATE SET value = excluded.value");
		const other = await attended('dora@ejemplo.example', 'Una cosa sola');
		await answer(other, 'Ya está.');
		await close(other);
		const [mail] = await mails('dora@ejemplo.example', 1);
		assert.match(mail.text, /^Hola, soy \w+\.\n\nYa está\.\n\nGracias por escribirnos\.\n\n-- \nAgencia\n/);
		assert.doesNotMatch(mail.head, /Auto-Submitted/);
	});

	await t.test('a machine that answers a greeting or a farewell is answered by nobody, and opens nothing', async () => {
		const before = smtp.count(), cases = () => rows('SELECT count(*) FROM conversation')[0][0], had = cases();
		for (const who of ['carla@ejemplo.example', 'dora@ejemplo.example'])
			imap.deliver('casilla', letter({ id: `${once()}@ejemplo.example`, from: who, to: 'mesa@agencia.example', more: 'Auto-Submitted: auto-replied\r\n', text: `Estoy de viaje, ${who}` }));
		await said('Estoy de viaje, carla@ejemplo.example');
		await settled(instance);
		assert.deepEqual([smtp.count(), cases()], [before, had]);
	});

	await t.test('while it is closed one mail says so, and to a robot no more than its bound', async () => {
		rows(`INSERT INTO hours_span (queue_id, weekday, from_minute, to_minute)
			SELECT ${world.queue}, (extract(dow FROM now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::int + 3) % 7, 480, 720;
			UPDATE hours_rule SET closed_action = 3, closed_text = 'Abrimos el {dia} a las {hora}.' WHERE queue_id = ${world.queue}`);
		await until(async () => {
			const who = `${once().slice(0, 8)}@ejemplo.example`;
			const id = await writes(who, `¿Hay alguien, ${who}?`, { to: 'mesa@agencia.example' });
			return rows(`SELECT 1 FROM conversation WHERE conversation_id = ${id} AND state = 4`).length;
		}, 'it is known to be closed');
		for (let i = 0; i < 13; i++) imap.deliver('casilla', letter({ id: `x${i}@ejemplo.example`, from: 'robot@ejemplo.example', to: 'mesa@agencia.example', subject: 'Aviso', text: `aviso ${i}` }));
		await said('aviso 12');
		const all = await mails('robot@ejemplo.example', 10);
		for (const mail of all) {
			assert.match(mail.text, /^Abrimos el \d\d\/\d\d a las 08:00\.\n/);
			assert.match(mail.head, /^Auto-Submitted: auto-replied/m);
			assert.match(mail.head, /^Subject: Re: Aviso \[#\d+\]/m);
		}
	});
});
