// The manual on screen, and finding a screen or a setting by its words.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test, { before } from 'node:test';
import { Admin, decode } from '../support/admin.mjs';
import { root } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';

const world = new World();
let admin, operator;
before(async () => {
	admin = await Admin.logIn();
	operator = await Staff.logIn(world.person().login);
});
const sections = [...readFileSync(`${root}cgi-bin/staff/admin_sections.def`, 'utf8').matchAll(/^ADMIN_SECTION\("(\w+)"/gm)].map(([, key]) => key);
const helpOf = async (staff, path) => /<a class="ib" href="(\/help[^"]*)"/.exec((await staff.page(path)).text)?.[1];

test('every page of the manual is a page of the help, as HTML with its title', async () => {
	const files = readdirSync(`${root}docs/manual`, { recursive: true }).map(String).filter(file => file.endsWith('.md'));
	for (const file of files.length ? files : ['operador.md']) {
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

test('the desk and the board lead to their manuals; a screen without a page to the list', async () => {
	assert.equal(await helpOf(operator, '/desk'), '/help/operador');
	assert.equal(await helpOf(admin, '/board'), '/help/supervisor');
	assert.equal(await helpOf(admin, '/help'), '/help');
});

test('pages are found by their title, without case and accents', async () => {
	const found = async q => [...(await admin.page(`/help?q=${encodeURIComponent(q)}`)).text.matchAll(/href="\/help\/([a-z_.]+)">/g)].map(([, key]) => key);
	assert.deepEqual(await found('DESCANSÓS'), ['administrador.breaks']);
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
