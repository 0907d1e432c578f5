// Conversations in which nobody speaks: what an administrator arranges.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, fieldOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { Staff } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

function queue() {
	const key = `s${once().slice(0, 10)}`;
	sql(`INSERT INTO queue (key, name) VALUES ('${key}', 'Cola ${key}')`);
	const [[id]] = sql(`SELECT silence_rule_id FROM silence_rule JOIN queue USING (queue_id) WHERE key = '${key}'`);
	return { id: Number(id), name: `Cola ${key}`, path: `/admin/silence/${id}` };
}
const own = { own: '1', warn: '10', warn_text: '¿Seguís ahí, {contacto}?', close: '30', close_text: 'Cerramos por ahora.', typification: '0', agent: '3' };
const save = async (one, fields) => admin.save(one.path, fields, await admin.revision(one.path));

test('a queue follows the general times until it has its own', async () => {
	const one = queue();
	const row = async () => new RegExp(`<tr><td><a[^>]*>${one.name}</a>.*?</tr>`, 's').exec((await admin.page('/admin/silence')).text)[0];
	assert.match(await row(), /Como la general/);
	assert.equal((await save(one, own)).status, 303);
	assert.match(await row(), /10:00.*30:00.*03:00/s);
	assert.equal(fieldOf((await admin.page(one.path)).text, 'warn_text'), own.warn_text);
	const [change] = history('silence', one.id);
	assert.deepEqual([change.after.own, change.after.contact_warn_s, change.after.contact_close_s, change.after.agent_warn_s],
		[true, 600, 1800, 180]);
});

test('what is wrong stands beside its field', async () => {
	const one = queue();
	for (const [fields, field, text] of [
		[{ warn: '30' }, 'close', 'El cierre tiene que ser después del recordatorio.'],
		[{ warn: '-1' }, 'warn', 'El número está fuera de lo permitido.'],
		[{ agent: 'tres' }, 'agent', 'Escribí un número.'],
		[{ warn_text: '' }, 'warn_text', 'Completá este dato.'],
		[{ close_text: 'x'.repeat(1001) }, 'close_text', 'Es demasiado largo.'],
	]) {
		const answer = await save(one, { ...own, ...fields });
		assert.equal(answer.status, 422, field);
		assert.equal(errorOf(answer.text, field), text);
	}
	assert.deepEqual(history('silence', one.id), []);
});

test('the second of two is told, and who may not manage hours sees nothing', async () => {
	const one = queue();
	const revision = await admin.revision(one.path);
	await admin.save(one.path, own, revision);
	assert.equal((await admin.save(one.path, { ...own, close: '40' }, revision)).status, 409);
	assert.equal((await admin.page('/admin/silence/999999999')).status, 404);
	assert.equal((await (await Staff.logIn('mlopez')).page('/admin/silence')).status, 403);
});
