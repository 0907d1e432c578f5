// Whatever is killed, and whenever: five hundred conversations are held to their end, and everything
// that was said in them is there once and in its place.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { dev, root, sql } from '../support/instance.mjs';
import { chance, childrenOf, insisting, kill, processesOf } from '../support/faults.mjs';
import { Staff, World } from '../support/staff.mjs';
import { hashOf, Listener, once, Visitor } from '../support/visitor.mjs';
import { newCuit, quietInstance, until } from '../support/worker.mjs';

const CONVERSATIONS = 500, AT_ONCE = 40, OPERATORS = 6, LINES = 3, ROUNDS = 5;
const WRITERS = ['staff', 'webchat'], READERS = ['live', 'slow', 'hooks', 'api'];
const LANES = [...readFileSync(`${root}etc/cron/crontab.in`, 'utf8').matchAll(/^\*.* @WORKER@ (\w+ \d+)$/gm)].map(([, lane]) => lane);
const ENDINGS = ['bot', 'cierra', 'cierra', 'deja', 'sigue'];

const HELLO = 'Hola, soy el asistente.', MENU = '¿Qué necesitás?', ASK = 'Escribí tu CUIT.', INVALID = 'Ese CUIT no es correcto.';
const THANKS = 'Gracias.', HANDOFF = 'Te paso con una persona.', BYE = 'Que tengas un buen día.', FAREWELL = 'Gracias por comunicarte.';
const PERSON = { key: 'persona', label: 'Hablar con una persona' }, END = { key: 'fin', label: 'Terminar' };
const to = (...pairs) => pairs.map(([key, id, label = key]) => ({ key, label, to: id }));
const nodes = queue => [
	{ id: 'hola', type: 'message', config: { text: HELLO }, outputs: to(['next', 'menu']) },
	{ id: 'menu', type: 'menu', config: { text: MENU, retries: 2, invalid: 'No.' },
		outputs: to(['persona', 'cuit', PERSON.label], ['fin', 'chau', END.label], ['else', 'cuit']) },
	{ id: 'cuit', type: 'ask', config: { text: ASK, kind: 'cuit', variable: 'cuit', retries: 2, invalid: INVALID },
		outputs: to(['ok', 'tipifica'], ['fail', 'pasa']) },
	{ id: 'tipifica', type: 'typify', config: { typification: 'general.otra' }, outputs: to(['next', 'gracias']) },
	{ id: 'gracias', type: 'message', config: { text: THANKS }, outputs: to(['next', 'pasa']) },
	{ id: 'pasa', type: 'handoff', config: { queue, text: HANDOFF } },
	{ id: 'chau', type: 'close', config: { text: BYE } },
];

// Who chats; `said` is what was acknowledged.
class Taxpayer extends Listener {
	static async start(world, name, options) {
		const taxpayer = new Taxpayer(await Visitor.start({ key: world.name, name }, options));
		return Object.assign(taxpayer, { said: [] });
	}

	state(state) {
		return this.until(({ conversation }) => conversation?.state === state, `it ${state}`);
	}

	async act(text, asked) {
		const answer = await asked;
		assert.equal(answer.status, 202, JSON.stringify(answer.json));
		this.said.push(text);
	}

	say(text) {
		return this.act(text, this.visitor.say(text));
	}

	choose(option) {
		return this.act(option.label, this.visitor.choose(option));
	}
}

// A conversation from its beginning to its ending; gives the taxpayer and what the bot must have said.
async function converse(world, number, ending, options) {
	const taxpayer = await Taxpayer.start(world, `Persona ${number}`, options);
	const told = Object.assign(taxpayer, { ending, bot: [HELLO, MENU] });
	await taxpayer.until(({ heard }) => heard.some(message => message.options), 'the menu');
	if (ending === 'bot') {
		told.bot.push(BYE);
		await taxpayer.choose(END);
		await taxpayer.state('closed');
		return told;
	}
	told.bot.push(ASK, INVALID, ASK, THANKS, HANDOFF);
	await taxpayer.choose(PERSON);
	await taxpayer.hears(ASK);
	await taxpayer.say('20-12345678-9');
	await taxpayer.hears(INVALID);
	await taxpayer.say(newCuit());
	await taxpayer.hears(HANDOFF);
	for (let i = 1; i <= LINES; i++) await taxpayer.say(`Línea ${i} de ${number}`);
	await taxpayer.say(`Pido que se ${ending}`);
	await taxpayer.until(({ heard }) => heard.some(({ text }) => /^Listo/.test(text)), 'the second answer');
	if (ending === 'deja') assert.equal((await taxpayer.visitor.post('/webchat/leave', { once: once() })).status, 202);
	if (ending !== 'sigue') await taxpayer.state('closed');
	return told;
}

// An operator who answers each case twice, and closes it when the taxpayer asked for that. `answers`:
// what was acknowledged, by conversation.
class Operator {
	static async logIn(world, typification, options) {
		const operator = new Operator();
		operator.staff = await Staff.logIn(world.person().login, undefined, options);
		operator.cursor = /data-cursor="([^"]*)"/.exec((await operator.staff.page('/desk')).text)[1];
		return Object.assign(operator, { answers: new Map(), done: new Set(), typification });
	}

	async reply(id, text) {
		const answer = await this.staff.post(`/desk/${id}/messages`, { text, once: once() });
		assert.equal(answer.status, 200, answer.text);
		this.answers.set(id, [...this.answers.get(id) ?? [], text]);
	}

	async attend(id) {
		if (!this.answers.has(id)) await this.reply(id, `Te leo, caso ${id}`);
		const page = await this.staff.page(`/desk/${id}`);
		assert.equal(page.status, 200);
		const asked = /Pido que se (\w+)/.exec(page.text.slice(page.text.indexOf('id="m1"')));
		if (!asked) return;
		await this.reply(id, `Listo, caso ${id}`);
		this.done.add(id);
		if (asked[1] !== 'cierra') return;
		const answer = await this.staff.post(`/desk/${id}/close`, { typification: this.typification, once: once() });
		assert.equal(answer.status, 200, answer.text);
	}

	async look() {
		const list = await this.staff.page('/desk/list', { 'X-Fragment': '1' });
		assert.equal(list.status, 200);
		const [mine] = list.text.split('id="list-queue"');
		for (const [, id] of mine.matchAll(/id="case-(\d+)"/g)) {
			if (!this.done.has(id)) await this.attend(id);
		}
	}

	async work(signal) {
		while (!signal.aborted) {
			await this.look();
			const answer = await this.staff.raw(`/live?v=desk:0&c=${encodeURIComponent(this.cursor)}`,
				{ signal, headers: { 'X-Fragment': '1' } }).catch(error => assert.ok(signal.aborted, error));
			if (!answer) return;
			assert.ok([200, 204].includes(answer.status), `${answer.status}`);
			this.cursor = answer.headers.get('x-cursor') ?? this.cursor;
		}
	}
}

// All conversations, some at a time; gives the taxpayers.
async function converseAll(world, options) {
	const taxpayers = [];
	let next = 0;
	await Promise.all(Array.from({ length: AT_ONCE }, async () => {
		while (next < CONVERSATIONS) {
			const number = next++;
			taxpayers.push(await converse(world, number, ENDINGS[number % ENDINGS.length], options));
		}
	}));
	return taxpayers;
}

// One after the other, at random instants, until told to stop; a program with all its processes or
// one of them. The programs that write come between all others. In turn, so that a row is never met
// by two kills of its lane: that would be a row that kills its workers. Gives how often each was hit.
async function killInTurn(instance, workers, random, going) {
	const killed = new Map();
	const one = pids => pids[Math.floor(random() * pids.length)];
	const laneOf = name => [...workers.started].filter(({ command, lane }) => `${command} ${lane}` === name)
		.flatMap(({ child }) => [child.pid, ...childrenOf(child.pid)]);
	const turns = [...READERS, ...LANES].flatMap((name, i) => [name, WRITERS[i % WRITERS.length]]);
	for (let round = 0; going.now || round < ROUNDS; round++) {
		for (const name of turns) {
			await pause(random() * 120);
			const pids = LANES.includes(name) ? laneOf(name) : processesOf(instance, name);
			const chosen = LANES.includes(name) || random() < 0.5 ? [one(pids)] : pids;
			if (chosen.filter(pid => pid && kill(pid)).length) killed.set(name, (killed.get(name) ?? 0) + 1);
		}
	}
	return killed;
}

// What is stored of a world, by the hash of the visitor's token.
function stored(world) {
	const rows = sql(`SELECT encode(v.token_hash, 'hex'), c.conversation_id, c.state, c.seq,
			(SELECT json_agg(json_build_array(m.seq, m.author, m.kind, m.body, m.data->>'event') ORDER BY m.seq)
				FROM message m WHERE m.conversation_id = c.conversation_id),
			(SELECT count(*) FROM assignment a WHERE a.conversation_id = c.conversation_id),
			(SELECT coalesce(json_object_agg(action, times), '{}') FROM (SELECT action, count(*) AS times FROM audit u
				WHERE u.conversation_id = c.conversation_id GROUP BY action) t)
		FROM conversation c JOIN visitor v USING (visitor_id) WHERE c.channel_id = ${world.channel}`, world);
	const found = new Map();
	for (const [hash, id, state, seq, messages, assignments, audit] of rows) {
		assert.ok(!found.has(hash), `the visitor of conversation ${id} has another one`);
		found.set(hash, { id, state: Number(state), seq: Number(seq), messages: JSON.parse(messages),
			assignments: Number(assignments), audit: JSON.parse(audit) });
	}
	return found;
}

const CONTACT = 1, BOT = 2, AGENT = 3, EVENT = 4, CLOSED = 4, ACTIVE = 3;

// Everything that was acknowledged, once and in order, and nothing besides.
function assertKept(taxpayer, kept, answers) {
	const { messages } = kept;
	const by = author => messages.filter(([, who, kind]) => who === author && kind !== EVENT).map(([, , , body]) => body);
	const events = name => messages.filter(([, , kind, , event]) => kind === EVENT && event === name).length;
	const attended = taxpayer.ending !== 'bot';
	assert.deepEqual(messages.map(([seq]) => seq), messages.map((_, i) => i + 1), 'places without gap or repeat');
	assert.equal(kept.seq, messages.length);
	assert.deepEqual(by(CONTACT), taxpayer.said, 'what the taxpayer said');
	assert.deepEqual(by(BOT), taxpayer.bot, 'what the bot said');
	assert.deepEqual(by(AGENT).filter(text => text !== FAREWELL), answers, 'what the operator said');
	assert.equal(kept.assignments, attended ? 1 : 0, 'assignments');
	assert.equal(events('assigned'), attended ? 1 : 0, 'told once who attends');
	assert.equal(kept.state, taxpayer.ending === 'sigue' ? ACTIVE : CLOSED);
	assert.equal(events('closed'), taxpayer.ending === 'sigue' ? 0 : 1, 'told once that it is closed');
	assert.equal(messages.filter(([, , , body]) => body === FAREWELL).length, taxpayer.ending === 'cierra' ? 1 : 0, 'farewells');
	assert.equal(kept.audit['conversation.reply'] ?? 0, answers.length, 'replies on record');
	assert.equal(kept.audit['conversation.close'] ?? 0, taxpayer.ending === 'sigue' ? 0 : 1, 'closings on record');
}

test('kill -9 of each program and worker amid 500 conversations loses nothing and doubles nothing', async t => {
	const seed = Number(process.env.VENTANILLA_SEED ?? Date.now() % 1000000);
	t.diagnostic(`VENTANILLA_SEED=${seed}`);
	const { instance, workers } = await quietInstance(t, 'test-kill');
	for (const [command, lane] of LANES.map(name => name.split(' '))) workers.keep(t, command, Number(lane), 2);
	const world = new World({ instance, nodes, typificationRequired: true, farewell: FAREWELL });
	const [[typification]] = sql(`SELECT typification_id FROM typification WHERE key = 'general.otra'`, { instance });
	const repeats = new Map();
	const options = { instance, ask: insisting(repeats) };
	const operators = await Promise.all(Array.from({ length: OPERATORS }, () => Operator.logIn(world, typification, options)));

	const began = Date.now();
	const going = { now: true };
	const stop = new AbortController();
	const working = Promise.all(operators.map(operator => operator.work(stop.signal)));
	const killing = killInTurn(instance, workers, chance(seed), going);
	const taxpayers = await Promise.race([converseAll(world, options), working]);
	going.now = false;
	const killed = await killing;
	stop.abort();
	await working;
	t.diagnostic(`${CONVERSATIONS} conversations in ${Date.now() - began} ms`);
	t.diagnostic(`killed ${[...killed].map(([name, times]) => `${name}: ${times}`).join(', ')}`);
	t.diagnostic(`asked again ${[...repeats].map(([what, times]) => `${what}: ${times}`).join(', ')}`);

	for (const name of [...WRITERS, ...READERS, ...LANES]) assert.ok(killed.get(name) >= ROUNDS, `${name} was killed`);
	for (const path of [/^POST \/desk/, /^POST \/webchat/]) {
		assert.ok([...repeats.keys()].some(what => path.test(what)), `some ${path} were cut off`);
	}
	await until(() => sql('SELECT count(*) FROM inbound_queue', { instance })[0][0] === '0', 'nothing waits any more');
	assert.deepEqual(sql('SELECT * FROM inbound_poison', { instance }), []);
	const found = stored(world);
	assert.equal(found.size, taxpayers.length);
	const answers = new Map(operators.flatMap(operator => [...operator.answers]));
	for (const taxpayer of taxpayers) {
		const its = found.get(hashOf(taxpayer.visitor.token));
		assertKept(taxpayer, its, answers.get(its.id) ?? []);
	}
	const check = dev('ventanilla', '--state', instance.state, 'check');
	assert.equal(check.status, 0, check.output);
});
