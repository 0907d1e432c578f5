// The supervisor's board without a browser: whose conversations it has, its filters, its figures, and that looking at a
// conversation changes nothing about it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Admin, decode } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const timing = answer => Number(/db;desc=(\d+)/.exec(answer.headers.get('server-timing'))[1]);
const supervisor = world => Staff.logIn(world.person({ role: 'supervisor' }).login);
const cards = text => [...text.matchAll(/id="card-(\d+)"/g)].map(([, id]) => Number(id));
const lane = (text, key) => new RegExp(`id="l-${key}".*?</section>`, 's').exec(text)[0];
const cardOf = (text, id) => new RegExp(`<li id="card-${id}".*?</li>`, 's').exec(text)[0];
const tile = (text, words) => Number(new RegExp(`<b class="num">([\\d.]+)</b> ${words}<`).exec(text)[1].replaceAll('.', ''));
const frame = (staff, query = '') => staff.page(`/board/lanes?${query}`, { 'X-Fragment': '1' });

// Conversations without anybody behind them, as many as it takes. Their ids.
const many = (world, count, { state = 2, more = '' } = {}) => sql(`WITH k AS (INSERT INTO contact (name)
		SELECT 'Ficha ' || n || ' de ${world.name}' FROM generate_series(1, ${count}) n RETURNING contact_id)
	INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, queue_id, opened_at, requested_at,
		closed_at, last_message_at, last_message_preview)
	SELECT conversation_id_next(now()), h.channel_id, h.version_id, k.contact_id, ${state}, ${world.queue}, now() - interval '9 minutes',
		now() - interval '5 minutes', ${state === 4 ? 'now()' : 'NULL'}, now(), 'hola ${more}'
	FROM k, channel h WHERE h.channel_id = ${world.channel} RETURNING conversation_id`).map(([id]) => Number(id));

test('a supervisor sees what is of their queues and channels, in every lane, and nothing else', async () => {
	const world = new World(), elsewhere = new World();
	const staff = await supervisor(world);
	const { id: active } = await world.case();
	const [waiting] = many(world, 1), [bot] = many(world, 1, { state: 1 }), [closed] = many(world, 1, { state: 4 });
	sql(`UPDATE conversation SET queue_id = NULL WHERE conversation_id = ${bot}`);
	const [theirs] = many(elsewhere, 1), [theirBot] = many(elsewhere, 1, { state: 1 });
	sql(`UPDATE conversation SET queue_id = NULL WHERE conversation_id = ${theirBot}`);
	// Of their queue, by a channel that is not theirs.
	const [otherLine] = many({ ...elsewhere, name: world.name, queue: world.queue }, 1);
	const { text } = await staff.page('/board');
	assert.deepEqual(cards(text).sort(), [active, waiting, bot].sort());
	for (const [key, id] of Object.entries({ active, waiting, bot })) assert.deepEqual(cards(lane(text, key)), [id]);
	assert.deepEqual(cards((await staff.page('/board?lane=closed')).text), [closed]);
	assert.deepEqual(cards((await frame(staff)).text).sort(), [active, waiting, bot].sort());
	for (const id of [theirs, theirBot, otherLine]) assert.equal((await staff.page(`/desk/${id}`)).status, 404);
});

test('a wait has the time in the bot beside it, an open case the last word of either side', async () => {
	const world = new World();
	const staff = await supervisor(world);
	const { id } = await world.case();
	sql(`UPDATE conversation SET last_contact_at = now() - interval '200 seconds', last_agent_at = now() - interval '300 seconds'
		WHERE conversation_id = ${id}`);
	const [waiting] = many(world, 1);
	const { text } = await staff.page('/board');
	const open = cardOf(text, id);
	assert.match(open, /wtime w1" data-tick="20\d" data-target="480" data-warn="180"/);
	assert.match(open, /Último mensaje del contribuyente <\/span><span data-tick="20\d"/);
	assert.match(open, /Último mensaje del operador <\/span><span data-tick="30\d"/);
	const wait = cardOf(text, waiting);
	assert.match(wait, /wtime w2" data-tick="30\d" data-target="60" data-warn="30"/);
	sql(`UPDATE queue SET service_level_s = 900 WHERE queue_id = ${world.queue}`);
	assert.match(cardOf((await staff.page('/board')).text, waiting), /wtime " data-tick="30\d" data-target="900" data-warn="450".*Tiempo en el bot <\/span>04:00/s);
});

test('what waits for the agency has a lane of its own, with how long it does', async () => {
	const world = new World();
	const staff = await supervisor(world);
	const { id } = await world.case();
	sql(`UPDATE conversation SET held_at = now() - interval '70 seconds' WHERE conversation_id = ${id}`);
	const { text } = await staff.page('/board');
	assert.deepEqual(cards(lane(text, 'held')), [id]);
	assert.deepEqual(cards(lane(text, 'active')), []);
	assert.match(cardOf(text, id), /data-tick="7\d"/);
	assert.deepEqual(cards((await staff.page('/board?lane=held')).text), [id]);
	assert.deepEqual(cards((await staff.page('/board?lane=active')).text), []);
});

test('where it warns and where it is critical are settings', async () => {
	const admin = await Admin.logIn();
	const world = new World();
	const staff = await supervisor(world);
	const [id] = many(world, 1);
	const save = async value => {
		const { text } = await admin.page('/admin/settings');
		const fields = Object.fromEntries([...text.matchAll(/<(?:input|select)[^>]* name="([a-z_.]+)"[^>]*>/g)].filter(([, name]) => name.includes('.'))
			.map(([tag, name]) => [name, / value="([^"]*)"/.exec(tag)?.[1]]).filter(([, value]) => value !== undefined));
		const choices = Object.fromEntries([...text.matchAll(/<select[^>]* name="([a-z_.]+)".*?<\/select>/gs)]
			.map(([list, name]) => [name, / value="([^"]*)" selected/.exec(list)[1]]));
		return admin.save('/admin/settings', { ...Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, decode(one)])), ...choices,
			'board.wait_critical_percent': value }, /name="revision" value="(\d+)"/.exec(text)[1]);
	};
	assert.equal((await save('400')).status, 303);
	assert.match(cardOf((await staff.page('/board')).text, id), /data-target="240" data-warn="30"/);
	assert.equal((await save('0')).status, 422);
	assert.equal((await save('100')).status, 303);
});

test('the filter narrows each lane by what it has, stands in the address and is there next time', async () => {
	const world = new World();
	const staff = await supervisor(world);
	const { id: active, operator } = await world.case({ taxpayer: { name: 'Nélida Ñáñez' } });
	const [waiting] = many(world, 1);
	const shown = async query => cards((await staff.page(`/board?${query}`)).text).sort();
	const all = [active, waiting].sort();
	assert.deepEqual(await shown(`operator=${operator.id}`), all);
	assert.deepEqual(await shown(`operator=${operator.id + 1}`), [waiting]);
	assert.deepEqual(await shown('messenger=1'), all);
	assert.deepEqual(await shown('messenger=2'), []);
	assert.deepEqual(await shown(`channel=${world.channel}`), all);
	assert.deepEqual(await shown(`queue=${world.queue}&queue=${world.queue}`), all);
	assert.deepEqual(await shown(`queue=${world.queue + 1}`), []);
	assert.deepEqual(await shown('q=nelida%20nanez'), [active]);
	assert.deepEqual(await shown('q=%25'), []);
	assert.deepEqual(await shown('cuit=1'), all);
	sql(`UPDATE contact SET cuit = '30${String(Math.floor(Math.random() * 1e9)).padStart(9, '0')}', cuit_state = 2
		WHERE contact_id = (SELECT contact_id FROM conversation WHERE conversation_id = ${active})`);
	assert.deepEqual([await shown('cuit=3'), await shown('cuit=2'), await shown('cuit=1')], [[active], [], [waiting]]);
	assert.match((await staff.page('/board?messenger=2')).text, /Ninguna con esos filtros\..*Ninguna con esos filtros\./s);
	// What is nonsense filters nothing.
	assert.deepEqual(await shown(`operator=x&queue=-1&lane=cosa&q=&${'channel=0&'.repeat(60)}`), all);
	const saved = await staff.form('/board/filter', [['queue', world.queue], ['queue', '7'], ['q', ' Ñáñez & "hijos" '], ['lane', 'waiting']]);
	assert.equal(saved.status, 303);
	assert.equal(saved.headers.get('location'), `/board?queue=${world.queue}&queue=7&q=${encodeURIComponent('Ñáñez & "hijos"')}&lane=waiting`);
	assert.equal((await staff.page('/board')).headers.get('location'), `/board?queue=${world.queue}&queue=7&q=${encodeURIComponent('Ñáñez & "hijos"')}`);
	const page = await staff.page(`/board?queue=${world.queue}&q=${encodeURIComponent('"><b>')}`);
	assert.ok(page.text.includes('value="&quot;&gt;&lt;b&gt;"'));
	await staff.form('/board/filter', {});
	assert.equal((await staff.page('/board')).status, 200);
});

test('who does not see a name or a CUIT does not find by it', async () => {
	const world = new World();
	const person = world.person({ role: 'supervisor' });
	const { id } = await world.case({ taxpayer: { name: 'Ramona Secreta' } });
	const cuit = `27${String(Date.now()).slice(-9)}`;
	sql(`UPDATE contact SET cuit = '${cuit}' WHERE contact_id = (SELECT contact_id FROM conversation WHERE conversation_id = ${id})`);
	const staff = await Staff.logIn(person.login);
	const found = async words => cards((await staff.page(`/board?q=${words}`)).text);
	assert.deepEqual(await found('secreta'), [id]);
	assert.deepEqual(await found(`27-${cuit.slice(2, 10)}`), [id]);
	const [[role]] = sql(`WITH r AS (INSERT INTO role (name) VALUES ('Ciega ${once().slice(0, 8)}') RETURNING role_id),
		p AS (INSERT INTO role_permission SELECT role_id, unnest(ARRAY['board.view', 'conversation.supervise']) FROM r),
		f AS (INSERT INTO role_field (role_id, field, shows, exports) SELECT role_id, unnest(ARRAY['name', 'cuit']), 0, false FROM r)
		SELECT role_id FROM r`);
	sql(`UPDATE user_role SET role_id = ${role} WHERE user_id = ${person.id}`);
	assert.deepEqual(await found('secreta'), []);
	assert.deepEqual(await found(cuit.slice(0, 9)), []);
});

test('a lane is cut at its bound, counts all, and leads to all of them', async () => {
	const world = new World();
	const staff = await supervisor(world);
	const ids = many(world, 45);
	const { text } = await staff.page(`/board?queue=${world.queue}`);
	assert.equal(cards(lane(text, 'waiting')).length, 40);
	assert.match(lane(text, 'waiting'), /<span class="cnt"[^>]*>45</);
	const href = /<p class="more"><a href="([^"]*)">Ver todas \(45\)/.exec(text)[1].replaceAll('&amp;', '&');
	assert.equal(href, `/board?queue=${world.queue}&lane=waiting`);
	assert.deepEqual(cards((await staff.page(href)).text).sort(), ids.sort());
});

test('the page takes at most eight statements, a frame at most five, however much is open', async () => {
	const world = new World();
	const staff = await supervisor(world);
	many(world, 60);
	const page = await staff.page('/board');
	assert.ok(timing(page) <= 8, `${timing(page)} statements`);
	const answer = await frame(staff, 'day=1');
	assert.ok(timing(answer) <= 5, `${timing(answer)} statements`);
});

test('the figures count what they say they count', async () => {
	const world = new World();
	const staff = await supervisor(world);
	const { staff: agent, operator } = await world.case();
	many(world, 2, { state: 4 });
	const [lost] = many(world, 1, { state: 4 });
	sql(`INSERT INTO segment (conversation_id, segment_seq, kind, started_at, ended_at, outcome, queue_id)
		VALUES (${lost}, 1, 2, now() - interval '1 minute', now(), 3, ${world.queue}), (${lost}, 2, 2, now(), now(), 2, ${world.queue})`);
	sql(`UPDATE conversation SET closed_by = 3 WHERE conversation_id = ${lost}`);
	const read = async () => {
		const { text } = await staff.page('/board');
		return ['activos', 'en conversación', 'disponibles', 'no disponibles', 'en total', 'cerradas', 'por operador', 'perdidas', 'abandonadas']
			.map(words => tile(text, words));
	};
	assert.deepEqual(await read(), [1, 1, 0, 0, 4, 3, 1, 1, 1]);
	await agent.post('/state', { to: sql('SELECT min(break_type_id) FROM break_type WHERE enabled AND deleted_at IS NULL')[0][0] });
	sql(`UPDATE agent_state SET state = 3 WHERE user_id = ${operator.id}`);
	assert.deepEqual((await read()).slice(0, 4), [1, 0, 0, 1]);
	const { text } = await staff.page('/board');
	assert.match(text, /title="Esperas que terminaron hoy porque el contribuyente se fue"/);
});

test('looking at a conversation beside the board changes nothing about it', async () => {
	const world = new World();
	const staff = await supervisor(world);
	const { visitor, id } = await world.case();
	await visitor.say('¿Hay <b>alguien</b>?');
	await visitor.until(({ messages }) => messages.some(({ text }) => text === '¿Hay <b>alguien</b>?'));
	const state = () => sql(`SELECT unread_count, agent_read_seq, agent_delivered_seq, seq, xmin FROM conversation WHERE conversation_id = ${id}`)[0].join();
	const before = state();
	const { status, text } = await staff.page(`/board/case/${id}/preview`, { 'X-Fragment': '1' });
	assert.equal(status, 200);
	assert.ok(text.includes('¿Hay &lt;b&gt;alguien&lt;/b&gt;?'));
	assert.ok(!text.includes(`action="/desk/${id}/messages"`));
	assert.equal(state(), before);
	const foreign = await new World().case();
	assert.equal((await staff.page(`/board/case/${foreign.id}/preview`)).status, 404);
	assert.equal((await staff.page('/board/case/26010100000001/preview')).status, 404);
});

test('a case that a supervisor opens stands under Supervisión', async () => {
	const world = new World();
	const { id } = await world.case();
	const { text } = await (await supervisor(world)).page(`/desk/${id}`);
	assert.match(text, /<title>Supervisión · Ventanilla<\/title>/);
	assert.match(text, /id="nav-board" href="\/board" aria-current="page"/);
});

test('the board leaves as a file with what its filter means, by the policy of the role, and it is on record', async () => {
	const world = new World();
	const person = world.person({ role: 'supervisor' }), staff = await Staff.logIn(person.login);
	const [waiting] = many(world, 1), [closed] = many(world, 1, { state: 4 });
	const { text, headers } = await staff.form('/board/export', { reason: 'Control' });
	assert.match(headers.get('content-disposition'), /tablero\.csv/);
	assert.match(text, new RegExp(`En espera;${waiting};Ficha 1 de ${world.name};[^;]+;Canal ${world.name};Cola ${world.name};`));
	assert.ok(!text.includes(closed));
	assert.match((await staff.form('/board/export', { reason: 'Control', lane: 'closed', queue: world.queue })).text, new RegExp(`Cerradas hoy;${closed};`));
	assert.equal(sql(`SELECT count(*) FROM audit WHERE action = 'board.export' AND actor_id = ${person.id}`)[0][0], '2');
	assert.equal((await staff.form('/board/export', {})).status, 422);
});
