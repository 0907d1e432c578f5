// The Graph API that WhatsApp, Messenger and Instagram share: whose call it is, what is refused, and how.
// https://developers.facebook.com/docs/graph-api
import { createHash, randomBytes } from 'node:crypto';
import { bearerOf, fieldsOf, isObject, isText, lengthOf, Refusal } from './http.mjs';
import * as messenger from './messenger.mjs';
import * as templates from './templates.mjs';
import * as whatsapp from './whatsapp.mjs';

const URL_LIFE_MS = 5 * 60_000;
const trace = () => randomBytes(8).toString('base64url');

export function failure(status, code, message, { subcode, details, type = 'OAuthException', headers } = {}) {
	return new Refusal(status, {
		error: {
			message: code ? `(#${code}) ${message}` : message, type, code,
			...(subcode && { error_subcode: subcode }),
			...(details && { error_data: { messaging_product: 'whatsapp', details } }),
			fbtrace_id: trace(),
		},
	}, headers);
}

export const parameter = message => failure(400, 100, message);
const unknown = id => new Refusal(400, { error: {
	message: `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
	type: 'GraphMethodException', code: 100, error_subcode: 33, fbtrace_id: trace() } });

// The value is an object without other keys than these.
export function onlyKeys(value, where, keys) {
	if (!isObject(value)) {
		throw parameter(`Param ${where} must be a JSON object.`);
	}
	const other = Object.keys(value).find(key => !keys.includes(key));
	if (other !== undefined) {
		throw parameter(`Unexpected key "${other}" on param "${where}".`);
	}
}

export function textWithin(value, where, max, min = 1) {
	if (!isText(value) || lengthOf(value) < min) {
		throw parameter(`The parameter ${where} is required.`);
	}
	if (lengthOf(value) > max) {
		throw parameter(`Param ${where} must be at most ${max} characters long.`);
	}
}

// Which line's token is it? Several lines may have one.
function linesOf(world, call) {
	const token = bearerOf(call);
	if (!token) {
		throw failure(401, 104, 'An access token is required to request this resource.');
	}
	const lines = world.lines.filter(line => ['whatsapp', 'messenger', 'instagram'].includes(line.network) && line.token === token);
	if (lines.length === 0) {
		throw new Refusal(401, { error: { message: 'Invalid OAuth access token - Cannot parse access token', type: 'OAuthException', code: 190, fbtrace_id: trace() } });
	}
	return lines;
}

// What the path names: {line, does(world, call, line), operation, to}.
export function identify(world, call) {
	const lines = linesOf(world, call);
	const [, version, id, edge, more] = call.path.split('/');
	if (!/^v\d+\.0$/.test(version) || !id || more !== undefined) {
		throw new Refusal(400, { error: { message: `Unknown path components: ${call.path}`, type: 'OAuthException', code: 2500, fbtrace_id: trace() } });
	}
	const found = route(world, call, lines, decodeURIComponent(id), edge);
	if (!found) {
		throw unknown(id);
	}
	const fields = found.operation === 'upload' ? {} : fieldsOf(call);
	if (fields === undefined || !isObject(fields)) {
		throw new Refusal(400, { error: { message: '(#100) The body is no valid JSON object', type: 'OAuthException', code: 100, fbtrace_id: trace() } });
	}
	return { network: found.line.network, ...found, to: fields.to ?? fields.recipient?.id ?? (isText(fields.recipient) ? fields.recipient : undefined) };
}

function route(world, call, lines, id, edge) {
	const whatsappLine = lines.find(line => line.network === 'whatsapp');
	const named = lines.find(line => line.account === id || (id === 'me' && line.network !== 'whatsapp'));
	const operation = edge ?? (call.method === 'GET' ? 'read' : 'object');
	const at = (line, routes) => {
		const does = routes[`${call.method} ${edge ?? ''}`.trim()];
		return does && { line, does, operation };
	};
	if (named) {
		return at(named, named.network === 'whatsapp' ? whatsapp.routes : messenger.routes);
	}
	if (whatsappLine && id === whatsappLine.waba) {
		return at(whatsappLine, templates.routes);
	}
	if (edge === 'uploads' && call.method === 'POST' && lines.some(line => line.app === id)) {
		return { line: lines.find(line => line.app === id), does: startUpload, operation };
	}
	if (id.startsWith('upload:') && !edge) {
		return { line: lines[0], does: call.method === 'POST' ? uploaded : uploadState, operation: 'upload' };
	}
	if (whatsappLine && !edge && [...whatsappLine.templates.values()].some(one => one.id === id)) {
		return at(whatsappLine, templates.ofOne(id));
	}
	const file = world.files.get(id);
	if (whatsappLine && file?.line === whatsappLine.account && !edge && ['GET', 'DELETE'].includes(call.method)) {
		return { line: whatsappLine, does: call.method === 'GET' ? mediaFacts : mediaGone, operation: 'media' };
	}
	if (id === 'debug_token' && !edge && call.method === 'GET') {
		return { line: lines[0], does: aboutToken, operation: 'token' };
	}
	const profile = lines.find(line => line.network !== 'whatsapp' && world.personBy(line.network, id));
	return profile && !edge && call.method === 'GET' ? { line: profile, does: messenger.profile(id), operation: 'profile' } : null;
}

// Until when a token holds: never to end, unless the line says when (unix seconds).
function aboutToken(world, call, line) {
	const known = call.query.get('input_token') === line.token;
	return { json: { data: known
		? { app_id: line.app, type: 'SYSTEM_USER', application: line.name, expires_at: line.token_until ?? 0, data_access_expires_at: 0, is_valid: true, scopes: [] }
		: { error: { code: 190, message: 'Invalid OAuth access token - Cannot parse access token' }, is_valid: false, scopes: [] } } };
}

// The file's address, which lives five minutes and wants the token.
function mediaFacts(world, call) {
	const file = world.files.get(decodeURIComponent(call.path.split('/')[2]));
	const asked = call.query.get('phone_number_id');
	if (asked && asked !== file.line) {
		throw unknown(file.id);
	}
	return { json: {
		messaging_product: 'whatsapp', url: `${call.base}/media/${file.id}?oe=${Date.now() + URL_LIFE_MS}`,
		mime_type: file.type, sha256: file.sha256, file_size: file.size, id: file.id,
	} };
}

function mediaGone(world, call) {
	world.files.delete(decodeURIComponent(call.path.split('/')[2]));
	return { json: { success: true } };
}

// GET /media/ID: of WhatsApp only with a token; of Messenger and Instagram the address alone is enough.
export function download(world, call) {
	const file = world.files.get(call.path.split('/')[2]);
	const line = file && world.lines.find(one => one.account === file.line);
	if (!file || Number(call.query.get('oe') ?? Infinity) < Date.now()) {
		return { status: 404, body: Buffer.from('Not found'), type: 'text/plain' };
	}
	if (line?.network === 'whatsapp' && bearerOf(call) !== line.token) {
		return { status: 401, body: Buffer.from('Unauthorized'), type: 'text/plain' };
	}
	return { body: file.data, type: file.type, headers: { 'Content-Disposition': 'attachment' } };
}

function startUpload(world, call, line) {
	const wanted = name => call.query.get(name) ?? fieldsOf(call)[name];
	const type = wanted('file_type');
	if (!Number(wanted('file_length'))) {
		throw parameter('The parameter file_length is required.');
	}
	if (!['application/pdf', 'image/jpeg', 'image/jpg', 'image/png', 'video/mp4'].includes(type)) {
		throw parameter('Param file_type must be one of {application/pdf, image/jpeg, image/jpg, image/png, video/mp4}.');
	}
	const id = `upload:${randomBytes(12).toString('base64url')}`;
	line.uploads ??= new Map();
	line.uploads.set(id, { name: wanted('file_name') ?? '', type, length: Number(wanted('file_length')), offset: 0 });
	return { json: { id } };
}

const uploadOf = (call, line) => {
	const id = decodeURIComponent(call.path.split('/')[2]);
	const upload = line.uploads?.get(id);
	if (!upload) {
		throw unknown(id);
	}
	return { id, upload };
};

function uploaded(world, call, line) {
	const { upload } = uploadOf(call, line);
	if (Number(call.headers.file_offset) !== upload.offset) {
		throw parameter('The header file_offset does not say where the upload stands.');
	}
	upload.offset += call.body.length;
	if (upload.offset !== upload.length) {
		throw parameter(`The upload has ${upload.offset} of ${upload.length} bytes.`);
	}
	const file = world.keepFile({ data: call.body, name: upload.name, type: upload.type });
	const handle = `4::${Buffer.from(upload.type).toString('base64url')}:${createHash('sha256').update(file.data).digest('base64url')}`;
	line.handles = (line.handles ?? new Set()).add(handle);
	return { json: { h: handle } };
}

function uploadState(world, call, line) {
	const { id, upload } = uploadOf(call, line);
	return { json: { id, file_offset: upload.offset } };
}

// A scripted error in the words of the Graph API.
export const scripted = ({ code = 131000, status = 400, title = 'Something went wrong', subcode, retry_after: after }) =>
	failure(status, code, title, { subcode, details: title, headers: after ? { 'Retry-After': String(after) } : {} }).answer;
export const tooFast = after => scripted({ code: 80007, status: 429, title: 'Rate limit issues', retry_after: after });
