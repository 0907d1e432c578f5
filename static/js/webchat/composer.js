/* Where the visitor writes: keys, draft, files by button, drag and paste. */
(function (webchat) {
	'use strict';

	const TALLEST = 180;
	const BIGGEST = 25 * 1024 * 1024;
	const MOST = 10;
	const TYPING_EVERY = 3000;

	const $ = (id) => document.getElementById(id);

	class Composer {
		/* say(text), send(file), typing(): what the visitor does. */
		constructor(key, texts, { say, send, typing }) {
			Object.assign(this, { texts, say, send, typing });
			this.area = $('composer');
			this.text = $('text');
			this.store = new webchat.Store('sessionStorage');
			this.draft = `ventanilla.draft.${key}`;
			this.typed = 0;
			this.depth = 0;
			this.listenToKeys();
			this.listenToFiles();
			this.text.value = this.store.get(this.draft) || '';
		}

		show(on) {
			this.area.hidden = !on;
			if (on) this.grow();
		}

		focus() {
			if (!this.area.hidden) this.text.focus({ preventScroll: true });
		}

		error(text) {
			const box = $('composer-err');
			box.textContent = text || '';
			box.hidden = !text;
		}

		grow() {
			this.text.style.height = 'auto';
			this.text.style.height = `${Math.min(TALLEST, this.text.scrollHeight)}px`;
		}

		listenToKeys() {
			this.text.addEventListener('input', () => this.changed());
			this.text.addEventListener('keydown', (event) => {
				if (event.key !== 'Enter' || event.isComposing) return;
				if (event.altKey) {
					event.preventDefault();
					this.text.setRangeText('\n\n', this.text.selectionStart, this.text.selectionEnd, 'end');
					this.changed();
				} else if (!event.shiftKey && !event.ctrlKey && !event.metaKey) {
					event.preventDefault();
					this.submit();
				}
			});
			$('send').addEventListener('click', () => { this.submit(); this.focus(); });
		}

		changed() {
			this.grow();
			this.store.set(this.draft, this.text.value);
			if (this.text.value && Date.now() - this.typed > TYPING_EVERY) {
				this.typed = Date.now();
				this.typing();
			}
		}

		submit() {
			const text = this.text.value;
			if (!text.trim()) return;
			this.text.value = '';
			this.typed = 0;
			this.changed();
			this.error('');
			this.say(text);
		}

		listenToFiles() {
			const zone = document.querySelector('.wc-win');
			const carries = (event) => !this.area.hidden && event.dataTransfer && [...event.dataTransfer.types].includes('Files');
			const leave = () => { this.depth = 0; this.area.classList.remove('dragging'); };
			$('attach').addEventListener('click', () => $('file').click());
			$('file').addEventListener('change', () => { this.take([...$('file').files]); $('file').value = ''; });
			zone.addEventListener('dragenter', (event) => {
				if (carries(event)) { this.depth++; this.area.classList.add('dragging'); }
			});
			zone.addEventListener('dragleave', () => { if (--this.depth <= 0) leave(); });
			zone.addEventListener('dragover', (event) => { if (carries(event)) event.preventDefault(); });
			zone.addEventListener('drop', (event) => {
				if (!carries(event)) return;
				event.preventDefault();
				leave();
				this.take([...event.dataTransfer.files]);
			});
			document.addEventListener('paste', (event) => {
				if (this.area.hidden || !event.clipboardData.files.length) return;
				event.preventDefault();
				this.take([...event.clipboardData.files]);
			});
		}

		/* What is refused for its size never leaves; its content is judged by the server. */
		take(files) {
			const fit = files.filter((file) => file.size <= BIGGEST);
			this.error(files.length > MOST ? this.texts.too_many : fit.length < files.length ? this.texts.too_big : '');
			for (const file of fit.slice(0, MOST)) this.send(file);
			this.focus();
		}
	}

	Object.assign(webchat, { Composer });
})(window.webchat = window.webchat || {});
