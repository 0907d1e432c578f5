// Breaks: what an administrator arranges, and what it means for who wants to take one.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, errorOf, history } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
let admin;
before(async () => { admin = await Admin.logIn(); });

// A break of the test's own, which only `who` may take unless told otherwise.
async function make(fields) {
	const name = `Pausa ${once().slice(0, 8)}`;
	const answer = await admin.save('/admin/breaks/new', { name, allowance: '30', longest: '', shows: '3', over: '0',
		by_oneself: '1', enabled: '1', ...fields });
	assert.equal(answer.status, 303, answer.text);
	return { name, id: Number(sql(`SELECT break_type_id FROM break_type WHERE name = '${name}'`)[0][0]) };
}
const only = person => ({ some: '1', users: String(person.id) });
const take = (staff, rest) => staff.post('/state', { to: String(rest.id) });
const stateOf = person => sql(`SELECT state, coalesce(break_type_id, 0) FROM agent_state WHERE user_id = ${person.id}`)[0].join();

async function operator() {
	const person = world.person();
	return { person, staff: await Staff.logIn(person.login) };
}

test('what is made is in the list and, in the words of people, on record', async () => {
	const { person } = await operator();
	const rest = await make({ ...only(person), longest: '15', over: '1', at_once: '2', waiting_max: '10', shows: '1', position: '4' });
	assert.match((await admin.page('/admin/breaks')).text, new RegExp(rest.name));
	assert.deepEqual(history('break', rest.id)[0].after, { name: rest.name, allowance_s: 1800, longest_s: 900, everybody: false,
		users: [person.name], groups: [], by_oneself: true, at_once: 2, waiting_max: 10, shows: 'current', over: 'return', position: 4, enabled: true });
});

test('what is wrong stands beside its field', async () => {
	const good = { name: 'Pausa', allowance: '30', longest: '', shows: '3', over: '0' };
	for (const [fields, field, text] of [
		[{ name: '' }, 'name', 'Completá este dato.'],
		[{ name: 'Almuerzo' }, 'name', 'Ya hay otro con ese dato.'],
		[{ allowance: '721' }, 'allowance', 'El número está fuera de lo permitido.'],
		[{ allowance: 'media hora' }, 'allowance', 'Escribí un número.'],
		[{ shows: '9' }, 'shows', 'El número está fuera de lo permitido.'],
		[{ over: '1' }, 'longest', 'Para que vuelva solo, indicá el máximo seguido.'],
		[{ some: '1' }, 'users', 'Elegí al menos una persona o un grupo.'],
	]) {
		const answer = await admin.save('/admin/breaks/new', { ...good, ...fields });
		assert.equal(answer.status, 422, field);
		assert.equal(errorOf(answer.text, field), text);
	}
});

test('a break for some is seen and taken by them alone', async () => {
	const [one, other] = [await operator(), await operator()];
	const rest = await make(only(one.person));
	assert.match((await one.staff.page('/desk')).text, new RegExp(rest.name));
	assert.doesNotMatch((await other.staff.page('/desk')).text, new RegExp(rest.name));
	assert.equal((await take(one.staff, rest)).status, 200);
	assert.equal(stateOf(one.person), `2,${rest.id}`);
	const refused = await take(other.staff, rest);
	assert.equal(refused.status, 409);
	assert.match(refused.json.error.message, /no está habilitado para vos/);
	assert.equal(stateOf(other.person), '1,0');
});

test('a break that supervision gives is not in the menu and not to be taken', async () => {
	const { person, staff } = await operator();
	const rest = await make({ ...only(person), by_oneself: '' });
	assert.doesNotMatch((await staff.page('/desk')).text, new RegExp(rest.name));
	assert.equal((await take(staff, rest)).status, 409);
});

test('of a queue no more than so many are on it at once, also when they ask at the same instant', async () => {
	const people = await Promise.all([operator(), operator(), operator()]);
	const rest = await make({ some: '1', users: String(people[0].person.id), at_once: '1' });
	sql(`UPDATE break_type SET user_ids = ARRAY[${people.map(one => one.person.id)}]::bigint[] WHERE break_type_id = ${rest.id}`);
	const answers = await Promise.all(people.map(one => take(one.staff, rest)));
	assert.deepEqual(answers.map(answer => answer.status).sort(), [200, 409, 409]);
	assert.match(answers.find(answer => answer.status === 409).json.error.message, /otras personas de tu cola/);
	const resting = people[answers.findIndex(answer => answer.status === 200)];
	await resting.staff.post('/state', { to: 'available' });
	assert.equal((await take(people.find(one => one !== resting).staff, rest)).status, 200);
});

test('the menu says how many may be on a break at once and, when it cannot be taken now, why', async () => {
	const [one, other] = [await operator(), await operator()];
	const rest = await make({ some: '1', users: String(one.person.id), at_once: '1' });
	sql(`UPDATE break_type SET user_ids = ARRAY[${one.person.id}, ${other.person.id}]::bigint[] WHERE break_type_id = ${rest.id}`);
	const item = async ({ staff }) => new RegExp(`<button class="mi" name="to" value="${rest.id}".*?</button>`, 's').exec((await staff.page('/desk')).text)[0];
	assert.match(await item(one), /hasta 1 a la vez en cada cola/);
	await take(other.staff, rest);
	assert.match(await item(one), /ahora no: ya hay otras personas de tu cola/);
	assert.doesNotMatch(await item(other), /ahora no/);
	await other.staff.post('/state', { to: 'available' });
	assert.doesNotMatch(await item(one), /ahora no/);
});

test('a menu that is on a screen follows when the last place is taken and when there is one again', async () => {
	const [a, b, c] = [await operator(), await operator(), await operator()];
	const rest = await make({ some: '', at_once: '2' });
	const asked = async change => {
		const cursor = /data-cursor="([^"]+)"/.exec((await c.staff.page('/desk')).text)[1];
		const held = c.staff.page(`/live?v=shell&c=${encodeURIComponent(cursor)}`, { 'X-Fragment': '1' });
		assert.equal((await change()).status, 200);
		return (await held).text;
	};
	const full = text => new RegExp(`value="${rest.id}".*?</button>`, 's').exec(text)[0].includes('<span class="row xs no">');
	assert.equal((await take(a.staff, rest)).status, 200);
	assert.ok(full(await asked(() => take(b.staff, rest))));
	assert.ok(!full(await asked(() => a.staff.post('/state', { to: 'available' }))));
	// With one place taken of two nothing changes for the others, and nobody is woken.
	const watched = () => sql(`SELECT count(*) FROM wake WHERE topics ~ '\\mo${c.person.id}\\M'`)[0][0];
	const before = watched();
	assert.equal((await b.staff.post('/state', { to: 'available' })).status, 200);
	assert.equal((await take(b.staff, rest)).status, 200);
	assert.equal(watched(), before);
});

test('while many wait in their queues nobody goes', async () => {
	const quiet = new World();
	const person = quiet.person();
	const staff = await Staff.logIn(person.login);
	sql(`UPDATE agent_state SET state = 0 WHERE user_id = ${person.id}`);
	await quiet.taxpayer({ state: 'waiting' });
	await quiet.taxpayer({ state: 'waiting' });
	const rest = await make({ ...only(person), waiting_max: '1' });
	assert.match((await take(staff, rest)).json.error.message, /muchas conversaciones en espera/);
	sql(`UPDATE break_type SET waiting_max = 2 WHERE break_type_id = ${rest.id}`);
	assert.equal((await take(staff, rest)).status, 200);
});

test('a break that ends by itself makes them available when its longest time is over', async () => {
	const { person, staff } = await operator();
	const rest = await make({ ...only(person), longest: '1', over: '1' });
	await take(staff, rest);
	sql(`UPDATE agent_state SET since = since - interval '61 seconds' WHERE user_id = ${person.id}`);
	await eventually(() => stateOf(person) === '1,0', 'available again', 10000);
	const [[reason]] = sql(`SELECT reason FROM agent_state_log WHERE user_id = ${person.id} AND ended_at IS NULL`);
	assert.equal(reason, 'break_over');
});

test('one that ends by itself ends when the time of the day is used up, and is not given again', async () => {
	const { person, staff } = await operator();
	const rest = await make({ ...only(person), allowance: '2', longest: '30', over: '1' });
	await take(staff, rest);
	sql(`UPDATE agent_state_log SET started_at = started_at - interval '121 seconds' WHERE user_id = ${person.id} AND ended_at IS NULL`);
	await eventually(() => stateOf(person) === '1,0', 'available again', 15000);
	const refused = await take(staff, rest);
	assert.equal(refused.status, 409);
	assert.match(refused.json.error.message, /todo el tiempo de hoy/);
});

test('one that only counts goes on beyond the time of the day, and says so', async () => {
	const { person, staff } = await operator();
	const rest = await make({ ...only(person), allowance: '2' });
	await take(staff, rest);
	sql(`UPDATE agent_state_log SET started_at = started_at - interval '5 minutes' WHERE user_id = ${person.id} AND ended_at IS NULL`);
	await staff.post('/state', { to: 'available' });
	assert.equal((await take(staff, rest)).status, 200);
	assert.match((await staff.page('/desk')).text, new RegExp(`${rest.name}.*usado 05:0\\d · disponible 00:00.*meter bad`, 's'));
});

test('the operator sees of it what was decided: nothing, the time that runs, what is used, or both', async () => {
	for (const [shows, clock, used] of [['0', false, false], ['1', true, false], ['2', false, true], ['3', true, true]]) {
		const { person, staff } = await operator();
		const rest = await make({ ...only(person), shows });
		await take(staff, rest);
		const summary = /<summary class="state">.*?<\/summary>/s.exec((await staff.page('/desk')).text)[0];
		assert.match(summary, new RegExp(rest.name));
		assert.equal(/class="tm/.test(summary), clock, `clock with ${shows}`);
		assert.equal(/class="bk"/.test(summary), used, `use with ${shows}`);
	}
});

test('who is on a break that is removed finishes it, and the record keeps its name', async () => {
	const { person, staff } = await operator();
	const rest = await make(only(person));
	await take(staff, rest);
	await admin.save(`/admin/breaks/${rest.id}/remove`, {}, '1');
	assert.match((await staff.page('/desk')).text, new RegExp(rest.name));
	await staff.post('/state', { to: 'available' });
	assert.doesNotMatch((await staff.page('/desk')).text, new RegExp(rest.name));
	assert.equal((await take(staff, rest)).status, 422);
	assert.equal(history('break', rest.id).at(-1).before.name, rest.name);
});
