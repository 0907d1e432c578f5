// E-mail in and out, through a real dovecot and an SMTP server.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { Authority } from '../support/authority.mjs';
import { dovecot, letter } from '../support/dovecot.mjs';
import { root, sql } from '../support/instance.mjs';
import { mailServer } from '../support/smtp.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';
import { quietInstance, settled, sleep, until } from '../support/worker.mjs';

const FAILED = '5';

// An instance with an e-mail line, its mailbox, its mail server and somebody who attends it.
async function office(t) {
	const authority = new Authority();
	t.after(() => authority.remove());
	const certificate = authority.certificate('DNS:localhost,IP:127.0.0.1');
	const { instance, workers } = await quietInstance(t, 'test-mail');
	const rows = text => sql(text, { instance });
	const imap = await dovecot(t, certificate);
	const smtp = await mailServer(t, { mode: 'starttls', certificate, user: 'casilla', password: 'clave' });
	const set = (key, value) => rows(`INSERT INTO setting (key, value) VALUES ('${key}', to_jsonb('${value}'::text))
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	const inner = [`${imap.inner} localhost:${smtp.port}:127.0.0.0/8`];
	const permit = more => {
		inner.push(more);
		set('network.inner', inner.join(' '));
	};
	permit('');
	set('network.ca', authority.pem);
	const world = new World({ instance });
	const line = (key, settings, secrets) => {
		const done = spawnSync('./dev', ['ventanilla', '--state', instance.state, 'channel-put'], { cwd: root, encoding: 'utf8',
			input: JSON.stringify({ network: 'email', key, name: key, queue: world.name, bot: `Bot ${world.name}`, settings, secrets }) });
		assert.equal(done.status, 0, done.stderr);
		return Number(rows(`SELECT channel_id FROM channel WHERE key = '${key}'`)[0][0]);
	};
	return { instance, workers, rows, imap, smtp, world, line, permit };
}

test('mail', async t => {
	const { instance, workers, rows, imap, smtp, world, line } = await office(t);
	imap.password('casilla', 'clave');
	const settings = { account: 'consultas@agencia.example', imap: `imaps://localhost:${imap.tlsPort}`, smtp: `smtp://localhost:${smtp.port}`,
		user: 'casilla', subject: 'De la agencia', sender_name: 'La agencia', addresses: `automotor@agencia.example=general` };
	const channel = line('correo', settings, { password: 'clave' });
	const operator = world.person();
	rows(`INSERT INTO user_channel (user_id, channel_id) VALUES (${operator.id}, ${channel}) ON CONFLICT DO NOTHING`);
	for (const lane of [0, 1, 2]) workers.keep(t, 'intake', lane, 1);
	workers.keep(t, 'send', 0, 1);
	workers.keep(t, 'mail', 0, 1);
	const said = text => until(() => rows(`SELECT conversation_id, seq FROM message WHERE author = 1 AND body = '${text}'`)[0], `"${text}" is in a thread`);
	const sent = fits => until(() => smtp.messages().find(fits), 'a mail goes out');

	await t.test('a mail becomes a conversation of whoever wrote it', async () => {
		imap.deliver('casilla', letter({ id: 'm1@ejemplo.example', subject: 'Mi deuda', text: '¿Cuánto debo?' }));
		const [conversation, seq] = await said('¿Cuánto debo?');
		assert.deepEqual(rows(`SELECT i.kind, i.value, k.name FROM conversation c JOIN identity i USING (identity_id)
			JOIN contact k ON k.contact_id = c.contact_id WHERE c.conversation_id = ${conversation}`), [['email', 'ana@ejemplo.example', 'Ana']]);
		assert.deepEqual(rows(`SELECT subject, message_id FROM message_mail WHERE conversation_id = ${conversation} AND seq = ${seq}`),
			[['Mi deuda', '<m1@ejemplo.example>']]);
	});

	await t.test('the bot\'s answer says that no person wrote it, and threads', async () => {
		const mail = await sent(one => /^Auto-Submitted: auto-replied/m.test(one.head));
		assert.match(mail.head, /^In-Reply-To: <m1@ejemplo.example>/m);
		assert.match(mail.head, /^To: <ana@ejemplo.example>/m);
	});

	await t.test('what the operator answers goes on with the mail', async () => {
		const staff = await Staff.logIn(operator.login, undefined, { instance });
		await staff.form('/state', { to: 'available', once: once() });
		workers.keep(t, 'route', 0, 1);
		const [[id]] = rows(`SELECT conversation_id FROM conversation WHERE channel_id = ${channel}`);
		await until(() => rows(`SELECT 1 FROM conversation WHERE conversation_id = ${id} AND user_id = ${operator.id}`).length, 'the operator has it');
		assert.equal((await staff.post(`/desk/${id}/messages`, { text: 'Debés $ 10.', once: once() })).status, 200);
		const mail = await sent(one => one.text.includes('Debés $ 10.'));
		assert.match(mail.head, /^In-Reply-To: <m1@ejemplo.example>/m);
		assert.match(mail.head, /^References: <m1@ejemplo.example>/m);
		assert.match(mail.head, new RegExp(`^Subject: Re: Mi deuda \\[#${id}\\]`, 'm'));
		assert.match(mail.head, /^From: La agencia\s+<consultas@agencia.example>/m);
		assert.doesNotMatch(mail.head, /Auto-Submitted/);
	});
});
