/*
 * The chat inside the frame. The server is asked with one held request (GET
 * /live/visitor); what comes back is shown, what is written waits in an outbox
 * until the server has it. A page of several tabs polls once: the others hear
 * from it and read for themselves.
 */
(function (webchat) {
	'use strict';

	const { Api, Composer, Outbox, Thread, jitter, makeOnce, pause } = webchat;
	const $ = (id) => document.getElementById(id);
	const frame = $('wc');
	const config = JSON.parse(frame.dataset.config);
	const { mode, parent: site } = frame.dataset;
	const texts = Object.fromEntries([...document.querySelectorAll('[data-text]')].map((item) => [item.dataset.text, item.textContent]));

	const HELD = 40000;          // the server holds a poll for 25 s
	const OFFLINE_AFTER = 5000;
	const TYPING_FOR = 6000;

	/* With our loader around us the site decides when we are seen; anywhere else we are. */
	const framed = mode === 'inline' && window.parent !== window && site;

	const api = new Api(config.key, (token) => tell('keep', { token }));
	const state = {
		conversation: null,        // {id, state, seq, delivered, read, seen, agent?}
		cursor: '',
		visible: !framed,
		page: '',
		starting: null,            // promise while a beginning is under way
		over: 0,                   // id of the closed conversation that a new one shall follow
		other: 0,                  // seq of the last that others wrote
		unread: [],                // seqs of what others wrote and was not read
		told: { delivered: 0, read: 0 },
	};

	/* ---- the page around us: only our loader, only in the agreed form ---- */

	function tell(type, more) {
		if (framed) window.parent.postMessage({ ventanilla: 1, type, ...more }, site);
	}

	window.addEventListener('message', (event) => {
		const said = event.data;
		if (!framed || event.source !== window.parent || event.origin !== site) return;
		if (!said || said.ventanilla !== 1 || said.type !== 'visible' || typeof said.visible !== 'boolean') return;
		if (typeof said.page === 'string') state.page = said.page.slice(0, 500);
		if (typeof said.kept === 'string' && api.recall(said.kept)) poller.wake();
		show(said.visible);
	});

	/* ---- what is shown ---- */

	const thread = new Thread($('log'), texts, { choose, fresh });
	const composer = new Composer(config.key, texts, { say, send: sendFile, typing: sayTyping });

	function panels(panel) {
		$('form').hidden = panel !== 'form';
		$('log').hidden = panel === 'form';
		$('ended').hidden = panel !== 'ended';
		composer.show(panel === 'talk');
		$('leave').hidden = !state.conversation || panel !== 'talk';
	}

	const reading = () => state.visible && document.visibilityState === 'visible';

	function apply(answer) {
		const { conversation } = answer;
		const known = state.conversation;
		state.cursor = answer.cursor;
		if (!conversation || conversation.id === state.over) return;
		if (known && known.id === conversation.id && conversation.seq < known.seq) return;
		if (!known || known.id !== conversation.id) enter(conversation);
		state.conversation = conversation;
		for (const message of answer.messages) receive(message);
		thread.marks(conversation.delivered, conversation.read);
		thread.settleMenus(conversation.state === 'bot');
		if (answer.typing) typing(conversation.agent || texts.someone);
		state.unread = !known && conversation.state === 'closed' ? [] : state.unread.filter((seq) => seq > conversation.seen);
		panels(conversation.state === 'closed' ? 'ended' : 'talk');
		tell('active', { active: conversation.state !== 'closed' });
		noteSeen();
	}

	function enter(conversation) {
		if (state.conversation) thread.clear();
		Object.assign(state, { over: 0, other: 0, unread: [], told: { delivered: 0, read: conversation.seen } });
		typing(null);
		thread.hush();
	}

	function forget() {
		api.keep(null);
		thread.clear();
		Object.assign(state, { conversation: null, cursor: '', over: 0 });
		tell('active', { active: false });
	}

	function receive(message) {
		if (message.seq <= thread.last) { thread.change(message); return; }
		if (message.author === 'bot' || message.author === 'agent' || message.author === 'supervisor') {
			typing(null);
			state.unread.push(message.seq);
			state.other = message.seq;
		}
		thread.add(message);
	}

	let typingTimer = 0;
	function typing(name) {
		clearTimeout(typingTimer);
		thread.typing(name);
		if (name !== null) typingTimer = setTimeout(() => thread.typing(null), TYPING_FOR);
	}

	/* The watermarks of what others wrote: once per message, not per poll. */
	let seenTimer = 0;
	function noteSeen() {
		const last = state.other;
		if (reading()) state.unread = [];
		tell('unread', { count: state.unread.length });
		if (!last || !state.conversation || state.conversation.state === 'closed') return;
		const { id } = state.conversation;
		const mark = { delivered: last, read: reading() ? last : state.told.read };
		if (mark.delivered <= state.told.delivered && mark.read <= state.told.read) return;
		clearTimeout(seenTimer);
		seenTimer = setTimeout(() => {
			api.request('POST', '/webchat/seen', { conversation: id, ...mark })
				.then(() => { state.told = mark; }, () => {});
		}, 300);
	}

	function show(visible) {
		state.visible = visible;
		if (!visible) return;
		api.refresh();
		if (!api.token && !state.starting) begin();
		noteSeen();
		if (matchMedia('(pointer: fine)').matches) composer.focus();
	}

	document.addEventListener('visibilitychange', () => { if (reading()) noteSeen(); });

	/* ---- beginning and ending ---- */

	function begin() {
		if (config.form) { panels('form'); return; }
		start({}).catch(() => {});
	}

	function start(data) {
		state.starting = state.starting || enterChat(data).finally(() => { state.starting = null; });
		return state.starting;
	}

	/* Again and again with one id until the server has it; refused: the reason is shown. */
	async function enterChat(data) {
		const { topic, ...who } = data;
		const once = makeOnce();
		panels('talk');
		typing(texts.bot);
		for (let wait = 1000; ; wait = Math.min(wait * 2, 30000)) {
			try {
				const answer = await api.request('POST', '/webchat/start', { key: config.key, once, page: state.page, ...who });
				api.keep(answer.token);
				if (topic) say(topic);
				poller.renew();
				return;
			} catch (failure) {
				if (failure.status === 401) {
					if (!failure.outdated) api.keep(null);
					continue;
				}
				if (failure.passing) { offline(true); await pause(jitter(wait)); continue; }
				typing(null);
				refuse(failure);
				throw failure;
			}
		}
	}

	function refuse(failure) {
		if (config.form && !state.conversation) { panels('form'); fault(failure.field, failure.message); return; }
		panels('ended');
		thread.note(failure.message);
	}

	/* Nobody has our token: begin anew for what waits to be sent. */
	async function renew() {
		if (!state.starting) forget();
		await start({}).catch(() => {});
		return Boolean(api.token);
	}

	$('again').addEventListener('click', () => {
		state.over = state.conversation ? state.conversation.id : 0;
		Object.assign(state, { conversation: null, cursor: '', unread: [] });
		thread.clear();
		start({}).then(() => composer.focus(), () => {});
	});

	$('leave').addEventListener('click', () => $('leaving').showModal());
	$('leaving').addEventListener('close', () => {
		if ($('leaving').returnValue !== 'leave') { composer.focus(); return; }
		$('leaving').returnValue = '';
		const once = makeOnce();
		lines.add({ once, send: () => api.request('POST', '/webchat/leave', { once }) });
	});

	/* ---- the first form ---- */

	function fault(field, text) {
		const box = $(`f-${field}-err`) || $('form-err');
		box.textContent = text;
		box.hidden = false;
		const input = $('form').elements[field];
		if (!input) return;
		input.setAttribute('aria-invalid', 'true');
		input.focus();
	}

	$('form').addEventListener('submit', (event) => {
		event.preventDefault();
		const form = $('form');
		const data = {};
		for (const box of form.querySelectorAll('.err')) box.hidden = true;
		for (const input of form.querySelectorAll('[name]')) {
			const value = input.type === 'checkbox' ? input.checked && 'yes' : input.value.trim();
			input.removeAttribute('aria-invalid');
			if (!value && input.closest('.f').dataset.required) { fault(input.name, texts.required); return; }
			if (input.name === 'topic' && value) data.topic = input.selectedOptions[0].textContent;
			else if (value && input.type !== 'checkbox') data[input.name] = value;
		}
		start(data).then(() => composer.focus(), () => {});
	});

	/* ---- what the visitor does ---- */

	const lines = new Outbox((item) => { thread.settle(item); }, renew);
	const files = new Outbox((item) => { thread.settle(item); }, renew);

	function say(text) {
		const item = { once: makeOnce(), text };
		item.send = () => api.request('POST', '/webchat/messages', { text, once: item.once });
		put(item);
	}

	function choose({ key, label }) {
		const item = { once: makeOnce(), text: label };
		item.send = () => api.request('POST', '/webchat/choice', { key, label, once: item.once });
		thread.chose(label);
		put(item);
		composer.focus();
	}

	function put(item) {
		thread.echo(item, () => { thread.forget(item); item.once = makeOnce(); put(item); });
		lines.add(item);
	}

	function sendFile(file) {
		const item = { once: makeOnce(), file };
		const stop = new AbortController();
		thread.upload(item, () => { stop.abort(); files.drop(item); });
		item.send = () => api.upload(file, item.once, item.progress, stop.signal);
		files.add(item);
	}

	function sayTyping() {
		if (state.conversation && state.conversation.state === 'active')
			api.request('POST', '/webchat/typing', {}).catch(() => {});
	}

	async function fresh(seq) {
		try {
			const answer = await api.request('GET', `/webchat/messages?since=${seq - 1}&k=${state.conversation.id}`);
			return (answer.messages.find((message) => message.seq === seq) || {}).file;
		} catch {
			return null;
		}
	}

	/* ---- hearing from the server ---- */

	let offlineSince = 0;
	function offline(on) {
		if (!on) offlineSince = 0;
		else offlineSince = offlineSince || Date.now();
		$('offline').hidden = !on || (navigator.onLine && Date.now() - offlineSince < OFFLINE_AFTER);
	}

	const where = () => `since=${thread.last}&k=${state.conversation ? state.conversation.id : 0}`;

	async function read() {
		apply(await api.request('GET', `/webchat/messages?${where()}`));
	}

	const channel = 'BroadcastChannel' in window ? new BroadcastChannel(api.name) : null;

	const poller = {
		/* There is something to wait for: a chat that is beginning or going on. */
		get wanted() {
			return Boolean(api.token) && !(state.conversation && state.conversation.state === 'closed');
		},

		wake() {
			if (channel) channel.postMessage('news');
			if (this.waker) this.waker();
			else if (!this.leads) this.follow();
		},

		/* What is held hears nothing more. */
		drop() {
			if (this.stop) this.stop.abort();
		},

		/* There is a new token: a poll with the old one is of no use. */
		renew() {
			this.drop();
			this.wake();
		},

		/* Another tab polls: read for ourselves. */
		follow() {
			api.refresh();
			if (api.token) read().catch(() => {});
		},

		async held() {
			const began = Date.now();
			const answer = await api.request('GET', `/live/visitor?c=${encodeURIComponent(state.cursor)}&${where()}`, undefined, HELD, this.stop = new AbortController());
			if (answer) {
				apply(answer);
				if (channel) channel.postMessage(answer.typing ? 'typing' : 'news');
			}
			if (Date.now() - began < 100) await pause(100);
		},

		async failed(failure, wait) {
			state.cursor = '';
			if (failure.status === 409 || failure.outdated) return;
			if (failure.status === 401) {
				forget();
				if (state.visible && !state.starting) begin();
				return;
			}
			offline(true);
			await Promise.race([pause(jitter(wait)), new Promise((done) => { window.addEventListener('online', done, { once: true }); })]);
		},

		/* After a failure all is read anew, so that a chat goes on, slower, without the held poll. */
		async run() {
			this.leads = true;
			for (let wait = 1000; ;) {
				while (!this.wanted) await new Promise((done) => { this.waker = done; });
				this.waker = null;
				try {
					if (!state.cursor) await read();
					offline(false);
					await this.held();
					wait = 1000;
				} catch (failure) {
					await this.failed(failure, wait);
					wait = Math.min(wait * 2, 30000);
				}
			}
		},

		/* One tab holds the poll; where there are no locks, each does. */
		start() {
			window.addEventListener('offline', () => this.drop());
			if (channel) {
				channel.onmessage = (event) => {
					if (event.data === 'typing') typing(state.conversation && state.conversation.agent || texts.someone);
					this.follow();
					if (this.waker) this.waker();
				};
			}
			if (!navigator.locks) { this.run(); return; }
			this.follow();
			navigator.locks.request(api.name, () => this.run()).catch(() => this.run());
		},
	};

	/* ---- windows ---- */

	$('close').addEventListener('click', () => { if (mode === 'popout') window.close(); else tell('close'); });
	document.addEventListener('keydown', (event) => {
		if (event.key === 'Escape' && framed && !$('leaving').open) tell('close');
	});

	$('popout').addEventListener('click', async () => {
		const url = `/webchat/frame?key=${encodeURIComponent(config.key)}&mode=popout`;
		const other = window.open('', '_blank', 'popup,width=420,height=680');
		if (!other) { thread.note(texts.popout_blocked); return; }
		try {
			const { code } = api.token ? await api.request('POST', '/webchat/popout', {}) : {};
			other.location.replace(code ? `${url}#${code}` : url);
			tell('close');
		} catch (failure) {
			other.close();
			thread.note(failure.message || texts.unavailable);
		}
	});

	/* Come in from another window: its code, good once, gives the visitor's token. */
	async function comeIn() {
		const code = location.hash.slice(1);
		if (!code) return;
		history.replaceState(null, '', location.pathname + location.search);
		try {
			api.keep((await api.request('POST', '/webchat/popin', { code })).token);
		} catch {
			thread.note(texts.lost);
		}
	}

	/* White or ink on the channel's colour, whichever reads better. */
	function paint(color) {
		const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
			.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
		const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
		document.documentElement.style.setProperty('--wc', color);
		document.documentElement.style.setProperty('--wc-on', 1.05 / (light + 0.05) >= 4.5 ? '#fff' : '#141d2b');
	}

	async function main() {
		paint(config.color);
		$('popout').hidden = mode !== 'inline';
		$('close').hidden = mode === 'page' || (mode === 'inline' && !framed);
		if (mode === 'popout') await comeIn();
		panels('talk');
		poller.start();
		show(state.visible);
		tell('ready');
	}

	main();
})(window.webchat);
