// What works and what does not: JSON for probes, a page for people.
import assert from 'node:assert/strict';
import test from 'node:test';
import { info } from '../support/instance.mjs';
import { eventually } from '../support/staff.mjs';

const ask = accept => fetch(`${info.base_url}/health`, { headers: { Accept: accept } });
const parts = ['database', 'workers', 'presence', 'partitions', 'disk', 'inbound', 'antivirus'];

test('a probe is told as JSON, each part by name', async () => {
	const answer = await eventually(async () => { const one = await ask('*/*'); return one.status === 200 && one; }, 'all works', 70000);
	const { ok, checks } = await answer.json();
	assert.equal(ok, true);
	assert.deepEqual(Object.keys(checks).sort(), [...parts].sort());
	for (const part of parts) assert.equal(checks[part].ok, true, part);
	assert.match(checks.partitions.detail, /^\d+ days ahead$/);
});

test('people read it in Spanish', async () => {
	const text = await (await ask('text/html')).text();
	assert.match(text, /Estado del servicio/);
	for (const words of [/Base de datos.*· responde/, /Procesos de trabajo.*· todos trabajan/, /Presencia de operadores.*· se registra/, /· \d+ días/, /· \d+ MB libres \(\d+ %\)/,
		/Antivirus.*· no hay uno configurado/, /· \d+ en espera, el más antiguo hace \d+ s; \d+ en cuarentena/]) assert.match(text, words);
	assert.doesNotMatch(text, /ahead|waiting|at work/);
});
