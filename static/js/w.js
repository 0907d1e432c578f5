/*
 * Ventanilla's webchat on a site: <script src="https://…/w.js" data-key="…" async></script>
 * Draws the bubble and, once it is wanted, a frame from our origin; the chat is in the frame.
 *   data-position="left|right"  where the bubble stands (default: the channel's setting)
 *   data-open                   opens by itself
 *   data-bubble="none"          no bubble: any element with data-ventanilla-abrir opens it,
 *                               or window.ventanilla.open(), .close()
 */
(function () {
	'use strict';

	const script = document.currentScript;
	if (!script || window.ventanilla) return;
	const ours = new URL(script.src).origin;
	const { key, position, bubble: wanted } = script.dataset;
	const memory = `ventanilla.${key}`;

	const SHEET = `
		:host { all: initial; }
		button, iframe { position: fixed; z-index: 2147483000; right: 20px; }
		.left button, .left iframe { right: auto; left: 20px; }
		button { bottom: 20px; display: inline-flex; align-items: center; gap: 10px; height: 60px; min-width: 60px; padding: 0 18px; border: 0; border-radius: 30px; background: var(--wc); color: var(--on); box-shadow: 0 8px 26px rgba(16,29,53,.32); font: 620 15px/1.2 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; cursor: pointer; }
		button:focus-visible { outline: 3px solid var(--wc); outline-offset: 3px; }
		svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
		.pip { position: absolute; right: 2px; top: -3px; min-width: 21px; height: 21px; box-sizing: border-box; padding: 0 5px; border-radius: 11px; background: #c62828; color: #fff; font-size: 12px; line-height: 21px; font-weight: 700; text-align: center; }
		.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
		iframe { bottom: 92px; width: 384px; height: min(640px, calc(100vh - 116px)); border: 1px solid rgba(125,140,160,.35); border-radius: 16px; background: #fff; box-shadow: 0 18px 60px rgba(16,29,53,.34); }
		.alone iframe { bottom: 20px; }
		[hidden] { display: none; }
		@media (max-width: 480px) {
			iframe, .left iframe, .alone iframe { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; }
			.open button { display: none; }
		}`;
	const ICON = 'M5.5 4h13a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM8 9h8M8 12.5h5M9 17v3.5l3.5-3.5';

	let config, box, button, frame;
	let shown = false, ready = false, pending = 'open' in script.dataset;

	/* The site's own storage: whether this browser has a chat going on (then the frame is loaded at
	 * once, for its badge), and the visitor's token where the browser denies a framed page any storage
	 * of its own, as Chromium does when third-party cookies are blocked. */
	const kept = {
		get(name) { try { return localStorage.getItem(`${memory}.${name}`); } catch { return null; } },
		set(name, value) {
			try {
				if (value) localStorage.setItem(`${memory}.${name}`, value); else localStorage.removeItem(`${memory}.${name}`);
			} catch { /* then the chat lasts as long as the page */ }
		},
	};

	function make(name, attributes, ...children) {
		const svg = name === 'svg' || name === 'path';
		const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
		for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
		element.append(...children);
		return element;
	}

	/* White or ink, whichever reads better on the colour. */
	function ink(color) {
		const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
			.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
		return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) >= 4.5 ? '#fff' : '#141d2b';
	}

	function draw() {
		const host = make('div', { 'data-ventanilla': '' });
		const root = host.attachShadow({ mode: 'open' });
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(SHEET);
		root.adoptedStyleSheets = [sheet];
		box = make('div', { class: (position || config.position) === 'left' ? 'left' : '' });
		box.style.setProperty('--wc', config.color);
		box.style.setProperty('--on', ink(config.color));
		root.append(box);
		if (wanted === 'none') {
			box.classList.add('alone');
		} else {
			const icon = make('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, make('path', { d: ICON }));
			button = make('button', { type: 'button', 'aria-expanded': 'false' }, icon, make('span', {}, config.bubble));
			button.addEventListener('click', () => toggle(!shown));
			box.append(button);
		}
		document.body.append(host);
	}

	function load() {
		if (frame) return;
		const query = new URLSearchParams({ key, mode: 'inline', o: location.origin });
		frame = make('iframe', { title: config.title, src: `${ours}/webchat/frame?${query}`, hidden: '' });
		box.prepend(frame);
	}

	function tell() {
		if (!ready) return;
		frame.contentWindow.postMessage({ ventanilla: 1, type: 'visible', visible: shown, page: location.origin + location.pathname, kept: kept.get('token') }, ours);
	}

	function toggle(on) {
		if (!config) { pending = on; return; }
		if (on === shown) return;
		shown = on;
		if (on) load();
		frame.hidden = !on;
		box.classList.toggle('open', on);
		if (button) button.setAttribute('aria-expanded', String(on));
		if (on) frame.focus(); else if (button) button.focus();
		tell();
	}

	function badge(count) {
		if (!button) return;
		const old = button.querySelector('.pip');
		if (old) old.remove();
		if (!count) return;
		const said = (count === 1 ? config.texts.unread_one : config.texts.unread).replace('{0}', String(count));
		button.append(make('span', { class: 'pip' }, make('span', { 'aria-hidden': 'true' }, String(Math.min(count, 99))), make('span', { class: 'sr' }, said)));
	}

	const heard = {
		ready() { ready = true; tell(); },
		close() { toggle(false); },
		unread({ count }) { if (Number.isInteger(count) && count >= 0) badge(shown ? 0 : count); },
		active({ active }) { if (typeof active === 'boolean') kept.set('active', active ? '1' : null); },
		keep({ token }) { if (token === null || /^[\w-]{43}$/.test(token)) kept.set('token', token); },
	};

	window.addEventListener('message', (event) => {
		const said = event.data;
		if (!frame || event.source !== frame.contentWindow || event.origin !== ours) return;
		if (!said || said.ventanilla !== 1 || !Object.hasOwn(heard, said.type)) return;
		heard[said.type](said);
	});

	document.addEventListener('click', (event) => {
		if (event.target.closest && event.target.closest('[data-ventanilla-abrir]')) { event.preventDefault(); toggle(true); }
	});

	window.ventanilla = { open: () => toggle(true), close: () => toggle(false) };

	fetch(`${ours}/webchat/config?key=${encodeURIComponent(key)}`, { credentials: 'omit' })
		.then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`webchat: ${answer.status}`))))
		.then((answer) => {
			config = answer;
			draw();
			if (pending) toggle(true); else if (kept.get('active')) load();
		})
		.catch(() => { /* no chat here, and nothing of the site is harmed */ });
})();
