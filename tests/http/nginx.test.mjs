// What nginx itself answers, before any program.
import assert from 'node:assert/strict';
import { get } from 'node:http';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import test from 'node:test';
import { info } from '../support/instance.mjs';

const tooBig = 'a'.repeat(300 * 1024);

function post(path, body, headers) {
	return fetch(info.base_url + path, { method: 'POST', body, headers, redirect: 'manual' });
}

test('a body over the limit is refused with a page in Spanish that looks like ours', async () => {
	const answer = await post('/login', tooBig);
	const text = await answer.text();
	assert.equal(answer.status, 413);
	assert.equal(answer.headers.get('retry-after'), null);
	assert.match(text, /<h1>Es demasiado grande<\/h1>/);
	assert.match(text, /<main class="fault">/);
	for (const [, address] of text.matchAll(/(?:href|src)="(\/static\/[^"#]*)/g)) {
		assert.equal((await fetch(info.base_url + address)).status, 200, address);
	}
});

const refused = [['/api/x'], ['/hooks/x'], ['/webchat/x'], ['/sound', { Accept: 'application/json' }], ['/desk/1/close', { 'X-Fragment': '1' }]];
for (const [path, headers] of refused) {
	test(`a body over the limit is refused as JSON under ${path}${headers ? `, to a script that says ${Object.keys(headers)}` : ''}`, async () => {
		const answer = await post(path, tooBig, headers);
		assert.equal(answer.status, 413);
		assert.equal((await answer.json()).error.code, 'TOO_LARGE');
	});
}

for (const path of ['/internal/files/00', '/internal/manual/bandeja.png', '/internal/staff/live', '/internal/webchat/live', '/error/503.html']) {
	test(`${path} does not exist for the outside`, async () => {
		assert.equal((await fetch(info.base_url + path)).status, 404);
	});
}

test('static files cannot be taken for another type, and nginx does not tell its version', async () => {
	const answer = await fetch(`${info.base_url}/static/vendor/idiomorph.min.js`);
	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
	assert.equal(answer.headers.get('server'), 'nginx');
});

// fetch would tidy the path; this sends it as it is.
function statusOf(path) {
	return new Promise((resolve, reject) => {
		get({ host: '127.0.0.1', port: info.port, path }, answer => {
			answer.resume();
			resolve(answer.statusCode);
		}).on('error', reject);
	});
}

for (const path of ['/static/../dev', '/static/..%2fdev', '/static../dev', '/demo/..%2f..%2fdev', '/w.js/../dev']) {
	test(`${path} leads to no file of ours`, async () => {
		assert.notEqual(await statusOf(path), 200);
	});
}

test('an address without end is too large, for people and for scripts', async () => {
	for (const path of ['/desk', '/login', '/webchat/frame', '/live']) {
		for (const length of [17000, 40000]) {
			const answer = await fetch(`${info.base_url}${path}?q=${'a'.repeat(length)}`, { redirect: 'manual' });
			assert.equal(answer.status, 413, path);
			assert.match(await answer.text(), path === '/desk' ? /<h1>Es demasiado grande/ : /./);
		}
	}
	assert.equal((await fetch(`${info.base_url}/login?next=${'a'.repeat(7000)}`)).status, 200);
});

// What comes back for these very bytes.
function answerTo(lines, body = '') {
	return new Promise((resolve, reject) => {
		let text = '';
		const socket = connect(info.port, '127.0.0.1', () => socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`));
		socket.on('data', part => { text += part; }).on('close', () => resolve(text)).on('error', reject);
	});
}

// Two readers of one request must not see two different ones.
const twofold = {
	'two lengths': [['Content-Length: 5', 'Content-Length: 40'], 'login=x'],
	'a length and chunks': [['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\nGET /desk HTTP/1.1\r\nHost: x\r\n\r\n'],
	'an encoding that is none': [['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
	'two hosts': [['Host: otra.example'], ''],
	'a line that is folded': [['X-Fold: a', ' Content-Length: 5'], ''],
};
for (const [what, [lines, body]] of Object.entries(twofold)) {
	test(`a request with ${what} is refused, and nothing of it is taken for another`, async () => {
		const answer = await answerTo(['POST /login HTTP/1.1', 'Host: 127.0.0.1', ...lines], body);
		assert.match(answer, /^HTTP\/1\.1 (400|501) /);
		assert.equal(answer.match(/HTTP\/1\.1 /g).length, 1);
	});
}

// nginx' map: what is the same first, then the first pattern that fits.
function poolOf(request) {
	const [, body] = /\$ventanilla_pool \{([^}]*)\}/.exec(readFileSync('etc/nginx/http.conf.in', 'utf8'));
	const lines = [...body.matchAll(/^\t"?(.*?)"?\s+ventanilla_(\w+);$/gm)].map(([, key, pool]) => ({ key, pool }));
	return (lines.find(({ key }) => key === request) ?? lines.find(({ key }) => key[0] === '~' && new RegExp(key.slice(1)).test(request)) ??
		lines.find(({ key }) => key === 'default')).pool;
}

test('what takes long goes to the slow pool, what waits for somebody else to the one that may reach out, and nothing else', () => {
	const routes = [...readFileSync('cgi-bin/staff/routes.def', 'utf8').matchAll(/^ROUTE\("(\w+)", "([^"]+)",.*, ([^,]+)\)$/gm)];
	assert.ok(routes.length > 200);
	const wrong = routes.map(([, method, path, flags]) => ({ request: `${method} ${path.replaceAll(/:\w+/g, '7')}`,
		pool: flags.includes('ROUTE_OUTWARD') ? 'login' : flags.includes('ROUTE_SLOW') ? 'slow' : 'staff' }))
		.filter(({ request, pool }) => poolOf(request) !== pool);
	assert.deepEqual(wrong, []);
});
