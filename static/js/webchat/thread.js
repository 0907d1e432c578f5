/* The conversation on the screen. Text only ever goes in as text. */
(function (webchat) {
	'use strict';

	const ZONE = 'America/Argentina/Buenos_Aires';
	const clock = new Intl.DateTimeFormat('es-AR', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: ZONE });
	const dayKey = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE });
	const dayLong = new Intl.DateTimeFormat('es-AR', { day: 'numeric', month: 'long', timeZone: ZONE });
	const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;
	const ICONS = '/static/img/icons.svg#';
	const NEAR = 60;

	const piece = (id) => document.getElementById(`t-${id}`).content.firstElementChild.cloneNode(true);

	/* A blank line starts a paragraph; everything else stays as it was written. */
	function paragraphs(text, links) {
		return text.split('\n\n').map((part) => {
			const p = document.createElement('p');
			p.append(...(links ? withLinks(part) : [part]));
			return p;
		});
	}

	function withLinks(text) {
		const nodes = [];
		let from = 0;
		for (const found of text.matchAll(LINK)) {
			const link = document.createElement('a');
			link.href = found[0];
			link.target = '_blank';
			link.rel = 'noopener noreferrer';
			link.textContent = found[0];
			nodes.push(text.slice(from, found.index), link);
			from = found.index + found[0].length;
		}
		return [...nodes, text.slice(from)];
	}

	function size(bytes) {
		const units = ['B', 'KB', 'MB'];
		let n = bytes, unit = 0;
		while (n >= 1024 && unit < 2) { n /= 1024; unit++; }
		return `${n.toLocaleString('es-AR', { maximumFractionDigits: unit === 2 ? 1 : 0 })} ${units[unit]}`;
	}

	function describe(card, name, bytes) {
		const extension = (/\.(\w{1,4})$/.exec(name) || [])[1] || '';
		const badge = card.querySelector('.fx');
		badge.textContent = extension || '···';
		badge.classList.add(/^(xlsx?|csv|ods)$/i.test(extension) ? 'x' : /^pdf$/i.test(extension) ? 'p' : 'o');
		card.querySelector('b').textContent = name;
		card.querySelector('.xs').textContent = size(bytes);
	}

	class Thread {
		/* choose(option): a menu's button; fresh(message): a link to its file that still works. */
		constructor(log, texts, { choose, fresh }) {
			Object.assign(this, { log, texts, choose, fresh });
			this.end = document.getElementById('typing');
			this.newer = document.getElementById('newer');
			this.newer.addEventListener('click', () => { this.toBottom(); log.focus(); });
			log.addEventListener('scroll', () => {
				/* Far from the end because somebody went up, or because it grew before this event came? */
				if (this.atBottom() || log.scrollTop < this.top) this.pinned = this.atBottom();
				this.top = log.scrollTop;
				if (this.pinned) this.newer.hidden = true;
			}, { passive: true });
			const settle = () => { if (this.pinned) this.toBottom(); };
			log.addEventListener('load', settle, true);
			new ResizeObserver(settle).observe(log);
			this.clear();
		}

		clear() {
			while (this.log.firstElementChild !== this.end) this.log.firstElementChild.remove();
			this.pending = new Map();       // once -> element not on record yet
			this.mine = [];                 // [seq, element] of the visitor's own
			this.theirs = new Map();        // seq -> element of what may still change: an operator's, and files
			this.menus = [];                // {seq, element}
			this.last = 0;
			this.day = '';
			this.speaker = '';
			this.lastBot = 0;
			this.lastMine = 0;
			this.newer.hidden = true;
			this.pinned = true;             // at the end, and stays there while the end moves
			this.top = 0;                   // how far down the last scroll was
		}

		/* What was said before is not news: no reader speaks it. */
		hush() {
			this.log.setAttribute('aria-busy', 'true');
			setTimeout(() => this.log.setAttribute('aria-busy', 'false'), 500);
		}

		atBottom() {
			return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
		}

		toBottom() {
			this.pinned = true;
			this.log.scrollTop = this.log.scrollHeight;
			this.newer.hidden = true;
		}

		/* Put at the end of what is on record, before what waits; keeps the eye where it is unless it
     * was at the end. */
		place(element, own) {
			this.log.insertBefore(element, element.classList.contains('wait') ? this.end : this.firstWaiting());
			if (own || this.pinned) this.toBottom(); else this.newer.hidden = false;
		}

		firstWaiting() {
			for (const element of this.pending.values()) return element;
			return this.end;
		}

		separate(at) {
			const key = dayKey.format(at);
			if (key === this.day) return;
			this.day = key;
			this.speaker = '';
			const element = piece('day');
			const today = dayKey.format(Date.now()), yesterday = dayKey.format(Date.now() - 86400000);
			element.textContent = key === today ? this.texts.today
				: key === yesterday ? this.texts.yesterday : dayLong.format(at);
			this.place(element, false);
		}

		/* A message on record. */
		add(message) {
			if (message.seq <= this.last) return;
			this.last = message.seq;
			const echo = this.pending.get(message.once);
			if (echo) { echo.remove(); this.pending.delete(message.once); }
			this.separate(message.at);
			if (message.kind === 'event') { this.event(message); return; }
			const mine = message.author === 'contact';
			const element = this.bubble(mine ? 'me' : message.author, message.at, this.who(message));
			this.fill(element.querySelector('.bub'), message, !mine);
			if (mine) this.own(message, element);
			if (message.author === 'agent' || message.file) this.theirs.set(message.seq, element);
			this.mark(element, message);
			if (message.author === 'bot') this.lastBot = message.seq;
			if (message.options) this.menus.push({ seq: message.seq, element });
			this.place(element, mine && Boolean(echo));
		}

		own(message, element) {
			const menu = this.menus[this.menus.length - 1];
			if (menu && menu.seq > this.lastMine) this.chose(message.text);
			this.mine.push([message.seq, element]);
			this.lastMine = message.seq;
		}

		who(message) {
			const speaker = message.author === 'bot' ? this.texts.bot
				: message.author === 'agent' ? message.name || this.texts.someone
				: message.author === 'supervisor' ? [this.texts.supervisor, message.name].filter(Boolean).join(' · ') : '';
			const first = speaker !== this.speaker;
			this.speaker = speaker;
			return first ? speaker : '';
		}

		bubble(kind, at, who) {
			const element = piece('message');
			element.classList.add(kind);
			const time = element.querySelector('time');
			time.dateTime = new Date(at).toISOString();
			time.textContent = clock.format(at);
			if (who) {
				element.querySelector('.who span').textContent = who;
				element.querySelector('.who').hidden = false;
			}
			return element;
		}

		/* The operator wrote it anew, or took it back; or its file may be opened by now. */
		change(message) {
			const element = this.theirs.get(message.seq);
			if (!element) return;
			const box = element.querySelector('.bub');
			box.replaceChildren();
			box.className = 'bub';
			this.fill(box, message, message.author !== 'contact');
			this.mark(element, message);
			if (this.pinned) this.toBottom();
		}

		mark(element, message) {
			element.classList.toggle('gone', Boolean(message.deleted));
			element.querySelector('.edited')?.remove();
			if (!message.edited) return;
			const word = document.createElement('span');
			word.className = 'edited';
			word.textContent = this.texts.edited;
			element.querySelector('.meta').append(word);
		}

		quote({ author, text }) {
			const box = document.createElement('blockquote');
			box.className = 'qt';
			const who = document.createElement('b');
			who.textContent = author === 'contact' ? this.texts.you : author === 'bot' ? this.texts.bot : this.texts.someone;
			box.append(who, ' ', text);
			return box;
		}

		fill(box, message, links) {
			if (message.deleted) { box.textContent = this.texts.deleted; return; }
			if (message.quote) box.append(this.quote(message.quote));
			if (message.file) box.append(this.file(message));
			if (message.text) box.append(...paragraphs(message.text, links));
			if (message.file && !message.text) box.classList.add('bare');
			if (message.file?.sticker) box.classList.add('stk');
			if (message.options) box.append(this.options(message.options));
		}

		options(options) {
			const box = document.createElement('div');
			box.className = 'opts';
			for (const option of options) {
				const button = document.createElement('button');
				button.type = 'button';
				button.textContent = option.label;
				button.addEventListener('click', () => this.choose(option));
				box.append(button);
			}
			return box;
		}

		file(message) {
			const { file } = message;
			if (file.held) return this.held(file);
			const picture = file.inline && file.type.startsWith('image/');
			const link = piece(picture ? 'image' : 'file');
			link.href = file.inline ? file.url : `${file.url}&d=1`;
			if (picture) {
				const image = link.querySelector('img');
				image.src = file.url;
				image.alt = this.texts.picture.replace('{0}', () => file.name);
			} else {
				describe(link, file.name, file.size);
			}
			link.addEventListener('click', (event) => this.follow(event, link, message));
			return link;
		}

		/* What nobody may open: not yet, or not at all. */
		held(file) {
			const card = piece('held');
			card.querySelector('use').setAttribute('href', ICONS + (file.held === 'waiting' ? 'clock' : 'warn'));
			card.querySelector('b').textContent = file.name;
			card.querySelector('.xs').textContent = this.texts[`held_${file.held}`].replace('{0}', () => file.virus);
			return card;
		}

		/* Links are signed for minutes; an old one is asked for anew. */
		async follow(event, link, message) {
			const expires = Number(new URL(link.href).searchParams.get('e'));
			if (expires * 1000 > Date.now() + 5000) return;
			event.preventDefault();
			const fresh = await this.fresh(message.seq);
			if (!fresh) return;
			Object.assign(message.file, fresh);
			link.href = fresh.inline ? fresh.url : `${fresh.url}&d=1`;
			window.open(link.href, '_blank', 'noopener');
		}

		event(message) {
			const element = piece('event');
			const assigned = message.event === 'assigned';
			const [before, after] = assigned ? this.texts.attends.split('{0}') : [this.texts.closed];
			element.querySelector('use').setAttribute('href', ICONS + (assigned ? 'head' : 'check'));
			element.querySelector('span').append(before);
			if (assigned) {
				const name = document.createElement('b');
				name.textContent = message.agent || this.texts.someone;
				element.querySelector('span').append(name, after);
			}
			this.speaker = '';
			this.place(element, false);
		}

		/* Something only this page knows, such as why it cannot begin. */
		note(text) {
			const element = piece('event');
			element.querySelector('use').setAttribute('href', `${ICONS}warn`);
			element.querySelector('span').textContent = text;
			this.place(element, true);
		}

		/* A line not on record yet. retry() sends it again. */
		echo(item, retry) {
			const element = this.bubble('me', Date.now(), '');
			element.classList.add('wait');
			element.querySelector('.bub').append(...paragraphs(item.text, false));
			this.speaker = '';
			this.pending.set(item.once, element);
			element.retry = retry;
			this.tick(element, 'clock', this.texts.sending, '');
			this.place(element, true);
		}

		/* A file on its way: shows progress; cancel() stops it. */
		upload(item, cancel) {
			const element = this.bubble('me', Date.now(), '');
			const card = piece('upload');
			element.classList.add('wait');
			element.querySelector('.bub').classList.add('bare');
			element.querySelector('.bub').append(card);
			describe(card, item.file.name, item.file.size);
			const button = card.querySelector('button');
			button.title = this.texts.cancel.replace('{0}', () => item.file.name);
			button.setAttribute('aria-label', button.title);
			button.addEventListener('click', () => { cancel(); this.forget(item); });
			item.progress = (part) => { card.querySelector('progress').value = Math.round(part * 100); };
			this.pending.set(item.once, element);
			this.tick(element, 'clock', this.texts.sending, '');
			this.place(element, true);
		}

		forget(item) {
			const element = this.pending.get(item.once);
			if (!element) return;
			this.pending.delete(item.once);
			element.remove();
		}

		/* What became of an echo: on record soon, or refused. */
		settle(item) {
			const element = this.pending.get(item.once);
			if (!element) return;
			const progress = element.querySelector('progress');
			if (progress) progress.hidden = true;
			if (item.state === 'sent') { this.tick(element, 'check', this.texts.sent, ''); return; }
			element.classList.add('fail');
			element.querySelector('.tick').hidden = true;
			const why = element.querySelector('.bad-t');
			why.textContent = item.failure.message || this.texts.failed;
			why.hidden = false;
			const button = element.querySelector('.up button');
			if (button) { button.title = this.texts.remove; button.setAttribute('aria-label', this.texts.remove); }
			if (element.retry) this.offerRetry(element);
		}

		offerRetry(element) {
			const button = document.createElement('button');
			button.type = 'button';
			button.className = 'lk';
			button.textContent = this.texts.retry;
			button.addEventListener('click', element.retry);
			element.querySelector('.meta').append(button);
		}

		tick(element, icon, said, kind) {
			const tick = element.querySelector('.tick');
			tick.className = `tick ${kind}`;
			tick.hidden = false;
			tick.querySelector('use').setAttribute('href', ICONS + icon);
			tick.querySelector('.sr').textContent = said;
		}

		/* How far the other side got: the bot reads as it answers. */
		marks(delivered, read) {
			const seen = Math.max(read, this.lastBot);
			for (const [seq, element] of this.mine) {
				if (seq <= seen) this.tick(element, 'check2', this.texts.read, 'read');
				else if (seq <= delivered) this.tick(element, 'check2', this.texts.delivered, '');
				else this.tick(element, 'check', this.texts.sent, '');
			}
		}

		/* Only the last menu can be answered, once, and only by who is still with the bot. */
		settleMenus(inBot) {
			const last = this.menus[this.menus.length - 1];
			const open = inBot && last && last.seq > this.lastMine && !this.pending.size;
			for (const menu of this.menus)
				for (const button of menu.element.querySelectorAll('.opts button'))
					button.disabled = !(open && menu === last);
		}

		/* The last menu has its answer. */
		chose(label) {
			const last = this.menus[this.menus.length - 1];
			for (const button of last.element.querySelectorAll('.opts button')) {
				button.disabled = true;
				button.classList.toggle('sel', button.textContent === label);
			}
		}

		/* name null: nobody types. */
		typing(name) {
			this.end.hidden = name === null;
			document.getElementById('typing-said').textContent = name ? this.texts.typing.replace('{0}', () => name) : '';
			if (this.pinned) this.toBottom();
		}
	}

	Object.assign(webchat, { Thread });
})(window.webchat = window.webchat || {});
