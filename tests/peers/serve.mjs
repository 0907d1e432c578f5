#!/usr/bin/env node
// The peer from the command line: serve.mjs [--port N] [--host ADDRESS] [--settings FILE]; FILE has the JSON of
// `POST /peer/settings`. It says its address and stays until it is told to end.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { peers } from './peers.mjs';

const { values } = parseArgs({ options: {
	port: { type: 'string', default: '0' }, host: { type: 'string', default: '127.0.0.1' }, settings: { type: 'string' },
} });
const settings = values.settings ? JSON.parse(readFileSync(values.settings, 'utf8')) : {};
const peer = await peers({ port: Number(values.port), host: values.host, ...settings });
console.log(peer.url);
for (const signal of ['SIGTERM', 'SIGINT']) {
	process.once(signal, async () => {
		await peer.close();
		process.exit(0);
	});
}
