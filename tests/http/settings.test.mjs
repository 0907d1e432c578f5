// General settings: in force at once, on record, and nobody's change is lost unseen.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Admin, errorOf, fieldOf, history } from '../support/admin.mjs';
import { Authority } from '../support/authority.mjs';
import { sql } from '../support/instance.mjs';
import { once } from '../support/visitor.mjs';

const PATH = '/admin/settings';
let admin;
before(async () => { admin = await Admin.logIn(); });
after(() => sql("DELETE FROM setting WHERE key NOT LIKE 'seat.%'"));

const fields = changes => admin.settings(changes);
const stored = () => sql(`SELECT value #>> '{}' FROM setting WHERE key = 'agency.name'`)[0]?.[0];

test('a change is stored, shown and on record with what was before', async () => {
	const name = `Agencia ${once().slice(0, 6)}`;
	const { revision, all } = await fields({ 'agency.name': name });
	assert.equal((await admin.save(PATH, all, revision)).headers.get('location'), '/admin/settings?done=saved');
	assert.equal(stored(), name);
	assert.equal(fieldOf((await admin.page(PATH)).text, 'agency.name'), name);
	const { action, after } = history('setting', 1).at(-1);
	assert.equal(action, 'setting.save');
	assert.deepEqual(after, { 'agency.name': name }, 'and nothing else: what stays at its default was not set');
});

test('what is wrong stands beside its setting, and nothing of the form is stored', async () => {
	const before = stored();
	for (const [value, text] of [['', 'Completá este dato.'], ['x'.repeat(81), 'Es demasiado largo.']]) {
		const { revision, all } = await fields({ 'agency.name': value });
		const answer = await admin.save(PATH, all, revision);
		assert.equal(answer.status, 422);
		assert.equal(errorOf(answer.text, 'agency.name'), text);
	}
	assert.equal(stored(), before);
});

test('of two who change settings the second is told, with the difference', async () => {
	const first = await fields({ 'agency.name': 'De la primera' });
	const second = await fields({ 'agency.name': 'De la segunda' });
	await admin.save(PATH, first.all, first.revision);
	const late = await admin.save(PATH, second.all, second.revision);
	assert.equal(late.status, 409);
	assert.match(late.text, /Nombre de la agencia/);
	assert.match(late.text, /De la primera/);
	assert.equal(fieldOf(late.text, 'agency.name'), 'De la segunda');
	assert.equal(stored(), 'De la primera');
});

test('inner servers and authorities of the agency\'s own are looked at before they are believed, and are on record', async t => {
	const authority = new Authority();
	t.after(() => authority.remove());
	for (const [key, value, text] of [
		['network.ca', 'nada', 'No son certificados en PEM. Pegalos enteros, con sus líneas BEGIN y END, y sin claves privadas.'],
		['network.ca', authority.pem.slice(0, 200), 'No son certificados en PEM. Pegalos enteros, con sus líneas BEGIN y END, y sin claves privadas.'],
		['network.inner', '10.0.0.1', 'Hay una dirección permitida que no está bien escrita.'],
		...['clamd', '127.0.0.1:3310', `/${'x'.repeat(150)}`, '127.0.0.1:3310:127.0.0.0/8 otro'].map(address =>
			['antivirus.address', address, 'Escribí un archivo de conexión, como /run/clamav/clamd.ctl, o servidor:puerto:red.']),
	]) {
		const { revision, all } = await fields({ [key]: value });
		const answer = await admin.save(PATH, all, revision);
		assert.equal(answer.status, 422);
		assert.equal(errorOf(answer.text, key), text);
	}
	const { revision, all } = await fields({ 'network.ca': authority.pem, 'network.inner': 'pasarela.example:443:10.0.0.0/8' });
	assert.equal((await admin.save(PATH, all, revision)).status, 303);
	const { after } = history('setting', 1).at(-1);
	assert.equal(after['network.ca'].trim(), authority.pem.trim());
	assert.equal(after['network.inner'], 'pasarela.example:443:10.0.0.0/8');
});
