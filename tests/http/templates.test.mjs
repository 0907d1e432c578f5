// Templates of WhatsApp: what the provider has and what it says of them, in whichever order.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { ownInstance, sql as ask } from '../support/instance.mjs';
import { Phones } from '../support/networks.mjs';
import { eventually } from '../support/staff.mjs';

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
