// What people and scripts meet while a part is away, and that it is over as soon as the part is back.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { childrenOf, insisting, kill, processesOf, whole } from '../support/faults.mjs';
import { ownInstance, pidOf, postgres, sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { Listener, once, Visitor } from '../support/visitor.mjs';
import { until } from '../support/worker.mjs';

const JSON_ONLY = { Accept: 'application/json' }, FRAGMENT = { 'X-Fragment': '1' }, PAGE = { Accept: 'text/html' };

// "Volvemos enseguida" with the look of the house, or a code for scripts; and when to come again.
function assertUnavailable({ status, headers, text }, form, what) {
	assert.equal(status, 503, `${what}: ${text}`);
	assert.ok(Number(headers.get('retry-after')) > 0, `${what}: no Retry-After`);
	assert.match(headers.get('content-type'), form === 'page' ? /^text\/html/ : /^application\/json/, what);
	if (form === 'page') {
		assert.match(text, /<h1>Volvemos enseguida<\/h1>/, what);
		assert.match(text, /<main class="fault">/, what);
	} else {
		const { error } = JSON.parse(text);
		assert.equal(error.code, 'UNAVAILABLE', what);
		assert.match(error.message, / /, what);
	}
}

const read = async answer => answer && { status: answer.status, headers: answer.headers, text: await answer.text() };

// Somebody who asks for one thing all the time; tells of each answer and when it came. breaksOff: one that stops in its
// middle is an answer of status 0.
async function keepAsking(what, ask, signal, { breaksOff = false } = {}) {
	const answers = [];
	while (!signal.aborted) {
		const answer = await ask(signal).then(read).catch(error =>
			(breaksOff && error.message === 'terminated' ? { status: 0 } : assert.ok(signal.aborted, error)));
		if (signal.aborted) break;
		assert.ok(answer, `${what}: no answer at all`);
		answers.push({ ...answer, at: performance.now() });
		await pause(15);
	}
	return answers;
}

// What is there to ask for, each with the form of its refusal; alive: it needs no database.
function everything({ instance, operator, supervisor, visitor, id }) {
	const url = path => instance.base_url + path;
	const as = person => ({ redirect: 'manual', headers: { Cookie: `sid=${person.cookies.sid}` } });
	const of = (person, path, headers) => signal =>
		whole(url(path), { ...as(person), signal, headers: { ...as(person).headers, ...headers } });
	const form = (path, fields) => signal => whole(url(path), { ...as(operator), signal, method: 'POST',
		headers: { ...as(operator).headers, ...JSON_ONLY }, body: new URLSearchParams({ csrf: operator.csrf, ...fields() }) });
	const visitors = path => signal => whole(url(path), { signal, headers: { 'X-Visitor-Token': visitor.token } });
	return [
		{ what: 'the log-in page', alive: true, ask: signal => whole(url('/login'), { signal }) },
		{ what: 'the desk', form: 'page', ask: of(operator, '/desk', PAGE) },
		{ what: 'a conversation', form: 'page', ask: of(operator, `/desk/${id}`, PAGE) },
		{ what: 'closing it', form: 'page', ask: of(operator, `/desk/${id}/close`, PAGE) },
		{ what: 'the board', form: 'page', ask: of(supervisor, '/board', PAGE) },
		{ what: 'the list of the desk', form: 'json', ask: of(operator, '/desk/list', FRAGMENT) },
		{ what: 'a read mark', form: 'json', ask: form(`/desk/${id}/read`, () => ({ seq: 1 })) },
		{ what: 'typing', form: 'json', ask: form(`/desk/${id}/typing`, () => ({})) },
		{ what: 'the sound', form: 'json', ask: form('/sound', () => ({ on: '1' })) },
		{ what: "the chat's settings", form: 'json', ask: signal => whole(url(`/webchat/config?key=${instance.webchat_key}`), { signal }) },
		{ what: "the visitor's thread", form: 'json', ask: visitors('/webchat/messages') },
		{ what: 'a poll of the desk', form: 'json', ask: of(operator, '/live?v=shell,desk:0&c=', FRAGMENT) },
		{ what: 'a poll of the chat', form: 'json', ask: visitors('/live/visitor?since=0') },
	];
}

// The health of each program tells of the database, with 503 while it is away.
const HEALTH = ['/health', '/api/health', '/hooks/health', '/live/health'];

async function aWorld(instance) {
	const world = new World({ instance });
	const { staff, visitor, id } = await world.case();
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor' }).login, undefined, { instance });
	return { instance, world, operator: staff, supervisor, visitor, id };
}

// Lines of both sides, each again until it is acknowledged; gives what was, in order.
async function talk(people, signal) {
	const ask = insisting(people.repeats);
	const told = { contact: [], agent: [] };
	const visitor = new Visitor(people.visitor.token, { instance: people.instance, ask });
	const operator = Object.assign(new Staff({ instance: people.instance, ask }), { cookies: people.operator.cookies, csrf: people.operator.csrf });
	const visitors = async () => {
		for (let i = 0; !signal.aborted; i++) {
			assert.equal((await visitor.say(`Línea ${i}`)).status, 202);
			told.contact.push(`Línea ${i}`);
			await pause(5);
		}
	};
	const operators = async () => {
		for (let i = 0; !signal.aborted; i++) {
			const answer = await operator.post(`/desk/${people.id}/messages`, { text: `Respuesta ${i}`, once: once() });
			assert.equal(answer.status, 200, answer.text);
			told.agent.push(`Respuesta ${i}`);
			await pause(5);
		}
	};
	await Promise.all([visitors(), operators()]);
	return told;
}

const linesOf = ({ id, instance }, author, like) => sql(`SELECT body FROM message WHERE conversation_id = ${id} AND author = ${author}
	AND body LIKE '${like} %' ORDER BY seq`, { instance }).map(([body]) => body);

async function restartUnderLoad(t, instance, mode) {
	const people = Object.assign(await aWorld(instance), { repeats: new Map() });
	const kinds = everything(people);
	const stop = new AbortController();
	const talking = talk(people, stop.signal);
	const asking = kinds.map(({ what, ask }) => keepAsking(what, ask, stop.signal));
	const probing = HEALTH.map(path => keepAsking(path, signal => whole(instance.base_url + path, { signal, headers: JSON_ONLY }), stop.signal));
	const all = Promise.all([talking, Promise.all(asking), Promise.all(probing)]);
	await Promise.race([pause(1000), all]);
	await Promise.race([postgres(instance, 'restart', mode), all]);
	const back = performance.now();
	await Promise.race([pause(5500), all]);
	stop.abort();
	const [told, answers, probes] = await all;

	let refused = 0;
	for (const [i, { what, form, alive }] of kinds.entries()) {
		const wrong = answers[i].filter(({ status }) => ![200, 202, 204].includes(status));
		for (const answer of wrong) assertUnavailable(answer, form, what);
		assert.ok(!alive || !wrong.length, `${what} needs no database`);
		refused += wrong.length;
		const last = Math.max(0, ...wrong.map(({ at }) => at));
		assert.ok(last < back + 5000, `${what} was back ${Math.round(last - back)} ms after PostgreSQL`);
		assert.ok(answers[i].some(({ status, at }) => status < 300 && at > Math.max(back, last)), `${what} is back`);
	}
	for (const [i, path] of HEALTH.entries()) {
		for (const { status, headers, text } of probes[i]) {
			assert.ok([200, 503].includes(status), `${path}: ${status}`);
			assert.match(headers.get('content-type'), /^application\/json/, path);
			JSON.parse(text);
		}
		assert.equal(probes[i].at(-1).status, 200, `${path}: ${probes[i].at(-1).text}`);
	}
	t.diagnostic(`${refused} of ${answers.flat().length} answers were 503; lines asked again: ${[...people.repeats.values()].join(', ')}`);
	assert.ok(refused > 0, 'the load felt the restart');
	await until(() => sql('SELECT count(*) FROM inbound_queue', { instance })[0][0] === '0', 'nothing waits any more');
	assert.deepEqual(linesOf(people, 1, 'Línea'), told.contact, 'what was acknowledged is stored once, in order');
	assert.deepEqual(linesOf(people, 3, 'Respuesta'), told.agent, 'what was acknowledged is stored once, in order');
	assert.deepEqual(sql('SELECT * FROM inbound_poison', { instance }), []);
}

// A program that dies amid its answer, whatever the program: 100 of 1,000 bytes, and gone.
function breaksOff(socket) {
	const text = `Content-Type: text/plain\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(100)}`;
	return createServer(peer => {
		peer.on('error', () => {});
		peer.once('data', () => peer.end(Buffer.concat([Buffer.from([1, 6, 0, 1, 0, text.length, 0, 0]), Buffer.from(text)])));
	}).listen(socket);
}

async function killProgram(instance, name) {
	const pid = pidOf(instance, name);
	const all = [pid, ...processesOf(instance, name)];
	kill(-pid);
	await until(() => all.every(one => !kill(one, 0)), `${name} is gone`);
}

test('outages', async t => {
	const instance = ownInstance(t, 'test-outage');
	await until(async () => (await whole(`${instance.base_url}/health`)).status === 200, 'the workers are at work');

	for (const mode of ['fast', 'immediate']) {
		await t.test(`PostgreSQL restarts under load (${mode}): 503 in good form, and all is back by itself within five seconds`,
			part => restartUnderLoad(part, instance, mode));
	}

	await t.test('nginx is reloaded twenty times under 200 held polls: nothing is missed, nothing comes twice', async () => {
		const world = new World({ instance });
		const repeats = new Map();
		const options = { instance, ask: insisting(repeats) };
		const listeners = await Promise.all(Array.from({ length: 200 }, async () =>
			new Listener(await Visitor.start({ key: world.name }, options))));
		const lines = ['uno', 'dos', 'tres'];
		const talking = listeners.map(async (listener, i) => {
			for (const line of lines) {
				await Promise.all([listener.hears(line), (async () => {
					await pause((i * 37) % 900);
					assert.equal((await listener.visitor.say(line)).status, 202);
				})()]);
			}
		});
		const all = Promise.all(talking);
		for (let i = 0; i < 20; i++) {
			kill(pidOf(instance, 'nginx'), 'SIGHUP');
			await Promise.race([pause(120), all]);
		}
		await all;
		for (const { heard } of listeners) {
			assert.deepEqual(heard.filter(({ author }) => author === 'contact').map(({ text }) => text), lines);
			assert.deepEqual(heard.map(({ seq }) => seq), [...new Set(heard.map(({ seq }) => seq))].sort((a, b) => a - b));
		}
		assert.deepEqual([...repeats.keys()].filter(what => !what.endsWith(' unanswered')), [], 'only connections at rest are closed');
		await until(() => childrenOf(pidOf(instance, 'nginx')).length === 2, 'the old workers have left', { seconds: 30 });
	});

	await t.test('a process that crashes in a request takes no other with it, and stands again within a second', async () => {
		const { operator, id } = await aWorld(instance);
		const stop = new AbortController();
		const asking = Promise.all(Array.from({ length: 8 }, () => keepAsking('a conversation', () => operator.raw(`/desk/${id}`), stop.signal, { breaksOff: true })));
		await Promise.race([pause(300), asking]);
		const [pid, ...others] = processesOf(instance, 'staff');
		kill(pid, 'SIGABRT');
		const began = performance.now();
		await until(() => processesOf(instance, 'staff').length === 4 && !processesOf(instance, 'staff').includes(pid), 'it is replaced');
		assert.ok(performance.now() - began < 1000, `${performance.now() - began} ms`);
		await Promise.race([pause(300), asking]);
		stop.abort();
		const wrong = (await asking).flat().filter(({ status }) => status !== 200);
		assert.ok(wrong.length <= 1, `${wrong.length} requests failed`);
		for (const answer of wrong.filter(({ status }) => status)) assertUnavailable(answer, 'page', 'the request it was in');
		for (const other of others) assert.ok(processesOf(instance, 'staff').includes(other), 'the others go on');
	});

	const tmpfs = process.getuid() === 0 && spawnSync('mountpoint', ['-q', '/proc']).status === 0;
	await t.test('with the disk of the files full an upload is refused, and works as soon as there is room', { skip: !tmpfs && 'needs root' }, async part => {
		const files = `${instance.state}/files`;
		const { operator, id } = await aWorld(instance);
		const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', files]);
		assert.equal(mounted.status, 0, String(mounted.stderr));
		part.after(() => spawnSync('umount', [files]));
		const content = Buffer.from('línea del archivo\n'.repeat(200000));
		const send = () => operator.upload(`/desk/${id}/files`, {}, [{ name: 'nota.txt', content }]);
		const stored = () => readdirSync(files, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
		const refused = await send();
		assertUnavailable(refused, 'json', 'the upload');
		assert.deepEqual(stored(), [], 'nothing half written stays');
		assert.deepEqual(sql(`SELECT count(*) FROM attachment WHERE conversation_id = ${id}`, { instance }), [['0']]);
		assert.equal(spawnSync('mount', ['-o', 'remount,size=20m', files]).status, 0);
		const taken = await send();
		assert.equal(taken.status, 200, taken.text);
		assert.equal(stored().length, 1);
	});

	await t.test('an answer that breaks off is seen as broken at once', async part => {
		const socket = `${instance.state}/run/api.sock`;
		renameSync(socket, `${socket}.kept`);
		const broken = breaksOff(socket);
		part.after(() => {
			broken.close();
			renameSync(`${socket}.kept`, socket);
		});
		const answer = await fetch(`${instance.base_url}/api/health`);
		assert.equal(answer.headers.get('content-length'), '1000');
		await assert.rejects(Promise.race([answer.text(), pause(2000, 'still waiting')]));
	});

	await t.test('while the programs are away nginx answers pages and scripts in their form', async () => {
		const people = await aWorld(instance);
		for (const name of ['staff', 'slow', 'webchat', 'api', 'hooks']) await killProgram(instance, name);
		const url = path => instance.base_url + path;
		const ask = (path, options) => whole(url(path), options).then(read);
		for (const [path, options] of [['/desk', {}], ['/login', {}], ['/', { headers: PAGE }], ['/health', { headers: PAGE }],
			['/login', { method: 'POST', body: new URLSearchParams({ login: 'x', password: 'y' }) }]]) {
			assertUnavailable(await ask(path, options), 'page', path);
		}
		const scripts = [['/desk/list', { headers: FRAGMENT }], ['/sound', { method: 'POST', headers: JSON_ONLY, body: 'on=1' }],
			[`/desk/${people.id}/files`, { method: 'POST', headers: JSON_ONLY, body: 'x' }], ['/health', { headers: JSON_ONLY }],
			['/webchat/messages', {}], ['/webchat/files', { method: 'POST', body: 'x' }], ['/hooks/x', {}], ['/api/x', {}]];
		for (const [path, options] of scripts) assertUnavailable(await ask(path, options), 'json', path);
		const [desk, chat] = everything(people).filter(({ what }) => /^a poll/.test(what));
		assertUnavailable(await read(await desk.ask()), 'json', 'a poll that wakes up for a program that is away');
		assertUnavailable(await read(await chat.ask()), 'json', 'a poll that wakes up for a program that is away');
		await killProgram(instance, 'live');
		assertUnavailable(await read(await desk.ask()), 'json', desk.what);
		assertUnavailable(await read(await chat.ask()), 'json', chat.what);
		const { text } = await ask('/desk', {});
		const [, style] = /href="([^"]*\.css)"/.exec(text);
		assert.equal((await ask(style, {})).status, 200, 'the page has its look');
	});
});
