#!/usr/bin/env node
// The peer from the command line: serve.mjs [--port N] [--host ADDRESS] [--settings FILE] [--address FILE];
// settings is the JSON of `POST /peer/settings`. It says its address, into the file too, and stays until it is told to end.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { peers } from './peers.mjs';

const { values } = parseArgs({ options: {
	port: { type: 'string', default: '0' }, host: { type: 'string', default: '127.0.0.1' }, settings: { type: 'string' },
	address: { type: 'string' },
} });
const settings = values.settings ? JSON.parse(readFileSync(values.settings, 'utf8')) : {};
const peer = await peers({ port: Number(values.port), host: values.host, ...settings });
console.log(peer.url);
if (values.address) {
	writeFileSync(`${values.address}.new`, peer.url);
	renameSync(`${values.address}.new`, values.address);
}
for (const signal of ['SIGTERM', 'SIGINT']) {
	process.once(signal, async () => {
		await peer.close();
		process.exit(0);
	});
}
