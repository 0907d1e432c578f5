// A mail server (smtp.py) and what it took.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { root, sql } from './instance.mjs';
import { freePort } from './slapd.mjs';

// {to, from, subject, text} of what aiosmtpd wrote.
function read(part) {
	const whole = part.replaceAll('\r', '').trim(), [head] = whole.split('\n\n');
	const body = /base64\n\n([A-Za-z0-9+/=\n]*)/.exec(whole)[1];
	const header = name => new RegExp(`^${name}: (.*(?:\n[ \t].*)*)`, 'mi').exec(head)?.[1] ?? '';
	const words = [...header('Subject').matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g)].map(word => Buffer.from(word[1], 'base64'));
	return { head, to: header('To'), from: header('From'), subject: Buffer.concat(words).toString(),
		text: Buffer.from(body, 'base64').toString() };
}

// t.after ends it. mode: plain, starttls or tls; then with a certificate (support/authority.mjs), for one user, or (tokens) for who has one.
export async function mailServer(t, { mode = 'plain', certificate, user, password, tokens } = {}) {
	const port = await freePort();
	const secured = certificate ? [certificate.certFile, certificate.keyFile, user, password, ...tokens ? [tokens] : []] : [];
	const child = spawn('/usr/bin/python3', ['-u', `${root}tests/support/smtp.py`, String(port), mode, ...secured],
		{ stdio: ['ignore', 'pipe', 'inherit'] });
	let output = '';
	child.stdout.on('data', data => { output += data; });
	t.after(() => child.kill());
	const parts = () => output.split('---------- MESSAGE FOLLOWS ----------').slice(1);
	for (let i = 0; i < 200 && !await answers(port); i++) await pause(50);
	return {
		port, inner: `127.0.0.1:${port}:127.0.0.0/8`,
		count: () => parts().length,
		// Those that are there whole.
		messages: () => parts().filter(part => part.includes('END MESSAGE')).map(part => read(part.split('------------ END MESSAGE')[0])),
		async message() {
			for (let i = 0; i < 200 && !/END MESSAGE/.test(parts().at(-1) ?? ''); i++) await pause(25);
			return read(parts().at(-1).split('------------ END MESSAGE')[0]);
		},
	};
}

const answers = port => new Promise(done => {
	const socket = connect(port, '127.0.0.1', () => { socket.end(); done(true); }).on('error', () => done(false));
});

// The settings of outgoing mail for the time of a test.
export function mailSettings(t, { host = '127.0.0.1', port, tls = 'none', sender = 'ventanilla@agencia.example',
	inner = `127.0.0.1:${port}:127.0.0.0/8` }) {
	const values = { 'mail.host': host, 'mail.port': String(port), 'mail.tls': tls, 'mail.sender': sender, 'mail.inner': inner };
	for (const [key, value] of Object.entries(values)) {
		sql(`INSERT INTO setting (key, value) VALUES ('${key}', to_jsonb('${value}'::text))
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
	}
	t.after(() => sql("DELETE FROM setting WHERE key LIKE 'mail.%'"));
}
