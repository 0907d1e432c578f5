// Canned replies and stickers: what an administrator shares, what each keeps for themselves, and what the desk makes of them.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, decode, errorOf, fieldOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { PNG } from '../support/site.mjs';
import { Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const word = () => `a${once().slice(0, 10).toLowerCase().replace(/[^a-z0-9]/g, 'x')}`;
const picture = name => [{ name, content: PNG }];

// As the form sends it, with or without a file. base: '/admin/canned' or '/canned'.
async function send(staff, base, id, fields, files = [], revision = '') {
	return staff.upload(`${base}/${id}/files`, { once: once(), sent: '1', revision, queue: '0', ...fields }, files, {});
}
async function make(fields = {}, files, staff = admin, base = '/admin/canned') {
	const shortcut = word();
	const answer = await send(staff, base, 'new', { shortcut, body: 'Un texto', ...fields }, files);
	assert.equal(answer.status, 303, answer.text);
	return { shortcut, id: Number(sql(`SELECT canned_reply_id FROM canned_reply WHERE shortcut = '${shortcut}'`)[0][0]) };
}
const usedOf = one => Number(sql(`SELECT used_count FROM canned_reply WHERE canned_reply_id = ${one.id}`)[0][0]);
const repliesOf = async (staff, id) => decode((await staff.page(`/desk/${id}/replies`)).text);

test('what is shared is in the list and on record', async () => {
	const world = new World();
	const one = await make({ body: 'Hola, {{contacto.nombre}}.', queue: world.queue }, [{ name: 'guía.txt', content: 'Paso uno' }]);
	assert.match((await admin.page('/admin/canned')).text, new RegExp(`/${one.shortcut}<.*Hola, .*guía.txt.*Cola ${world.name}`, 's'));
	assert.deepEqual(history('canned', one.id), [{ actor: 'Administración', action: 'canned.save', before: null, after: { kind: 'text',
		shortcut: one.shortcut, body: 'Hola, {{contacto.nombre}}.', file: 'guía.txt', queue: `Cola ${world.name}`, person: null } }]);
});

test('what is wrong stands beside its field, and what was written is still there', async () => {
	const { shortcut } = await make();
	for (const [fields, files, field, text] of [
		[{ shortcut: '' }, [], 'shortcut', 'Completá este dato.'],
		[{ shortcut: 'dos palabras' }, [], 'shortcut', 'Tiene que ser una sola palabra, sin espacios ni barras.'],
		[{ shortcut: shortcut.toUpperCase() }, [], 'shortcut', 'Ya hay otro con ese dato.'],
		[{ body: '' }, [], 'body', 'Completá este dato.'],
		[{ body: 'Hola {{contacto.apodo}}' }, [], 'body', 'Hay una variable que no existe. Revisá lo que está entre llaves.'],
		[{ body: 'x'.repeat(4001) }, [], 'body', 'Es demasiado largo.'],
		[{ queue: '999999' }, [], 'queue', 'Hay un dato que no está bien. Revisalo y probá de nuevo.'],
		[{}, [{ name: 'virus.exe', content: Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0', 'latin1') }], 'file', 'Ese tipo de archivo no está permitido.'],
		[{ sticker: '1' }, [], 'file', 'Elegí un archivo.'],
		[{ sticker: '1' }, [{ name: 'nota.txt', content: 'texto' }], 'file', 'Un sticker es una imagen PNG, JPEG, GIF o WebP de hasta 1 MB.'],
		[{ sticker: '1' }, [{ name: 'enorme.png', content: Buffer.concat([PNG, Buffer.alloc(1024 * 1024)]) }], 'file', 'Un sticker es una imagen PNG, JPEG, GIF o WebP de hasta 1 MB.'],
	]) {
		const answer = await send(admin, '/admin/canned', 'new', { shortcut: word(), body: 'Queda', ...fields }, files);
		assert.equal(answer.status, 422, JSON.stringify(fields).slice(0, 80));
		assert.equal(errorOf(answer.text, field), text);
		if (!('body' in fields) && !fields.sticker) assert.equal(fieldOf(answer.text, 'body'), 'Queda');
	}
});

test('the desk offers what is shared with its queue, filled, and nobody else\'s own', async () => {
	const world = new World(), elsewhere = new World();
	const { id, staff, operator } = await world.case();
	const everywhere = await make({ body: 'Hola, {{contacto.nombre}}: {{cola.nombre}}, caso {{conversacion.numero}}. {{operador.nombre}}' });
	const here = await make({ queue: world.queue }), there = await make({ queue: elsewhere.queue });
	const own = await make({ body: 'Solo mío' }, [], staff, '/canned');
	const others = await make({}, [], await Staff.logIn('mlopez'), '/canned');
	const text = await repliesOf(staff, id);
	assert.ok(text.includes(`data-insert="Hola, Graciela Benítez: Cola ${world.name}, caso ${id}. Persona"`));
	for (const one of [everywhere, here, own]) assert.ok(text.includes(`>/${one.shortcut}<`));
	for (const one of [there, others]) assert.ok(!text.includes(`>/${one.shortcut}<`));
	assert.equal(sql(`SELECT user_id FROM canned_reply WHERE canned_reply_id = ${own.id}`)[0][0], String(operator.id));
	assert.deepEqual(history('canned', own.id)[0].after.person, operator.name);
});

test('one\'s own are seen, changed and removed by oneself alone', async () => {
	const world = new World(), [me, other] = [world.person(), world.person()];
	const staff = await Staff.logIn(me.login), stranger = await Staff.logIn(other.login);
	const own = await make({ body: 'Solo mío' }, picture('mía.png'), staff, '/canned'), common = await make();
	assert.match((await staff.page('/canned')).text, /Solo mío/);
	assert.doesNotMatch((await stranger.page('/canned')).text, /Solo mío/);
	assert.doesNotMatch((await admin.page('/admin/canned')).text, new RegExp(own.shortcut));
	for (const [who, path] of [[stranger, `/canned/${own.id}`], [admin, `/admin/canned/${own.id}`], [staff, `/canned/${common.id}`], [stranger, `/canned/${own.id}/file`], [admin, `/canned/${own.id}/file`]])
		assert.equal((await who.page(path)).status, 404, path);
	assert.equal((await send(stranger, '/canned', own.id, { shortcut: own.shortcut, body: 'Pisado' }, [], '1')).status, 404);
	assert.equal((await send(stranger, '/canned', own.id, { remove: '1' }, [], '1')).status, 404);
	assert.equal((await send(admin, '/admin/canned', own.id, { shortcut: own.shortcut, body: 'Pisado' }, [], '1')).status, 404);
	assert.equal((await send(staff, '/canned', common.id, { shortcut: 'robado', body: 'Pisado' }, [], '1')).status, 404);
	assert.equal((await staff.raw(`/canned/${own.id}/file`)).status, 200);
	assert.equal((await send(staff, '/canned', own.id, { shortcut: own.shortcut, body: 'Cambiado' }, [], '1')).status, 303);
	assert.equal((await send(staff, '/canned', own.id, { remove: '1' }, [], '2')).headers.get('location'), '/canned?done=removed');
	assert.doesNotMatch((await staff.page('/canned')).text, /Cambiado/);
	assert.deepEqual(history('canned', own.id).map(({ action }) => action), ['canned.save', 'canned.save', 'canned.remove']);
});

test('two may call their own the same, and a shared one and one\'s own too', async () => {
	const world = new World(), shortcut = word();
	assert.equal((await send(admin, '/admin/canned', 'new', { shortcut, body: 'a' })).status, 303);
	for (const { login } of [world.person(), world.person()])
		assert.equal((await send(await Staff.logIn(login), '/canned', 'new', { shortcut, body: 'b' })).status, 303);
	assert.equal((await send(admin, '/admin/canned', 'new', { shortcut, body: 'c', queue: world.queue })).status, 303);
	assert.equal((await send(admin, '/admin/canned', 'new', { shortcut, body: 'd', queue: world.queue })).status, 422);
});

test('a file stays until another takes its place or it is taken away', async () => {
	const one = await make({}, [{ name: 'uno.txt', content: 'uno' }]);
	const file = () => sql(`SELECT file_name FROM canned_reply WHERE canned_reply_id = ${one.id}`)[0]?.[0];
	const fields = { shortcut: one.shortcut, body: 'Un texto' };
	await send(admin, '/admin/canned', one.id, fields, [], '1');
	assert.equal(file(), 'uno.txt');
	await send(admin, '/admin/canned', one.id, fields, [{ name: '../../dos.txt', content: 'dos' }], '2');
	assert.equal(file(), 'dos.txt');
	assert.equal(errorOf((await send(admin, '/admin/canned', one.id, { ...fields, body: '', drop_file: '1' }, [], '3')).text, 'body'), 'Completá este dato.');
	await send(admin, '/admin/canned', one.id, { ...fields, drop_file: '1' }, [], '3');
	assert.equal(file(), undefined);
	const late = await send(admin, '/admin/canned', one.id, fields, [], '3');
	assert.equal(late.status, 409);
});

test('what is sent with one is counted once, a repeat of the form too', async () => {
	const { id, staff } = await new World().case();
	const one = await make({ body: 'Dame un momento.' }), fields = { text: 'Dame un momento, por favor.', reply: String(one.id), once: once() };
	await Promise.all([staff.post(`/desk/${id}/messages`, fields), staff.post(`/desk/${id}/messages`, fields)]);
	assert.equal(usedOf(one), 1);
	await staff.post(`/desk/${id}/messages`, { text: 'Sin atajo', once: once() });
	const others = await make({}, [], await Staff.logIn('mlopez'), '/canned');
	await staff.post(`/desk/${id}/messages`, { text: 'De otra', reply: String(others.id), once: once() });
	assert.deepEqual([usedOf(one), usedOf(others)], [1, 0]);
	assert.match((await admin.page('/admin/canned')).text, new RegExp(`/${one.shortcut}<.*?class="r num">1<`, 's'));
});

test('a reply with a file reaches the taxpayer as text and file, a sticker as a sticker', async () => {
	const { id, staff, visitor } = await new World().case();
	const guide = await make({ body: 'Te dejo la guía.' }, [{ name: 'guía.txt', content: 'Paso uno' }]);
	const thanks = await make({ sticker: '1' }, picture('gracias.png'));
	assert.ok((await repliesOf(staff, id)).includes('data-stored="guía.txt"'));
	assert.ok(!(await repliesOf(staff, id)).includes(thanks.shortcut), 'a sticker is no reply');
	assert.match((await staff.page(`/desk/${id}/stickers`)).text, new RegExp(`data-sticker="${thanks.id}"`));
	assert.equal((await staff.post(`/desk/${id}/canned`, { reply: String(guide.id), text: 'Acá va la guía.', once: once() })).status, 200);
	assert.equal((await staff.post(`/desk/${id}/canned`, { reply: String(thanks.id), text: '', once: once() })).status, 200);
	const [file, sticker] = await visitor.until(({ messages }) => messages.filter(one => one.file).length === 2 && messages.filter(one => one.file));
	assert.deepEqual([file.text, file.file.name, file.file.sticker], ['Acá va la guía.', 'guía.txt', undefined]);
	assert.deepEqual([sticker.text, sticker.file.name, sticker.file.sticker], ['', 'gracias.png', true]);
	assert.equal(await (await fetch(new URL(file.file.url, staff.instance.base_url))).text(), 'Paso uno');
	assert.match((await staff.page(`/desk/${id}`)).text, /class="bub stk"/);
	assert.deepEqual([usedOf(guide), usedOf(thanks)], [1, 1]);
});

test('what a case may not use is not sent', async () => {
	const world = new World(), elsewhere = new World();
	const { id, staff } = await world.case();
	const there = await make({ queue: elsewhere.queue }, picture('a.png')), others = await make({}, picture('b.png'), await Staff.logIn('mlopez'), '/canned');
	const words = await make(), gone = await make({}, picture('c.png'));
	await admin.save(`/admin/canned/${gone.id}/remove`, {}, '1');
	for (const one of [there, others, words, gone]) {
		const answer = await staff.post(`/desk/${id}/canned`, { reply: String(one.id), once: once() });
		assert.equal(answer.status, 422);
		assert.equal(answer.json.error.message, 'Esa respuesta ya no está. Elegí otra.');
	}
	const fine = await make({}, picture('d.png')), stranger = await Staff.logIn(elsewhere.person().login);
	assert.equal((await stranger.post(`/desk/${id}/canned`, { reply: String(fine.id), once: once() })).status, 404);
	assert.equal(usedOf(fine), 0);
	assert.equal(sql(`SELECT count(*) FROM message WHERE conversation_id = ${id} AND kind = 3`)[0][0], '0');
});

test('a supervisor shares, an operator only keeps their own', async () => {
	const supervisor = await Staff.logIn('cmendez'), operator = await Staff.logIn('mlopez');
	assert.equal((await supervisor.page('/admin/canned')).status, 200);
	assert.equal((await supervisor.page('/canned')).status, 403);
	assert.equal((await operator.page('/admin/canned')).status, 403);
	assert.equal((await send(operator, '/admin/canned', 'new', { shortcut: word(), body: 'x' })).status, 403);
	assert.equal((await operator.page('/canned')).status, 200);
});
