// The tables that the programs are made from: their routes and the permissions, read from the same files.
import { readFileSync } from 'node:fs';
import { root } from './instance.mjs';

const read = path => readFileSync(`${root}/${path}`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');

// PERM_DESK_ATTEND: desk.attend
export const permissions = Object.fromEntries([...read('lib/people/permission.def')
	.matchAll(/^PERMISSION\((\w+), "([^"]+)"\)/gm)].map(([, constant, key]) => [constant, key]));

// {method, path, permission (a key), template, actions: [], flags: []}
export function routesOf(program) {
	const text = read(`cgi-bin/${program}/routes.def`);
	const rows = [...text.matchAll(
		/^ROUTE\("(\w+)", "([^"]+)", \w+, (\w+), (?:NULL|"([^"]*)"), (?:NULL|AUDIT_NONE|"([^"]*)"),\s*([^)]*)\)/gm)];
	if (rows.length !== text.match(/ROUTE\(/g).length) throw new Error(`a line of the routes of ${program} was not understood`);
	return rows.map(([, method, path, permission, template, audit, flags]) => ({
		method, path, template, name: `${method} ${path}`, permission: permissions[permission],
		actions: audit ? audit.split(' ') : [], flags: flags.split('|').map(flag => flag.trim()),
	}));
}
