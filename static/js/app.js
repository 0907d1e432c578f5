/*
 * Behaviour of every staff page, driven by data-* attributes: menus, dialogs, toasts, clocks, filters, theme, plain forms
 * sent without leaving the page. All listeners are on document, so they keep working when live.js puts new parts in.
 * window.vt is what live.js and desk.js build on.
 */
(function () {
  'use strict';
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => [...(root || document).querySelectorAll(selector)];
  const word = name => $('#words')?.dataset[name] || '';

  const toast = text => {
    const box = $('#toast');
    if (!box || !text) return;
    box.textContent = box.title = text;
    box.hidden = false;
    clearTimeout(toast.timer);
    toast.timer = setTimeout(() => { box.hidden = true; }, 6000);
  };

  /* Files go as they are; everything else needs fewer bytes. */
  const packed = fields => (fields instanceof FormData && [...fields.values()].some(value => value instanceof File) ? fields : new URLSearchParams(fields));

  /* A form or its fields, as scripts send them: answers {ok, status, data}. Status 0: no network. */
  async function post(url, fields) {
    const body = packed(fields);
    body.delete('csrf');
    try {
      const response = await fetch(url, {
        method: 'POST', body, credentials: 'same-origin',
        headers: { Accept: 'application/json', 'X-CSRF-Token': document.body.dataset.csrf },
      });
      const data = await response.json().catch(() => ({}));
      if (response.status === 401) document.dispatchEvent(new Event('vt:signed-out'));
      return { ok: response.ok, status: response.status, data };
    } catch (error) {
      return { ok: false, status: 0, data: {} };
    }
  }
  const problem = answer => answer.data.error?.message || word('failed');

  async function fragment(url) {
    const response = await fetch(url, { credentials: 'same-origin', headers: { 'X-Fragment': '1' } });
    if (response.status === 401) document.dispatchEvent(new Event('vt:signed-out'));
    if (!response.ok) throw new Error(String(response.status));
    return response.text();
  }

  /* The client's id of a submission: a repeat is answered like the first. */
  const once = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

  /* --- dialogs: one, filled by what is asked for --- */
  let opener = null;
  function openDialog(html) {
    const dialog = $('#dialog');
    if (!dialog.open) opener = document.activeElement;
    dialog.innerHTML = html;
    if (!dialog.open) dialog.showModal();
    document.dispatchEvent(new Event('vt:dialog'));
    ($('[autofocus]', dialog) || $('input:not([type=hidden]),button', dialog))?.focus();
    return dialog;
  }
  const closeDialog = () => { const dialog = $('#dialog'); if (dialog?.open) dialog.close(); };
  document.addEventListener('close', event => {
    if (event.target.id !== 'dialog') return;
    event.target.innerHTML = '';
    if (opener && document.contains(opener)) opener.focus();
  }, true);

  /* --- menus: <details class="menu"> and [data-pop=id] --- */
  function closeMenus(except) {
    $$('details.menu[open]').forEach(menu => { if (menu !== except) menu.open = false; });
    $$('.pop[id]').forEach(pop => { if (pop !== except) togglePop(pop.id, false); });
  }
  function togglePop(id, shown) {
    const pop = document.getElementById(id);
    if (!pop) return;
    const show = shown === undefined ? pop.hidden : shown;
    if (show) closeMenus(pop);
    if (pop.hidden === !show) return;
    pop.hidden = !show;
    $$(`[data-pop="${id}"]`).forEach(button => button.setAttribute('aria-expanded', String(show)));
    pop.dispatchEvent(new CustomEvent(show ? 'vt:open' : 'vt:close', { bubbles: true }));
  }

  const toggleTheme = () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme:dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    try { localStorage.setItem('vt-theme', root.dataset.theme); } catch (error) { /* private mode */ }
  };

  document.addEventListener('click', event => {
    const target = event.target.closest('[data-pop],[data-dialog],[data-dismiss],[data-theme-toggle]');
    const inside = event.target.closest('details.menu,.pop[id]');
    if (!target || !target.matches('[data-pop]')) closeMenus(inside);
    if (!target || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
    if (target.matches('[data-pop]')) togglePop(target.dataset.pop);
    else if (target.matches('[data-theme-toggle]')) toggleTheme();
    else if (target.matches('[data-dialog]')) {
      event.preventDefault();
      fragment(target.href).then(openDialog, () => { location.href = target.href; });
    } else if (target.closest('dialog')) {
      event.preventDefault();
      closeDialog();
    }
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      const menu = event.target.closest?.('details.menu[open]');
      closeMenus();
      if (menu) $('summary', menu).focus();
    }
    /* Enter in a dialog's long field is a line; with Ctrl it is the dialog's button. */
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.matches?.('dialog textarea')) event.target.form?.requestSubmit();
    const pop = event.target.closest?.('.pop');
    if (!pop || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    const items = $$('.mi', pop).filter(item => !item.hidden);
    const next = items[(items.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length];
    if (next) { event.preventDefault(); next.focus(); }
  });

  /* --- forms that change one thing and leave the page as it is: live.js brings what changed --- */
  document.addEventListener('submit', async event => {
    const form = event.target;
    if (!form.matches('[data-quiet]')) return;
    event.preventDefault();
    closeMenus();
    const data = new FormData(form);
    if (event.submitter?.name) data.set(event.submitter.name, event.submitter.value);
    const answer = await post(form.action, data);
    if (!answer.ok && answer.status !== 401) toast(problem(answer));
  });

  /* --- a list that leaves as a file: the page stays, and what was wrong stands in its form --- */
  function keep(blob, name) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }
  document.addEventListener('submit', async event => {
    const form = event.target, place = $('[data-error]', form);
    if (!event.submitter?.matches('[data-download]')) return;
    event.preventDefault();
    if (form.dataset.busy !== undefined) return;
    form.dataset.busy = '';
    place.textContent = '';
    try {
      const response = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form, event.submitter)),
        credentials: 'same-origin', headers: { Accept: 'application/json' } });
      if (response.status === 401) document.dispatchEvent(new Event('vt:signed-out'));
      else if (!response.ok) place.textContent = problem({ data: await response.json() });
      else if (response.redirected) location.assign(response.url);
      else {
        keep(await response.blob(), /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition'))?.[1] || '');
        form.elements.reason.value = '';
        closeMenus();
      }
    } catch (error) { place.textContent = word('failed'); }
    delete form.dataset.busy;
  });

  /* --- filters: a list by its text --- */
  const fold = text => text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  function filterList(input) {
    const wanted = fold(input.value.trim());
    $$(input.dataset.filter).forEach(item => { item.hidden = wanted !== '' && !fold(item.textContent).includes(wanted); });
  }
  function filterTree(input) {
    const wanted = fold(input.value.trim());
    const shows = (item, above) => {
      const own = above || fold($(':scope>.tn', item).textContent).includes(wanted);
      const below = $$(':scope>ul>li', item).map(child => shows(child, own)).some(Boolean);
      item.hidden = !own && !below;
      return own || below;
    };
    $$('.tree>ul>li', input.closest('fieldset')).forEach(item => shows(item, wanted === ''));
  }
  document.addEventListener('input', event => {
    if (event.target.matches('[data-filter]')) filterList(event.target);
    if (event.target.matches('[data-filter-tree]')) filterTree(event.target);
  });

  /* --- clocks: data-tick and data-ago are seconds, written by the server when it rendered the part --- */
  const two = number => String(number).padStart(2, '0');
  const clock = seconds => (seconds >= 3600 ? Math.floor(seconds / 3600) + ':' : '') + two(Math.floor(seconds / 60) % 60) + ':' + two(seconds % 60);
  const started = new WeakMap();
  const restart = node => started.delete(node);
  const elapsed = (node, attribute) => {
    const given = node.dataset[attribute];
    const known = started.get(node);
    if (!known || known.given !== given) {
      started.set(node, { given, at: Date.now() - 1000 * Number(given) });
      return Number(given);
    }
    return Math.floor((Date.now() - known.at) / 1000);
  };
  /* Only what differs: the page need not be laid out anew for the rest. */
  const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  function tick() {
    if (document.hidden) return;
    $$('[data-tick]').forEach(node => {
      const seconds = Math.max(0, elapsed(node, 'tick')), target = Number(node.dataset.target), warn = Number(node.dataset.warn) || Math.floor(target / 2);
      write(node, clock(seconds));
      const colour = target ? node.closest('.wtime') : null;
      if (colour) {
        colour.classList.toggle('w2', seconds >= target);
        colour.classList.toggle('w1', seconds >= warn && seconds < target);
      }
    });
    $$('[data-ago]').forEach(node => {
      const minutes = Math.floor(Math.max(0, elapsed(node, 'ago')) / 60);
      write(node, minutes < 1 ? word('now') : minutes < 60 ? word('minutes').replace('{0}', minutes) : node.dataset.at);
    });
  }
  tick();
  setInterval(tick, 1000);
  $('.snav [aria-current]')?.scrollIntoView({ block: 'nearest' });
  document.addEventListener('visibilitychange', tick);

  /* What is pasted into a field that takes no more is cut there: never unnoticed. */
  document.addEventListener('paste', event => {
    const field = event.target, text = event.clipboardData?.getData('text') || '';
    if (field.maxLength > 0 && field.value.length - (field.selectionEnd - field.selectionStart) + text.length > field.maxLength)
      toast(word('cut').replace('{0}', field.maxLength));
  });

  window.vt = { $, $$, word, toast, packed, post, problem, fragment, once, openDialog, closeDialog, togglePop, closeMenus, fold, filterList, tick, restart, elapsed };
})();
