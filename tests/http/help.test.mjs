// The manual on screen, and finding a screen or a setting by its words.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test, { before } from 'node:test';
import { Admin, decode } from '../support/admin.mjs';
import { root, sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';

const world = new World();
let admin, operator;
before(async () => {
	admin = await Admin.logIn();
	operator = await Staff.logIn(world.person().login);
});
const sections = [...readFileSync(`${root}cgi-bin/staff/admin_sections.def`, 'utf8').matchAll(/^ADMIN_SECTION\("(\w+)"/gm)].map(([, key]) => key);
const files = readdirSync(`${root}docs/manual`, { recursive: true }).map(String).filter(file => file.endsWith('.md'));
const helpOf = async (staff, path) => /<a class="ib" href="(\/help[^"]*)"/.exec((await staff.page(path)).text)?.[1];

test('every page of the manual is a page of the help, as HTML with its title', async () => {
	for (const file of files) {
		const { status, text } = await admin.page(`/help/${file.slice(0, -3).replace('/', '.')}`);
		assert.equal(status, 200, file);
		const title = /^# (.*)$/m.exec(readFileSync(`${root}docs/manual/${file}`, 'utf8'))[1];
		assert.ok(decode(text).includes(`<h2>${title}</h2>`), file);
		assert.doesNotMatch(text, /<h1>[^<]*<\/h1>[\s\S]*<h1>/, file);
	}
});

test('each section of the administration has its page, and its screen leads there', async () => {
	for (const key of sections) {
		assert.ok(existsSync(`${root}docs/manual/administrador/${key}.md`), `docs/manual/administrador/${key}.md`);
		assert.equal(await helpOf(admin, `/admin/${key}`), `/help/administrador.${key}`);
	}
});

test('each screen leads to the page about it; one without a page, to the list', async () => {
	const supervisor = world.person({ role: 'supervisor' });
	const { staff, id } = await world.case({ taxpayer: { name: 'Graciela Benítez' } });
	const [[contact]] = sql(`SELECT contact_id FROM conversation WHERE conversation_id = ${id}`);
	const led = { '/desk': 'operador.lista', [`/desk/${id}`]: 'operador.conversacion', [`/desk/${id}/close`]: 'operador.cerrar',
		[`/desk/${id}/transfer`]: 'operador.derivar', [`/desk/${id}/transcript`]: 'descargar', [`/contacts/${contact}`]: 'operador.contacto',
		'/canned': 'operador.predefinidas', '/chat': 'chat', '/notices': 'avisos', '/downloads': 'descargar' };
	for (const [path, page] of Object.entries(led)) assert.equal(await helpOf(staff, path), `/help/${page}`, path);
	const boss = await Staff.logIn(supervisor.login);
	const supervised = { '/board': 'supervisor.tablero', '/board/agents': 'supervisor.operadores', [`/board/assign?id=${id}`]: 'supervisor.asignar',
		[`/board/case/${id}/close`]: 'supervisor.asignar', [`/desk/${id}`]: 'supervisor.intervenir', [`/desk/${id}/assignments`]: 'supervisor.reglas',
		[`/contacts/${contact}/block`]: 'supervisor.bloquear', [`/queues/${world.queue}/simulate`]: 'supervisor.reglas' };
	for (const [path, page] of Object.entries(supervised)) assert.equal(await helpOf(boss, path), `/help/${page}`, path);
	assert.equal(await helpOf(admin, '/help'), '/help');
});

test('every page that a screen leads to is there', () => {
	for (const [, page] of readFileSync(`${root}cgi-bin/staff/help_screens.def`, 'utf8').matchAll(/^HELP_SCREEN\(.*, "([^"]+)"\)$/gm))
		assert.ok(existsSync(`${root}docs/manual/${page.replace('.', '/')}.md`), page);
});

test('the list tells whom each page is for, and begins with where to begin', async () => {
	const { text } = await operator.page('/help');
	const groups = text.split('<section').slice(1).map(group => [/<h3>(.*?)<\/h3>/.exec(group)[1],
		[...group.matchAll(/href="\/help\/([a-z_.]+)"/g)].map(([, key]) => key)]);
	assert.deepEqual(groups.map(([title]) => title), ['Para quien atiende', 'Para quien supervisa', 'Para quien administra', 'Para todos']);
	for (const [at, room] of ['operador', 'supervisor', 'administrador', ''].entries()) {
		const [first, ...others] = groups[at][1];
		if (existsSync(`${root}docs/manual/${room}.md`)) assert.equal(first, room);
		assert.ok(others.length && others.every(key => (room ? key.startsWith(`${room}.`) : !key.includes('.'))), others.join());
	}
});

test('every link of every page leads somewhere, and every picture is there with its size', async () => {
	const known = new Map();
	const status = async path => {
		if (!known.has(path)) known.set(path, (await admin.page(path)).status);
		return known.get(path);
	};
	for (const file of files) {
		const { text } = await admin.page(`/help/${file.slice(0, -3).replace('/', '.')}`);
		const article = text.slice(text.indexOf('<article'), text.indexOf('</article>'));
		const written = readFileSync(`${root}docs/manual/${file}`, 'utf8');
		assert.equal(article.match(/<img /g)?.length ?? 0, written.match(/!\[/g)?.length ?? 0, `pictures of ${file}`);
		for (const [, href] of article.matchAll(/ href="([^"]*)"/g)) {
			if (/^https:/.test(href)) continue;
			assert.match(href, /^\//, `${href} in ${file}`);
			assert.equal(await status(href), 200, `${href} in ${file}`);
		}
		for (const [tag, src, alt, width, height] of article.matchAll(/<img src="([^"]*)" alt="([^"]*)" width="(\d+)" height="(\d+)" loading="lazy">/g)) {
			assert.ok(alt.length > 10, tag);
			const name = /^\/help\/img\/([a-z0-9-]+\.png)$/.exec(src)[1], bytes = readFileSync(`${root}docs/manual/img/${name}`);
			assert.deepEqual([Number(width), Number(height)], [bytes.readUInt32BE(16), bytes.readUInt32BE(20)], tag);
			assert.equal(await status(src), 200, tag);
		}
	}
});

test('a picture comes as what it is, to whoever is logged in', async () => {
	const answer = await operator.raw('/help/img/bandeja.png');
	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get('content-type'), 'image/png');
	assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
	assert.match(answer.headers.get('content-security-policy'), /sandbox/);
	assert.deepEqual(Buffer.from(await answer.arrayBuffer()), readFileSync(`${root}docs/manual/img/bandeja.png`));
	const nobody = await new Staff().page('/help/img/bandeja.png');
	assert.equal(nobody.status, 303);
});

test('nothing but a picture of the manual comes out as one', async () => {
	for (const name of ['no-hay.png', '..%2foperador.md', '..%2f..%2f..%2fREADME.md', '%2e%2e%2fdesk.png', '..%2f..%2fimg%2fdesk.png', '.png', 'bandeja',
		'bandeja.PNG', 'bandeja.png%00', 'bandeja.png%2f', 'a.b.png', `${'x'.repeat(300)}.png`]) {
		const { status, text } = await operator.page(`/help/img/${name}`);
		assert.ok([400, 404].includes(status), `${name}: ${status}`);
		assert.ok(!text.startsWith('\ufffdPNG'), name);
	}
});

test('pages are found by their title, without case and accents', async () => {
	const found = async q => [...(await admin.page(`/help?q=${encodeURIComponent(q)}`)).text.matchAll(/href="\/help\/([a-z_.]+)">/g)].map(([, key]) => key);
	assert.deepEqual(await found('DESCANSÓS'), ['operador.estados', 'administrador.breaks']);
	assert.ok((await found('')).length > 10);
	assert.deepEqual(await found('<script>'), []);
});

test('no address leads out of the manual', async () => {
	for (const key of ['..%2f..%2fREADME', 'administrador', 'administrador..', '.operador', 'operador.md', 'a.b.c',
		'administrador%2fbreaks', 'OPERADOR', 'x'.repeat(500)])
		assert.ok([400, 404].includes((await operator.page(`/help/${key}`)).status), key);
});

const find = async (staff, q) => {
	const { status, text } = await staff.page(`/admin/find?q=${encodeURIComponent(q)}`);
	assert.equal(status, 200);
	return [...text.matchAll(/<a class="b" href="([^"]*)"/g)].map(([, href]) => href);
};

test('a screen and a setting are found by their words', async () => {
	assert.deepEqual(await find(admin, 'almuerzo nada'), []);
	assert.ok((await find(admin, 'descansos')).includes('/admin/breaks'));
	assert.ok((await find(admin, 'sesion MINUTOS')).includes('/admin/settings#f-session.idle_min'));
	const both = await find(admin, 'licencias');
	assert.ok(both.includes('/admin/seats') && both.includes('/admin/settings#f-seat.count'), String(both));
	assert.deepEqual(await find(admin, ''), []);
	assert.match((await admin.page('/admin/find?q=%3Cb%3Enada')).text, /«&lt;b&gt;nada»/);
});

test('one finds only what one may open', async () => {
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	assert.deepEqual(await find(supervisor, 'licencias'), []);
	assert.equal((await operator.page('/admin/find?q=licencias')).status, 403);
});
