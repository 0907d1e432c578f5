// Requests read whole, within bounds, and what is answered to them.

export const BODY_MAX = 110 * 1024 * 1024;

// What a handler throws instead of an answer.
export class Refusal extends Error {
	constructor(status, json, headers = {}) {
		super(`${status}`);
		this.answer = { status, json, headers };
	}
}

export async function readBody(request) {
	const parts = [];
	let size = 0;
	for await (const part of request) {
		size += part.length;
		if (size > BODY_MAX) {
			throw new Refusal(413, { error: { message: 'Request entity too large', code: 1 } });
		}
		parts.push(part);
	}
	return Buffer.concat(parts);
}

// A call as the networks' modules get it: method, path, query, headers, body (bytes), type, base (of our own addresses).
export async function readCall(request, base) {
	const url = new URL(request.url, 'http://peer');
	return {
		method: request.method,
		path: url.pathname,
		query: url.searchParams,
		headers: request.headers,
		type: (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase(),
		body: await readBody(request),
		base,
		at: Date.now(),
	};
}

// The body's fields, however they came: JSON, a form, multipart. Files are {name, type, data}. undefined: it is none of them.
export function fieldsOf(call) {
	if (call.fields === undefined) {
		call.fields = parseFields(call);
	}
	return call.fields;
}

function parseFields(call) {
	if (call.body.length === 0) {
		return {};
	}
	if (call.type === 'application/x-www-form-urlencoded') {
		return Object.fromEntries(new URLSearchParams(call.body.toString('utf8')));
	}
	if (call.type === 'multipart/form-data') {
		const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(call.headers['content-type']);
		return boundary ? parseMultipart(call.body, boundary[1] ?? boundary[2]) : undefined;
	}
	try {
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(call.body));
	} catch {
		return undefined;
	}
}

function parseMultipart(body, boundary) {
	const mark = Buffer.from(`\r\n--${boundary}`);
	const all = Buffer.concat([Buffer.from('\r\n'), body]);
	const fields = {};
	let at = all.indexOf(mark);
	while (at >= 0) {
		const from = at + mark.length;
		const next = all.indexOf(mark, from);
		if (next < 0) {
			return all.subarray(from, from + 2).toString() === '--' ? fields : undefined;
		}
		const part = all.subarray(from + 2, next);
		const end = part.indexOf('\r\n\r\n');
		const head = part.subarray(0, Math.max(end, 0)).toString('utf8');
		const name = /name="([^"]*)"/i.exec(head);
		if (end < 0 || !name) {
			return undefined;
		}
		const data = Buffer.from(part.subarray(end + 4));
		const file = /filename="([^"]*)"/i.exec(head);
		fields[name[1]] = file
			? { name: file[1], type: (/content-type: *([^\r\n;]+)/i.exec(head) ?? [])[1] ?? 'application/octet-stream', data }
			: data.toString('utf8');
		at = next;
	}
	return undefined;
}

export function reply(response, { status = 200, json, body, type, headers = {} }) {
	const bytes = body ?? Buffer.from(JSON.stringify(json ?? {}));
	response.writeHead(status, {
		'Content-Type': type ?? 'application/json; charset=UTF-8',
		'Content-Length': bytes.length,
		...headers,
	});
	response.end(bytes);
}

export const bearerOf = call => (/^(?:Bearer|OAuth) (\S+)$/.exec(call.headers.authorization ?? '') ?? [])[1]
	?? call.query.get('access_token');

export const isText = value => typeof value === 'string';
export const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value);
export const lengthOf = text => [...text].length;
