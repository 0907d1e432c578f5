// Whatever somebody asks for in an address: an answer, never a fault of ours, and nothing is changed by looking.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { info, root, sql } from '../support/instance.mjs';
import { Staff } from '../support/staff.mjs';
import { routesOf } from '../support/tables.mjs';

// Every parameter that any page reads.
const folder = `${root}cgi-bin/staff/`;
const names = new Set(readdirSync(folder).filter(name => name.endsWith('.c'))
	.flatMap(name => [...readFileSync(folder + name, 'utf8').matchAll(/request_quer\w+\(request, "(\w+)"/g)]).map(([, name]) => name));

const values = [`'; DROP TABLE message; --`, `' OR '1'='1`, '1) UNION SELECT password_hash FROM app_user --', '-1', '9223372036854775808',
	'9999-12-31', '0001-01-01', '25:61', '%', '\\', 'a'.repeat(1500), '<?cs var:L ?>'].map(encodeURIComponent)
	.concat('%00', '%ff%fe', '%c0%af', '%zz', '%ed%a0%80');

test('every page that takes questions is asked', () => {
	for (const name of ['q', 'queue', 'state', 'before', 'day', 'next', 'kind']) assert.ok(names.has(name), name);
});

for (const login of ['mlopez', 'cmendez', 'admin']) {
	test(`no address answers ${login} with a fault, whatever is asked`, async () => {
		const staff = await Staff.logIn(info.users.find(user => user.login === login).login);
		// Messages come by themselves meanwhile: of those only that none is lost.
		const tables = `SELECT count(*) FROM app_user UNION ALL SELECT count(*) FROM role_permission
			UNION ALL SELECT count(*) FROM message WHERE created_at < '${sql('SELECT now()')[0][0]}'`;
		const before = sql(tables);
		for (const { path } of routesOf('staff').filter(({ method, flags }) => method === 'GET' && !flags.includes('ROUTE_INTERNAL'))) {
			const address = path.replace(':id', '1');
			if (path.startsWith('/login/') || (await staff.page(address)).status !== 200) continue;
			const asked = values.map(value => `${address}?${[...names].map(name => `${name}=${value}`).join('&')}`);
			const answers = await Promise.all(asked.map(question => staff.page(question)));
			answers.forEach(({ status }, i) => assert.ok(status < 500, `${status}: ${asked[i].slice(0, 200)}`));
		}
		assert.deepEqual(sql(tables), before);
	});
}
