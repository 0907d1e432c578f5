// Every address × every role × what is theirs and what is not, from the tables the programs are made of. Who may, may;
// who may not is told so and leaves no trace but that; what is somebody else's is the same 404 as what is not there.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { info, sql } from '../support/instance.mjs';
import { forms, objects } from '../support/routes.mjs';
import { Staff, World } from '../support/staff.mjs';
import { permissions, routesOf } from '../support/tables.mjs';

const NOTHING = '26010100000001';
const routes = routesOf('staff').filter(route => !route.flags.includes('ROUTE_INTERNAL'));
const roles = sql('SELECT key FROM role WHERE builtin ORDER BY role_id').map(([key]) => key);
const world = new World(), elsewhere = new World();
const cast = [];
let foreign;

// A conversation that somebody else attends, in the queue that the cast shares or in another's, with a file in it.
async function somebodysCase(where) {
	const { staff, id } = await where.case();
	const answer = await staff.upload(`/desk/${id}/files`, { text: '' }, [{ name: 'nota.txt', content: `de ${id}` }]);
	assert.equal(answer.status, 200, answer.text);
	const [[file]] = sql(`SELECT attachment_id FROM attachment WHERE conversation_id = ${id}`);
	return { case: id, file };
}

class Person {
	constructor(role, who) {
		Object.assign(this, { role, who });
		this.name = role ?? (who ? 'who has no role' : 'who is not logged in');
		this.may = new Set(['public']);
		if (who) this.may.add('session');
		if (role) for (const [key] of sql(`SELECT permission FROM role_permission JOIN role USING (role_id) WHERE role.key = '${role}'`)) this.may.add(key);
	}

	async in() {
		return this.who ? Staff.logIn(this.who.login) : new Staff();
	}

	// Their own open case, as a taxpayer's wish to talk to a person gives it to them.
	async case() {
		if (!this.may.has('desk.attend')) return this.supervised;
		sql(`UPDATE agent_state SET state = CASE WHEN user_id = ${this.who.id} THEN 1 ELSE 0 END, wrap_until = NULL
			WHERE user_id IN (SELECT user_id FROM user_queue WHERE queue_id = ${world.queue})`);
		const { conversation } = await world.taxpayer({ state: 'active' });
		return { case: conversation };
	}

	// May they open a conversation of their queue that somebody else attends; one of other queues?
	sees(what) {
		return this.may.has('conversation.all') || (what === 'supervised' && this.may.has('conversation.supervise'));
	}
}

// The log-in page offers twenty ways: those of the walk are no more.
after(() => sql('UPDATE login_provider SET deleted_at = now() WHERE kind <> 1 AND deleted_at IS NULL'));

before(async () => {
	const supervised = await somebodysCase(world);
	foreign = await somebodysCase(elsewhere);
	cast.push(new Person(null, null), new Person(null, world.person({ attends: false })));
	sql(`DELETE FROM user_role WHERE user_id = ${cast[1].who.id}`);
	for (const role of roles) cast.push(new Person(role, world.person({ role, attends: role.startsWith('operador'), capacity: 100 })));
	for (const person of cast) Object.assign(person, { supervised, staff: await person.in() });
});

const queries = { 'GET /desk/:id/messages': '?before=50', 'GET /desk/:id/find': '?q=hola' };
const fill = (route, id) => route.path.replace(':id', id).replace(/:(?:seq|place)/g, '1') + (queries[route.name] ?? '');
const aboutCases = route => /^\/(desk|files)\/:id/.test(route.path);

async function pageAs(person, route, id) {
	const { status, headers } = await person.staff.page(fill(route, id));
	return { status, location: headers.get('location') };
}

function refused(person, answer, what) {
	if (person.who) assert.equal(answer.status, 403, what);
	else if (answer.status === 303) assert.match(answer.location, /^\/login/, what);
	else assert.equal(answer.status, 401, what);
}

test('every address with a part of its own, and every form, has its example', () => {
	const wanted = routes.filter(({ method, path }) => method === 'POST' || path.includes(':')).map(({ name }) => name);
	assert.deepEqual(Object.keys({ ...objects, ...forms }).sort(), wanted.sort());
});

test('every address asks for a permission that exists, and only log-in, invitations and health are open to all', () => {
	for (const { name, permission } of routes) assert.ok(permission, name);
	assert.deepEqual(routes.filter(({ permission }) => permission === 'public').map(({ name }) => name),
		['GET /login', 'POST /login', 'POST /login/ldap/:id', 'GET /login/negotiate/:id', 'GET /login/oidc/:id', 'GET /login/oidc/:id/callback', 'POST /login/oidc/:id/logout', 'GET /invite', 'POST /invite', 'GET /health']);
	for (const [key] of sql('SELECT DISTINCT permission FROM role_permission')) assert.ok(Object.values(permissions).includes(key), key);
});

for (const route of routes.filter(({ method }) => method === 'GET')) {
	test(`${route.name}: who may see it`, async () => {
		for (const person of cast) {
			const what = `${route.name}, ${person.name}`;
			if (!person.may.has(route.permission)) {
				refused(person, await pageAs(person, route, NOTHING), what);
				continue;
			}
			if (!route.path.includes(':')) {
				const { status } = await pageAs(person, route);
				assert.ok(status === 200 || status === 303 || (['/', '/admin', '/admin/find'].includes(route.path) && status === 403), `${what}: ${status}`);
				continue;
			}
			assert.equal((await pageAs(person, route, NOTHING)).status, 404, `${what}, what is not there`);
			assert.equal((await pageAs(person, route, 'cosa')).status, 404, `${what}, what is no number`);
			if (!aboutCases(route)) {
				const { status } = await pageAs(person, route, await objects[route.name](null, person));
				// A way to log in leads to another site, or says why it does not.
				assert.ok(status === 200 || (route.permission === 'public' && status !== 404), `${what}: ${status}`);
				continue;
			}
			for (const [kind, objectsOf] of Object.entries({ supervised: person.supervised, foreign }))
				assert.equal((await pageAs(person, route, await objects[route.name](objectsOf))).status, person.sees(kind) ? 200 : 404, `${what}, ${kind}`);
			if (person.may.has('desk.attend') && route.path.startsWith('/desk'))
				assert.equal((await pageAs(person, route, await objects[route.name](await person.case()))).status, 200, `${what}, their own`);
		}
	});
}

const trace = person => Number(sql(`SELECT count(*) FROM audit WHERE actor_id = ${person.who.id}`)[0][0]);
const lastActions = person => sql(`SELECT action FROM audit WHERE actor_id = ${person.who.id} ORDER BY audit_id DESC LIMIT 5`).map(([action]) => action);

async function sendAs({ staff }, form) {
	const answer = form.files ? await staff.upload(form.path, Object.fromEntries(Object.entries(form.fields)), form.files)
		: await staff.form(form.path, form.fields);
	return { status: answer.status, location: answer.headers.get('location'), text: answer.text };
}

for (const route of routes.filter(({ method, permission }) => method === 'POST' && permission !== 'public')) {
	test(`${route.name}: who may send it, and what stays on record`, async () => {
		for (const person of cast) {
			const what = `${route.name}, ${person.name}`;
			// Who has no screen at all has no page that carries a token.
			const may = person.may.has(route.permission) && Boolean(person.staff.csrf);
			const own = aboutCases(route) && may ? await person.case() : person.supervised;
			const form = await forms[route.name](own, person);
			const before = person.who && trace(person);
			if (!may) {
				refused(person, await sendAs(person, form), what);
				if (person.who) assert.equal(trace(person), before, `${what}: nothing on record`);
				continue;
			}
			if (form.attends && !sql(`SELECT attends FROM app_user WHERE user_id = ${person.who.id}`)[0][0].startsWith('t')) continue;
			// What is only read leaves with whoever may open it, and the form says whose it is by its address alone.
			if (aboutCases(route) && route.permission === 'session') {
				for (const [kind, { case: id }] of Object.entries({ supervised: person.supervised, foreign })) {
					const { status } = await sendAs(person, { ...form, path: fill(route, id) });
					assert.equal(status, person.sees(kind) ? 200 : 404, `${what}, ${kind}`);
				}
				if (own === person.supervised && !person.sees('supervised')) continue;
			} else if (aboutCases(route)) {
				for (const id of [NOTHING, foreign.case, person.supervised.case])
					assert.equal((await sendAs(person, { ...form, path: fill(route, id) })).status, 404, `${what}, not theirs`);
				assert.equal(trace(person), before, `${what}: nothing on record`);
			}
			const answer = await sendAs(person, form);
			form.after?.();
			if (form.apart) person.staff = await person.in();
			assert.ok(answer.status < 400, `${what}: ${answer.status} ${answer.text}`);
			if (route.actions.length) assert.ok(lastActions(person).some(action => route.actions.includes(action)), `${what}: ${lastActions(person)}`);
			else assert.equal(trace(person), before, `${what}: says it leaves no record`);
		}
	});

	if (route.path.includes(':')) {
		test(`${route.name}: what is not there is 404`, async () => {
			const person = cast.find(({ may, staff }) => may.has(route.permission) && staff.csrf);
			const form = await forms[route.name](await person.supervised, person);
			for (const id of [NOTHING, 'cosa'])
				assert.equal((await sendAs(person, { ...form, path: fill(route, id) })).status, 404, id);
		});
	}
}

for (const route of routes.filter(({ method, flags }) => method === 'POST' && !flags.includes('ROUTE_NO_CSRF'))) {
	test(`${route.name}: no token, a forged one and another session’s are refused`, async () => {
		const able = cast.filter(({ may, who }) => who && may.has(route.permission));
		const person = able[0], other = able[1] ?? cast.find(({ who }) => who && who !== person.who);
		const form = await forms[route.name](person.supervised, person);
		const before = trace(person);
		for (const csrf of ['', 'inventado', other.staff.csrf]) {
			const fields = Array.isArray(form.fields) ? [...form.fields, ['csrf', csrf]] : { ...form.fields, csrf };
			assert.equal((await sendAs(person, { ...form, fields })).status, 403, csrf || 'none');
		}
		assert.equal(trace(person), before);
	});
}

test('what only nginx may ask for does not exist for anybody', async () => {
	for (const program of ['staff', 'webchat']) {
		for (const { path } of routesOf(program).filter(({ flags }) => flags.includes('ROUTE_INTERNAL')))
			for (const person of cast) assert.equal((await person.staff.page(path)).status, 404, path);
	}
});

test('the door of data services is open to none but its health; the providers\' asks for a proof at any other address', () => {
	assert.deepEqual(routesOf('api').map(({ name }) => name), ['GET /api/health']);
	assert.deepEqual(routesOf('hooks').map(({ name }) => name), ['GET /hooks/health', 'GET /hooks/:key', 'POST /hooks/:key']);
	assert.ok(info.base_url);
});

test('whatever the walk left on record can be searched by the kind of its object', async () => {
	const reader = cast.find(({ may, staff }) => may.has('audit.view') && staff.csrf);
	const { text } = await reader.staff.page('/admin/audit');
	const offered = new Set([...text.matchAll(/<option value="([a-z_]+)"/g)].map(([, key]) => key));
	const kinds = sql(`SELECT DISTINCT entity FROM audit WHERE entity <> ''`).map(([kind]) => kind);
	assert.deepEqual(kinds.filter(kind => !offered.has(kind)), []);
});
