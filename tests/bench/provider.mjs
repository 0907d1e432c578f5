// A provider at the other end of a line: it says yes to everything with an id of its own, by TLS, as fast as nginx can; its
// certificate is of an authority that only the setting network.ca vouches for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { connect } from 'node:tls';
import { Authority } from '../support/authority.mjs';
import { info, sql } from '../support/instance.mjs';
import { eventually } from '../support/staff.mjs';

const ANSWER = '{"messaging_product":"whatsapp","contacts":[{"input":"1","wa_id":"1"}],"messages":[{"id":"wamid.$request_id"}]}';

async function freePort() {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address();
	await new Promise(resolve => probe.close(resolve));
	return port;
}

const listens = (port, ca) => new Promise(resolve => {
	const socket = connect({ port, host: '127.0.0.1', ca }, () => { socket.end(); resolve(true); }).on('error', () => resolve(false));
});

const setting = (key, value) => sql(`INSERT INTO setting (key, value) VALUES ('${key}', to_jsonb('${value}'::text))
	ON CONFLICT (key) DO UPDATE SET value = excluded.value`);

let running;

// Its address, once; a line may speak to it from then on.
export async function provider() {
	if (running) return running;
	const folder = `${info.state}/bench-peer`, port = await freePort(), authority = new Authority();
	const { keyFile, certFile } = authority.certificate('IP:127.0.0.1');
	mkdirSync(folder, { recursive: true });
	writeFileSync(`${folder}/nginx.conf`, `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http { access_log off; keepalive_requests 1000000; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
server { listen 127.0.0.1:${port} ssl http2; ssl_certificate ${certFile}; ssl_certificate_key ${keyFile};
location / { default_type application/json; return 200 '${ANSWER}'; } } }`);
	const child = spawn('nginx', ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', `${folder}/error.log`], { stdio: 'ignore' });
	process.on('exit', () => {
		child.kill();
		authority.remove();
	});
	await eventually(() => listens(port, authority.pem), 'the provider listens');
	setting('network.inner', `127.0.0.1:${port}:127.0.0.0/8`);
	setting('network.ca', authority.pem);
	running = `https://127.0.0.1:${port}`;
	return running;
}
