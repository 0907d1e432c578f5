// Whatever file comes in or goes out, a real clamd looks at it before anybody opens it; without clamd it waits.
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import test from 'node:test';
import { Clamd, clean, infected, setAddress, VIRUS_NAME } from '../support/clamd.mjs';
import { kill } from '../support/faults.mjs';
import { sql } from '../support/instance.mjs';
import { practice } from '../support/networks.mjs';
import { Staff, World } from '../support/staff.mjs';
import { hashOf } from '../support/visitor.mjs';
import { until } from '../support/worker.mjs';

const HELD = new RegExp(`Archivo retenido: tiene un virus \\(${VIRUS_NAME}\\)`);
const WAITS = /Se está revisando/;
const MB = 1024 * 1024;
const large = megabytes => clean() + 'y otra línea\n'.repeat(megabytes * MB / 14);

test('the antivirus', { timeout: 240000 }, async t => {
	const { instance, phones } = practice(t, 'test-scan');
	const world = new World({ instance });
	const rows = text => sql(text, { instance });
	const clamd = new Clamd(t, { streamMax: '6M' });
	await clamd.start();
	clamd.use(instance);
	const password = instance.users[0].password;
	const admin = await Staff.logIn('admin', password, { instance });

	const stateOf = content => rows(`SELECT scan_state FROM file WHERE sha256 = '\\x${hashOf(content)}'`)[0]?.[0];
	const becomes = (content, state, what) => until(() => stateOf(content) === state, what);
	// A case, and what its two sides see of a file that the taxpayer sent.
	async function attended() {
		const it = await world.case();
		const file = name => it.visitor.until(({ messages }) => messages.find(one => one.file?.name === name)?.file);
		const page = async () => (await it.staff.page(`/desk/${it.id}`)).text;
		const attachment = name => rows(`SELECT attachment_id FROM attachment WHERE conversation_id = ${it.id} AND name = '${name}'`)[0][0];
		return { ...it, file, page, opens: async name => (await it.staff.raw(`/files/${attachment(name)}`)).status };
	}
	const notices = (key, fits = 'true') => rows(`SELECT count(*) FROM notice n JOIN app_user u USING (user_id) WHERE u.login = 'admin' AND n.key = '${key}' AND ${fits}`)[0][0];
	// The worker has the file open: it is being looked at.
	const workerPid = () => Number(rows("SELECT pid FROM worker WHERE command = 'scan'")[0][0]);
	const underWay = content => until(() => {
		const pid = workerPid();
		try {
			return readdirSync(`/proc/${pid}/fd`).some(fd => {
				try { return readlinkSync(`/proc/${pid}/fd/${fd}`).endsWith(hashOf(content)); } catch { return false; }
			}) && pid;
		} catch { return 0; }
	}, 'the file is being looked at');

	await t.test('what a taxpayer sends is opened once it is clean; a virus is kept from everybody, and their words are not', async () => {
		const it = await attended(), bad = infected(), good = clean();
		await it.visitor.say('Va la boleta');
		assert.equal((await it.visitor.upload(bad, 'mala.txt')).status, 202);
		await it.visitor.upload(good, 'buena.txt');
		await becomes(bad, '3', 'the virus is found');
		await becomes(good, '2', 'the other is clean');
		await until(async () => HELD.test(await it.page()) && (await it.page()).includes('buena.txt'), 'the desk shows both');
		const html = await it.page();
		assert.ok(!WAITS.test(html));
		assert.match(html, /Va la boleta/);
		assert.equal(await it.opens('mala.txt'), 404);
		assert.equal(await it.opens('buena.txt'), 200);
		const held = await it.file('mala.txt'), free = await it.file('buena.txt');
		assert.equal(held.virus, VIRUS_NAME);
		assert.equal(held.url, undefined);
		assert.equal((await it.visitor.raw('GET', free.url)).status, 200);
		const id = rows(`SELECT attachment_id FROM attachment WHERE name = 'mala.txt'`)[0][0];
		const borrowed = free.url.replace(/files\/\d+/, `files/${id}`);
		assert.equal((await it.visitor.raw('GET', borrowed)).status, 404);
	});

	await t.test('administrators are told once, with the conversation, and it is on record', async () => {
		await until(() => notices('virus') === '1', 'the notice');
		const [[words, conversation]] = rows("SELECT words, conversation_id FROM notice WHERE key = 'virus' LIMIT 1");
		assert.equal(words, `mala.txt (${VIRUS_NAME})`);
		const [[action, about, after]] = rows("SELECT action, conversation_id, after->>'virus' FROM audit WHERE action LIKE 'antivirus.%'");
		assert.deepEqual([action, about, after], ['antivirus.found', conversation, VIRUS_NAME]);
		assert.match((await admin.page('/notices')).text, /tiene un virus\. Quedó retenido y nadie lo puede abrir: mala\.txt/);
	});

	await t.test('the same by a network', async () => {
		const ana = await phones.person({ name: 'Ana Red', number: '5492215550177' }), bad = infected('pdf');
		await ana.act('whatsapp', 'text', { text: 'Hola' });
		await ana.act('whatsapp', 'file', { data: Buffer.from(bad).toString('base64'), name: 'deuda.pdf', type: 'application/pdf' });
		await becomes(bad, '3', 'what came by WhatsApp is looked at');
		await until(() => notices('virus', "n.words LIKE 'deuda.pdf%'") === '1', 'they are told of it');
	});

	await t.test('a virus of an operator is refused beside the field and nobody gets it; a second try is not looked at again', async () => {
		const it = await attended(), bad = infected(), good = clean();
		for (let i = 0; i < 2; i++) {
			const { status, json } = await it.staff.upload(`/desk/${it.id}/files`, { text: 'Te paso esto' }, [{ name: 'a.txt', content: good }, { name: 'b.txt', content: bad }]);
			assert.equal(status, 422);
			assert.deepEqual([json.error.field, json.error.message], ['file', 'Ese archivo tiene un virus. No se mandó ni quedó al alcance de nadie.']);
		}
		assert.equal(rows(`SELECT count(*) FROM message WHERE conversation_id = ${it.id} AND body = 'Te paso esto'`)[0][0], '0');
		assert.equal((await it.staff.upload(`/desk/${it.id}/files`, { text: 'Te paso esto' }, [{ name: 'a.txt', content: good }])).status, 200);
		assert.ok((await it.file('a.txt')).url);
		await until(() => notices('virus_nowhere') === '1', 'administrators hear of it too');
	});

	await t.test('of two who send the same at once it is looked at once, for both', async () => {
		const one = await attended(), other = await attended(), bad = infected();
		await Promise.all([one, other].map(it => it.visitor.upload(bad, 'igual.txt')));
		for (const it of [one, other]) await it.visitor.until(({ messages }) => messages.some(({ file }) => file?.held === 'infected'));
		const verdicts = () => rows(`SELECT file_id, scanned_at FROM file WHERE sha256 = '\\x${hashOf(bad)}'`);
		const [first, ...more] = verdicts();
		assert.deepEqual(more, []);
		await one.visitor.upload(bad, 'otra.txt');
		assert.equal((await one.file('otra.txt')).held, 'infected', 'a third time it is known');
		assert.deepEqual(verdicts(), [first]);
	});

	await t.test('more than the antivirus takes is kept too, and refused to an operator', async () => {
		const it = await attended(), big = large(7);
		await it.visitor.upload(big, 'enorme.txt');
		await becomes(big, '4', 'it is found too large');
		await until(async () => /Archivo retenido: es más grande de lo que revisa el antivirus/.test(await it.page()), 'the desk says so');
		assert.equal(await it.opens('enorme.txt'), 404);
		const { json } = await it.staff.upload(`/desk/${it.id}/files`, {}, [{ name: 'enorme.txt', content: big }]);
		assert.match(json.error.message, /más grande de lo que revisa el antivirus/);
	});

	await t.test('clamd and the worker die in the middle: the file waits, and is looked at by who comes after them', async () => {
		const it = await attended(), first = large(5), second = large(5);
		clamd.signal('SIGSTOP');
		await it.visitor.upload(first, 'primera.txt');
		await underWay(first);
		clamd.kill();
		await clamd.start();
		await becomes(first, '2', 'the next clamd looks at it');
		clamd.signal('SIGSTOP');
		await it.visitor.upload(second, 'segunda.txt');
		kill(await underWay(second), 'SIGKILL');
		// As a shift leaves it that found nobody there.
		rows('UPDATE scan_health SET down_since = now()');
		clamd.signal('SIGCONT');
		await becomes(second, '2', 'the next worker looks at it');
		await until(async () => await it.opens('segunda.txt') === 200, 'it is opened');
	});

	await t.test('while clamd hangs a taxpayer is not kept waiting, their file is not opened, and administrators are told', async () => {
		const it = await attended(), content = clean();
		clamd.signal('SIGSTOP');
		const began = Date.now();
		assert.equal((await it.visitor.upload(content, 'espera.txt')).status, 202);
		assert.ok(Date.now() - began < 4000, 'the upload waits for nobody');
		await until(async () => WAITS.test(await it.page()), 'the desk says that it waits');
		assert.equal((await it.file('espera.txt')).held, 'waiting');
		assert.equal(await it.opens('espera.txt'), 404);
		await until(() => notices('scan_down') === '1', 'administrators are told', { seconds: 60 });
		rows("UPDATE scan_health SET down_since = down_since - interval '1 minute'");
		const health = await fetch(`${instance.base_url}/health`, { headers: { Accept: 'text/html' } });
		assert.equal(health.status, 503);
		assert.match(await health.text(), /Antivirus.*· no contesta; archivos que esperan sin poder abrirse: \d/);
		const refused = await it.staff.upload(`/desk/${it.id}/files`, {}, [{ name: 'otra.txt', content: clean() }]);
		assert.equal(refused.status, 422);
		assert.match(refused.json.error.message, /El antivirus todavía no contestó/);
		// The taxpayer's own page has it, and hears that it may be opened.
		const { cursor, messages } = (await it.visitor.get('/webchat/messages')).json;
		const held = it.visitor.get(`/live/visitor?c=${encodeURIComponent(cursor)}&since=${messages.at(-1).seq}&k=${it.id}`);
		clamd.signal('SIGCONT');
		assert.ok((await held).json.messages.find(one => one.file?.name === 'espera.txt').file.url);
		await becomes(content, '2', 'it is looked at as soon as clamd goes on');
		await until(async () => !WAITS.test(await it.page()), 'the desk shows it');
		assert.equal(await it.opens('espera.txt'), 200);
		await until(() => notices('scan_works') === '1', 'administrators hear that it works');
	});

	await t.test('"Probar" tells an antivirus that works from one that is not there; without one nothing waits any more', async () => {
		const it = await attended(), content = clean();
		const asked = async () => (await admin.form('/admin/settings/antivirus', {})).text;
		assert.match(await asked(), /Contesta y reconoció el archivo de prueba/);
		clamd.kill();
		assert.match(await asked(), /No contesta\. Fijate que clamd esté andando/);
		await it.visitor.upload(content, 'suelta.txt');
		assert.equal((await it.file('suelta.txt')).held, 'waiting');
		setAddress(instance, '');
		await until(async () => await it.opens('suelta.txt') === 200, 'it is like what came before');
		assert.match(await asked(), /Primero guardá dónde está\./);
	});
});
