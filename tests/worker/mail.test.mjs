// E-mail in and out, through a real dovecot and an SMTP server.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import test from 'node:test';
import { Clamd, infected, setAddress } from '../support/clamd.mjs';
import { letter } from '../support/dovecot.mjs';
import { kill } from '../support/faults.mjs';
import { office, until } from '../support/office.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';
import { settled } from '../support/worker.mjs';

const FAILED = '5';

test('mail', async t => {
	const { instance, workers, rows, imap, smtp, world, line, permit, said, sent } = await office(t, 'test-mail');
	const asking = new World({ instance, nodes: () => [{ id: 'menu', type: 'menu', config: { text: '¿En qué te ayudo?' },
		outputs: [{ key: 'persona', label: 'persona', to: 'menu' }, { key: 'else', label: 'else', to: 'menu' }] }] });
	await imap.password('casilla', 'clave');
	const settings = { account: 'consultas@agencia.example', imap: `imaps://localhost:${imap.tlsPort}`, smtp: `smtp://localhost:${smtp.port}`,
		user: 'casilla', subject: 'De la agencia', sender_name: 'La agencia', addresses: `automotor@agencia.example=general` };
	const channel = line('correo', settings, { password: 'clave' });
	await imap.password('casilla-2', 'clave');
	const robots = line('robots', { ...settings, account: 'dos@agencia.example', user: 'casilla-2' }, { password: 'clave' }, asking);
	const operator = world.person();
	rows(`INSERT INTO user_channel (user_id, channel_id) VALUES (${operator.id}, ${channel}) ON CONFLICT DO NOTHING`);
	for (const lane of [0, 1, 2]) workers.keep(t, 'intake', lane, 1);
	workers.keep(t, 'send', 0, 1);
	workers.keep(t, 'mail', 0, 2);

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

	await t.test('the same mail again, or all of them under other numbers, is no second message', async () => {
		const count = () => rows('SELECT count(*) FROM message')[0][0];
		imap.deliver('casilla', letter({ id: 'm1@ejemplo.example', subject: 'Mi deuda', text: '¿Cuánto debo?' }));
		await imap.renumber('casilla');
		const [[validity]] = rows(`SELECT uid_validity FROM mailbox WHERE channel_id = ${channel}`), before = count();
		await until(() => rows(`SELECT 1 FROM mailbox WHERE channel_id = ${channel} AND uid_validity <> ${validity} AND last_uid > 1`).length, 'it is read anew');
		await settled(instance);
		assert.equal(count(), before);
	});

	await t.test('a worker that is killed at any moment loses no mail and doubles none', async () => {
		const names = Array.from({ length: 60 }, (_, i) => `k${i}`);
		for (const name of names) imap.deliver('casilla', letter({ id: `${name}@ejemplo.example`, from: 'muchos@ejemplo.example', text: name }));
		const stored = () => Number(rows(`SELECT count(*) FROM message WHERE body ~ '^k[0-9]+$'`)[0][0]);
		let kills = 0;
		for (let pid = 0; stored() < 50 && kills < 8; kills++) {
			const before = stored();
			pid = await workers.working('mail', 0, pid);
			await until(() => stored() > before, 'some are stored');
			kill(pid, 'SIGKILL');
		}
		await until(() => stored() >= 60, 'all are stored');
		await settled(instance);
		assert.ok(kills > 0);
		assert.deepEqual(rows(`SELECT count(*), count(DISTINCT body) FROM message WHERE body ~ '^k[0-9]+$'`), [['60', '60']]);
		assert.equal(rows(`SELECT count(*) FROM inbound WHERE raw ~ 'muchos@'`)[0][0], '60');
	});

	await t.test('attachments are kept, and the picture that the text shows; what is not allowed is named', async () => {
		const part = (head, text) => `--b\r\n${head}\r\n\r\n${text}\r\n`, base64 = 'Content-Transfer-Encoding: base64';
		imap.deliver('casilla', letter({ id: 'm2@ejemplo.example', subject: 'Van papeles', text: 'Content-Type: multipart/related; boundary=b\r\n\r\n'
			+ part('Content-Type: text/html; charset=utf-8', '<p>Van <img src="cid:f1"><script>alert(1)</script></p>')
			+ part(`Content-Type: image/png\r\nContent-ID: <f1>\r\n${base64}`, 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')
			+ part(`Content-Type: application/x-msdownload\r\nContent-Disposition: attachment; filename="virus.exe"\r\n${base64}`,
				Buffer.from(`MZ${'\0'.repeat(80)}`).toString('base64'))
			+ part('Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename="año.txt"', 'uno') + '--b--' }));
		const [id] = await said('Van');
		await settled(instance);
		assert.deepEqual(rows(`SELECT a.name, f.media_type FROM attachment a JOIN file f USING (file_id) WHERE a.conversation_id = ${id} ORDER BY a.seq`),
			[['adjunto-1', 'image/png'], ['año.txt', 'text/plain']]);
		const [[html, refused, cid]] = rows(`SELECT html, refused, files->0->>'content_id' FROM message_mail WHERE message_id = '<m2@ejemplo.example>'`);
		assert.deepEqual([refused, cid], ['["virus.exe"]', 'f1']);
		assert.match(html, /<img src="cid:f1">/);
		assert.doesNotMatch(html, /script|alert/);
	});

	await t.test('a mail to the address of a queue begins there, and is answered from it', async () => {
		imap.deliver('casilla', letter({ id: 'm3@ejemplo.example', from: 'beto@ejemplo.example', subject: 'Patente',
			to: 'Automotor <Automotor@agencia.example>', text: 'Por la patente' }));
		const [id] = await said('Por la patente');
		assert.deepEqual(rows(`SELECT q.key, c.bot_session IS NULL FROM conversation c JOIN queue q USING (queue_id) WHERE conversation_id = ${id}`), [['general', 't']]);
		rows(`UPDATE conversation SET state = 3, user_id = ${operator.id} WHERE conversation_id = ${id}`);
		const staff = await Staff.logIn(operator.login, undefined, { instance });
		assert.equal((await staff.post(`/desk/${id}/messages`, { text: 'De automotores', once: once() })).status, 200);
		assert.match((await sent(one => one.text.includes('De automotores'))).head, /^From: La agencia\s+<automotor@agencia.example>/m);
	});

	await t.test('what comes back is the failure of the message that it is about', async () => {
		const mail = await sent(one => one.text.includes('De automotores')), [, id] = /^Message-ID: (<.*>)/m.exec(mail.head);
		imap.deliver('casilla', letter({ id: 'rebote@ejemplo.example', from: 'MAILER-DAEMON@ejemplo.example', more: 'Return-Path: <>\r\nAuto-Submitted: auto-replied\r\n',
			text: 'Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nno está\r\n'
			+ '--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; beto@ejemplo.example\r\nAction: failed\r\nStatus: 5.1.1\r\n'
			+ `\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: ${id}\r\nSubject: x\r\n\r\nx\r\n--b--` }));
		await until(() => rows(`SELECT 1 FROM outbox WHERE payload->>'text' = 'De automotores' AND state = ${FAILED}
			AND fault = 1 AND error LIKE '%5.1.1%'`).length, 'it failed, and says why');
	});

	await t.test('a machine that answers is kept, and answered by nobody', async () => {
		const before = smtp.count();
		imap.deliver('casilla', letter({ id: 'ausente@ejemplo.example', more: 'Auto-Submitted: auto-replied\r\n', text: 'Estoy de vacaciones' }));
		imap.deliver('casilla', letter({ id: 'lista@ejemplo.example', from: 'lista@ejemplo.example', more: 'List-Id: <l.ejemplo.example>\r\n', text: 'Boletín' }));
		imap.deliver('casilla', letter({ id: 'eco@ejemplo.example', from: 'consultas@agencia.example', text: 'Soy yo' }));
		await said('Estoy de vacaciones');
		await until(() => rows(`SELECT count(*) FROM inbound_dedupe WHERE provider_id IN ('<lista@ejemplo.example>', '<eco@ejemplo.example>')`)[0][0] === '2', 'all are read');
		await settled(instance);
		assert.equal(smtp.count(), before);
		assert.deepEqual(rows(`SELECT 1 FROM identity WHERE value IN ('lista@ejemplo.example', 'consultas@agencia.example')`), []);
	});

	await t.test('a robot that does not say what it is gets answers up to a bound, then a person', async () => {
		for (let i = 0; i < 14; i++) imap.deliver('casilla-2', letter({ id: `r${i}@ejemplo.example`, from: 'robot@ejemplo.example', text: `no entiendo ${i}` }));
		await said('no entiendo 13');
		await settled(instance);
		assert.deepEqual(rows(`SELECT count(*) FILTER (WHERE m.author = 2), max(c.state) FROM conversation c JOIN message m USING (conversation_id)
			WHERE c.channel_id = ${robots}`), [['10', '2']]);
	});

	await t.test('an attachment is looked at by the antivirus, and a picture in the text is shown by nobody before', async part => {
		const clamd = new Clamd(part), bad = infected();
		const picture = Buffer.concat([Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'), Buffer.from(infected())]);
		await clamd.start();
		clamd.use(instance);
		part.after(() => setAddress(instance, ''));
		const inline = `--b\r\nContent-Type: image/png\r\nContent-ID: <foto>\r\nContent-Disposition: inline; filename=foto.png\r\nContent-Transfer-Encoding: base64\r\n\r\n${picture.toString('base64')}\r\n`;
		imap.deliver('casilla', letter({ id: 'virus@ejemplo.example', from: 'Vera <vera@ejemplo.example>', text: 'Content-Type: multipart/related; boundary=b\r\n\r\n'
			+ '--b\r\nContent-Type: text/html\r\n\r\n<p>Mirá esta factura</p><img src="cid:foto">\r\n' + inline
			+ `--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=factura.txt\r\n\r\n${bad}\r\n--b--` }));
		const [id] = await said('Mirá esta factura');
		const states = () => rows(`SELECT f.scan_state FROM message_mail l CROSS JOIN LATERAL jsonb_array_elements(l.files) x
			JOIN file f ON f.file_id = (x->>'file_id')::bigint WHERE l.conversation_id = ${id}`).map(([state]) => state);
		assert.deepEqual(states(), ['1', '1'], 'nobody has looked yet');
		workers.keep(part, 'scan', 0, 1);
		await until(() => states().every(state => state === '3'), 'both are found');
		const staff = await Staff.logIn(operator.login, undefined, { instance });
		const { files, seq } = JSON.parse(rows(`SELECT jsonb_build_object('seq', seq, 'files', files)::text FROM message_mail WHERE conversation_id = ${id}`)[0][0]);
		const place = files.findIndex(file => file.type === 'image/png') + 1;
		assert.equal((await staff.raw(`/desk/${id}/mails/${seq}/images/${place}`)).status, 404);
	});

	await t.test('the bot answers a mail once, however many files it brings', async () => {
		imap.deliver('casilla-2', letter({ id: 'm7@ejemplo.example', from: 'carla@ejemplo.example', text: 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nDos papeles\r\n'
			+ ['uno', 'dos'].map(name => `--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=${name}.txt\r\n\r\n${name}\r\n`).join('') + '--b--' }));
		const [id] = await said('Dos papeles');
		await settled(instance);
		assert.deepEqual(rows(`SELECT author, count(*) FROM message WHERE conversation_id = ${id} GROUP BY author ORDER BY author`), [['1', '3'], ['2', '1']]);
	});

	await t.test('what cannot be understood stands aside with its reason, and the rest goes on', async () => {
		imap.deliver('casilla', letter({ id: 'partes@ejemplo.example', text: `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(150)}--b--` }));
		imap.deliver('casilla', letter({ id: 'enorme@ejemplo.example', subject: 'Enorme', text: `Content-Type: text/plain\r\n\r\n${'x'.repeat(27 * 1024 * 1024)}` }));
		imap.deliver('casilla', '\0\xff nada');
		imap.deliver('casilla', letter({ id: 'm4@ejemplo.example', text: 'Y yo sigo' }));
		await said('Y yo sigo');
		await until(() => rows(`SELECT count(*) FROM inbound_poison WHERE channel_id = ${channel}`)[0][0] === '3', 'three stand aside');
		assert.deepEqual(rows(`SELECT error ~ 'parts', error ~ 'more than', raw ~ 'Enorme', length(raw) < 20000 FROM inbound_poison
			WHERE raw ~ 'enorme@|partes@' ORDER BY length(raw)`).length, 2);
	});

	await t.test('a log-in that is refused marks the line and tells who manages it, and it recovers', async () => {
		await imap.password('casilla', 'otra');
		await until(() => rows(`SELECT 1 FROM channel_health WHERE channel_id = ${channel} AND in_fault = 1 AND in_told`).length, 'it is marked');
		const told = () => rows(`SELECT DISTINCT key FROM notice WHERE subject = 'line:${channel}'`);
		assert.deepEqual(told(), [['line_deaf']]);
		imap.deliver('casilla', letter({ id: 'm5@ejemplo.example', text: 'Mientras tanto' }));
		line('correo', settings, { password: 'otra' });
		await said('Mientras tanto');
		await until(() => rows(`SELECT 1 FROM channel_health WHERE channel_id = ${channel} AND in_fault IS NULL`).length, 'it works again');
		assert.deepEqual(told(), [['line_reads']]);
	});

	await t.test('the test of a line tries both servers, and says which one fails', async () => {
		const tested = async () => {
			rows(`WITH h AS (INSERT INTO channel_health (channel_id) VALUES (${channel}) ON CONFLICT (channel_id) DO UPDATE SET checked_at = NULL),
				o AS (INSERT INTO outbox (channel_id, kind, payload) VALUES (${channel}, 'check', '{}') RETURNING outbox_id, created_at)
				INSERT INTO outbox_queue (lane, outbox_id, created_at) SELECT 0, outbox_id, created_at FROM o`);
			return until(() => rows(`SELECT check_ok, check_text FROM channel_health WHERE channel_id = ${channel} AND checked_at IS NOT NULL`)[0], 'an answer');
		};
		await imap.password('casilla', 'clave');
		line('correo', settings, { password: 'clave' });
		assert.deepEqual(await tested(), ['t', 'SMTP, IMAP']);
		await imap.password('casilla', 'otra');
		assert.deepEqual(await tested(), ['f', 'IMAP: the log-in was refused']);
		line('correo', settings, { password: 'otra' });
		assert.deepEqual(await tested(), ['f', 'SMTP: the mail server said 535 5.7.8']);
		line('correo', { ...settings, smtp: 'smtp://localhost:1', folder: 'Ninguna' });
		const [, text] = await tested();
		assert.match(text, /^SMTP: .*; IMAP: there is no such folder$/);
		line('correo', { ...settings, folder: 'INBOX' });
	});

	await t.test('a folder is read whatever letters its name has', async () => {
		await imap.password('casilla-3', 'clave');
		imap.deliver('casilla-3', letter({ id: 'c1@ejemplo.example', text: 'Desde la carpeta' }), { folder: '.Reclamos.A&APE-o' });
		line('carpeta', { ...settings, account: 'tres@agencia.example', user: 'casilla-3', folder: 'Reclamos/Año' }, { password: 'clave' });
		await said('Desde la carpeta');
	});

	await t.test('a token opens a mailbox that takes no password, and STARTTLS one that has no other TLS', async () => {
		imap.tokens.set('ficha-1', 'con-ficha');
		line('ficha', { ...settings, account: 'ficha@agencia.example', user: 'con-ficha', imap: `imap://localhost:${imap.port}` }, { token: 'ficha-1' });
		imap.deliver('con-ficha', letter({ id: 'f1@ejemplo.example', text: 'Con ficha' }));
		await said('Con ficha');
	});

	await t.test('a server that hangs, or is not there, stops nobody', async part => {
		const silent = createServer(() => {});
		await new Promise(done => silent.listen(0, '127.0.0.1', done));
		part.after(() => silent.close());
		const { port } = silent.address();
		permit(`localhost:${port}:127.0.0.0/8 localhost:1:127.0.0.0/8`);
		for (let i = 0; i < 5; i++) line(`mudo-${i}`, { ...settings, account: `mudo${i}@agencia.example`, imap: `imaps://localhost:${i ? port : 1}` }, { password: 'x' });
		await until(() => rows('SELECT 1 FROM channel_health WHERE in_fault = 3').length, 'one is away');
		imap.deliver('casilla', letter({ id: 'm6@ejemplo.example', text: 'A nosotros no' }));
		await said('A nosotros no');
		rows(`UPDATE channel SET enabled = false WHERE key LIKE 'mudo-%'`);
	});
});
