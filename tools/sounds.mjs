#!/usr/bin/env node
// The sounds of the notices, made here from sines: static/sound/<name>.wav, 8 bits, 8 kHz, mono.
// usage: tools/sounds.mjs     writes them anew; the same bytes every time
import { writeFileSync } from 'node:fs';

const RATE = 8000;
// name: notes [Hz, from s, length s], how fast they fade, overtones.
const sounds = {
	bell: { notes: [[880, 0, 0.5], [1318.5, 0.01, 0.45]], fade: 7, overtones: [1, 0.35, 0.12] },
	drop: { notes: [[1046.5, 0, 0.09], [784, 0.07, 0.2]], fade: 16, overtones: [1] },
	double: { notes: [[659.3, 0, 0.16], [880, 0.18, 0.3]], fade: 9, overtones: [1, 0.25] },
	alert: { notes: [[988, 0, 0.13], [740, 0.16, 0.13], [988, 0.32, 0.22]], fade: 5, overtones: [1, 0.5, 0.2] },
};

function samples({ notes, fade, overtones }) {
	const length = Math.ceil(Math.max(...notes.map(([, from, long]) => from + long)) * RATE);
	const out = new Float64Array(length);
	for (const [hertz, from, long] of notes) {
		for (let i = 0; i < long * RATE; i++) {
			const t = i / RATE, edge = Math.min(1, t / 0.004, (long - t) / 0.01);
			const wave = overtones.reduce((sum, part, n) => sum + part * Math.sin(2 * Math.PI * hertz * (n + 1) * t), 0);
			out[Math.floor(from * RATE) + i] += wave * edge * Math.exp(-fade * t);
		}
	}
	const loudest = out.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
	return Buffer.from(out.map(value => 128 + Math.round(value / loudest * 115)));
}

function wav(data) {
	const head = Buffer.alloc(44);
	head.write('RIFF', 0);
	head.writeUInt32LE(36 + data.length, 4);
	head.write('WAVEfmt ', 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(1, 20);
	head.writeUInt16LE(1, 22);
	head.writeUInt32LE(RATE, 24);
	head.writeUInt32LE(RATE, 28);
	head.writeUInt16LE(1, 32);
	head.writeUInt16LE(8, 34);
	head.write('data', 36);
	head.writeUInt32LE(data.length, 40);
	return Buffer.concat([head, data]);
}

for (const [name, sound] of Object.entries(sounds))
	writeFileSync(new URL(`../static/sound/${name}.wav`, import.meta.url), wav(samples(sound)));
