// An agency with mail: an instance of a test's own, its mailboxes (dovecot), its mail server, and lines of e-mail.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { Authority } from './authority.mjs';
import { dovecot } from './dovecot.mjs';
import { root, sql } from './instance.mjs';
import { mailServer } from './smtp.mjs';
import { World } from './staff.mjs';
import { quietInstance, until as soon } from './worker.mjs';

export const until = (check, what) => soon(check, what, { seconds: 40 });

// tokens: a provider (oidc.mjs, given the authority) whose tokens open the mailboxes and the mail server, in place of
// passwords. t.after ends all of it.
export async function office(t, name, { tokens } = {}) {
	const authority = new Authority();
	t.after(() => authority.remove());
	const provider = await tokens?.(authority);
	const certificate = authority.certificate('DNS:localhost,IP:127.0.0.1');
	const { instance, workers } = await quietInstance(t, name);
	const rows = text => sql(text, { instance });
	const imap = await dovecot(t, certificate, { owner: provider?.owner });
	const smtp = await mailServer(t, { mode: 'starttls', certificate, user: 'casilla', password: 'clave', tokens: provider && imap.introspection });
	const set = (key, value) => rows(`INSERT INTO setting (key, value) VALUES ('${key}', to_jsonb('${value}'::text))
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	const inner = [`${imap.inner} localhost:${smtp.port}:127.0.0.0/8`];
	const permit = more => {
		inner.push(more);
		set('network.inner', inner.join(' '));
	};
	permit(provider ? `localhost:${provider.port}:127.0.0.0/8` : '');
	set('network.ca', authority.pem);
	const world = new World({ instance });
	const line = (key, settings, secrets, { name: owner } = world) => {
		const done = spawnSync('./dev', ['ventanilla', '--state', instance.state, 'channel-put'], { cwd: root, encoding: 'utf8',
			input: JSON.stringify({ network: 'email', key, name: key, queue: world.name, bot: `Bot ${owner}`, settings, secrets }) });
		assert.equal(done.status, 0, done.stderr);
		return Number(rows(`SELECT channel_id FROM channel WHERE key = '${key}'`)[0][0]);
	};
	return {
		provider, instance, workers, rows, imap, smtp, world, line, permit,
		said: text => until(() => rows(`SELECT conversation_id, seq FROM message WHERE author = 1 AND body = '${text}'`)[0], `"${text}" is in a thread`),
		sent: fits => until(() => smtp.messages().find(fits), 'a mail goes out'),
	};
}
