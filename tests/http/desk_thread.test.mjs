// One history over the contact's conversations, what stands where in it, and what is found in it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../support/instance.mjs';
import { Staff, World } from '../support/staff.mjs';
import { earlier } from '../support/history.mjs';

const world = new World();
const part = (staff, path) => staff.page(path, { 'X-Fragment': '1' });
const olderOf = html => /href="([^"]*)" data-older/.exec(html)?.[1].replaceAll('&amp;', '&');
const idsOf = html => [...html.matchAll(/class="(?:m|ev)[^"]*" id="(m[\d-]+)"/g)].map(([, id]) => id);

test('further up the contact\'s earlier conversations follow, each under what it was, down to the first', async () => {
	const { staff, id } = await world.case();
	const second = earlier(id, { days: 3, messages: 60, typification: 'Baja de dominio' }), first = earlier(id, { days: 40, messages: 3 });
	let { text } = await staff.page(`/desk/${id}`);
	assert.match(text, new RegExp(`<h3 class="cv" id="cv${id}"`));
	let all = idsOf(text);
	const parts = [];
	for (let link; (link = olderOf(text)); parts.push(text), all = [...idsOf(text), ...all]) {
		const answer = await part(staff, link);
		assert.equal(answer.status, 200, link);
		({ text } = answer);
	}
	assert.equal(all.length, new Set(all).size);
	assert.equal(all[0], `m${first}-1`);
	assert.equal(all.filter(place => place.startsWith(`m${second}-`)).length, 60);
	assert.equal(parts.length, 3);
	assert.match(parts[0], new RegExp(`id="cv${second}".*Webchat.*<b>Baja de dominio</b>`));
	assert.match(parts[2], new RegExp(`id="cv${first}"`));
	assert.doesNotMatch(parts.join(''), /data-seq/);
});

test('whoever may not see an earlier conversation is shown the one before it, and cannot ask for it', async () => {
	const { id } = await world.case();
	const elsewhere = new World();
	const hidden = earlier(id, { days: 2, messages: 2, queue: elsewhere.queue }), shown = earlier(id, { days: 5, messages: 2 });
	const supervisor = await Staff.logIn(world.person({ role: 'supervisor' }).login);
	const { text } = await supervisor.page(`/desk/${id}`);
	assert.equal(olderOf(text), `/desk/${id}/messages?of=${shown}`);
	assert.equal((await part(supervisor, `/desk/${id}/messages?of=${hidden}`)).status, 404);
	assert.equal((await supervisor.page(`/desk/${id}/find?q=anterior`)).status, 200);
	const { hits } = JSON.parse((await supervisor.page(`/desk/${id}/find?q=anterior`)).text);
	assert.deepEqual(hits, [`m${shown}-2`, `m${shown}-1`]);
});

test('a conversation of another contact is no part of this thread', async () => {
	const { staff, id } = await world.case();
	const { conversation: other } = await world.taxpayer({ name: 'Olga Ruiz', state: 'active' });
	assert.equal((await staff.page(`/desk/${other}`)).status, 200);
	assert.equal((await part(staff, `/desk/${id}/messages?of=${other}`)).status, 404);
	assert.equal((await part(staff, `/desk/${id}/messages?of=x`)).status, 422);
});

test('words are found without case and accents in all of the history, the latest first, and counted', async () => {
	const { staff, visitor, id } = await world.case();
	const old = earlier(id, { days: 9, messages: 4 });
	await visitor.say('¿Qué pasó con la DEUDA de 100 % anterior?');
	await visitor.until(({ messages }) => messages.some(({ text }) => text.includes('DEUDA')));
	const find = async words => JSON.parse((await staff.page(`/desk/${id}/find?q=${encodeURIComponent(words)}`)).text);
	const [[seq]] = sql(`SELECT seq FROM message WHERE conversation_id = ${id} AND body LIKE '%DEUDA%'`);
	assert.deepEqual(await find('que paso con la deuda'), { total: 1, hits: [`m${seq}`] });
	assert.deepEqual(await find('100 %'), { total: 1, hits: [`m${seq}`] });
	const all = await find('anterior');
	assert.equal(all.total, 5);
	assert.deepEqual(all.hits, [`m${seq}`, ...[4, 3, 2, 1].map(n => `m${old}-${n}`)]);
	assert.deepEqual(await find('no está'), { total: 0, hits: [] });
	for (const q of ['', '%20', 'x'.repeat(101)]) assert.equal((await staff.page(`/desk/${id}/find?q=${q}`)).status, 422);
	const stranger = await new World().case();
	assert.equal((await stranger.staff.page(`/desk/${id}/find?q=deuda`)).status, 404);
});

test('pictures, sound and files of no known kind have their size before they come', async () => {
	const { staff, id } = await world.case();
	await staff.upload(`/desk/${id}/files`, {}, [{ name: 'LEEME', content: 'sin extensión' }]);
	const { text } = await staff.page(`/desk/${id}`);
	assert.match(text, /class="fx o"[^>]*><svg[^>]*><use href="[^"]*#file"/);
	assert.match(text, /<b class="b">LEEME<\/b>/);
});

test('an address in what was said opens elsewhere and tells nothing; one that lies, and what is none, stays text', async () => {
	const { staff, visitor, id } = await world.case();
	await visitor.say('mirá https://a.example/x?a=1&b="2 y (https://b.example/ñ). No https://arba.gov.ar@c.example ni javascript:alert(1)');
	await visitor.until(({ messages }) => messages.some(({ text }) => text.startsWith('mirá')));
	const { text } = await staff.page(`/desk/${id}`);
	const links = [...text.matchAll(/<a class="url" href="([^"]*)" target="_blank" rel="noopener noreferrer">([^<]*)<\/a>/g)];
	assert.deepEqual(links.map(([, href, words]) => [href, words]), [
		['https://a.example/x?a=1&amp;b=', 'https://a.example/x?a=1&amp;b='], ['https://b.example/ñ', 'https://b.example/ñ'],
	]);
	assert.match(text, /<\/a>&quot;2 y \(<a .*<\/a>\)\. No https:\/\/arba\.gov\.ar@c\.example ni javascript:alert\(1\)<\/p>/);
});
