// Tokens of lines: renewed before they end, once; told when they cannot be; never lost in silence.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { channelOf } from '../peers/channels.mjs';
import { root } from '../support/instance.mjs';
import { SENT, sending, UNKNOWN } from '../support/sending.mjs';
import { until } from '../support/worker.mjs';

const GOOD = '0', LOST = '2', REFUSED = '3';
const APPLICATION = { client_id: 'aplicacion:1', client_secret: 'se:creto' };

test('tokens of lines', async t => {
	const way = await sending(t, 'test-tokens', { networks: ['x', 'whatsapp'] });
	const { peer, workers, instance } = way;
	const line = () => peer.line('x');
	const column = (name, network = 'x') => way.sql(`SELECT h.${name} FROM channel_health h JOIN channel c USING (channel_id) WHERE c.key = 'practica-${network}'`)[0]?.[0];
	const becomes = (state, what, network) => until(() => column('token_state', network) === state, `${what} (${state})`, { seconds: 30, every: 50 });
	const secrets = () => Object.fromEntries(way.sql("SELECT s.name, s.value FROM channel_send_secret s JOIN channel c USING (channel_id) WHERE c.key = 'practica-x'"));
	const told = () => way.sql("SELECT DISTINCT key FROM notice WHERE read_at IS NULL AND subject LIKE 'line:%:token' ORDER BY 1").map(([key]) => key);
	const asked = () => way.calls('x', 'token').length;
	const soon = () => way.sql("UPDATE channel_health SET token_expires_at = now() + interval '10 minutes', token_state = 0");
	// As an administrator who authorised the account writes what X gave.
	const authorise = () => {
		Object.assign(line(), APPLICATION, { token: `acceso-${Date.now()}`, refresh_token: `renueva-${Date.now()}` });
		write({ token: line().token, refresh_token: line().refresh_token });
	};
	const write = given => {
		const channel = channelOf(line(), peer.url);
		channel.settings.client_id = APPLICATION.client_id;
		Object.assign(channel.secrets, { client_secret: APPLICATION.client_secret, ...given });
		const put = spawnSync('./dev', ['ventanilla', '--state', instance.state, 'channel-put'], { cwd: root, encoding: 'utf8', input: JSON.stringify(channel) });
		assert.equal(put.status, 0, put.stderr);
	};
	workers.keep(t, 'partition', 0, 2);

	await t.test('one that X gave with a refresh token is renewed at once, and both new ones are kept encrypted', async part => {
		authorise();
		const before = secrets();
		workers.keep(part, 'send', 0, 2);
		await until(() => column('token_expires_at'), 'its end is known', { seconds: 30 });
		assert.equal(asked(), 1);
		const after = secrets();
		assert.notEqual(after.token, before.token);
		assert.notEqual(after.refresh_token, before.refresh_token);
		assert.ok(!JSON.stringify(after).includes(line().token) && !JSON.stringify(after).includes(line().refresh_token));
		assert.equal(column("token_expires_at > now() + interval '115 minutes' AND token_state = 0"), 't');
		await way.become(way.queue('x', way.person(), 'con el token nuevo'), [SENT]);
	});

	await t.test('before its end it is renewed once, however many workers there are', async part => {
		soon();
		workers.keep(part, 'send', 0, 3);
		await until(() => column("token_expires_at > now() + interval '1 hour'") === 't', 'it is renewed', { seconds: 30 });
		assert.equal(asked(), 2);
		assert.deepEqual(told(), [], 'nobody is told of what goes well');
	});

	await t.test('X in trouble is asked again; a line that rested for its token goes on with the new one', async part => {
		line().token = 'otro';                          // X forgot it before its time
		workers.keep(part, 'send', 0, 1);
		const ids = way.queue('x', way.person(), 'espera');
		await until(() => way.health('x')?.[0] === 't', 'the line rests', { seconds: 30 });
		peer.fault({ network: 'x', operation: 'token', code: 503 });
		way.sql("UPDATE channel_health SET token_at = now() - interval '6 minutes'");
		await way.become(ids, [SENT], { hurried: true, seconds: 40 });
		assert.equal(column('told'), 'f');
		assert.deepEqual(told(), []);
	});

	await t.test('a worker killed between the answer and its note leaves the line marked, and told; nothing is tried blindly', async part => {
		const before = secrets(), calls = asked();
		peer.fault({ network: 'x', operation: 'token', kind: 'slow', ms: 2500 });
		workers.keep(part, 'send', 0, 2);
		soon();
		await until(() => peer.world.faults.length === 0, 'X was asked', { seconds: 30, every: 10 });
		process.kill(await workers.working('send', 0), 'SIGKILL');
		await becomes(LOST, 'the line is marked');
		assert.deepEqual(secrets(), before, 'the old ones stay');
		assert.deepEqual(told(), ['line_token_lost']);
		assert.deepEqual(way.sql("SELECT state FROM outbox WHERE kind = 'token' ORDER BY outbox_id DESC LIMIT 1"), [[UNKNOWN]]);
		await until(() => asked() > calls, 'X gave another one to nobody', { seconds: 30 });
		way.sql("UPDATE channel_health SET token_expires_at = now() + interval '10 minutes'");
		await new Promise(resolve => setTimeout(resolve, 2500));
		assert.equal(asked(), calls + 1);
	});

	await t.test('to renew it all the same is refused by X, which is told; what is written anew is taken at once', async part => {
		workers.keep(part, 'send', 0, 1);
		way.sql(`UPDATE channel_health SET token_state = ${GOOD}`);
		await becomes(REFUSED, 'X refuses what it took before');
		assert.match(column('token_error'), /Value passed for the token was invalid/);
		assert.deepEqual(told(), ['line_token_refused']);
		authorise();
		await until(() => column("token_expires_at > now() + interval '1 hour' AND token_state = 0") === 't', 'it is renewed', { seconds: 30 });
	});

	await t.test('an answer that breaks off leaves it marked too', async part => {
		peer.fault({ network: 'x', operation: 'token', kind: 'lost' });
		workers.keep(part, 'send', 0, 1);
		soon();
		await becomes(LOST, 'the line is marked');
		authorise();
		await until(() => column("token_expires_at > now() + interval '1 hour' AND token_state = 0") === 't', 'it is renewed', { seconds: 30 });
	});

	await t.test('what an administrator writes while it is being renewed stays', async part => {
		peer.fault({ network: 'x', operation: 'token', kind: 'slow', ms: 2500 });
		workers.keep(part, 'send', 0, 1);
		soon();
		await until(() => way.sql("SELECT 1 FROM outbox WHERE kind = 'token' AND state = 1").length, 'it is asked for', { seconds: 30, every: 20 });
		write({ token: 'acceso-escrito', refresh_token: 'renueva-escrito' });
		const written = secrets();
		await until(() => way.sql("SELECT 1 FROM outbox WHERE kind = 'token' AND state < 2").length === 0, 'the answer came', { seconds: 30 });
		assert.deepEqual(secrets(), written);
		await becomes(REFUSED, 'and what was written is what is tried');
	});

	await t.test('each exchange is on record, without people or secrets', async part => {
		workers.keep(part, 'send', 0, 1);
		const person = way.person(), to = person.ids.whatsapp ?? person.number;
		const [good] = way.queue('whatsapp', person, 'Me llamo Ana Ríos');
		await way.become([good], [SENT]);
		const rows = way.sql("SELECT c.key, e.kind, e.method, e.path, e.status, e.ms >= 0, e.outcome, e.sent, e.said FROM exchange e JOIN channel c USING (channel_id)");
		const sent = rows.find(([key, kind]) => key === 'practica-whatsapp' && kind === 'message');
		assert.deepEqual(sent.slice(2, 7), ['POST', '/v25.0/…2922/messages', '200', 't', '1']);
		assert.match(sent[7], /"type":"text"/);
		assert.ok(rows.some(([, kind, , , , , outcome]) => kind === 'token' && outcome === '4'), 'what was refused too');
		const all = JSON.stringify(rows);
		for (const secret of ['Ana Ríos', to, person.number, line().token, line().refresh_token, peer.line('whatsapp').token, APPLICATION.client_secret])
			assert.ok(!secret || !all.includes(secret), secret);
	});

	await t.test('Meta says until when a token of its holds, or that it holds no more', async part => {
		const whatsapp = peer.line('whatsapp');
		workers.keep(part, 'send', 0, 1);
		const again = () => way.sql("INSERT INTO channel_health (channel_id, last_in_at) SELECT channel_id, now() FROM channel WHERE key = 'practica-whatsapp' ON CONFLICT (channel_id) DO UPDATE SET last_in_at = now(), token_at = NULL, token_state = 0");
		again();
		await until(() => column("token_expires_at = 'infinity'", 'whatsapp') === 't', 'it never ends', { seconds: 30 });
		whatsapp.token_until = Math.floor(Date.now() / 1000) + 5 * 86400;
		again();
		await until(() => column("token_expires_at < now() + interval '6 days'", 'whatsapp') === 't', 'it ends', { seconds: 30 });
		await until(() => told().includes('line_token_7'), 'and is told', { seconds: 30 });
		peer.fault({ network: 'whatsapp', operation: 'token', code: 190, status: 401 });
		again();
		await becomes(REFUSED, 'it holds no more', 'whatsapp');
		assert.equal(way.health('whatsapp')[0], '', 'no message failed: the line does not rest');
	});
});
