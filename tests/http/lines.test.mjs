// How lines do: what their networks tell of them, what is counted, and who is told.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Admin, decode } from '../support/admin.mjs';
import { sql } from '../support/instance.mjs';
import { secret, tells, whatsappLine } from '../support/lines.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

let admin;
before(async () => { admin = await Admin.logIn(); });

const line = changes => whatsappLine(admin, changes);
const news = one => sql(`SELECT word FROM line_news WHERE channel_id = ${one.id} ORDER BY at, line_news_id`).map(([word]) => word);
const heard = (one, count) => eventually(() => news(one).length >= count, `${count} news`, 15000);
const health = (one, columns) => sql(`INSERT INTO channel_health (channel_id, ${Object.keys(columns)}) VALUES (${one.id}, ${Object.values(columns)})
	ON CONFLICT (channel_id) DO UPDATE SET (${Object.keys(columns)}, channel_id) = ROW (${Object.values(columns)}, ${one.id})`);
const told = one => sql(`SELECT DISTINCT key, words FROM notice WHERE subject LIKE 'line:${one.id}:%' ORDER BY 1`);
const card = async one => decode(/<section class="card sheet wide" data-health.*?<\/section>/s.exec((await admin.page(one.path)).text)?.[0] ?? '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const inList = async one => decode(new RegExp(`id="pulse-${one.id}">.*?</dl>`, 's').exec((await admin.page('/admin/channels')).text)?.[0] ?? '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

test('what the network tells of a line is kept, shown with what to do, and told to whoever manages lines', async () => {
	const one = await line(), at = Math.floor(Date.now() / 1000);
	await tells(one, 'phone_number_quality_update', { display_phone_number: '15550001', event: 'FLAGGED', current_limit: 'TIER_1K' }, at - 2);
	await tells(one, 'account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE', waba_ban_date: '1 de junio' } }, at - 1);
	await tells(one, 'account_update', { event: 'ALGO_NUEVO' }, at);
	await tells(one, 'account_update', { event: 'ALGO_NUEVO' }, at);
	await heard(one, 3);
	assert.deepEqual(news(one), ['quality_low', 'banned', 'account_other'], 'a repeat is none');
	const text = await card(one);
	assert.match(text, /calidad baja.*Calidad según el proveedor baja A cuántas personas puede escribir 1\.000 por día/);
	assert.match(text, /Meta avisó un cambio en la cuenta: ALGO_NUEVO.*Meta deshabilita la cuenta \(DISABLE\)\. Entrá a la calidad.*La calidad del número es baja\. Revisá/);
	assert.match(await inList(one), /calidad baja/);
	assert.deepEqual(told(one), [['line_news_banned', 'DISABLE']], 'the last that matters');
	const other = await Staff.logIn(new World().person({ role: 'administrador' }).login);
	sql(`SELECT notice_line(${one.id}, 'line_news_banned', 'DISABLE', 'news')`);
	const page = (await other.page('/notices')).text;
	assert.ok(decode(page).includes(`${one.name}: Meta deshabilita la cuenta.`));
	const [, open] = new RegExp(`action="(/notices/\\d+/open)"`).exec(page.slice(page.lastIndexOf('<form', page.indexOf(one.name))));
	assert.equal((await other.form(open, {})).headers.get('location'), one.path, 'and to open it leads to the line');
});

test('of an account with several lines, news of a number are of the line that has it, others of all', async () => {
	const one = await line(), two = await line({ waba: one.waba, app_secret: one.app_secret });
	health(one, { number: "'5492210001'" });
	health(two, { number: "'5492210002'" });
	await tells(one, 'phone_number_quality_update', { display_phone_number: '+54 9 221 0002', event: 'FLAGGED' });
	await tells(one, 'account_review_update', { decision: 'APPROVED' });
	await heard(two, 2);
	await heard(one, 1);
	assert.deepEqual([news(one), news(two).sort()], [['review_approved'], ['quality_low', 'review_approved']]);
});

test('news in a form that nobody expects are kept or passed over, and stop nothing', async () => {
	const one = await line();
	for (const value of [{}, { event: 7 }, { event: 'x'.repeat(300) }, [], { event: 'FLAGGED', display_phone_number: { a: 1 } }, { event: 'UPGRADE', current_limit: 'TIER_X' }])
		await tells(one, 'phone_number_quality_update', value);
	await tells(one, 'account_alerts', { alert_severity: 'CRITICAL', alert_type: '<b>OBA</b>' });
	await heard(one, 1);
	await eventually(() => news(one).includes('alert'), 'the last of them', 15000);
	assert.match((await admin.page(one.path)).text, /Meta avisó: &lt;b&gt;OBA&lt;\/b&gt;/);
});

test('whoever manages lines is told that much fails, that a token ends, that nothing comes in; and that it is over', async () => {
	const [bad, few, week, day, renews, quiet] = await Promise.all(Array.from({ length: 6 }, () => line()));
	const count = (one, tried, failed) => sql(`INSERT INTO line_count (channel_id, slot, writer, tried, failed) VALUES (${one.id}, now(), 10, ${tried}, ${failed})`);
	count(bad, 30, 9);
	count(few, 19, 19);
	[bad, few].forEach(one => health(one, { last_out_at: 'now()' }));
	health(week, { token_expires_at: "now() + interval '6 days'" });
	health(day, { token_expires_at: "now() + interval '5 hours'" });
	health(renews, { token_expires_at: "now() + interval '2 hours'" });
	sql(`INSERT INTO channel_send_secret (channel_id, name, value) VALUES (${renews.id}, 'refresh_token', 'x')`);
	health(quiet, { last_in_at: "now() - interval '3 hours'" });
	sql(`INSERT INTO line_count (channel_id, slot, writer, came) SELECT ${quiet.id}, now() - make_interval(weeks => w) - interval '30 minutes', 0, 4 FROM generate_series(1, 2) w;
		INSERT INTO setting (key, value) VALUES ('line.silent_min', '120') ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	const all = () => [bad, few, week, day, renews, quiet].map(one => told(one).map(([key]) => key).join());
	await eventually(() => all().filter(Boolean).length >= 4, 'they are told', 30000);
	assert.deepEqual(all(), ['line_errors', '', 'line_token_7', 'line_token_1', '', 'line_silent']);
	assert.equal(told(bad)[0][1], '9/30');
	assert.match(await inList(bad), /fallan muchos.*30 %: 9 de 30/);
	assert.match(await inList(week), /el token vence pronto/);
	assert.match(await card(day), /Token de acceso vence el .* vence pronto/);
	assert.match(await inList(quiet), /no entra nada/);
	// A good hour, something that came in, a new token.
	sql(`UPDATE line_count SET tried = 300 WHERE channel_id = ${bad.id}`);
	health(quiet, { last_in_at: 'now()' });
	assert.equal((await admin.save(week.path, { ...week, app_secret: '', verify_token: '', token: secret() }, await admin.revision(week.path))).status, 303);
	await eventually(() => told(bad)[0][0] === 'line_errors_over' && told(quiet)[0][0] === 'line_hears', 'that it is over', 30000);
	assert.match(await card(week), /El proveedor no dijo hasta cuándo vale/);
	sql("DELETE FROM setting WHERE key = 'line.silent_min'");
});

test('the card says how late things came, and what failed today', async () => {
	const one = await line();
	assert.match(await card(one), /Demora en llegar acá, última hora Sin avisos.*Fallaron en 24 horas no salió ninguno/);
	sql(`INSERT INTO line_count (channel_id, slot, writer, tried, failed, came, lags) VALUES
		(${one.id}, now(), 0, 0, 0, 7, '{60,30,0,0,0,0,6,0,0}'), (${one.id}, now(), 1, 0, 0, 5, '{}'),
		(${one.id}, now() - interval '5 hours', 10, 1200, 12, 0, '{}')`);
	const text = await card(one);
	assert.match(text, /Mensajes que entraron en 24 horas 12/);
	assert.match(text, /La mitad, en 1 s o menos; 95 de cada 100, en 5 min o menos\./);
	assert.match(text, /Fallaron en la última hora no salió ninguno Fallaron en 24 horas 1 %: 12 de 1\.200/);
});

test('what was said to providers and what they told is looked through by line, time and result, masked, and leaves as a file', async () => {
	const one = await line(), other = await line();
	const put = (of, outcome, said) => sql(`INSERT INTO exchange (channel_id, outbox_id, kind, method, path, status, ms, outcome, error_code, error, sent, said)
		VALUES (${of.id}, ${1e9 + of.id}, 'message', 'POST', '/v25.0/…4923/messages', 400, 120, ${outcome}, 131026, 'no llegó', '{"type":"text"}', '${said}')`);
	put(one, 4, '{"error":{"code":131026}}');
	put(one, 1, '{"de":"aceptado"}');
	put(other, 1, '{"de":"otra"}');
	const page = async query => decode((await admin.page(`/admin/exchanges?${query}`)).text);
	const all = await page(`line=${one.id}`);
	assert.match(all, /POST \/v25\.0\/…4923\/messages.*400.*120 ms.*rechazado.*131026<\/span> no llegó/s);
	assert.ok(all.includes('"de":"aceptado"') && !all.includes('"de":"otra"'));
	assert.ok(!(await page(`line=${one.id}&result=refused`)).includes('"de":"aceptado"'));
	assert.ok((await page(`row=${1e9 + other.id}`)).includes('"de":"otra"'));
	assert.ok(!(await page(`line=${one.id}&to=2020-01-01T00:00`)).includes('"de":"aceptado"'));
	assert.equal((await admin.page('/admin/exchanges?from=ayer')).status, 422);
	await tells(one, 'account_alerts', { alert_severity: 'CRITICAL', alert_type: 'OBA', alert_description: 'Para Ana Ríos, 5492215550100' });
	await heard(one, 1);
	const came = await page(`line=${one.id}`);
	assert.match(came, /procesado.*"field":"account_alerts"/s);
	assert.ok(!came.includes('Ana Ríos') && !came.includes('5492215550100') && !came.includes(one.waba));
	const file = await admin.form(`/admin/exchanges/export?line=${one.id}`, { format: 'csv', reason: 'revisión', once: once() });
	assert.match(file.text, /rechazado/);
	assert.ok(!file.text.includes('otra'));
	const supervisor = await Staff.logIn('cmendez');
	assert.equal((await supervisor.page('/admin/exchanges')).status, 403);
	assert.equal((await supervisor.form('/admin/exchanges/export', { format: 'csv', reason: 'x', once: once() })).status, 403);
});
