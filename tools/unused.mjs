#!/usr/bin/env node
// What nothing uses any more: rules of styles, words of the locale, SQL blocks, functions of headers. It reads text, not
// code: a name counts as used where it stands as a word in what could name it. One line each; exit 1 when there are any.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
	.split('\n').filter(path => path && existsSync(path));
const read = (...kinds) => files.filter(path => kinds.some(kind => kind.test(path))).map(path => ({ path, text: readFileSync(path, 'utf8') }));
const wordsOf = text => text.match(/[\w-]+/g) ?? [];
const all = (text, pattern) => [...text.matchAll(pattern)].map(match => match[1] ?? match[0]);
const withoutComments = text => text.replace(/\/\*[\s\S]*?\*\//g, '');
const found = [];

const sources = read(/^(lib|cgi-bin|cron)\/.*\.(c|h|def)$/);
const templates = read(/^templates\/.*\.cs$/);
const scripts = read(/^static\/.*\.js$/);
const pages = read(/^static\/.*\.html$/);
const tests = read(/^tests\/.*\.(c|h|mjs)$/);

// A class stands in an attribute of a page, in a quoted word of a template or a script, or C chooses it.
const CHOSEN_BY_NUMBER = /^a[1-6]$/;
const NETWORKS = new Set(['whatsapp', 'messenger', 'instagram', 'x', 'telegram', 'webchat', 'sms', 'email']);
const classes = new Set([
	...[...templates, ...pages].flatMap(({ text }) => all(text, /(?:class|id)="((?:<\?cs[\s\S]*?\?>|[^"<])*)"/g)),
	...templates.flatMap(({ text }) => all(text, /<\?cs([\s\S]*?)\?>/g).flatMap(code => all(code, /["']([^"']*)["']/g))),
	...scripts.flatMap(({ text }) => all(text, /'[^'\n]*'|"[^"\n]*"|`[^`]*`/g)),
	...sources.flatMap(({ text }) => all(text, /"([^"\n]*)"/g)),
].flatMap(wordsOf));
for (const { path, text } of read(/^static\/css\/.*\.css$/)) {
	const selectors = all(withoutComments(text), /([^{}]+)\{/g).map(selector => selector.replace(/\[[^\]]*\]/g, ''));
	for (const name of new Set(selectors.flatMap(selector => all(selector, /[.#]([a-zA-Z][\w-]*)/g))))
		if (!classes.has(name) && !CHOSEN_BY_NUMBER.test(name) && !NETWORKS.has(name)) found.push(`${path}: no page has ${name}`);
}

// A key is written out, or C and templates make it of a written beginning and a part that is data.
const texts = [...sources, ...templates, ...scripts].map(({ text }) => text).join('\n');
const written = new Set(texts.match(/[\w.]+/g).map(word => word.replace(/^L\./, '')));
const made = [/"([a-z_.]+)\.%/g, /"([a-z_.]+)\."/g, /L\.([\w.]+)\[/g, /= L\.([\w.]+)/g, /"([a-z]+[._][a-z_.]+)"/g].flatMap(form => all(texts, form));
const begins = new Set(made), middles = new Set(all(texts, /"%s\.([a-z_]+)\.%s/g));
for (const { path, text } of read(/^templates\/locale\/.*\.hdf$/)) {
	const within = [];
	for (const line of text.split('\n').map(part => part.trim())) {
		const opens = /^([\w.]+) *\{$/.exec(line), key = /^([\w.]+) *(?:=|<<)/.exec(line);
		if (opens) within.push(opens[1]);
		if (line === '}') within.pop();
		if (!key) continue;
		const name = [...within, key[1]].join('.'), parts = name.split('.');
		if (!written.has(name) && !middles.has(parts[1]) && !parts.some((_, i) => i && begins.has(parts.slice(0, i).join('.'))))
			found.push(`${path}: nothing says ${name}`);
	}
}

const code = new Map();
for (const { path, text } of [...sources, ...tests]) for (const word of withoutComments(text).match(/\w+/g) ?? [])
	code.set(word, (code.get(word) ?? new Set()).add(path));
for (const { path, text } of read(/^sql\/queries\/.*\.sql$/))
	for (const name of all(text, /^-- name: (\w+)/gm)) if (!code.has(`SQL_${name.toUpperCase()}`)) found.push(`${path}: nobody asks ${name}`);

for (const { path, text } of sources.filter(source => source.path.endsWith('.h'))) {
	for (const name of all(withoutComments(text), /^[a-z][\w \*]*?\b([a-z]\w+)\(/gm)) {
		const users = [...code.get(name)].filter(user => user !== path && user !== path.replace(/\.h$/, '.c'));
		const calls = sources.flatMap(({ text: body }) => body.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length;
		if (!users.length && calls < 3) found.push(`${path}: nobody calls ${name}`);
	}
}

found.forEach(line => console.log(line));
process.exitCode = found.length ? 1 : 0;
