// What leaves as a file: only what a role's rule lets out, with a reason, masked where it says so, and on record with
// its digest; long ones made by the worker, followed and cancelled.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import test, { before } from 'node:test';
import { Admin, decode, errorOf, history } from '../support/admin.mjs';
import { info, sql } from '../support/instance.mjs';
import { eventually, Staff, World } from '../support/staff.mjs';
import { once } from '../support/visitor.mjs';

const world = new World();
let admin;
before(async () => { admin = await Admin.logIn(); });

const OPEN = Object.fromEntries(['session', 'user', 'audit'].flatMap(key => [[`${key}_csv`, '1'], [`${key}_rows`, '0'], [`${key}_reason`, '1']]));
// Somebody with a role of their own that may see users, sessions and the audit.
async function somebody() {
	const [[role]] = sql(`WITH r AS (INSERT INTO role (name) VALUES ('Rol ${once().slice(0, 8)}') RETURNING role_id),
		p AS (INSERT INTO role_permission SELECT role_id, unnest(ARRAY['user.view', 'session.manage', 'audit.view']) FROM r) SELECT role_id FROM r`);
	const person = world.person({ role: 'supervisor' });
	sql(`UPDATE user_role SET role_id = ${role} WHERE user_id = ${person.id}`);
	return { role, person, staff: await Staff.logIn(person.login), path: `/admin/exports/${role}` };
}
const rule = async (who, fields) => {
	const answer = await admin.save(who.path, fields, await admin.revision(who.path));
	assert.equal(answer.status, 303, answer.text);
};
const take = (who, list = 'sessions', fields = { reason: 'Pedido judicial' }) => who.staff.form(`/admin/${list}/export`, { once: once(), ...fields });
const last = action => JSON.parse(sql(`SELECT after FROM audit WHERE action = '${action}' ORDER BY audit_id DESC LIMIT 1`)[0][0]);

test('a role without a rule takes nothing, although it sees the list', async () => {
	const who = await somebody();
	assert.equal((await who.staff.page('/admin/sessions')).status, 200);
	for (const list of ['sessions', 'users', 'audit']) {
		const answer = await take(who, list);
		assert.equal(answer.status, 403, list);
		assert.match(answer.text, /Tu rol no permite descargar estos datos/);
	}
});

test('what a rule allows leaves, and can be taken back', async () => {
	const who = await somebody();
	await rule(who, OPEN);
	for (const list of ['sessions', 'users', 'audit']) assert.equal((await take(who, list, { reason: 'x', q: who.person.login })).status, 200, list);
	await rule(who, { ...OPEN, session_csv: '' });
	assert.equal((await take(who)).status, 403);
	assert.equal((await take(who, 'users')).status, 200);
	const [, , changed] = history('export', who.role).map(({ before: was, after }) => ({ was, after }));
	assert.equal(changed, undefined);
	assert.deepEqual(history('export', who.role).at(-1), { actor: 'Administración', action: 'export.save',
		before: { session: 'csv, con motivo' }, after: { session: 'no' } });
});

test('the reason is asked for where the rule says so', async () => {
	const who = await somebody();
	await rule(who, OPEN);
	const answer = await take(who, 'sessions', { reason: ' ' });
	assert.equal(answer.status, 422);
	assert.match(answer.text, /Escribí el motivo de la descarga/);
	assert.equal((await take(who, 'sessions', { reason: 'x'.repeat(301) })).status, 422);
	await rule(who, { ...OPEN, session_reason: '' });
	assert.equal((await take(who, 'sessions', {})).status, 200);
});

test('a download is on record with who, why, how much and the digest of the very file', async () => {
	const who = await somebody();
	await rule(who, OPEN);
	const answer = await take(who, 'users', { reason: 'Auditoría "externa"', q: who.person.login });
	const record = last('user.export');
	assert.deepEqual(record, { format: 'csv', rows: 1, masked: false, reason: 'Auditoría "externa"', filter: {},
		sha256: createHash('sha256').update(`\uFEFF${answer.text.replace(/^\uFEFF/, '')}`).digest('hex') });
});

test('no more rows leave than the rule lets', async () => {
	const who = await somebody();
	await rule(who, { ...OPEN, user_rows: '2' });
	const answer = await take(who, 'users');
	assert.equal(answer.text.trim().split('\r\n').length, 3);
	assert.equal(last('user.export').rows, 2);
});

test('personal data is masked where the rule says so', async () => {
	const who = await somebody();
	sql(`UPDATE app_user SET name = 'Graciela Beatriz Benítez', dni = '28111222', email = 'graciela@agencia.example' WHERE user_id = ${who.person.id}`);
	await rule(who, { ...OPEN, user_masked: '1', session_masked: '1', audit_masked: '1' });
	const { text } = await take(who, 'users', { reason: 'x', q: who.person.login });
	assert.match(text, /Graciela B\. B\./);
	assert.doesNotMatch(text, /Benítez|28111222|graciela@/);
	assert.doesNotMatch((await take(who)).text, /Benítez|127\.0\.0\.1/);
	assert.doesNotMatch((await take(who, 'audit')).text, /Benítez|127\.0\.0\.1/);
});

test('of two roles the more generous counts', async () => {
	const who = await somebody();
	await rule(who, { ...OPEN, user_rows: '1', user_masked: '1' });
	const [[other]] = sql(`INSERT INTO role (name) VALUES ('Rol ${once().slice(0, 8)}') RETURNING role_id`);
	sql(`INSERT INTO user_role VALUES (${who.person.id}, ${other}); INSERT INTO export_rule (role_id, dataset, rows_max) VALUES (${other}, 'user', 3)`);
	assert.equal((await take(who, 'users')).text.trim().split('\r\n').length, 4);
	assert.equal(last('user.export').masked, false);
});

test('a formula stays text in a spreadsheet', async () => {
	const who = await somebody();
	await rule(who, OPEN);
	const marks = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1'];
	for (const mark of marks) {
		sql(`UPDATE app_user SET name = $$${mark} x$$ WHERE user_id = ${who.person.id}`);
		const { text } = await take(who, 'users', { reason: 'x', q: who.person.login });
		assert.ok(text.includes(`'${mark} x`), mark);
	}
});

// The text of each cell of a workbook's first sheet, and every kind of cell there is in it.
function workbook(bytes) {
	const file = `${info.state}/prueba-${once()}.xlsx`;
	writeFileSync(file, bytes);
	const part = name => execFileSync('unzip', ['-p', file, name], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
	const sheet = part('xl/worksheets/sheet1.xml');
	const names = execFileSync('unzip', ['-Z1', file], { encoding: 'utf8' }).trim().split('\n');
	rmSync(file);
	return { sheet, names, rows: sheet.match(/<row .*?<\/row>/gs) ?? [], text: decode(sheet.replaceAll(/<[^>]+>/g, '\n')) };
}
const takeBytes = async (who, path, fields) => {
	const body = new URLSearchParams({ csrf: who.staff.csrf, once: once(), reason: 'x', format: 'xlsx', ...fields });
	const answer = await who.staff.raw(path, { method: 'POST', body });
	return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};

test('a list leaves as Excel where the rule says so, on record with the digest of the very file', async () => {
	const who = await somebody();
	await rule(who, OPEN);
	assert.equal((await takeBytes(who, '/admin/users/export')).status, 403);
	await rule(who, { ...OPEN, user_xlsx: '1', user_csv: '', user_rows: '3', session_xlsx: '1' });
	assert.equal((await take(who, 'users')).status, 403);
	const { status, headers, bytes } = await takeBytes(who, '/admin/users/export');
	assert.equal(status, 200);
	assert.match(headers.get('content-type'), /spreadsheetml\.sheet$/);
	assert.match(headers.get('content-disposition'), /usuarios\.xlsx/);
	assert.deepEqual((({ format, rows, sha256 }) => ({ format, rows, sha256 }))(last('user.export')),
		{ format: 'xlsx', rows: 3, sha256: createHash('sha256').update(bytes).digest('hex') });
	assert.equal(workbook(bytes).rows.length, 4);
	assert.match(workbook((await takeBytes(who, '/admin/sessions/export')).bytes).text, new RegExp(who.person.login));
	assert.equal((await take(who, 'sessions', { reason: 'x', format: 'pdf' })).status, 422);
	assert.deepEqual(readdirSync(`${info.state}/files`).filter(name => name.startsWith('workbook')), []);
});

test('in a workbook everything that people wrote is text: no formula, no link, nothing that is run', async () => {
	const who = await somebody();
	await rule(who, { ...OPEN, user_xlsx: '1' });
	for (const mark of ['=HYPERLINK("http://mal.example","x")', '+1', '@SUM(A1)', '=cmd|\' /C calc\'!A0', 'http://mal.example', '</is><f>1</f>', '_x003D_1', '\u0001\u001bx']) {
		sql(`UPDATE app_user SET name = $$${mark}$$ WHERE user_id = ${who.person.id}`);
		const { sheet, names, text } = workbook((await takeBytes(who, '/admin/users/export', { q: who.person.login })).bytes);
		assert.doesNotMatch(sheet, /<f[ >]|<hyperlink/, mark);
		assert.ok(names.every(name => !/external|vba|macro|rels\/sheet/i.test(name)), mark);
		if (!/[\u0001]/.test(mark)) assert.ok(text.includes(mark), mark);
	}
});

test('what is wrong in a rule stands beside its field; the second of two is told', async () => {
	const who = await somebody();
	const wrong = await admin.save(who.path, { ...OPEN, audit_rows: '-1' }, await admin.revision(who.path));
	assert.equal(wrong.status, 422);
	assert.equal(errorOf(wrong.text, 'audit_rows'), 'El número está fuera de lo permitido.');
	const revision = await admin.revision(who.path);
	await admin.save(who.path, OPEN, revision);
	const late = await admin.save(who.path, { ...OPEN, user_rows: '7' }, revision);
	assert.equal(late.status, 409);
	assert.match(late.text, /Otra persona guardó cambios/);
});

test('the audit leaves as it was filtered', async () => {
	const who = await somebody();
	await rule(who, OPEN);
	const person = world.person();
	sql(`INSERT INTO audit (program, action, actor_id, actor_name, after) VALUES ('test', 'role.save', ${person.id}, 'Otra', '{"name": "=2"}'), ('test', 'type.save', ${person.id}, 'Otra', NULL)`);
	const answer = await who.staff.form(`/admin/audit/export?user=${person.id}&module=role`, { reason: 'x', once: once() });
	const [head, ...rows] = answer.text.replace('\uFEFF', '').trim().split('\r\n');
	assert.match(head, /^Número;Fecha y hora;Persona;Acción;/);
	assert.equal(rows.length, 1);
	assert.match(rows[0], /;Otra;role\.save;test;/);
	assert.deepEqual(last('audit.export').filter, { user: String(person.id), module: 'role' });
});

const jobOf = who => sql(`SELECT export_job_id, state, rows_done, coalesce(file_hash, '-') FROM export_job WHERE user_id = ${who.person.id} ORDER BY 1 DESC LIMIT 1`)[0];
// 6,000 rows of one person: more than a page makes by itself.
function many() {
	const person = world.person();
	sql(`INSERT INTO audit (program, action, actor_id, actor_name, request_id) SELECT 'test', 'role.save', ${person.id}, 'Muchas', 'n' || n FROM generate_series(1, 6000) n`);
	return person;
}

test('a long one is made by the worker, whole and each row once, and fetched by whoever asked for it alone', async () => {
	const [who, other] = [await somebody(), await somebody()];
	await rule(who, OPEN);
	const person = many();
	const form = { reason: 'Respaldo', once: once() };
	for (let i = 0; i < 2; i++) {
		const answer = await who.staff.form(`/admin/audit/export?user=${person.id}`, form);
		assert.equal(answer.headers.get('location'), '/downloads');
	}
	assert.equal(sql(`SELECT count(*) FROM export_job WHERE user_id = ${who.person.id}`)[0][0], '1');
	await eventually(() => jobOf(who)[1] === '2', 'the download is made', 15000);
	const [id, , rows, hash] = jobOf(who);
	assert.equal(rows, '6000');
	assert.match((await who.staff.page('/downloads')).text, /Lista/);
	const { status, text } = await who.staff.page(`/downloads/${id}`);
	assert.equal(status, 200);
	const whole = `\uFEFF${text.replace(/^\uFEFF/, '')}`;
	assert.equal(createHash('sha256').update(whole).digest('hex'), hash);
	assert.equal(new Set([...whole.matchAll(/;n(\d+);/g)].map(([, n]) => n)).size, 6000);
	assert.equal(whole.trim().split('\r\n').length, 6001);
	const [[actor, after]] = sql(`SELECT actor_id, after FROM audit WHERE action = 'audit.export' AND entity_id = ${id}`);
	assert.equal(Number(actor), who.person.id);
	assert.equal(JSON.parse(after).sha256, hash);
	assert.equal(sql(`SELECT count(*) FROM audit WHERE action = 'export.download' AND entity_id = ${id}`)[0][0], '1');
	assert.equal((await other.staff.page(`/downloads/${id}`)).status, 404);
	assert.equal((await other.staff.form(`/downloads/${id}/cancel`, {})).status, 404);
	sql(`UPDATE export_job SET ended_at = now() - interval '25 hours' WHERE export_job_id = ${id}`);
	assert.equal((await who.staff.page(`/downloads/${id}`)).status, 404);
	await eventually(() => jobOf(who)[3] === '-', 'a day later its file is gone', 25000);
	assert.ok(!existsSync(`${info.state}/files/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`));
});

test('a long one is made as Excel too', async () => {
	const who = await somebody();
	await rule(who, { ...OPEN, audit_xlsx: '1' });
	const person = many();
	const ordered = await who.staff.form(`/admin/audit/export?user=${person.id}`, { reason: 'Respaldo', once: once(), format: 'xlsx' });
	assert.equal(ordered.headers.get('location'), '/downloads');
	await eventually(() => jobOf(who)[1] === '2', 'the download is made', 15000);
	const answer = await who.staff.raw(`/downloads/${jobOf(who)[0]}`), bytes = Buffer.from(await answer.arrayBuffer());
	assert.match(answer.headers.get('content-disposition'), /auditoria\.xlsx/);
	assert.equal(createHash('sha256').update(bytes).digest('hex'), jobOf(who)[3]);
	const { rows, text } = workbook(bytes);
	assert.equal(rows.length, 6001);
	assert.equal(new Set(text.match(/^n\d+$/gm)).size, 6000);
});

test('one that is cancelled is not made', async () => {
	const who = await somebody();
	await rule(who, OPEN);
	const [[id]] = sql(`INSERT INTO export_job (user_id, dataset, format, reason, parameters, rows_max, masked, once, state, ended_at)
		VALUES (${who.person.id}, 'audit', 'csv', 'x', '{}', 0, false, '${once()}', 4, now()) RETURNING export_job_id`);
	await who.staff.form(`/downloads/${id}/cancel`, {});
	assert.equal(jobOf(who)[1], '4', 'what has ended stays as it ended');
	const person = many();
	await who.staff.form(`/admin/audit/export?user=${person.id}`, { reason: 'x', once: once() });
	const [job] = jobOf(who);
	await who.staff.form(`/downloads/${job}/cancel`, {});
	await eventually(() => ['2', '3'].includes(jobOf(who)[1]), 'cancelled, or made already', 15000);
	if (jobOf(who)[1] === '3') {
		assert.equal((await who.staff.page(`/downloads/${job}`)).status, 404);
		assert.match((await who.staff.page('/downloads')).text, /Cancelada/);
	}
	assert.equal(sql(`SELECT count(*) FROM audit WHERE action = 'export.cancel' AND entity_id = ${job}`)[0][0], '1');
});

test('one that cannot be made fails, and the next is made', async () => {
	const who = await somebody();
	await rule(who, OPEN);
	sql(`INSERT INTO export_job (user_id, dataset, format, reason, parameters, rows_max, masked, once)
		VALUES (${who.person.id}, 'audit', 'csv', 'x', '{"search": "nada"}', 0, false, '${once()}')`);
	await eventually(() => jobOf(who)[1] === '4', 'failed on record', 15000);
	const person = many();
	await who.staff.form(`/admin/audit/export?user=${person.id}`, { reason: 'x', once: once() });
	await eventually(() => jobOf(who)[1] === '2', 'the next is made', 15000);
});
