// Mailboxes that take no password: their token is asked for and renewed by itself, and opens both sides.
import assert from 'node:assert/strict';
import test from 'node:test';
import { letter } from '../support/dovecot.mjs';
import { mailProvider } from '../support/oidc.mjs';
import { office, until } from '../support/office.mjs';

const WAITING = '0', REFUSED = '3';

test('tokens of mailboxes', async t => {
	const { provider, workers, rows, imap, smtp, line, said, sent } = await office(t, 'test-mail-token', { tokens: authority => mailProvider(t, authority) });
	const settings = { account: 'consultas@agencia.example', imap: `imaps://localhost:${imap.tlsPort}`, smtp: `smtp://localhost:${smtp.port}`,
		user: 'casilla', token_url: provider.url, client_id: provider.client.client_id };
	const { client_secret } = provider.client;
	const channel = line('correo', settings, { client_secret, refresh_token: await provider.authorise('casilla') });
	for (const [command, lane] of [['intake', 0], ['intake', 1], ['intake', 2], ['mail', 0], ['partition', 0]]) workers.keep(t, command, lane, 2);
	const sending = workers.keep(t, 'send', 0, 2);
	const health = column => rows(`SELECT ${column} FROM channel_health WHERE channel_id = ${channel}`)[0]?.[0];
	const secrets = () => Object.fromEntries(rows(`SELECT name, value FROM channel_send_secret WHERE channel_id = ${channel}`));
	const told = () => rows(`SELECT DISTINCT key FROM notice WHERE subject LIKE 'line:${channel}%' AND read_at IS NULL ORDER BY 1`).map(([key]) => key);
	const exchange = async (id, text) => {
		imap.deliver('casilla', letter({ id: `${id}@ejemplo.example`, from: `${id}@ejemplo.example`, text }));
		await said(text);
		await sent(one => one.head.includes(`In-Reply-To: <${id}@ejemplo.example>`));
	};

	await t.test('the first is asked for by its refresh token, and opens both of its sides', async () => {
		await exchange('t1', 'Con el primero');
		assert.equal(provider.given.length, 1);
		assert.equal(health("token_state = 0 AND token_expires_at > now() + interval '55 minutes'"), 't');
		assert.deepEqual(told(), []);
		assert.ok(!JSON.stringify(secrets()).includes(provider.given[0]), 'it is kept encrypted');
	});

	await t.test('it is renewed before its end, once among all processes, and what came with it takes the place of what was shown', async () => {
		const before = secrets();
		rows("UPDATE channel_health SET token_expires_at = now() + interval '10 minutes'");
		await until(() => health("token_expires_at > now() + interval '55 minutes'") === 't', 'it is renewed');
		assert.equal(provider.given.length, 2);
		assert.notEqual(secrets().token, before.token);
		assert.notEqual(secrets().refresh_token, before.refresh_token);
		await provider.forget(provider.given[0]);
		await exchange('t2', 'Con el segundo');
	});

	await t.test('one that its provider forgot before its time is asked for anew, and nobody is told', async () => {
		await provider.forget(provider.given.at(-1));
		await until(() => health('in_fault') === '1', 'the mailbox does not open');
		rows("UPDATE channel_health SET token_at = now() - interval '6 minutes'");
		await exchange('t3', 'Con el tercero');
		await until(() => health('in_fault IS NULL') === 't', 'it is read');
		assert.deepEqual(told(), []);
	});

	await t.test('a provider in trouble is asked again', async () => {
		provider.trouble(true);
		const count = provider.given.length;
		rows("UPDATE channel_health SET token_expires_at = now() + interval '10 minutes'");
		await until(() => rows("SELECT 1 FROM exchange WHERE kind = 'token' AND status = 503").length, 'it was asked');
		provider.trouble(false);
		await until(() => provider.given.length === count + 1, 'it gave one');
		assert.deepEqual(told(), []);
	});

	await t.test('when the owner took the permission back who manages lines is told, mail waits, and goes on with what is written anew', async () => {
		imap.deliver('casilla', letter({ id: 't4@ejemplo.example', text: 'Antes de que se corte' }));
		await said('Antes de que se corte');
		await provider.withdraw(provider.given.at(-1));
		rows("UPDATE channel_health SET token_expires_at = now() + interval '10 minutes'");
		await until(() => health('token_state') === REFUSED, 'the line is marked');
		assert.match(health('token_error'), /grant/);
		assert.ok(told().includes('line_token_refused'), told().join());
		await sending.stop();                           // with its connections, which stay open for a while
		imap.deliver('casilla', letter({ id: 't5@ejemplo.example', text: 'Mientras no hay permiso' }));
		const [[conversation]] = rows(`SELECT conversation_id FROM conversation WHERE channel_id = ${channel} LIMIT 1`);
		const [[row]] = rows(`WITH o AS (INSERT INTO outbox (channel_id, conversation_id, kind, payload)
				VALUES (${channel}, ${conversation}, 'message', '{"to":{"kind":"email","value":"ana@ejemplo.example"},"text":"Espera","human":true}') RETURNING outbox_id, created_at),
			q AS (INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id) SELECT 0, outbox_id, created_at, ${channel} FROM o)
			SELECT outbox_id FROM o`);
		workers.keep(t, 'send', 0, 2);
		await until(() => health("paused_until = 'infinity' AND in_fault = 1") === 't', 'neither side opens');
		assert.deepEqual(rows(`SELECT state FROM outbox WHERE outbox_id = ${row}`), [[WAITING]]);
		line('correo', settings, { client_secret, refresh_token: await provider.authorise('casilla') });
		await said('Mientras no hay permiso');
		await sent(one => one.text.startsWith('Espera'));
		await until(() => health('token_state = 0 AND in_fault IS NULL AND paused_until IS NULL') === 't', 'all is well again');
	});

	await t.test('no exchange that is on record has a secret', () => {
		const all = JSON.stringify(rows("SELECT * FROM exchange WHERE kind = 'token'"));
		assert.match(all, /grant_type/);
		for (const secret of [...provider.given, client_secret, encodeURIComponent(client_secret)]) assert.ok(!all.includes(secret));
	});
});
