/* Talking to the server: the visitor's token, the requests that carry it, and what waits to be sent. */
(function (webchat) {
	'use strict';

	const HEADER = 'X-Visitor-Token';

	/* status 0: the server was not reached. message is for the person, in Spanish. */
	class Failure extends Error {
		constructor(status, error) {
			super(error.message || '');
			this.status = status;
			this.field = error.field || '';
			/* Of a request with a token that was replaced meanwhile: no reason to begin anew. */
			this.outdated = false;
		}

		/* Worth sending again as it is. */
		get passing() {
			return this.status === 0 || this.status >= 500;
		}
	}

	const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

	/* ms with 20 % of chance either way, so that a thousand pages do not come back at once. */
	const jitter = (ms) => ms * (0.8 + Math.random() * 0.4);

	/* An id that nobody guesses: 128 random bits in base64url. */
	function makeOnce() {
		const bytes = crypto.getRandomValues(new Uint8Array(16));
		return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
	}

	/* Storage of the frame's own origin. A browser that blocks third-party cookies may deny it to a
	 * framed page altogether; then memory, and denied says so. */
	class Store {
		constructor(area) {
			this.memory = new Map();
			try { this.area = window[area]; } catch { this.denied = true; }
		}

		get(name) {
			return (this.area && this.area.getItem(name)) || this.memory.get(name) || null;
		}

		set(name, value) {
			this.memory.set(name, value);
			if (!this.area) return;
			try {
				if (value) this.area.setItem(name, value); else this.area.removeItem(name);
			} catch { /* full: memory has it */ }
		}
	}

	class Api {
		/* kept(token): hears of a token to keep, or null, when there is no storage for it here. */
		constructor(key, kept) {
			this.kept = kept;
			this.store = new Store('localStorage');
			this.name = `ventanilla.${key}`;
			this.token = this.store.get(this.name);
		}

		keep(token) {
			this.token = token;
			this.store.set(this.name, token);
			if (this.store.denied) this.kept(token);
		}

		/* What was kept for us; true when it is of use. */
		recall(token) {
			const wanted = this.store.denied && !this.token && /^[\w-]{43}$/.test(token);
			if (wanted) this.token = token;
			return wanted;
		}

		/* Another tab may have begun, or forgotten, the chat meanwhile. */
		refresh() {
			this.token = this.store.get(this.name) || this.token;
		}

		/* The answer's JSON, null for 204. Throws Failure. */
		async request(method, path, body, limit = 20000, stop = new AbortController()) {
			const timer = setTimeout(() => stop.abort(), limit);
			const { token } = this;
			try {
				const answer = await fetch(path, {
					method,
					headers: this.headers(body !== undefined),
					body: body === undefined ? undefined : JSON.stringify(body),
					cache: 'no-store',
					credentials: 'omit',
					signal: stop.signal,
				});
				if (answer.status === 204) return null;
				const json = await answer.json();
				if (!answer.ok) throw this.failure(answer.status, json.error || {}, token);
				return json;
			} catch (error) {
				throw error instanceof Failure ? error : this.failure(0, {}, token);
			} finally {
				clearTimeout(timer);
			}
		}

		failure(status, error, token) {
			const failure = new Failure(status, error);
			failure.outdated = token !== this.token;
			return failure;
		}

		headers(json) {
			const headers = {};
			if (this.token) headers[HEADER] = this.token;
			if (json) headers['Content-Type'] = 'application/json';
			return headers;
		}

		/* fetch tells no progress of an upload; this does, from 0 to 1. */
		upload(file, once, progress, signal) {
			if (signal.aborted) return Promise.reject(new Failure(-1, {}));
			const form = new FormData();
			form.append('once', once);
			form.append('file', file, file.name);
			const { token } = this;
			return new Promise((done, refuse) => {
				const request = new XMLHttpRequest();
				request.open('POST', '/webchat/files');
				request.responseType = 'json';
				request.setRequestHeader(HEADER, token);
				request.upload.onprogress = (event) => progress(event.loaded / event.total);
				request.onload = () => {
					const error = (request.response && request.response.error) || {};
					if (request.status < 300) done(); else refuse(this.failure(request.status, error, token));
				};
				request.onerror = () => refuse(new Failure(0, {}));
				request.onabort = () => refuse(new Failure(-1, {}));
				signal.addEventListener('abort', () => request.abort());
				request.send(form);
			});
		}
	}

	/* What was written leaves in order, one at a time, again and again until the server has it. An
   * item is {once, send(), state}; changed(item) hears of "sent" and "failed". */
	class Outbox {
		constructor(changed, renew) {
			this.changed = changed;
			this.renew = renew;
			this.items = [];
			this.running = false;
		}

		add(item) {
			item.state = 'waiting';
			this.items.push(item);
			this.run();
		}

		drop(item) {
			this.items = this.items.filter((other) => other !== item);
		}

		async run() {
			if (this.running) return;
			this.running = true;
			for (let wait = 1000; this.items.length;) {
				const item = this.items[0];
				try {
					await item.send();
					item.state = 'sent';
					wait = 1000;
				} catch (failure) {
					if (failure.outdated || (failure.status === 401 && await this.renew())) continue;
					if (failure.passing && this.items.includes(item)) {
						await pause(jitter(wait));
						wait = Math.min(wait * 2, 30000);
						continue;
					}
					item.state = 'failed';
					item.failure = failure;
				}
				this.drop(item);
				this.changed(item);
			}
			this.running = false;
		}
	}

	Object.assign(webchat, { Api, Failure, Outbox, Store, jitter, makeOnce, pause });
})(window.webchat = window.webchat || {});
