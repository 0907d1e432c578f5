// Templates of WhatsApp: what the provider has and what it says of them, in whichever order.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, fieldOf } from '../support/admin.mjs';
import { ownInstance, sql as ask } from '../support/instance.mjs';
import { Phones } from '../support/networks.mjs';
import { PNG } from '../support/site.mjs';
import { eventually, Staff } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let instance, phones, token, waba, url;
const sql = text => ask(text, { instance });
let start;
// A moment of the provider's, counted from when the template was learned.
const at = seconds => start + seconds;

const header = () => ({ Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' });
// Written at the provider's, by another program.
async function theirs(name, { language = 'es_AR', category = 'UTILITY', text = 'Hola {{1}}, tu turno es mañana.' } = {}) {
	const answer = await fetch(`${url}/v25.0/${waba}/message_templates`, { method: 'POST', headers: header(), body: JSON.stringify({ name, language, category,
		components: [{ type: 'BODY', text, example: { body_text: [['Ana']] } }] }) });
	assert.equal(answer.status, 200, await answer.clone().text());
	return { name, ...await answer.json() };
}
const decide = (name, decision) => phones.ask('templates', { name, ...decision });
const tell = (field, { id, name, language = 'es_AR', ...value }, time) => phones.ask('account', { field, time,
	value: { message_template_id: Number(id), message_template_name: name, message_template_language: language, ...value } });
const status = (one, event, time, more) => tell('message_template_status_update', { ...one, event, reason: 'NONE', ...more }, time);

const rowOf = (name, columns = 's.name', language = 'es_AR') => sql(`SELECT ${columns} FROM template t JOIN code s ON s.list = 'template_state' AND s.value = t.state
	JOIN code c ON c.list = 'template_category' AND c.value = t.category JOIN code q ON q.list = 'template_quality' AND q.value = t.quality
	WHERE t.name = '${name}' AND t.language = '${language}' ORDER BY template_id DESC LIMIT 1`)[0] ?? [];
const becomes = (name, wanted, columns) => eventually(() => rowOf(name, columns).join(' ') === wanted, `${name} is ${wanted}`, 20000);
const listAgain = () => sql('UPDATE template_account SET due_at = now()');
const changes = name => sql(`SELECT what, coalesce(before, ''), coalesce(after, '') FROM template_change c JOIN template t USING (template_id)
	WHERE t.name = '${name}' ORDER BY template_change_id`).map(one => one.join(' ').trim());
const notices = name => sql(`SELECT key FROM notice n JOIN template t ON n.subject = 'template:' || t.template_id
	JOIN app_user u ON u.user_id = n.user_id AND u.login = 'admin' WHERE t.name = '${name}'`).map(([key]) => key);
async function known(name, given) {
	const one = await theirs(name, given);
	listAgain();
	await becomes(name, 'approved');
	start = Math.floor(Date.now() / 1000);
	return one;
}

let end;
before(async t => {
	instance = ownInstance({ after: fn => { end = fn; } }, 'test-templates', '--with', 'peers');
	phones = new Phones(instance);
	const [line] = (await phones.ask('lines')).filter(one => one.network === 'whatsapp');
	({ token, waba } = line);
	({ url } = instance.peers);
});
test.after(() => end?.());

test('an account that a line has is asked for its list by itself', async () => {
	await eventually(() => sql(`SELECT 1 FROM template_account WHERE business = '${waba}' AND listed_at IS NOT NULL`).length, 'listed', 20000);
});

test('what is new at the provider\'s is learned, and what it decides is followed', async () => {
	const one = await known('turno');
	assert.deepEqual(rowOf('turno', "c.name, q.name, format, provider_id, components->0->>'text'"), ['utility', 'unknown', 'POSITIONAL', one.id, 'Hola {{1}}, tu turno es mañana.']);
	await decide('turno', { status: 'PAUSED' });
	await becomes('turno', 'paused');
	assert.equal(rowOf('turno', "paused_until - state_at")[0], '03:00:00');
	await decide('turno', { quality: 'RED' });
	await becomes('turno', 'red', 'q.name');
	await decide('turno', { category: 'MARKETING' });
	await becomes('turno', 'marketing utility', "c.name, (SELECT name FROM code WHERE list = 'template_category' AND value = previous_category)");
	assert.deepEqual(changes('turno').slice(-3), ['state approved paused', 'quality unknown red', 'category utility marketing']);
	assert.deepEqual(notices('turno'), ['template_marketing'], 'one until it is read: of what happened last');
});

test('an event of a template that nobody knows brings the list', async () => {
	await theirs('aviso');
	await decide('aviso', { status: 'APPROVED' });
	await becomes('aviso', 'approved');
});

test('what is older than what is known changes nothing, whichever comes first', async () => {
	const one = await known('orden');
	await status(one, 'PAUSED', at(100), { other_info: { title: 'SECOND_PAUSE', description: 'For six hours' } });
	await becomes('orden', 'paused 06:00:00 For six hours', 's.name, paused_until - state_at, advice');
	await status(one, 'APPROVED', at(50));
	await tell('message_template_quality_update', { ...one, new_quality_score: 'YELLOW', previous_quality_score: 'UNKNOWN' }, at(60));
	await becomes('orden', 'yellow', 'q.name');
	assert.equal(rowOf('orden')[0], 'paused');
	await status(one, 'APPROVED', at(200));
	await becomes('orden', 'approved', 's.name || coalesce(paused_until::text, \'\')');
});

test('a refusal keeps its reason and what the provider advises', async () => {
	const one = await known('promo');
	await status(one, 'REJECTED', at(10), { reason: 'INCORRECT_CATEGORY', rejection_info: { reason: 'x', recommendation: 'Usá Marketing' } });
	await becomes('promo', 'rejected INCORRECT_CATEGORY Usá Marketing', 's.name, reason, advice');
	assert.deepEqual(notices('promo'), ['template_rejected']);
});

test('a category that is still to come is told apart', async () => {
	const one = await known('cambia');
	await tell('template_category_update', { ...one, new_category: 'UTILITY', correct_category: 'MARKETING' }, at(10));
	await becomes('cambia', 'utility 2', 'c.name, next_category');
	await tell('template_category_update', { ...one, previous_category: 'UTILITY', new_category: 'MARKETING' }, at(20));
	await becomes('cambia', 'marketing', "c.name || coalesce(next_category::text, '')");
});

test('what is in no page of the list any more is gone, and its name is free again', async () => {
	await known('vieja');
	await fetch(`${url}/v25.0/${waba}/message_templates?name=vieja`, { method: 'DELETE', headers: header() });
	listAgain();
	await becomes('vieja', 'deleted');
	await known('vieja');
	assert.equal(sql("SELECT count(*) FROM template WHERE name = 'vieja'")[0][0], '2');
});

test('a list of several pages is taken whole', async () => {
	for (let i = 0; i < 101; i++) await theirs(`serie_${i}`);
	listAgain();
	await eventually(() => sql("SELECT count(*) FROM template WHERE name LIKE 'serie\\_%'")[0][0] === '101', 'all of them', 20000);
	assert.equal(rowOf('orden')[0], 'approved', 'those of the first page are still there');
});

test('a provider that does not let us read templates stops no line, and why is kept', async () => {
	await phones.ask('faults', { network: 'whatsapp', operation: 'message_templates', kind: 'error', code: 200, status: 403, title: 'Permission denied' });
	listAgain();
	await eventually(() => sql('SELECT 1 FROM template_account WHERE error IS NOT NULL').length, 'the error', 20000);
	assert.deepEqual(sql("SELECT 1 FROM channel_health WHERE paused_until > now()"), []);
	listAgain();
	await eventually(() => sql('SELECT 1 FROM template_account WHERE error IS NULL').length, 'mended', 20000);
});

// --- Written here ---

let admin;
const idOf = name => sql(`SELECT template_id FROM template WHERE name = '${name}' AND state <> 12`)[0]?.[0];
const words = changes => ({ language: 'es_AR', category: 'utility', header: 'none', body: 'Hola {{1}}, tu turno es el {{2}} en la agencia.', do: 'submit', ...changes });
const record = name => sql(`SELECT actor_name, action, coalesce(before::text, 'null'), coalesce(after::text, 'null') FROM audit WHERE entity = 'template'
	AND entity_id = ${idOf(name)} ORDER BY audit_id`).map(([actor, action, old, now]) => ({ actor, action, before: JSON.parse(old), after: JSON.parse(now) }));
const form = (path, fields, samples = { 1: 'Ana', 2: '3 de mayo' }) => admin.form(`${path}/files`, [['once', once()], ['sent', '1'], ...Object.entries(fields),
	...Object.entries(samples).flatMap(([name, sample]) => [['variable', name], ['sample', sample]])]);
const write = (name, changes, samples) => form('/admin/templates/new', words({ name, revision: '', line: sql("SELECT channel_id FROM channel WHERE key = 'practica-whatsapp'")[0][0], ...changes }), samples);
async function revise(name, changes, samples) {
	const path = `/admin/templates/${idOf(name)}`;
	return form(path, words({ revision: fieldOf((await admin.page(path)).text, 'revision'), ...changes }), samples);
}

test('what is written is submitted with its samples, and followed until it may be used', async () => {
	admin = Object.assign(new Admin({ instance }), await Staff.logIn('admin', undefined, { instance }));
	assert.equal((await write('nueva')).status, 303);
	await becomes('nueva', 'approved');
	assert.deepEqual(rowOf('nueva', "format, components->0->'example'->'body_text'->0->>1, draft IS NULL, call_id IS NULL"), ['POSITIONAL', '3 de mayo', 't', 't']);
	const [{ actor, action, after }] = record('nueva');
	assert.deepEqual([actor, action, after.body, after.category, after.asked], ['Administración', 'template.submit', words().body, 'utility', 'submit']);
	assert.match((await admin.page(`/admin/templates/${idOf('nueva')}`)).text, /aprobada.*Enviada a revisión.*Administración/s);
});

test('a draft is known to nobody until it is submitted, and its name may change until then', async () => {
	assert.equal((await write('borrador', { do: 'save', body: 'Hola {{1}}' }, {})).status, 303);
	assert.equal(rowOf('borrador')[0], 'draft');
	assert.equal((await revise('borrador', { do: 'save', name: 'borrador_2', body: 'Tu turno es mañana.' }, {})).status, 303);
	assert.equal((await write('borrador_2', { do: 'save' })).status, 422);
	const { before, after } = record('borrador_2').at(-1);
	assert.deepEqual([before, after], [{ name: 'borrador', body: 'Hola {{1}}' }, { name: 'borrador_2', body: 'Tu turno es mañana.' }]);
	assert.ok(!(await phones.ask('templates')).some(one => /^borrador/.test(one.name)));
});

test('what Meta would refuse stands beside its field, and nothing is kept', async () => {
	for (const [changes, samples, field, text] of [
		[{ name: 'Con Mayúsculas' }, undefined, 'name', 'Solo minúsculas sin acento, números y guion bajo.'],
		[{ body: '{{1}}, tu turno es mañana a la mañana.' }, { 1: 'Ana' }, 'body', 'No puede empezar ni terminar con una variable.'],
		[{}, { 1: 'Ana', 2: '' }, 'sample2', 'Falta el ejemplo.'],
		[{ header: 'image' }, undefined, 'file', 'Falta el archivo de ejemplo.'],
		[{ category: '' }, undefined, 'category', 'Completá este dato.'],
		[{ language: '' }, undefined, 'language', 'Completá este dato.'],
		[{ footer: 'x'.repeat(61) }, undefined, 'footer', 'Es demasiado largo.'],
		[{ button1_type: 'url', button1_text: 'Pagar', button1_value: 'sitio' }, undefined, 'button1_value', 'Escribí el enlace entero, con https://.'],
		[{ line: '999999' }, undefined, 'line', 'Ese canal no tiene el identificador de su cuenta de WhatsApp. Cargalo en Canales.'],
		[{ name: 'nueva' }, undefined, 'name', 'Ya hay otro con ese dato.'],
	]) {
		const answer = await write('mala', changes, samples);
		assert.equal(answer.status, 422, JSON.stringify(changes));
		assert.equal(errorOf(answer.text, field), text);
	}
	assert.equal(idOf('mala'), undefined);
});

test('what the provider refuses is told in its own words, and what was written stays', async () => {
	await theirs('repetida');
	await write('repetida');
	await eventually(() => /already es_AR content/.test(rowOf('repetida', 'call_error')[0] ?? ''), 'its words', 20000);
	assert.match((await admin.page(`/admin/templates/${idOf('repetida')}`)).text, /Meta no tomó el último pedido: There is already es_AR content/);
	assert.equal(rowOf('repetida', 'draft IS NOT NULL')[0], 't');
});

test('a refused one says why and what to do, and is corrected and submitted again', async () => {
	await write('corrige');
	await becomes('corrige', 'approved');
	await decide('corrige', { status: 'REJECTED', reason: 'PROMOTIONAL' });
	await becomes('corrige', 'rejected');
	assert.match((await admin.page(`/admin/templates/${idOf('corrige')}`)).text, /rechazada.*El texto promociona algo\. Sacalo, o pasala a Marketing\./s);
	const second = Math.floor(Date.now() / 1000);
	await eventually(() => Math.floor(Date.now() / 1000) > second, 'another second: what is told twice of one second is one', 20000);
	assert.equal((await revise('corrige', { category: 'marketing', body: 'Hola {{1}}, pagá antes del {{2}} y ahorrá.' })).status, 303);
	await becomes('corrige', 'approved marketing', 's.name, c.name');
	assert.deepEqual(notices('corrige'), ['template_rejected'], 'the new category was asked for');
});

test('an approved one changes once a day; what is not submitted leaves it as it is', async () => {
	const again = await revise('nueva', { body: 'Hola {{1}}, tu nuevo turno es el {{2}} en la agencia.' });
	assert.equal(again.status, 409);
	assert.match(again.text, /Una plantilla aprobada se puede cambiar una vez por día/);
	assert.equal((await revise('nueva', { do: 'save', body: 'Otra cosa.' }, {})).status, 303);
	assert.deepEqual(rowOf('nueva', "s.name, components->0->>'text'"), ['approved', words().body]);
	assert.match((await admin.page(`/admin/templates/${idOf('nueva')}`)).text, /se puede enviar otra vez desde el/, 'before anybody writes');
	sql("UPDATE template SET submitted_at = now() - interval '25 hours' WHERE name = 'nueva'");
	assert.equal((await revise('nueva', { body: 'Hola {{1}}, tu nuevo turno es el {{2}} en la agencia.' })).status, 303);
	await becomes('nueva', 'approved Hola {{1}}, tu nuevo turno es el {{2}} en la agencia.', "s.name, components->0->>'text'");
	const changed = hours => sql(`INSERT INTO template_change (template_id, at, what) SELECT template_id, now() - interval '29 days' + make_interval(hours => n), 'edit'
		FROM template, generate_series(1, ${hours}) n WHERE name = 'nueva';
		UPDATE template SET submitted_at = now() - interval '25 hours' WHERE name = 'nueva'`);
	const offered = async () => /value="submit"/.test((await admin.page(`/admin/templates/${idOf('nueva')}`)).text);
	changed(8);
	assert.ok(await offered(), 'nine times in thirty days');
	changed(1);
	assert.ok(!await offered(), 'ten times');
	assert.equal((await revise('nueva', { body: 'Hola {{1}}, tu último turno es el {{2}} en la agencia.' })).status, 409);
});

test('a copy begins with what another says, under another name or in another language', async () => {
	const id = idOf('corrige'), copy = (await admin.page(`/admin/templates/new?copy=${id}`)).text;
	assert.deepEqual([fieldOf(copy, 'name'), fieldOf(copy, 'body')], ['corrige_2', 'Hola {{1}}, pagá antes del {{2}} y ahorrá.']);
	const other = (await admin.page(`/admin/templates/new?copy=${id}&language=1`)).text;
	assert.equal(fieldOf(other, 'name'), 'corrige');
	assert.equal((await write('corrige', { language: 'en', category: 'marketing', body: 'Hello {{1}}, pay before the {{2}} and save money.' })).status, 303);
	await eventually(() => rowOf('corrige', 's.name', 'en')[0] === 'approved', 'in English', 20000);
});

test('a code has the words of the network', async () => {
	assert.equal((await write('codigo', { category: 'authentication', body: '', security: '1', expires: '10' }, {})).status, 303);
	await becomes('codigo', 'approved authentication', 's.name, c.name');
	assert.deepEqual(JSON.parse(rowOf('codigo', 'components::text')[0]), [{ type: 'BODY', add_security_recommendation: true },
		{ type: 'FOOTER', code_expiration_minutes: 10 }, { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] }]);
});

test('the second of two who write is told', async () => {
	const path = `/admin/templates/${idOf('borrador_2')}`, { text } = await admin.page(path);
	const fields = words({ do: 'save', revision: fieldOf(text, 'revision'), name: 'borrador_2' });
	assert.equal((await form(path, { ...fields, body: 'Primero.' }, {})).status, 303);
	assert.equal((await form(path, { ...fields, body: 'Segundo.' }, {})).status, 409);
});

test('a picture\'s sample goes up before its template', async () => {
	const fields = { ...words({ header: 'image', body: 'Mirá cómo quedó la oficina.' }), name: 'con_imagen', sent: '1', revision: '',
		line: sql("SELECT channel_id FROM channel WHERE key = 'practica-whatsapp'")[0][0] };
	assert.equal((await admin.upload('/admin/templates/new/files', fields, [{ name: 'oficina.png', content: PNG }], {})).status, 303);
	await becomes('con_imagen', 'approved');
	assert.match((await phones.ask('templates')).find(one => one.name === 'con_imagen').components[0].example.header_handle[0], /^4::/);
});

test('it is removed in its language alone, here and there, and what is affected is said before', async () => {
	await theirs('nueva', { language: 'en' });
	listAgain();
	await eventually(() => rowOf('nueva', 's.name', 'en')[0] === 'approved', 'in English', 20000);
	const [[id]] = sql("SELECT template_id FROM template WHERE name = 'nueva' AND language = 'es_AR' AND state <> 12"), path = `/admin/templates/${id}`, { text } = await admin.page(path);
	assert.match(text, /Deja de estar en el canal WhatsApp de práctica\..*Sigue estando en el idioma en\./s);
	assert.equal((await admin.form(`${path}/remove`, { once: once(), revision: fieldOf(text, 'revision') })).status, 303);
	await eventually(() => sql(`SELECT state FROM template WHERE template_id = ${id}`)[0][0] === '12', 'gone', 20000);
	assert.deepEqual((await phones.ask('templates')).filter(one => one.name === 'nueva').map(one => one.language), ['en']);
	assert.equal((await admin.page(path)).status, 404);
});

test('the list is narrowed, asked for at once, and leaves as a file with what it was narrowed to', async () => {
	const { text } = await admin.page('/admin/templates?q=corrige&state=2&language=es_AR');
	assert.match(text, />corrige</);
	assert.doesNotMatch(text, />promo</);
	assert.equal((await admin.form('/admin/templates/list', { once: once() })).status, 303);
	const file = await admin.form('/admin/templates/export', { q: 'corrige', language: 'es_AR', format: 'csv', reason: 'revisión' });
	assert.deepEqual([file.text.trim().split('\n').length, /corrige.*Marketing.*aprobada/.test(file.text)], [2, true]);
	assert.equal(sql("SELECT count(*) FROM audit WHERE action IN ('template.list', 'template.export')")[0][0], '2');
});
