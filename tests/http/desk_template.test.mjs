// Writing with an approved template when the network takes nothing else, and when it does.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, fieldOf } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { PNG } from '../support/site.mjs';
import { Staff, World } from '../support/staff.mjs';
import { APPROVED, aTemplate, BOLETA, byWhatsapp, filled, PAUSED, PDF, REJECTED } from '../support/templates.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
const READS = 'Turno 88\n\nHola José, te esperamos el martes.\n\nTraé tu documento.\n\nAgencia';
const said = id => sql(`SELECT to_json(body), data FROM message WHERE conversation_id = ${id} AND author = 3 ORDER BY seq`).map(([body, data]) => ({ body: JSON.parse(body), data: data && JSON.parse(data) }));
const leaving = id => sql(`SELECT kind, payload FROM outbox WHERE conversation_id = ${id} AND kind IN ('message', 'template') AND payload ? 'name' ORDER BY outbox_id`)
	.map(([kind, payload]) => ({ kind, ...JSON.parse(payload) }));
const send = (staff, id, template, fields = filled, more = {}) => staff.form(`/desk/${id}/template`, { template, once: once(), ...fields, ...more });
function undo(t, seconds) {
	sql(`INSERT INTO setting (key, value) VALUES ('desk.undo_s', '"${seconds}"') ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	t.after(() => sql("DELETE FROM setting WHERE key = 'desk.undo_s'"));
}
async function silentCase(options) {
	const one = await world.case();
	return { ...one, line: byWhatsapp(one.id, options) };
}

test('a case whose time is over offers the templates of its line; those that cannot be sent say why', async () => {
	const { staff, id, line } = await silentCase();
	const other = byWhatsapp((await new World().case()).id);
	const good = aTemplate(line, 'a_turno'), paused = aTemplate(line, 'b_pausada', { state: PAUSED, category: 2, language: 'pt_BR' });
	aTemplate(line, 'c_rechazada', { state: REJECTED });
	aTemplate(line, 'd_codigo', { category: 3, components: [{ type: 'BODY', text: '{{1}} es tu código.' }] });
	aTemplate(other, 'z_ajena');
	assert.match((await staff.page(`/desk/${id}`)).text, /id="refusal"[^]*solo se le puede mandar una plantilla[^]*href="\/desk\/\d+\/template"[^>]*>[^]*Escribir con una plantilla/);
	const { text } = await staff.page(`/desk/${id}/template`);
	assert.deepEqual([...text.matchAll(/<b>([a-z_]+)<\/b>/g)].map(([, name]) => name), ['a_turno', 'd_codigo', 'b_pausada']);
	assert.ok(text.includes(`?template=${good}"`) && !text.includes(`?template=${paused}"`));
	assert.match(text, /b_pausada[^]*Portugués \(Brasil\)[^]*Marketing[^]*Meta pausó esta plantilla[^]*Vuelve el/);
	assert.match(text, /d_codigo[^]*códigos de un solo uso: no se escribe a mano/);
	const form = (await staff.page(`/desk/${id}/template?template=${good}`)).text;
	assert.deepEqual([...form.matchAll(/<label class="lb"[^>]*>([^<]*)<\/label><input[^>]* name="(\w+)"[^>]* placeholder="([^"]*)"/g)].map(([, ...found]) => found), [
		['Dato del encabezado', 'header', 'Ej.: 77'], ['Dato 1', 'value1', 'Ej.: Ana'], ['Dato 2', 'value2', 'Ej.: lunes a las 9'], ['Final del enlace «Ver»', 'button2', 'Ej.: 9']]);
	assert.ok(!(await staff.page(`/desk/${id}/template?template=${paused}`)).text.includes('form="template"'));
});

test('it goes out once as the network wants it; thread, record and history have what was said', async () => {
	const { staff, id, line } = await silentCase();
	const template = aTemplate(line, 'turno');
	const fields = { ...filled, once: once() };
	for (let i = 0; i < 2; i++) assert.equal((await send(staff, id, template, fields)).status, 303);
	assert.deepEqual(said(id), [{ body: READS, data: { template: { name: 'turno', language: 'es_AR' },
		options: [{ key: 'Confirmo', label: 'Confirmo' }, { key: 'Ver', label: 'Ver (https://a.example/t/t9)' }] } }]);
	const [{ to, ...row }, ...more] = leaving(id);
	assert.deepEqual(more, []);
	assert.equal(to.kind, 'phone');
	assert.deepEqual(row, { kind: 'template', name: 'turno', language: 'es_AR', components: [
		{ type: 'header', parameters: [{ type: 'text', text: '88' }] },
		{ type: 'body', parameters: [{ type: 'text', text: 'José' }, { type: 'text', text: 'martes' }] },
		{ type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 't9' }] }] });
	assert.equal(sql(`SELECT count(*) FROM audit WHERE conversation_id = ${id} AND action = 'conversation.template'`)[0][0], '1');
	const { text } = await staff.page(`/desk/${id}`);
	assert.match(text, /<p>Hola José, te esperamos el martes\.<\/p>[^]*<span>Ver \(https:\/\/a\.example\/t\/t9\)<\/span>[^]*plantilla turno, Español \(Argentina\)/);
	assert.match(text, /id="refusal"/, 'the time to answer does not begin anew');
	assert.ok(JSON.parse((await staff.page(`/desk/${id}/find?q=esperamos`)).text).hits.length);
});

test('what Meta would refuse is said beside its field, and what was written stays', async () => {
	const { staff, id, line } = await silentCase();
	const template = aTemplate(line, 'turno');
	for (const [fields, wanted] of [
		[{ value1: ' ' }, ['value1', 'Completá este dato.']],
		[{ value2: 'a\tb' }, ['value2', 'Va en un solo renglón, sin tabulaciones ni más de cuatro espacios seguidos.']],
		[{ value2: 'a\nb' }, ['value2', 'Va en un solo renglón, sin tabulaciones ni más de cuatro espacios seguidos.']],
		[{ value2: 'a     b' }, ['value2', 'Va en un solo renglón, sin tabulaciones ni más de cuatro espacios seguidos.']],
		[{ value2: 'x'.repeat(1000) }, ['value2', 'Con estos datos el mensaje pasa de 1.024 letras. Acortalo.']],
		[{ header: 'x'.repeat(58) }, ['header', 'Con este dato el encabezado pasa de 60 letras. Acortalo.']],
		[{ button2: 'a b' }, ['button2', 'Acá no van espacios.']],
	]) {
		const answer = await send(staff, id, template, { ...filled, ...fields });
		assert.equal(answer.status, 422);
		assert.deepEqual([wanted[0], errorOf(answer.text, wanted[0])], wanted);
		assert.equal(fieldOf(answer.text, 'value1'), fields.value1 ?? 'José');
	}
	assert.deepEqual([said(id), leaving(id)], [[], []]);
});

test('what was paused or refused meanwhile does not go, in words, and what was written stays', async () => {
	const { staff, id, line } = await silentCase();
	for (const [state, words] of [[PAUSED, 'Meta pausó esta plantilla'], [REJECTED, 'Esta plantilla ya no se puede usar']]) {
		const template = aTemplate(line, `turno_${state}`);
		sql(`UPDATE template SET state = ${state} WHERE template_id = ${template}`);
		const answer = await send(staff, id, template);
		assert.equal(answer.status, 422);
		assert.match(answer.text, new RegExp(`role="alert"[^]*${words}`));
		assert.equal(fieldOf(answer.text, 'value2'), 'martes');
		assert.ok(!answer.text.includes('form="template"'));
	}
	assert.deepEqual(leaving(id), []);
});

test('whoever wants no campaigns gets none from a desk either', async () => {
	const { staff, id, line } = await silentCase();
	const campaign = aTemplate(line, 'campana', { category: 2 }), useful = aTemplate(line, 'turno');
	sql(`UPDATE identity SET opted_out_at = now() WHERE channel_id = ${line.channel}`);
	const { text } = await staff.page(`/desk/${id}/template`);
	assert.match(text, /<b>campana<\/b>[^]*No quiere recibir avisos[^]*<b>turno<\/b>/);
	assert.ok(!text.includes(`?template=${campaign}"`));
	const answer = await send(staff, id, campaign);
	assert.deepEqual([answer.status, /No quiere recibir avisos/.test(answer.text)], [422, true]);
	assert.equal((await send(staff, id, useful)).status, 303);
	assert.deepEqual(leaving(id).map(({ name }) => name), ['turno']);
});

test('a template of another line is the same as none; so is a case of somebody else', async () => {
	const { staff, id, line } = await silentCase();
	const stranger = await new World().case();
	const foreign = aTemplate(byWhatsapp(stranger.id), 'turno'), draft = aTemplate(line, 'borrador', { state: 0 }), own = aTemplate(line, 'turno');
	for (const template of [foreign, draft, '99999999']) {
		assert.equal((await send(staff, id, template)).status, 404);
		assert.equal((await staff.page(`/desk/${id}/template?template=${template}`)).status, 404);
	}
	assert.equal((await send(stranger.staff, id, own)).status, 404);
	assert.equal((await stranger.staff.page(`/desk/${id}/template`)).status, 404);
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	assert.equal((await send(supervisor, id, own)).status, 403);
	sql(`UPDATE conversation SET state = 4, closed_at = now() WHERE conversation_id = ${id}`);
	assert.equal((await send(staff, id, own)).status, 409);
	assert.deepEqual(leaving(id), []);
});

test('a header that wants a file takes one of its kind; it goes with the template and stays in the conversation', async t => {
	const { staff, id, line } = await silentCase();
	const template = aTemplate(line, 'boleta', { components: BOLETA });
	const upload = (name, content, more) => staff.upload(`/desk/${id}/template/files`, { template, value1: 'Ana', once: once(), ...more }, name ? [{ name, content }] : []);
	assert.match((await staff.page(`/desk/${id}/template?template=${template}`)).text, /action="\/desk\/\d+\/template\/files"[^]*Documento PDF[^]*accept="application\/pdf"/);
	for (const [name, content, words] of [[null, null, 'Falta el archivo del encabezado.'], ['a.png', PNG, 'El archivo no es del tipo del encabezado: JPG o PNG, MP4, o PDF.']]) {
		const { status, json } = await upload(name, content);
		assert.deepEqual([status, json.error.field, json.error.message], [422, 'file', words]);
	}
	assert.equal((await upload('boleta.pdf', PDF, { value1: '' })).json.error.field, 'value1');
	assert.equal((await (await new World().case()).staff.upload(`/desk/${id}/template/files`, { template, value1: 'Ana', once: once() }, [{ name: 'a.pdf', content: PDF }])).status, 404);
	assert.deepEqual(leaving(id), []);
	undo(t, 30);
	const message = once();
	assert.equal((await upload('boleta.pdf', PDF, { once: message })).status, 200);
	assert.deepEqual((({ file, template: form }) => [file, form.values])((await staff.post(`/desk/${id}/undo`, { message })).json), ['boleta.pdf', { value1: 'Ana' }]);
	await upload('boleta.pdf', PDF);
	assert.equal((await staff.post(`/desk/${id}/close`, { once: once() })).status, 200);
	const [{ body, data }] = said(id), [{ file, name, components }] = leaving(id);
	assert.deepEqual([body, data.template.name, data.file.name], ['Hola Ana, te mandamos tu boleta.', 'boleta', 'boleta.pdf']);
	assert.deepEqual([name, file, components], ['boleta', data.file, [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }]]);
	assert.match((await staff.page(`/desk/${id}`)).text, /te mandamos tu boleta\.<\/p>[^]*boleta\.pdf[^]*plantilla boleta/);
	assert.equal(sql(`SELECT count(*) FROM attachment WHERE conversation_id = ${id}`)[0][0], '1');
});

test('what can still be undone comes back as it was filled in, and else goes out with its time', async t => {
	undo(t, 30);
	const { staff, id, line } = await silentCase();
	const template = aTemplate(line, 'turno'), message = once();
	await send(staff, id, template, filled, { once: message });
	assert.match((await staff.page(`/desk/${id}`)).text, /m agent out unsaid"[^]*Hola José/);
	const { json } = await staff.post(`/desk/${id}/undo`, { message });
	assert.deepEqual(json.template, { id: Number(template), values: filled });
	await send(staff, id, template, filled, { once: once() });
	assert.deepEqual([said(id), leaving(id)], [[], []]);
	assert.equal((await staff.post(`/desk/${id}/close`, { once: once() })).status, 200);
	assert.equal(said(id)[0].body, READS);
	assert.equal(said(id)[0].data.template.name, 'turno');
	assert.equal(leaving(id)[0].components.length, 3);
});

test('while the time to answer lasts a template is one more way; where a network has none, nobody is offered one', async () => {
	const { staff, id, line } = await silentCase({ silent: '1 hour' });
	const template = aTemplate(line, 'aviso', { state: APPROVED, format: 'NAMED', components: [{ type: 'BODY', text: 'Hola {{nombre}}, escribinos.' }] });
	const { text } = await staff.page(`/desk/${id}`);
	assert.ok(!text.includes('id="refusal"'));
	assert.match(text, /class="tb"[^]*href="\/desk\/\d+\/template"/);
	assert.match((await staff.page(`/desk/${id}/template?template=${template}`)).text, />nombre<\/label>/);
	assert.equal((await send(staff, id, template, { value1: 'Eva' })).status, 303);
	assert.deepEqual(leaving(id)[0].components, [{ type: 'body', parameters: [{ type: 'text', parameter_name: 'nombre', text: 'Eva' }] }]);
	const webchat = await world.case();
	assert.ok(!(await webchat.staff.page(`/desk/${webchat.id}`)).text.includes('/template"'));
	assert.match((await webchat.staff.page(`/desk/${webchat.id}/template`)).text, /Este canal no tiene plantillas aprobadas/);
	assert.equal((await send(webchat.staff, webchat.id, template)).status, 404);
});
