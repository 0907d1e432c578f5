// The public widget's program: what goes in through the visitor's token, and what comes out.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'node:test';
import { info, sql } from '../support/instance.mjs';
import { channel, conversationOf, hashOf, once, Visitor } from '../support/visitor.mjs';

const rawOf = visitor => sql(`SELECT raw FROM inbound WHERE raw LIKE '{"v":${visitor.id},%' ORDER BY inbound_id`)
	.map(([raw]) => JSON.parse(raw));

test('a start gives a token that only the visitor has, and opens the chat', async () => {
	const visitor = await Visitor.start({ name: 'Graciela Benítez' });
	assert.match(visitor.token, /^[\w-]{43}$/);
	assert.deepEqual(sql(`SELECT name FROM visitor WHERE token_hash = '\\x${hashOf(visitor.token)}'`), [['Graciela Benítez']]);
	assert.equal(sql('SELECT row_to_json(v)::text FROM visitor v').filter(([row]) => row.includes(visitor.token)).length, 0);
	assert.deepEqual(rawOf(visitor).map(({ k, n }) => [k, n]), [['open', 'Graciela Benítez']]);
});

test('the same start twice is one visitor with one token', async () => {
	const body = { key: 'demo', once: once() };
	const first = await Visitor.post('/webchat/start', body);
	const second = await Visitor.post('/webchat/start', body);
	assert.deepEqual(second.json, first.json);
	assert.equal(second.status, 200);
	assert.deepEqual(sql(`SELECT count(*) FROM visitor WHERE token_hash = '\\x${hashOf(first.json.token)}'`), [['1']]);
	assert.notEqual((await Visitor.post('/webchat/start', { key: 'demo', once: once() })).json.token, first.json.token);
});

test('no chat starts on a channel that does not exist or is switched off', async () => {
	const key = channel({});
	sql(`UPDATE channel SET enabled = false WHERE key = '${key}'`);
	for (const name of ['nobody', key]) {
		const answer = await Visitor.post('/webchat/start', { key: name, once: once() });
		assert.equal(answer.status, 404);
		assert.equal(answer.json.error.message, 'No encontramos este chat.');
		assert.equal((await fetch(`${info.base_url}/webchat/frame?key=${name}`)).status, 404);
		assert.equal((await fetch(`${info.base_url}/webchat/config?key=${name}`)).status, 404);
	}
});

test('one address cannot start chats without end', async () => {
	const key = channel({ starts_per_address: 1 });
	const before = sql('SELECT count(*) FROM visitor');
	const answer = await Visitor.post('/webchat/start', { key, once: once() });
	assert.equal(answer.status, 429);
	assert.match(answer.json.error.message, /demasiadas conversaciones/);
	assert.deepEqual(sql('SELECT count(*) FROM visitor'), before);
});

test('what the first form asks for is checked, and a fault stores nothing', async () => {
	const cases = [
		[{ cuit: '27-14582360-5' }, 'cuit'], [{ cuit: '1234' }, 'cuit'], [{ email: 'ana' }, 'email'],
		[{ email: 'ana@x .com' }, 'email'], [{ name: 'a'.repeat(121) }, 'name'],
	];
	const before = sql('SELECT count(*) FROM visitor');
	for (const [more, field] of cases) {
		const answer = await Visitor.post('/webchat/start', { key: 'demo', once: once(), ...more });
		assert.deepEqual([answer.status, answer.json.error.field], [422, field], JSON.stringify(more));
		assert.match(answer.json.error.message, / /, 'a sentence, not a key');
	}
	assert.deepEqual(sql('SELECT count(*) FROM visitor'), before);
	const visitor = await Visitor.start({ cuit: '27-14582360-4', email: 'ana@example.org' });
	assert.deepEqual(rawOf(visitor).map(({ c, e }) => [c, e]), [['27145823604', 'ana@example.org']]);
});

test('a line is kept exactly as written', async () => {
	const visitor = await Visitor.start();
	const text = '  <script>alert(1)</script>\n\n"¿Ñandú?"\t\'; DROP TABLE x; -- 🦤👩‍👩‍👧 \\u0041 {{nombre}} العربية  ';
	assert.equal((await visitor.say(text)).status, 202);
	const mine = await visitor.until(answer => answer.messages.find(message => message.author === 'contact'));
	assert.equal(mine.text, text);
});

test('a line sent twice with one id is one line', async () => {
	const visitor = await Visitor.start();
	const id = once();
	assert.equal((await visitor.post('/webchat/messages', { text: 'hola', once: id })).status, 202);
	assert.equal((await visitor.post('/webchat/messages', { text: 'hola', once: id })).status, 202);
	await visitor.say('fin');
	const answer = await visitor.until(a => a.messages.some(m => m.text === 'fin') && a);
	const own = answer.messages.filter(message => message.author === 'contact');
	assert.deepEqual(own.map(({ text }) => text), ['hola', 'fin']);
	assert.equal(own[0].once, id);
});

test('lines sent together come in the order they were sent', async () => {
	const visitor = await Visitor.start();
	const texts = Array.from({ length: 20 }, (_, i) => `línea ${i}`);
	for (const text of texts) assert.equal((await visitor.say(text)).status, 202);
	const answer = await visitor.until(a => a.messages.some(m => m.text === 'línea 19') && a);
	assert.deepEqual(answer.messages.filter(m => m.author === 'contact').map(m => m.text), texts);
});

const faults = [
	['/webchat/messages', { text: '' }, 422, 'text'],
	['/webchat/messages', { text: ' \n\t ' }, 422, 'text'],
	['/webchat/messages', { text: 'a'.repeat(4097) }, 422, 'text'],
	['/webchat/messages', { text: 5 }, 422, 'text'],
	['/webchat/messages', { text: 'a', once: 'short' }, 422, 'once'],
	['/webchat/messages', { text: 'a', once: '; drop table x' }, 422, 'once'],
	['/webchat/messages', { text: 'a', once: undefined }, 422, 'once'],
	['/webchat/messages', '[1,2]', 422],
	['/webchat/messages', '{"text":', 422],
	['/webchat/messages', '', 422],
	['/webchat/messages', `{"text":${'['.repeat(40)}${']'.repeat(40)}}`, 422],
	['/webchat/messages', { text: 'a'.repeat(100 * 1024) }, 413],
	['/webchat/messages', { text: 'a'.repeat(1024 * 1024) }, 413],
	['/webchat/choice', { key: '', label: 'a' }, 422, 'key'],
	['/webchat/choice', { key: 'a' }, 422, 'label'],
	['/webchat/choice', { key: 'a', label: 'b'.repeat(201) }, 422, 'label'],
	['/webchat/seen', { conversation: 1, delivered: 3, read: 4 }, 422],
	['/webchat/seen', { conversation: 1, delivered: -1, read: -1 }, 422],
	['/webchat/seen', { conversation: 'x', delivered: 1, read: 1 }, 422],
	['/webchat/leave', { once: 'a b' }, 422, 'once'],
];
test('bad input is refused with a reason in Spanish and changes nothing', async () => {
	const visitor = await Visitor.start();
	for (const [path, body, status, field] of faults) {
		const sent = typeof body === 'string' ? body : { once: once(), ...body };
		const answer = await visitor.post(path, sent);
		const what = `${path} ${JSON.stringify(sent).slice(0, 80)}`;
		assert.equal(answer.status, status, what);
		assert.ok(answer.json.error.message.includes(' '), what);
		if (field) assert.equal(answer.json.error.field, field, what);
	}
	assert.deepEqual(rawOf(visitor).map(({ k }) => k), ['open']);
});

test('without a visitor\'s token nothing is read or written', async () => {
	const paths = ['messages', 'choice', 'seen', 'typing', 'leave', 'popout'];
	for (const token of ['', 'x', 'a'.repeat(43), `${'a'.repeat(42)}'`]) {
		const stranger = new Visitor(token);
		for (const path of paths) {
			const answer = await stranger.post(`/webchat/${path}`,
				{ once: once(), text: 'a', key: 'a', label: 'a', conversation: 1, delivered: 1, read: 1 });
			assert.equal(answer.status, 401, `${path} with ${token}`);
		}
		assert.equal((await stranger.get('/webchat/messages')).status, 401);
		assert.equal((await stranger.upload(Buffer.from('hola'), 'a.txt')).status, 401);
	}
});

test('the bot greets who opens the chat', async () => {
	const visitor = await Visitor.start();
	const menu = await visitor.until(answer => answer.messages.find(message => message.options));
	assert.equal(menu.author, 'bot');
	assert.ok(menu.options.every(option => option.key && option.label));
});

test('notes, whispers and internal events stay inside; what supervision says to the taxpayer does not', async () => {
	const visitor = await Visitor.start();
	const conversation = await conversationOf(visitor);
	conversation.add(5, 1, 'nota interna');
	conversation.add(5, 1, 'un susurro', { whisper: 'supervisor' });
	conversation.add(6, 1, 'dicho por supervisión');
	conversation.add(4, 4, '', { event: 'handed_off', queue_id: 1 });
	conversation.add(4, 4, '', { event: 'assigned', agent: 'Marina', secret: 'x' });
	conversation.add(3, 1, 'Hola, soy Marina', { automatic: true });
	const { json } = await visitor.get('/webchat/messages');
	const text = JSON.stringify(json);
	assert.doesNotMatch(text, /nota interna|susurro|handed_off|secret|automatic/);
	assert.equal(json.messages.find(({ author }) => author === 'supervisor').text, 'dicho por supervisión');
	assert.deepEqual(json.messages.slice(-2).map(m => m.event || m.text), ['assigned', 'Hola, soy Marina']);
	assert.equal(json.messages.at(-2).agent, 'Marina');
});

test('a visitor sees their own conversation only, whatever number they ask for', async () => {
	const [a, b] = [await Visitor.start(), await Visitor.start()];
	await b.say('secreto de b');
	await b.until(answer => answer.messages.some(message => message.text === 'secreto de b'));
	const other = await conversationOf(b), own = await conversationOf(a);
	const { json } = await a.get(`/webchat/messages?since=0&k=${other.id}`);
	assert.equal(json.conversation.id, own.id);
	assert.doesNotMatch(JSON.stringify(json), /secreto de b/);
	other.add(1, 1, 'cerrado de b');
	sql(`UPDATE conversation SET state = 4, closed_at = now() WHERE conversation_id = ${other.id}`);
	sql(`UPDATE conversation SET state = 4, closed_at = now() WHERE conversation_id = ${own.id}`);
	assert.equal((await a.get(`/webchat/messages?since=0&k=${other.id}`)).json.conversation.id, own.id);
});

test('only what came after is sent, of the conversation the page has', async () => {
	const visitor = await Visitor.start();
	const conversation = await conversationOf(visitor);
	const seq = conversation.add(2, 1, 'la última');
	const after = await visitor.get(`/webchat/messages?since=${seq - 1}&k=${conversation.id}`);
	assert.deepEqual(after.json.messages.map(message => message.text), ['la última']);
	const all = await visitor.get(`/webchat/messages?since=${seq}&k=1`);
	assert.ok(all.json.messages.length > 1);
	assert.equal((await visitor.get('/webchat/messages?since=x')).status, 422);
	assert.equal((await visitor.get('/webchat/messages?since=-1')).status, 422);
});

test('the held poll\'s answer cannot be asked for from outside', async () => {
	const visitor = await Visitor.start();
	assert.equal((await visitor.raw('GET', '/internal/webchat/live')).status, 404);
});

test('a held poll brings what is said meanwhile', async () => {
	const visitor = await Visitor.start();
	const conversation = await conversationOf(visitor);
	const { json } = await visitor.get('/webchat/messages');
	const poll = visitor.get(`/live/visitor?c=${encodeURIComponent(json.cursor)}&since=${json.conversation.seq}&k=${conversation.id}`);
	await pause(300);
	conversation.add(3, 1, 'ya estoy acá');
	const answer = await poll;
	assert.equal(answer.status, 200);
	assert.deepEqual(answer.json.messages.map(message => message.text), ['ya estoy acá']);
});

test('watermarks rise by the visitor\'s own word only', async () => {
	const visitor = await Visitor.start(), other = await Visitor.start();
	const conversation = await conversationOf(visitor), last = conversation.add(3, 1, 'hola');
	const mark = { conversation: conversation.id, delivered: last, read: last };
	await other.post('/webchat/seen', mark);
	assert.equal((await visitor.post('/webchat/seen', mark)).status, 202);
	await visitor.until(answer => answer.conversation.seen === last);
	await visitor.post('/webchat/seen', mark);
	assert.equal(rawOf(visitor).filter(({ k }) => k === 'seen').length, 1);
	assert.equal(rawOf(other).filter(({ k }) => k === 'seen').length, 0);
});

test('who leaves ends the conversation, and may begin another with the same token', async () => {
	const visitor = await Visitor.start();
	const first = await conversationOf(visitor);
	await visitor.post('/webchat/leave', { once: once() });
	await visitor.until(answer => answer.conversation.state === 'closed');
	const again = await visitor.post('/webchat/start', { key: 'demo', once: once() });
	assert.deepEqual(again.json, { token: visitor.token });
	const next = await visitor.until(answer => answer.conversation.state === 'bot' && answer.conversation);
	assert.notEqual(next.id, first.id);
});

test('a code moves the chat to another window once, and not after a minute', async () => {
	const visitor = await Visitor.start();
	const { code } = (await visitor.post('/webchat/popout', {})).json;
	assert.doesNotMatch(code, new RegExp(visitor.token));
	assert.deepEqual((await Visitor.post('/webchat/popin', { code })).json, { token: visitor.token });
	assert.equal((await Visitor.post('/webchat/popin', { code })).status, 404);
	const late = (await visitor.post('/webchat/popout', {})).json.code;
	sql(`UPDATE visitor SET popout_expires_at = now() - interval '1 second' WHERE visitor_id = ${visitor.id}`);
	assert.equal((await Visitor.post('/webchat/popin', { code: late })).status, 404);
	assert.equal((await Visitor.post('/webchat/popin', { code: 'zzz' })).status, 404);
	assert.equal((await Visitor.post('/webchat/popin', {})).status, 422);
});

const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n');
const fileOf = visitor => visitor.until(answer => answer.messages.find(message => message.file));

test('a file comes back with its bytes and its name', async () => {
	const visitor = await Visitor.start();
	assert.equal((await visitor.upload(PDF, 'boleta ñandú "1".pdf')).status, 202);
	const { file } = await fileOf(visitor);
	assert.deepEqual([file.name, file.type, file.size, file.inline], ['boleta ñandú "1".pdf', 'application/pdf', PDF.length, true]);
	const answer = await fetch(info.base_url + file.url);
	assert.equal(answer.headers.get('content-type'), 'application/pdf');
	assert.match(answer.headers.get('content-disposition'), /^inline; .*filename\*=UTF-8''boleta%20%C3%B1and%C3%BA%20%221%22\.pdf/);
	assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
	assert.deepEqual(Buffer.from(await answer.arrayBuffer()), PDF);
	assert.match((await fetch(`${info.base_url}${file.url}&d=1`)).headers.get('content-disposition'), /^attachment/);
});

test('HTML and SVG only ever come back as downloads, whatever they are called', async () => {
	const cases = [
		['<!doctype html><html><body><script>alert(1)</script></body></html>', 'foto.jpg'],
		['<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'logo.svg'],
	];
	for (const [content, name] of cases) {
		const visitor = await Visitor.start();
		const sent = await visitor.upload(Buffer.from(content), name, 'image/jpeg');
		if (sent.status === 422) continue;
		assert.equal(sent.status, 202);
		const { file } = await fileOf(visitor);
		assert.equal(file.inline, false);
		const answer = await fetch(info.base_url + file.url);
		assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
		assert.match(answer.headers.get('content-disposition'), /^attachment/);
		assert.match(answer.headers.get('content-security-policy'), /sandbox/);
	}
});

test('a file that is empty, of a type not allowed or over 25 MB is refused', async () => {
	const visitor = await Visitor.start();
	const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0', 'latin1'), Buffer.alloc(200)]);
	for (const [content, name, status] of [[Buffer.alloc(0), 'a.pdf', 422], [elf, 'a.pdf', 422],
		[Buffer.concat([PDF, Buffer.alloc(25 * 1024 * 1024)]), 'a.pdf', 413], [Buffer.alloc(27 * 1024 * 1024), 'a.pdf', 413]]) {
		const answer = await visitor.upload(content, name);
		assert.equal(answer.status, status, `${content.length} bytes`);
		assert.ok(answer.json.error.message);
	}
	assert.deepEqual(rawOf(visitor).map(({ k }) => k), ['open']);
});

test('a name of a file leads nowhere and hides nothing', async () => {
	for (const [name, kept] of [['../../etc/passwd', 'passwd'], ['..', 'archivo'], ['\u202efdp.exe', 'fdp.exe']]) {
		const visitor = await Visitor.start();
		assert.equal((await visitor.upload(PDF, name)).status, 202);
		assert.equal((await fileOf(visitor)).file.name, kept);
	}
});

test('a file is only had by a link that we signed, while it is young', async () => {
	const visitor = await Visitor.start();
	await visitor.upload(PDF, 'a.pdf');
	const { file } = await fileOf(visitor);
	const url = new URL(info.base_url + file.url);
	const expires = Number(url.searchParams.get('e')), left = expires - Date.now() / 1000;
	assert.ok(left > 14 * 60 && left <= 30 * 60);
	const ask = change => { const other = new URL(url); change(other); return fetch(other).then(({ status }) => status); };
	assert.equal(await ask(() => {}), 200);
	assert.equal(await ask(other => { other.pathname = other.pathname.replace(/\d+$/, n => Number(n) - 1); }), 404);
	assert.equal(await ask(other => other.searchParams.set('e', expires + 900)), 404);
	assert.equal(await ask(other => other.searchParams.set('e', 1)), 404);
	assert.equal(await ask(other => other.searchParams.set('s', 'a'.repeat(43))), 404);
	assert.equal(await ask(other => other.searchParams.delete('s')), 404);
});

test('a file id that a client sends is not a file', async () => {
	const owner = await Visitor.start(), thief = await Visitor.start();
	await owner.upload(PDF, 'a.pdf');
	const [[id]] = sql('SELECT max(file_id) FROM file');
	const answer = await thief.form('/webchat/files', { once: once(), file_id: id, f: id, file: id });
	assert.equal(answer.status, 422);
	assert.equal((await thief.post('/webchat/messages', { once: once(), text: 'a', f: Number(id), file_id: Number(id), k: 'file' })).status, 202);
	assert.deepEqual(rawOf(thief).map(({ k, f }) => [k, f]), [['open', undefined], ['text', undefined]]);
});

test('files have a limit an hour', async () => {
	const key = channel({ files_per_hour: 1 });
	const visitor = await Visitor.start({ key });
	assert.equal((await visitor.upload(PDF, 'a.pdf')).status, 202);
	await fileOf(visitor);
	const answer = await visitor.upload(PDF, 'b.pdf');
	assert.equal(answer.status, 429);
	assert.match(answer.json.error.message, /muchos archivos/);
});

test('the frame may stand in the channel\'s sites only', async () => {
	const key = channel({ origins: ['https://sitio.example', 'http://local.example:*', "https://x; script-src 'unsafe-inline'", 'javascript://y'] });
	const answer = await fetch(`${info.base_url}/webchat/frame?key=${key}`);
	const policy = answer.headers.get('content-security-policy');
	assert.match(policy, /frame-ancestors 'self' https:\/\/sitio\.example http:\/\/local\.example:\*$/);
	assert.doesNotMatch(policy, /unsafe-inline|javascript/);
	assert.equal(answer.headers.get('set-cookie'), null);
});

test('only the channel\'s sites may read what the loader needs', async () => {
	const key = channel({ origins: ['https://sitio.example', 'http://local.example:*'], title: 'Agencia', color: 'red;x' });
	const ask = origin => fetch(`${info.base_url}/webchat/config?key=${key}`, { headers: { origin } });
	for (const origin of ['https://sitio.example', 'http://local.example:8080'])
		assert.equal((await ask(origin)).headers.get('access-control-allow-origin'), origin);
	for (const origin of ['https://sitio.example.evil', 'http://sitio.example', 'http://local.example:80x', 'http://local.example.evil:80', 'null'])
		assert.equal((await ask(origin)).headers.get('access-control-allow-origin'), null, origin);
	const { title, color } = await (await ask('https://sitio.example')).json();
	assert.deepEqual([title, color], ['Agencia', '#1d56c9']);
});

test('the frame knows its page only when it is one of the channel\'s sites', async () => {
	const key = channel({ origins: ['https://sitio.example'] });
	const page = origin => fetch(`${info.base_url}/webchat/frame?key=${key}&o=${encodeURIComponent(origin)}`).then(answer => answer.text());
	assert.match(await page('https://sitio.example'), /data-parent="https:\/\/sitio\.example"/);
	assert.match(await page('https://evil.example'), /data-parent=""/);
	assert.match(await page('"><script>'), /data-parent=""/);
});

test('outside its hours the chat says so', async () => {
	const key = channel({});
	const open = async () => (await (await fetch(`${info.base_url}/webchat/config?key=${key}`)).json()).open;
	assert.equal(await open(), true);
	sql(`UPDATE hours_rule SET closes_on = 0 WHERE channel_id = (SELECT channel_id FROM channel WHERE key = '${key}')`);
	sql(`INSERT INTO hours_span (channel_id, weekday, from_minute, to_minute)
		SELECT channel_id, extract(dow FROM now() AT TIME ZONE 'America/Argentina/Buenos_Aires' + interval '2 days'), 0, 1440
		FROM channel WHERE key = '${key}'`);
	assert.equal(await open(), false);
	sql(`INSERT INTO hours_span (channel_id, weekday, from_minute, to_minute)
		SELECT channel_id, extract(dow FROM now() AT TIME ZONE 'America/Argentina/Buenos_Aires'), 0, 1440
		FROM channel WHERE key = '${key}'`);
	assert.equal(await open(), true);
});
