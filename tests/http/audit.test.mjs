// The audit: everything is in its catalogue, found by any combination of filters, and read only on record.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import test, { before } from 'node:test';
import { Admin, decode, errorOf } from '../support/admin.mjs';
import { root, sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { routesOf } from '../support/tables.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
let admin;
before(async () => { admin = await Admin.logIn(); });

const find = async fields => {
	const { status, text } = await admin.page(`/admin/audit?${new URLSearchParams(fields)}`);
	assert.equal(status, 200, text);
	return [...text.matchAll(/<tr><td class="num nowrap"><a href="\/admin\/audit\/(\d+)"[^>]*>([^<]*)<\/a><\/td><td><b class="b">([^<]*)<\/b><\/td><td>([^<]*)</g)]
		.map(([, id, at, actor, action]) => ({ id: Number(id), at, actor: decode(actor), action }));
};
// Rows of the test's own; each has the given columns.
const put = rows => rows.map(row => {
	const names = Object.keys(row), values = Object.values(row).map(value => (value === null ? 'NULL' : `'${value}'`));
	return Number(sql(`INSERT INTO audit (program, ${names.join(', ')}) VALUES ('test', ${values.join(', ')}) RETURNING audit_id`)[0][0]);
});
const ids = rows => rows.map(({ id }) => id);

const catalogue = () => {
	const def = readFileSync(`${root}lib/people/audit_action.def`, 'utf8');
	return new Set([...routesOf('staff').flatMap(({ actions }) => actions), ...[...def.matchAll(/^AUDIT_ACTION\("([^"]+)"\)/gm)].map(([, action]) => action)]);
};

test('every action that any program writes is in the catalogue', () => {
	const sources = execFileSync('git', ['ls-files', 'lib/*.c', 'cron/*.c', 'cgi-bin/*.c'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
	const written = sources.flatMap(file => {
		const text = readFileSync(`${root}${file}`, 'utf8');
		return [...text.matchAll(/\.action = "([^"]+)"/g), ...text.matchAll(/\bedit_run\([^;]*?"([a-z_]+\.[a-z_]+)"/gs)].map(([, action]) => action);
	});
	assert.ok(written.length > 20, 'the sources were read');
	const known = catalogue();
	assert.deepEqual(written.filter(action => !known.has(action)), []);
});

test('every action and module of the catalogue has a name in Spanish', () => {
	const words = readdirSync(`${root}templates/locale/es_AR`).map(file => readFileSync(`${root}templates/locale/es_AR/${file}`, 'utf8')).join('\n');
	const named = name => new Set([...words.matchAll(new RegExp(`^${name} \\{\\n(.*?)^\\}`, 'gms'))]
		.flatMap(([, section]) => [...section.matchAll(/^ {2}([a-z_.]+) = /gm)].map(([, key]) => key)));
	const actions = named('audit_action'), modules = named('audit_module');
	assert.deepEqual([...catalogue()].filter(action => !actions.has(action)), []);
	assert.deepEqual([...new Set([...catalogue()].map(action => action.split('.')[0]))].filter(module => !modules.has(module)), []);
});

test('everything is found by who, what, when, where and about what, alone and together', async () => {
	const [one, two] = [world.person(), world.person()];
	const address = '10.77.1.2', conversation = `9${Date.now()}`;
	const base = { actor_name: 'X', at: '2026-11-01 10:00-03' };
	const [a, b, c, d] = put([
		{ ...base, actor_id: one.id, action: 'conversation.close', entity: 'conversation', entity_id: conversation, conversation_id: conversation, address },
		{ ...base, actor_id: one.id, action: 'conversation.reply', conversation_id: conversation, address: '10.77.1.3', at: '2026-11-01 10:01-03' },
		{ ...base, actor_id: two.id, action: 'conversation.close', address, at: '2026-11-01 10:02-03' },
		{ ...base, actor_id: two.id, action: 'role.save', entity: 'role', entity_id: conversation, address, at: '2026-11-01 10:03-03' },
	]);
	const day = { from: '2026-11-01T10:00', to: '2026-11-01T10:04' };
	for (const [fields, expected] of [
		[{ user: one.id }, [b, a]],
		[{ user: one.id, action: 'conversation.close' }, [a]],
		[{ user: one.id, module: 'conversation', address }, [a]],
		[{ user: one.id, address: '10.77.1.3' }, [b]],
		[{ conversation }, [b, a]],
		[{ conversation, user: one.id, action: 'conversation.reply' }, [b]],
		[{ conversation, user: two.id }, []],
		[{ conversation, entity: 'conversation', entity_id: conversation }, [a]],
		[{ entity: 'role', entity_id: conversation }, [d]],
		[{ entity: 'role', entity_id: conversation, module: 'conversation' }, []],
		[{ address, ...day }, [d, c, a]],
		[{ address, action: 'conversation.close', ...day }, [c, a]],
		[{ address, module: 'role', ...day }, [d]],
		[{ action: 'role.save', user: one.id }, []],
		[{ user: two.id, from: '2026-11-01T10:03' }, [d]],
		[{ user: two.id, to: '2026-11-01T10:03' }, [c]],
		[{ user: two.id, from: '2026-11-01T10:02:01', to: '2026-11-01T10:03:01' }, [d]],
	]) assert.deepEqual(ids(await find(fields)), expected, JSON.stringify(fields));
	const all = ids(await find(day));
	assert.deepEqual([a, b, c, d].filter(id => !all.includes(id)), []);
	assert.ok(ids(await find({ module: 'conversation', ...day })).includes(b));
	assert.ok(!ids(await find({ module: 'conversation', ...day })).includes(d));
});

test('a role finds what its people of today did, and one without people finds nothing', async () => {
	const name = `Rol ${once().slice(0, 8)}`;
	const [[role]] = sql(`INSERT INTO role (name) VALUES ('${name}') RETURNING role_id`);
	const person = world.person();
	const [row] = put([{ actor_id: person.id, actor_name: 'X', action: 'conversation.close' }]);
	assert.deepEqual(await find({ role }), []);
	sql(`INSERT INTO user_role VALUES (${person.id}, ${role})`);
	assert.deepEqual(ids(await find({ role })), [row]);
	assert.deepEqual(await find({ role, action: 'role.save' }), []);
	assert.deepEqual(await find({ role, user: world.person().id }), []);
	assert.deepEqual(ids(await find({ role, user: person.id })), [row]);
});

test('what the system did is found as the system’s', async () => {
	const conversation = `8${Date.now()}`;
	const [row] = put([{ actor_name: 'sistema', action: 'conversation.assign', conversation_id: conversation, at: '2026-11-02 03:00-03' }]);
	assert.deepEqual(ids(await find({ user: 0, conversation })), [row]);
	assert.ok(ids(await find({ user: 0, from: '2026-11-02T03:00', to: '2026-11-02T03:01' })).includes(row));
});

test('pages go on where the one before ended, whatever is written meanwhile', async () => {
	const person = world.person();
	const written = put(Array.from({ length: 120 }, (_, i) => ({ actor_id: person.id, actor_name: 'X', action: 'role.save',
		// Many at the same instant: the number decides.
		at: `2026-11-03 10:0${Math.floor(i / 40)}-03` })));
	const seen = [];
	let path = `/admin/audit?user=${person.id}`, pages = 0;
	while (path) {
		const { text } = await admin.page(path);
		seen.push(...[...text.matchAll(/href="\/admin\/audit\/(\d+)"/g)].map(([, id]) => Number(id)));
		const next = new RegExp('<span class="end"><a class="btn sm" href="([^"]*)"').exec(text)?.[1];
		path = next && decode(next);
		if (++pages === 1) put([{ actor_id: person.id, actor_name: 'X', action: 'role.save' }]);
	}
	assert.equal(pages, 3);
	assert.deepEqual(seen, written.reverse());
});

test('a row shows what was before and after, in the words of the forms', async () => {
	const [row] = put([{ actor_name: 'Marina López', action: 'break.save', entity: 'break', entity_id: 1,
		before: '{"name": "Café", "enabled": true}', after: '{"name": "<b>Mate</b>", "enabled": false}' }]);
	const { text } = await admin.page(`/admin/audit/${row}`);
	assert.match(text, /Descanso guardado/);
	assert.match(text, /<th scope="row">Nombre<\/th><td>Café<\/td><td>&lt;b&gt;Mate&lt;\/b&gt;<\/td>/);
	assert.match(text, /<th scope="row">Habilitado<\/th><td>sí<\/td><td>no<\/td>/);
	assert.match(text, /Todavía sin sellar/);
});

test('searching and reading a row are on record, with what was looked for', async () => {
	const person = world.person();
	const [row] = put([{ actor_id: person.id, actor_name: 'X', action: 'role.save' }]);
	await find({ user: person.id, module: 'role' });
	await admin.page(`/admin/audit/${row}`);
	const last = sql(`SELECT coalesce(entity_id, 0), coalesce(after::text, '-') FROM audit WHERE action = 'audit.read' ORDER BY audit_id DESC LIMIT 2`);
	assert.deepEqual(last, [[String(row), '-'], ['0', `{"user": "${person.id}", "module": "role"}`]]);
});

test('what cannot be asked for is told beside its field', async () => {
	for (const [fields, field, message] of [
		[{ from: 'ayer' }, 'from', 'Escribí la fecha y la hora.'],
		[{ from: '2026-02-31T10:00:99' }, 'from', 'Escribí la fecha y la hora.'],
		[{ from: '2026-11-02T10:00', to: '2026-11-01T10:00' }, 'to', 'Termina antes de empezar.'],
		[{ address: '10.0.0.' }, 'address', 'Escribí una dirección completa, por ejemplo 10.4.18.22.'],
		[{ address: "1' OR 1=1" }, 'address', 'Escribí una dirección completa, por ejemplo 10.4.18.22.'],
		[{ conversation: '12x' }, 'conversation', 'Escribí un número.'],
		[{ entity: 'role' }, 'entity_id', 'Completá este dato.'],
		[{ entity_id: '3' }, 'entity', 'Completá este dato.'],
		[{ role: '987654' }, 'role', 'Hay un dato que no está bien. Revisalo y probá de nuevo.'],
	]) {
		const { status, text } = await admin.page(`/admin/audit?${new URLSearchParams(fields)}`);
		assert.equal(status, 422, JSON.stringify(fields));
		assert.equal(errorOf(text, field), message);
	}
	for (const before of ['x', '1', '1-', '-1-1', '99999999999999999999-1'])
		assert.equal((await admin.page(`/admin/audit?before=${before}`)).status, 422, before);
});

test('who may not see the audit sees nothing of it', async () => {
	const staff = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	assert.equal((await staff.page('/admin/audit')).status, 403);
	assert.equal((await staff.page('/admin/audit/1')).status, 403);
	assert.equal((await admin.page('/admin/audit/999999999999')).status, 404);
});
