// Providers that fail in every way they can: what goes out goes out once, in order, and never again without knowing.
import assert from 'node:assert/strict';
import test from 'node:test';
import { DELIVERED, FAILED, READ, SENT, sending, UNKNOWN, WAITING } from '../support/sending.mjs';
import { PNG } from '../support/site.mjs';
import { BOLETA, PDF, TURNO } from '../support/templates.mjs';
import { until } from '../support/worker.mjs';

const ALL = ['whatsapp', 'messenger', 'instagram', 'telegram', 'x'];
const MESSAGES = { telegram: 'sendMessage' };
const operationOf = network => MESSAGES[network] ?? 'messages';
const RECIPIENT = '1', WINDOW = '5', TEMPLATE = '6', LINE = '10', BLOCKED = '11';

test('a provider fails, or we do', { timeout: 240000 }, async t => {
	const it = await sending(t, 'test-send-faults');
	const { peer, workers } = it;
	const fault = (network, kind, more = {}) => peer.fault({ network, operation: operationOf(network), kind, ...more });
	const row = (id, column) => it.sql(`SELECT ${column} FROM outbox WHERE outbox_id = ${id}`)[0];
	// WhatsApp reports to our door that it arrived; nobody here waits for what the others report.
	const out = network => network === 'whatsapp' ? DELIVERED : SENT;
	const calls = network => it.calls(network, operationOf(network)).length;
	const killed = async () => process.kill(await workers.working('send', 0), 'SIGKILL');
	for (const lane of [0, 1, 2]) {
		workers.keep(t, 'intake', lane, 1);
	}
	const sends = part => workers.keep(part, 'send', 0, 2);
	// What WhatsApp says of a row, to one of our lines; part: of which of its parts.
	async function reported(id, person, status, line, part = '') {
		const [reference] = row(id, `outbox_id || '.' || round(extract(epoch FROM created_at) * 1000000)`);
		const { status: answer } = await peer.post({ network: 'whatsapp', body: { object: 'whatsapp_business_account', entry: [{ id: '102290129340398', changes: [{ field: 'messages', value: {
			messaging_product: 'whatsapp', metadata: { display_phone_number: '542214290000', phone_number_id: line },
			statuses: [{ id: `wamid.${id}${part}`, status, timestamp: String(Math.floor(Date.now() / 1000) + 60), recipient_id: person.number, biz_opaque_callback_data: reference + part }] } }] }] } });
		assert.equal(answer, 200);
	}

	await t.test('asked to wait, each line waits as long, and then says it once', async part => {
		const people = ALL.map(network => [network, it.person()]);
		const ids = people.flatMap(([network, person]) => {
			fault(network, 'rate', { retry_after: 2 });
			return it.queue(network, person, 'primero', 'segundo');
		});
		sends(part);
		await it.become(ids, people.flatMap(([network]) => [out(network), out(network)]));
		for (const [network, person] of people) {
			assert.deepEqual(it.arrived(network, person), ['primero', 'segundo'], network);
			const [first, second] = it.calls(network, operationOf(network));
			assert.ok(second.at - first.at >= 1000, `${network} waited ${second.at - first.at} ms`);
		}
		assert.deepEqual(it.sql(`SELECT count(*) FROM notice WHERE subject LIKE 'line:%'`), [['0']], 'nobody has to mend that');
	});

	await t.test('a 429 that names no time, errors of the server and pages of a proxy are tried again, and arrive once', async part => {
		const people = ALL.map(network => [network, it.person()]);
		const ids = people.flatMap(([network, person]) => {
			fault(network, 'rate', { retry_after: null });
			fault(network, 'error', network === 'telegram' || network === 'x' ? { code: 500 } : { code: 131000, status: 500 });
			fault(network, 'html', { status: 502 });
			return it.queue(network, person, 'con paciencia');
		});
		sends(part);
		await it.become(ids, people.map(([network]) => out(network)), { hurried: true });
		for (const [network, person] of people) {
			assert.deepEqual(it.arrived(network, person), ['con paciencia'], network);
		}
	});

	await t.test('no answer, half of one, a page in place of one or three megabytes: nobody knows, and nobody says it again', async part => {
		const people = ALL.flatMap(network => ['hang', 'drop', 'html', 'big'].map(kind => [network, kind, it.person()]));
		const ids = people.flatMap(([network, kind, person]) => {
			const to = network === 'whatsapp' ? person.number : person.ids[network];
			fault(network, kind, { to, status: kind === 'html' ? 200 : undefined });
			return it.queue(network, person, 'una vez', 'y sigue');
		});
		const before = ALL.map(calls);
		sends(part);
		await it.become(ids, people.flatMap(([network]) => [UNKNOWN, out(network)]), { hurried: true, seconds: 40 });
		for (const [network, kind, person] of people) {
			assert.deepEqual(it.arrived(network, person), ['y sigue'], `${network} ${kind}`);
		}
		assert.deepEqual(ALL.map((network, i) => calls(network) - before[i]), ALL.map(() => 8), 'as many calls as rows');
	});

	await t.test('it arrived and the answer was lost: the report, which has our reference, says so', async part => {
		const ana = it.person();
		fault('whatsapp', 'lost');
		const ids = it.queue('whatsapp', ana, 'llegó');
		sends(part);
		await it.become(ids, DELIVERED);
		assert.deepEqual(it.arrived('whatsapp', ana), ['llegó']);
	});

	await t.test('killed between call and answer it is unknown, and the report settles it', async part => {
		const ana = it.person(), before = calls('whatsapp');
		peer.configure({ delays: { sent: 3000 } });
		fault('whatsapp', 'slow', { ms: 2500 });
		const ids = it.queue('whatsapp', ana, 'a punto', 'después');
		sends(part);
		await until(() => it.states(ids)[0] === '1', 'it is claimed', { every: 10 });
		await until(() => it.sql('SELECT 1 FROM outbox_queue WHERE claimed_at IS NOT NULL').length, 'under way');
		await killed();
		await until(() => it.states(ids)[0] === UNKNOWN, 'nobody knows');
		peer.configure({ delays: { sent: 20 } });
		await it.become(ids, [DELIVERED, DELIVERED]);
		assert.deepEqual(it.arrived('whatsapp', ana).sort(), ['a punto', 'después']);
		assert.equal(calls('whatsapp') - before, 2, 'neither is said again');
	});

	await t.test('reports five times and backwards leave the highest, with its first time', async part => {
		const ana = it.person();
		peer.configure({ webhooks: { repeat: 4 }, delays: { read: 10 } });
		part.after(() => peer.configure({ webhooks: { repeat: 0 }, delays: { read: null } }));
		const [id] = it.queue('whatsapp', ana, 'leído');
		sends(part);
		await it.become([id], READ);
		const times = row(id, 'sent_at, delivered_at, read_at');
		for (const status of ['read', 'delivered', 'sent', 'failed']) {
			await reported(id, ana, status, '106540352242922');
		}
		await until(() => it.sql('SELECT count(*) FROM inbound_queue')[0][0] === '0', 'all reports are taken');
		assert.deepEqual([it.states([id]), row(id, 'sent_at, delivered_at, read_at')], [[READ], times]);
	});

	await t.test('another line\'s report that names our row changes nothing of it', async part => {
		const ana = it.person();
		it.sql(`INSERT INTO channel (messenger, key, name, default_queue_id, settings) SELECT messenger, 'otra', 'Otra línea', default_queue_id, settings || '{"account": "999"}'
			FROM channel WHERE key = 'practica-whatsapp';
			INSERT INTO channel_verify_secret (channel_id, name, value) SELECT o.channel_id, s.name, s.value
			FROM channel_verify_secret s JOIN channel h USING (channel_id), channel o WHERE h.key = 'practica-whatsapp' AND o.key = 'otra'`);
		const [id] = it.queue('whatsapp', ana, 'de la primera línea');
		sends(part);
		await it.become([id], DELIVERED);
		for (const [line, state] of [['999', DELIVERED], [peer.line('whatsapp').account, READ]]) {
			await reported(id, ana, 'read', line);
			await until(() => it.sql('SELECT count(*) FROM inbound_queue')[0][0] === '0', 'it is taken');
			assert.deepEqual(it.states([id]), [state], line);
		}
		assert.deepEqual(it.sql(`SELECT count(*) FROM inbound JOIN channel USING (channel_id) WHERE key = 'otra'`), [['1']], 'it came by the other line');
	});

	await t.test('a token that does not hold any more: the line rests, administrators are told, and all goes out after the mending', async part => {
		const people = ALL.map(network => [network, it.person(), network === 'telegram' || network === 'x' ? { code: 401, title: 'Unauthorized' } : { code: 190, status: 401, subcode: 463 }]);
		const rows = people.map(([network, person, error]) => {
			peer.fault({ network, operation: operationOf(network), count: 1000, ...error });
			return it.queue(network, person, 'uno', 'dos', 'tres');
		});
		const ids = rows.flat();
		sends(part);
		await until(() => ALL.every(network => it.health(network)?.[0] === 't'), 'every line rests');
		await until(() => it.states(ids).every(state => state === WAITING), 'all is kept');
		assert.deepEqual(ALL.map(network => it.health(network)[1]), ALL.map(() => LINE));
		assert.deepEqual(it.sql(`SELECT login, by_name, said_count FROM notice JOIN app_user USING (user_id) WHERE key = 'line_rests' ORDER BY by_name`),
			['Instagram', 'Messenger', 'Telegram', 'WhatsApp', 'X'].map(name => ['admin', `${name} de práctica`, '1']), 'once each');
		peer.world.faults.length = 0;
		it.hurry();
		// Whoever mends it tests it.
		it.sql(`WITH o AS (INSERT INTO outbox (channel_id, kind, payload) SELECT channel_id, 'check', '{}' FROM channel WHERE key LIKE 'practica-%'
				RETURNING outbox_id, created_at)
			INSERT INTO outbox_queue (lane, outbox_id, created_at) SELECT 0, outbox_id, created_at FROM o`);
		await until(() => {
			it.hurry();
			return it.states(ids).every(state => Number(state) >= 2 && Number(state) < 5);
		}, 'all went out', { seconds: 20 });
		for (const [network, person] of people) {
			assert.deepEqual(it.arrived(network, person), ['uno', 'dos', 'tres'], network);
		}
		assert.equal(it.sql(`SELECT count(*) FROM notice WHERE key = 'line_works'`)[0][0], '5', 'and they are told that it works');
	});

	await t.test('who blocked us cannot be reached, and who wrote too long ago gets no free words: failed, with its reason', async part => {
		const told = [];
		for (const network of ['messenger', 'instagram', 'telegram', 'x']) {
			const person = it.person();
			peer.world.chat(peer.line(network), peer.world.people.get(person.id)).blocked = true;
			told.push([it.queue(network, person, 'hola')[0], network === 'telegram' ? BLOCKED : RECIPIENT]);
		}
		for (const network of ['messenger', 'instagram']) {
			const person = it.person();
			person.silent(network, 30);
			told.push([it.queue(network, person, { text: 'del bot', human: false })[0], WINDOW]);
			told.push([it.queue(network, person, { text: 'de una persona' })[0], null]);
		}
		const late = it.person();
		late.silent('whatsapp', 25);
		const [window] = it.queue('whatsapp', late, 'tarde');
		sends(part);
		await it.become(told.map(([id]) => id), told.map(([, why]) => why ? FAILED : SENT));
		assert.deepEqual(told.map(([id]) => row(id, "coalesce(fault::text, '-')")[0]), told.map(([, why]) => why ?? '-'));
		await it.become([window], FAILED);
		assert.deepEqual(row(window, 'error_code'), ['131047']);
	});

	const uploads = network => it.calls(network, network === 'whatsapp' ? 'media' : network === 'x' ? 'media' : 'message_attachments');
	const photo = it.file('foto.png', 'image/png', PNG), voice = it.file('audio.ogg', 'audio/ogg', Buffer.from('OggS una voz'));
	const long = [...'abc'].map(letter => letter.repeat(4000)).join(' ');

	await t.test('a template goes where free words do not, as it was filled in, with our reference; a paused one fails, with its reason', async part => {
		const late = it.person(), { templates } = peer.line('whatsapp');
		late.silent('whatsapp', 25);
		for (const [name, status] of [['turno', 'APPROVED'], ['pausada', 'PAUSED']]) {
			templates.set(`${name}/es_AR`, { id: `1${templates.size}`, name, language: 'es_AR', category: 'UTILITY', status, components: TURNO });
		}
		const components = [{ type: 'header', parameters: [{ type: 'text', text: '88' }] },
			{ type: 'body', parameters: [{ type: 'text', text: 'José' }, { type: 'text', text: 'martes' }] },
			{ type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 't9' }] }];
		const [good, paused] = it.queue('whatsapp', late, { row: 'template', name: 'turno', language: 'es_AR', components },
			{ row: 'template', name: 'pausada', language: 'es_AR', components });
		sends(part);
		await it.become([good, paused], [DELIVERED, FAILED]);
		const { body } = it.calls('whatsapp', 'messages').findLast(one => one.body?.template?.name === 'turno');
		const [[reference]] = it.sql(`SELECT outbox_id || '.' || round(extract(epoch FROM created_at) * 1000000) FROM outbox WHERE outbox_id = ${good}`);
		assert.deepEqual([body.type, body.biz_opaque_callback_data, body.template],
			['template', reference, { name: 'turno', language: { policy: 'deterministic', code: 'es_AR' }, components }]);
		assert.deepEqual(it.arrived('whatsapp', late), ['Hola José, te esperamos el martes.\n\nTraé tu documento.']);
		assert.deepEqual(row(paused, 'fault'), [TEMPLATE]);
		// With a file in its header: it goes up once, also when the template itself has to wait.
		templates.set('boleta/es_AR', { id: '19', name: 'boleta', language: 'es_AR', category: 'UTILITY', status: 'APPROVED', components: BOLETA });
		fault('whatsapp', 'error', { code: 131000, status: 500, to: late.number });
		const [document] = it.queue('whatsapp', late, { row: 'template', name: 'boleta', language: 'es_AR', components: components.slice(1, 2).map(one => ({ ...one, parameters: [one.parameters[0]] })),
			file: it.file('boleta.pdf', 'application/pdf', PDF) });
		await it.become([document], DELIVERED, { hurried: true });
		const [header] = it.calls('whatsapp', 'messages').findLast(one => one.body?.template?.name === 'boleta').body.template.components;
		assert.deepEqual([header.type, header.parameters[0].type, header.parameters[0].document.filename], ['header', 'document', 'boleta.pdf']);
		assert.equal(it.calls('whatsapp', 'media').length, 1);
		assert.equal(PDF.compare(peer.world.files.get(header.parameters[0].document.id).data), 0);
	});

	await t.test('the words after a file are asked to wait: the file goes once', async part => {
		const ana = it.person(), luz = it.person();
		const ids = [...it.queue('messenger', ana, { text: 'la foto', file: photo }), ...it.queue('whatsapp', luz, { text: 'la voz', file: voice })];
		peer.fault({ network: 'messenger', operation: 'messages', kind: 'slow', ms: 1 });
		peer.fault({ network: 'messenger', operation: 'messages', kind: 'rate', retry_after: 1 });
		peer.fault({ network: 'whatsapp', operation: 'messages', kind: 'slow', ms: 1 });
		peer.fault({ network: 'whatsapp', operation: 'messages', code: 131056, status: 400 });
		sends(part);
		await it.become(ids, [SENT, DELIVERED], { hurried: true });
		assert.deepEqual(it.arrived('messenger', ana), ['image', 'la foto']);
		assert.deepEqual(it.arrived('whatsapp', luz), ['audio', 'la voz']);
	});

	await t.test('a long text goes in parts, each once, also when the second was refused for a while', async part => {
		const ana = it.person();
		const ids = it.queue('whatsapp', ana, long);
		peer.fault({ network: 'whatsapp', operation: 'messages', kind: 'slow', ms: 1 });
		peer.fault({ network: 'whatsapp', operation: 'messages', code: 131000, status: 500, count: 2 });
		sends(part);
		await it.become(ids, DELIVERED, { hurried: true });
		assert.equal(it.arrived('whatsapp', ana).join(' '), long);
		assert.equal(it.arrived('whatsapp', ana).length, 3);
	});

	await t.test('in parts: that one arrived does not say that all of it did, and does not take the rest from the queue', async part => {
		const ana = it.person();
		const ids = it.queue('whatsapp', ana, long);
		peer.fault({ network: 'whatsapp', operation: 'messages', kind: 'slow', ms: 1 });
		peer.fault({ network: 'whatsapp', operation: 'messages', code: 131000, status: 500 });
		sends(part);
		await until(() => ana.messages('whatsapp')[0]?.status === 'delivered' && it.states(ids)[0] === WAITING, 'the first is there');
		await until(() => it.sql('SELECT count(*) FROM inbound_queue')[0][0] === '0', 'its reports are taken');
		assert.deepEqual(it.states(ids), [WAITING]);
		await it.become(ids, DELIVERED, { hurried: true });
		assert.equal(it.arrived('whatsapp', ana).join(' '), long);
	});

	await t.test('in parts: it is delivered, and read, when the least of them is; one that failed fails it', async part => {
		peer.configure({ delays: { delivered: 600000 } });
		part.after(() => peer.configure({ delays: { delivered: 40 } }));
		const ana = it.person(), line = peer.line('whatsapp').account;
		const ids = it.queue('whatsapp', ana, long, { text: long, file: photo });
		sends(part);
		await it.become(ids, SENT);
		const parts = id => [...it.sql(`SELECT part FROM message_part WHERE outbox_id = ${id}`).map(([one]) => `/${one}`).sort(), ''];
		const says = async (id, status, one) => {
			await reported(id, ana, status, line, one);
			await until(() => it.sql('SELECT count(*) FROM inbound_queue')[0][0] === '0', 'it is taken');
			return it.states([id])[0];
		};
		assert.deepEqual(ids.map(id => parts(id).length), [3, 4], 'a text in three, a file and its words');
		const [first, ...rest] = parts(ids[0]).reverse();
		assert.equal(await says(ids[0], 'delivered', first), SENT, 'the last one says nothing of those before it');
		for (const [n, one] of rest.entries()) assert.equal(await says(ids[0], 'delivered', one), n === rest.length - 1 ? DELIVERED : SENT);
		for (const [n, one] of parts(ids[0]).entries()) assert.equal(await says(ids[0], 'read', one), n === rest.length ? READ : DELIVERED);
		assert.equal(await says(ids[1], 'failed', parts(ids[1])[1]), FAILED);
		for (const one of [parts(ids[1])[0], ...parts(ids[1]).slice(2)]) assert.equal(await says(ids[1], 'delivered', one), FAILED);
	});

	await t.test('killed while a file goes up, it goes up once more: nobody has seen it', async part => {
		const people = ['whatsapp', 'messenger', 'x'].map(network => [network, it.person(), it.file(`${network}.png`, 'image/png', Buffer.concat([PNG, Buffer.from(network)]))]);
		for (const [network] of people) {
			peer.fault({ network, operation: network === 'messenger' ? 'message_attachments' : 'media', kind: 'hang' });
		}
		const ids = people.flatMap(([network, person, file]) => it.queue(network, person, { text: 'adjunto', file }));
		sends(part);
		await until(() => people.every(([network]) => uploads(network).some(call => call.status === 0)), 'all go up');
		await killed();
		await until(() => it.states(ids).every(state => state === SENT || state === DELIVERED), 'they are sent', { seconds: 20 });
		for (const [network, person] of people) {
			assert.equal(person.messages(network).filter(one => one.kind === 'image').length, 1, network);
		}
	});

	await t.test('killed while the words after a file are under way, it is unknown: neither is said again', async part => {
		const ana = it.person();
		const ids = it.queue('messenger', ana, { text: 'con palabras', file: photo }, 'y sigue');
		peer.fault({ network: 'messenger', operation: 'messages', kind: 'slow', ms: 1 });
		peer.fault({ network: 'messenger', operation: 'messages', kind: 'hang' });
		sends(part);
		await until(() => it.calls('messenger', 'messages').some(call => call.to === ana.ids.messenger && call.status === 0), 'the words are under way');
		await killed();
		await it.become(ids, [UNKNOWN, SENT]);
		assert.deepEqual(it.arrived('messenger', ana), ['image', 'y sigue']);
	});

	await t.test('an edit that was lost is made again: it says the same', async part => {
		const ana = it.person();
		const [first] = it.queue('telegram', ana, 'Hola');
		sends(part);
		await it.become([first], SENT);
		peer.fault({ network: 'telegram', operation: 'editMessageText', kind: 'lost' });
		const [message] = ana.messages('telegram');
		it.sql(`INSERT INTO provider_message (channel_id, provider_id, conversation_id, seq)
			SELECT channel_id, '${message.id}', conversation_id, 1 FROM outbox WHERE outbox_id = ${first} ON CONFLICT DO NOTHING`);
		const ids = it.queue('telegram', ana, { row: 'edit', text: 'Hola, Ana', seq: 1 });
		await it.become(ids, SENT, { hurried: true });
		assert.deepEqual(it.arrived('telegram', ana), ['Hola, Ana']);
	});
});
