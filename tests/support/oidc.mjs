// Identity providers for tests: the real npm oidc-provider over TLS of an authority of the test's own, one that lies as
// the test tells it to, and a person with a browser who goes there and back.
import { createHmac, createPublicKey, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { setDefaultResultOrder } from 'node:dns';
import { once } from 'node:events';
import { createServer, request as ask } from 'node:https';
import Provider from 'oidc-provider';
import { Admin } from './admin.mjs';
import { info, sql } from './instance.mjs';
import { Staff } from './staff.mjs';

// The providers listen on 127.0.0.1; Debian's nodejs 18 tries only the first address of localhost, which may be ::1.
setDefaultResultOrder('ipv4first');

export function key(alg) {
	const { privateKey } = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
		: generateKeyPairSync('rsa', { modulusLength: 2048 });
	return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg, use: 'sig' };
}

const publicOf = ({ kty, n, e, crv, x, y, kid, alg, use }) =>
	JSON.parse(JSON.stringify({ kty, n, e, crv, x, y, kid, alg, use }));

async function listen(authority, handler) {
	const server = createServer(authority.certificate('DNS:localhost', `s${randomUUID().slice(0, 8)}`), handler);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return server;
}

function close(server) {
	server.closeAllConnections();
	return new Promise(done => server.close(done));
}

// A provider as an administrator registers it in the form; gives its id. Whose instance: admin's.
export async function register(admin, kind, fields, rules) {
	const name = fields.name ?? `Proveedor ${randomUUID().slice(0, 8)}`;
	const answer = await admin.save('/admin/access/new', [['kind', kind],
		...Object.entries({ enabled: '1', position: '50', ...fields, name }),
		...rules.flatMap(([value, role]) => [['rule_value', value], ['rule_role', roleId(role, admin.instance)]])]);
	if (answer.status !== 303) throw new Error(`not registered: ${answer.status} ${answer.text}`);
	return { name, id: Number(sql(`SELECT login_provider_id FROM login_provider WHERE name = '${name}' AND deleted_at IS NULL`, admin)[0][0]) };
}
export const roleId = (role, instance = info) => sql(`SELECT role_id FROM role WHERE key = '${role}'`, { instance })[0][0];

export async function unregister(admin, id) {
	await admin.save(`/admin/access/${id}/remove`, {}, await admin.revision(`/admin/access/${id}`));
}

const settings = (issuer, authority, port) => ({ issuer, client_id: 'ventanilla', auth: 'basic', secret: 'un:secreto&raro%41+',
	scopes: 'openid profile email', login_claim: 'preferred_username', role_claim: 'groups', people: 'create', single_logout: '1',
	network: `localhost:${port}:127.0.0.0/8`, ca: authority.pem });

// The real one for mailboxes: whoever is authorised has a refresh token, which serves once.
export async function mailProvider(t, authority) {
	const client = { client_id: 'la-plataforma', client_secret: 'un:secreto&raro%41+' };
	let trouble = false;
	const server = await listen(authority, (request, response) => trouble ? response.writeHead(503).end() : handle(request, response));
	t.after(() => close(server));
	const { port } = server.address();
	const provider = new Provider(`https://localhost:${port}`, {
		clients: [{ ...client, grant_types: ['authorization_code', 'refresh_token'], redirect_uris: ['https://agencia.example/'],
			token_endpoint_auth_method: 'client_secret_post' }],
		features: { devInteractions: { enabled: false } }, jwks: { keys: [key('RS256')] }, cookies: { keys: ['galletas de prueba'] }, rotateRefreshToken: () => true,
		scopes: ['mail', 'offline_access'], ttl: { AccessToken: 3600, RefreshToken: 86400, Grant: 86400 },
		findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
	});
	const handle = provider.callback(), given = [];
	provider.on('grant.success', ctx => given.push(ctx.body.access_token));
	return {
		client, given, port, url: `https://localhost:${port}/token`,
		trouble(on) { trouble = on; },
		// What its owner gives an administrator.
		async authorise(account) {
			const grant = new provider.Grant({ accountId: account, clientId: client.client_id });
			grant.addOIDCScope('mail offline_access');
			const token = new provider.RefreshToken({ accountId: account, client: await provider.Client.find(client.client_id),
				grantId: await grant.save(), gty: 'authorization_code', scope: 'mail offline_access' });
			return token.save();
		},
		async owner(token) { return (await provider.AccessToken.find(token))?.accountId; },
		async forget(token) { await (await provider.AccessToken.find(token)).destroy(); },
		async withdraw(token) {
			const { grantId } = await provider.AccessToken.find(token);
			await Promise.all([provider.RefreshToken.revokeByGrantId(grantId), provider.AccessToken.revokeByGrantId(grantId)]);
		},
	};
}

// The real one. people: Map of account id to {name, preferred_username, email, groups, disabled}.
export class RealProvider {
	static async start(authority, { admin, algorithm = 'RS256', fields = {}, rules = [['operadores', 'operador'], ['jefes', 'supervisor']], client = {} } = {}) {
		const self = new RealProvider();
		self.people = new Map();
		self.seen = [];
		self.keys = [key('RS256'), key('ES256')];
		self.admin = admin ?? await Admin.logIn();
		self.server = await listen(authority, (request, response) => {
			self.seen.push(request.url);
			self.handle(request, response);
		});
		self.authority = authority;
		self.port = self.server.address().port;
		self.issuer = `https://localhost:${self.port}`;
		Object.assign(self, await register(self.admin, 'oidc', { ...settings(self.issuer, authority, self.port), ...fields }, rules));
		self.algorithm = algorithm;
		self.client = client;
		self.renew();
		return self;
	}

	// The server as it starts: with the keys it has now.
	renew() {
		const base = this.admin.instance.base_url;
		const provider = new Provider(this.issuer, {
			clients: [{ client_id: 'ventanilla', client_secret: 'un:secreto&raro%41+', grant_types: ['authorization_code', 'refresh_token'],
				redirect_uris: [`${base}/login/oidc/${this.id}/callback`], post_logout_redirect_uris: [`${base}/login`],
				backchannel_logout_uri: `${base}/login/oidc/${this.id}/logout`, backchannel_logout_session_required: true,
				id_token_signed_response_alg: this.algorithm, ...this.client }],
			jwks: { keys: this.keys },
			cookies: { keys: ['galletas de prueba'] },
			claims: { openid: ['sub', 'groups'], profile: ['name', 'preferred_username'], email: ['email'] },
			pkce: { required: () => true, methods: ['S256'] },
			issueRefreshToken: () => this.refreshTokens !== false,
			ttl: { AccessToken: this.accessTtl ?? 600, IdToken: 600, Session: 3600, Grant: 3600, Interaction: 600, RefreshToken: 3600 },
			features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
			findAccount: (ctx, id) => {
				const person = this.people.get(id);
				return person && !person.disabled
					? { accountId: id, claims: () => ({ sub: id, ...person }) } : undefined;
			},
		});
		this.provider = provider;
		this.errors = [];
		for (const event of ['server_error', 'grant.error', 'backchannel.error', 'authorization.error', 'userinfo.error']) {
			provider.on(event, (ctx, error) => this.errors.push(`${event} ${error?.error_description ?? error?.message ?? error}`));
		}
		this.handle = provider.callback();
	}

	rotate() {
		this.keys = [key('RS256'), key('ES256')];
		this.renew();
	}

	person(groups, more = {}) {
		const id = randomUUID();
		this.people.set(id, { name: 'Persona del Proveedor', preferred_username: `p-${id.slice(0, 8)}`, email: `${id.slice(0, 8)}@agencia.example`, groups, ...more });
		return { id, ...this.people.get(id) };
	}

	async stop() {
		await close(this.server);
		await unregister(this.admin, this.id);
	}
}

// One that answers what the test decides. lies: (claims) => claims of the ID token, (header) => header, ...
export class FalseProvider {
	static async start(authority, { admin, fields = {}, rules = [['operadores', 'operador']] } = {}) {
		const self = new FalseProvider();
		self.admin = admin ?? await Admin.logIn();
		self.keys = [key('RS256'), key('ES256')];
		self.fetched = { discovery: 0, keys: 0 };
		self.codes = new Map();
		self.lies = {};
		self.server = await listen(authority, (request, response) => {
			let body = '';
			request.on('data', piece => { body += piece; });
			request.on('end', () => self.answer(new URL(request.url, self.issuer), body, response));
		});
		self.port = self.server.address().port;
		self.issuer = `https://localhost:${self.port}`;
		Object.assign(self, await register(self.admin, 'oidc', { ...settings(self.issuer, authority, self.port), ...fields }, rules));
		return self;
	}

	discovery() {
		return { issuer: this.issuer, authorization_endpoint: `${this.issuer}/auth`, token_endpoint: `${this.issuer}/token`,
			userinfo_endpoint: `${this.issuer}/me`, jwks_uri: `${this.issuer}/keys`, end_session_endpoint: `${this.issuer}/out`,
			authorization_response_iss_parameter_supported: true };
	}

	answer(url, body, response) {
		const say = (value, status = 200) => {
			response.writeHead(status, { 'Content-Type': 'application/json' });
			response.end(JSON.stringify(value));
		};
		if (this.hangs) return;
		if (url.pathname === '/.well-known/openid-configuration') {
			this.fetched.discovery++;
			say({ ...this.discovery(), ...this.lies.discovery });
		} else if (url.pathname === '/keys') {
			this.fetched.keys++;
			say({ keys: this.keys.map(publicOf) });
		} else if (url.pathname === '/token') {
			const code = this.codes.get(new URLSearchParams(body).get('code'));
			say(code ? { access_token: 'acceso', token_type: 'Bearer', expires_in: 600, id_token: this.idToken(code) } : { error: 'invalid_grant' }, code ? 200 : 400);
		} else if (url.pathname === '/me') {
			say(this.lies.userinfo ?? { sub: this.sub, name: 'Persona Falsa', preferred_username: `f-${this.sub}`, groups: ['operadores'] });
		} else {
			say({}, 404);
		}
	}

	get sub() {
		return this.subject ?? 'sujeto-1';
	}

	idToken({ nonce }) {
		const now = Math.floor(Date.now() / 1000);
		const claims = { iss: this.issuer, sub: this.sub, aud: 'ventanilla', iat: now, exp: now + 300, nonce };
		const used = this.keys[this.lies.key ?? 0];
		return sign({ ...claims, ...this.lies.claims }, { alg: used.alg, kid: used.kid, typ: 'JWT', ...this.lies.header }, this.lies.signWith ?? used);
	}

	// The browser comes; back it goes with a code that this one will take. changes: of the answer.
	approve(location, changes = {}) {
		const asked = new URL(location).searchParams;
		const code = randomUUID();
		this.codes.set(code, { nonce: asked.get('nonce') });
		const back = new URL(asked.get('redirect_uri'));
		for (const [name, value] of Object.entries({ code, state: asked.get('state'), iss: this.issuer, ...changes })) {
			if (value !== null) back.searchParams.set(name, value);
		}
		return back.pathname + back.search;
	}

	async stop() {
		await close(this.server);
		await unregister(this.admin, this.id);
	}
}

const base64 = value => Buffer.from(JSON.stringify(value)).toString('base64url');

// A compact JWS of a private JWK, as its header says; alg "none" leaves it empty, HS256 takes a text.
export function sign(claims, header, used) {
	const text = `${base64(header)}.${base64(claims)}`;
	if (header.alg === 'none') return `${text}.`;
	if (header.alg === 'HS256') return `${text}.${createHmac('sha256', used).update(text).digest('base64url')}`;
	const signer = createSign('SHA256').update(text);
	return `${text}.${signer.sign({ key: used, format: 'jwk', dsaEncoding: 'ieee-p1363' }, 'base64url')}`;
}
export const pem = jwk => createPublicKey({ key: publicOf(jwk), format: 'jwk' }).export({ type: 'spki', format: 'pem' });

// A browser at the provider: its cookies, its redirects up to the address that `until` names.
export class Traveller {
	constructor(authority) {
		this.authority = authority;
		this.cookies = {};
	}

	visit(address, fields) {
		const url = new URL(address);
		const body = fields ? new URLSearchParams(fields).toString() : undefined;
		const cookie = Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`).join('; ');
		return new Promise((resolve, reject) => {
			const request = ask(url, { ca: this.authority.pem, method: body ? 'POST' : 'GET', agent: false,
				headers: { ...(cookie && { Cookie: cookie }), ...(body && { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) }) } },
			response => {
				let text = '';
				response.on('data', piece => { text += piece; });
				response.on('end', () => {
					for (const line of response.headers['set-cookie'] ?? []) {
						const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
						if (value) this.cookies[name] = value;
						else delete this.cookies[name];
					}
					resolve({ status: response.statusCode, text, location: response.headers.location && new URL(response.headers.location, url).href });
				});
			});
			request.on('error', reject);
			request.end(body);
		});
	}

	// From the authorization address to the one the provider sends back to, as account `id`.
	async authorise(address, id, home) {
		let answer = await this.visit(address);
		for (let i = 0; i < 12; i++) {
			if (answer.location?.startsWith(home)) return answer.location.slice(home.length);
			if (answer.location) {
				answer = await this.visit(answer.location);
				continue;
			}
			const action = /action="([^"]*)"/.exec(answer.text)?.[1];
			const prompt = /name="prompt" value="([^"]*)"/.exec(answer.text)?.[1];
			if (!prompt) throw new Error(`the provider does not go on: ${answer.status} ${answer.text.replace(/[^]*<body>/, '').replace(/<[^>]*>/g, ' ')}`);
			answer = await this.visit(new URL(action, address).href, prompt === 'login' ? { prompt, login: id, password: 'x' } : { prompt });
		}
		throw new Error('the provider goes on for ever');
	}
}

// A person of the real provider comes in; gives the staff (with session) and the answer to the callback.
export async function comeIn(provider, person, { next = '', traveller = new Traveller(provider.authority), staff = new Staff({ instance: provider.admin.instance }) } = {}) {
	const gate = await staff.page(`/login/oidc/${provider.id}?next=${encodeURIComponent(next)}`);
	if (gate.status !== 303) return { staff, answer: gate, traveller };
	const back = await traveller.authorise(gate.headers.get('location'), person.id, provider.admin.instance.base_url);
	const answer = await staff.page(back);
	return { staff, answer, traveller, back };
}
