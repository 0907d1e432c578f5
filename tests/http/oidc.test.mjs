// Log-in with the agency's own accounts: the real npm oidc-provider over TLS, from the button to the session and out.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Admin } from '../support/admin.mjs';
import { Authority } from '../support/authority.mjs';
import { info, sql } from '../support/instance.mjs';
import { comeIn, RealProvider, roleId, Traveller } from '../support/oidc.mjs';
import { eventually, Staff } from '../support/staff.mjs';

let authority, admin, provider;
before(async () => {
	authority = new Authority();
	admin = await Admin.logIn();
	provider = await RealProvider.start(authority, { admin });
});
after(async () => {
	await provider.stop();
	authority.remove();
});

const userOf = person => sql(`SELECT u.user_id, u.login, u.name, u.email, r.key FROM login_identity i
	JOIN app_user u USING (user_id) JOIN user_role USING (user_id) JOIN role r USING (role_id)
	WHERE i.subject = '${person.id}'`)[0];

test('the log-in page offers the provider', async () => {
	await eventually(async () => (await new Staff().page('/login')).text.includes(`/login/oidc/${provider.id}`), 'the button', 8000);
});

test('somebody of the agency comes in, and is a user with the role of their group', async () => {
	const person = provider.person(['otros', 'operadores']);
	const { staff, answer } = await comeIn(provider, person, { next: '/desk?box=closed' });
	assert.equal(answer.status, 303, answer.text + provider.errors);
	assert.equal(answer.headers.get('location'), '/desk?box=closed');
	assert.equal((await staff.page('/desk')).status, 200);
	const [, login, name, email, role] = userOf(person);
	assert.deepEqual([login, name, email, role], [person.preferred_username, person.name, person.email, 'operador']);
});

test('with ES256 it is the same', async () => {
	provider.algorithm = 'ES256';
	provider.renew();
	const { answer } = await comeIn(provider, provider.person(['operadores']));
	provider.algorithm = 'RS256';
	provider.renew();
	assert.equal(answer.status, 303, answer.text);
});
