/*
 * Keeps the page alive: one held poll per browser brings what changed, as <frag> elements to be put in and <evt> elements
 * to be told about. What a page wants to hear stands in its own elements: data-view="desk" data-mark="…".
 *
 *   frag id view mode   morph: the element with that id becomes the one inside; append: the ones inside come last (or take
 *                       the place of the same id; the same data-once, which somebody sent from here, goes); replace: the ones inside take the place of
 *                       the same id, if it is there; remove; gone: it is put in and the page
 *                       stops asking for that view; reload: the whole page anew
 *   evt type …          sound and notice tell the person, as the rules of their roles say (static/js/notices.js); any other
 *                       is dispatched on document as vt:<type> with the attributes
 *
 * Never touched by a morph: open, hidden, aria-expanded, aria-pressed, and whatever is in an element whose data-keep is the
 * same before and after (another data-keep: the element is replaced). One tab polls, by Web Locks; it asks for all tabs
 * and passes the answers on.
 */
(function () {
  'use strict';
  const { $, $$, word, toast, fragment, once, openDialog, closeDialog, filterList, tick } = window.vt;
  const body = document.body;
  const pause = ms => new Promise(done => setTimeout(done, ms));
  const tab = once();
  const others = 'BroadcastChannel' in window ? new BroadcastChannel('vt-live') : null;
  const tell = message => others?.postMessage({ tab, ...message });

  /* --- what this browser shows: its own tab and what the others say --- */
  const TAB_FORGOTTEN_MS = 10 * 60 * 1000;
  const tabs = new Map();
  let cursor = body.dataset.cursor;
  let leads = false;
  let asking = null;

  const ownViews = () => $$('[data-view]').map(node => node.dataset.view + (node.dataset.mark ? ':' + node.dataset.mark : ''));
  function allViews() {
    const lowest = new Map();
    tabs.forEach((entry, name) => { if (Date.now() - entry.at > TAB_FORGOTTEN_MS) tabs.delete(name); });
    [ownViews(), ...[...tabs.values()].map(entry => entry.views)].flat().forEach(view => {
      const [name, mark] = view.split(':');
      if (!lowest.has(name) || Number(mark) < Number(lowest.get(name))) lowest.set(name, mark);
    });
    return [...lowest].map(([name, mark]) => (mark ? name + ':' + mark : name)).join(',');
  }
  const names = views => views.map(view => view.split(':')[0]).sort().join();

  /* Snapshots are "xmin:xmax:running": which one saw less? */
  function older(a, b) {
    const [aMin, aMax] = a.split(':', 2).map(BigInt);
    const [bMin, bMax] = b.split(':', 2).map(BigInt);
    return aMin < bMin || (aMin === bMin && aMax < bMax);
  }

  /* A page that was loaded just now, here or in another tab, may have seen less than the last answer. */
  function announce(pageCursor) {
    if (pageCursor && older(pageCursor, cursor)) cursor = pageCursor;
    tell({ type: 'views', views: ownViews(), cursor: pageCursor });
    if (leads) asking?.abort();
  }
  function heard(message) {
    const known = tabs.get(message.tab);
    tabs.set(message.tab, { views: message.views, at: Date.now() });
    const fresh = !known || names(known.views) !== names(message.views);
    if (message.cursor && older(message.cursor, cursor)) cursor = message.cursor;
    if (leads && fresh) asking?.abort();
  }

  /* --- putting parts in --- */
  const FIXED = new Set(['open', 'hidden', 'aria-expanded', 'aria-pressed']);
  function become(node, fresh) {
    [...node.attributes].forEach(attribute => node.removeAttribute(attribute.name));
    [...fresh.attributes].forEach(attribute => node.setAttribute(attribute.name, attribute.value));
    node.replaceChildren(...[...fresh.childNodes].map(child => document.importNode(child, true)));
  }
  /* A row that says the same but for its clocks, which run here, is left alone. */
  const rows = new WeakMap();      /* row -> what it was made of */
  const still = html => html.replace(/class="wtime[^"]*"/g, '').replace(/ data-(?:tick|ago)="\d*"[^>]*>[^<]*/g, '');
  function unchanged(row, fresh) {
    const made = still(fresh.outerHTML), same = rows.get(row) === made;
    rows.set(row, made);
    return same;
  }
  const options = live => ({
    morphStyle: 'outerHTML',
    // What somebody is writing in is left alone; a row or a card that has the focus is not.
    ignoreActiveValue: Boolean(document.activeElement?.matches('input,textarea,select')),
    callbacks: {
      beforeNodeMorphed(node, fresh) {
        if (node.nodeType !== Node.ELEMENT_NODE) return true;
        if (live && node.localName === 'li' && node.parentElement.parentElement?.id === 'desk-list') return !unchanged(node, fresh);
        if (node.dataset.keep === undefined) return true;
        if (node.dataset.keep !== fresh.dataset?.keep) become(node, fresh);
        return false;
      },
      beforeAttributeUpdated: name => !FIXED.has(name) && !(live && name === 'aria-current'),
      afterNodeMorphed(node) { if (node.dataset?.tick || node.dataset?.ago) window.vt.restart(node); },
    },
  });

  /* Rows do not change places under the pointer, nor under the keyboard in a lane of the board: new ones come last until it
     leaves. A lane and a table also keep the place of what is gone, so that nothing moves up under the pointer either. */
  const held = target => target.matches('.clist:hover,.lane:hover,.calm:hover') || (target.matches('.lane') && Boolean($(':focus-visible', target)));
  function calm(target, fresh) {
    $$('ul[id],tbody[id]', fresh).forEach(list => {
      const shown = document.getElementById(list.id);
      if (!shown) return;
      const place = new Map([...shown.children].map((row, index) => [row.id, index]));
      if (target.matches('.lane,.calm')) {
        if (shown.childElementCount) $('p.empty', fresh)?.remove();
        const left = new Set([...list.children].map(row => row.id));
        [...shown.children].forEach(row => {
          if (left.has(row.id)) return;
          const gone = list.appendChild(row.cloneNode(true));
          gone.classList.add('gone');
        });
      }
      [...list.children].sort((a, b) => (place.get(a.id) ?? 1e9) - (place.get(b.id) ?? 1e9)).forEach(row => list.append(row));
    });
  }
  const waiting = new Map();
  function morph(target, fresh) {
    if (held(target)) {
      waiting.set(target.id, fresh.cloneNode(true));
      calm(target, fresh);
    } else {
      waiting.delete(target.id);
    }
    if (target.dataset.keep !== undefined) {
      if (target.dataset.keep !== fresh.dataset.keep) target.replaceWith(fresh);
    } else {
      Idiomorph.morph(target, fresh, options(true));
    }
  }
  function release(event) {
    const list = event.target.closest?.('.clist,.lane,.calm');
    if (!list || !waiting.has(list.id) || list.contains(event.relatedTarget)) return;
    // Not at once: the focus also goes out while what had it is being taken away, in the middle of a morph.
    setTimeout(() => {
      const fresh = waiting.get(list.id);
      if (!fresh || !document.contains(list) || held(list)) return;
      waiting.delete(list.id);
      Idiomorph.morph(list, fresh, options(true));
      settle();
    });
  }
  document.addEventListener('mouseout', release);
  document.addEventListener('focusout', event => { if (!event.target.closest?.('.lane:hover')) release(event); });

  /* What somebody unfolded stays so, and keeps the focus. */
  function instead(old, node) {
    const focused = document.activeElement?.closest?.('[data-fold]>summary');
    const held = focused && old.contains(focused) ? focused.parentElement.dataset.fold : '';
    const unfolded = $$('details[data-fold][open]', old).map(each => each.dataset.fold);
    $$('details[data-fold]', node).forEach(each => { each.open = unfolded.includes(each.dataset.fold); });
    old.replaceWith(node);
    if (held) $(`details[data-fold="${held}"]>summary`, node)?.focus({ preventScroll: true });
  }

  function append(target, part) {
    const added = [];
    [...part.children].forEach(node => {
      const old = document.getElementById(node.id);
      if (old) { instead(old, node); return; }
      // What was shown while it was sent stood at the end: now it has its place among what others wrote meanwhile.
      if (node.dataset.once) $(`[data-once="${CSS.escape(node.dataset.once)}"]`, target)?.remove();
      target.insertBefore(node, $(':scope>[data-last]', target));
      added.push(node);
    });
    const owner = target.closest('[data-mark]');
    const mark = Number(part.getAttribute('mark'));
    if (owner && mark > Number(owner.dataset.mark)) owner.dataset.mark = mark;
    target.dispatchEvent(new CustomEvent('vt:appended', { bubbles: true, detail: { added } }));
  }

  function put(part) {
    const view = part.getAttribute('view');
    const target = document.getElementById(part.id);
    if (!target || (view && !$(`[data-view="${view}"]`))) return;
    const mode = part.getAttribute('mode');
    if (mode === 'morph') morph(target, part.firstElementChild);
    else if (mode === 'append') append(target, part);
    else if (mode === 'replace') [...part.children].forEach(node => { const old = document.getElementById(node.id); if (old) instead(old, node); });
    else if (mode === 'remove') target.remove();
    else if (mode === 'reload') refresh(location.href);
    else if (mode === 'gone') {
      target.replaceWith(part.firstElementChild);
      delete $(`[data-view="${view}"]`).dataset.view;
    }
  }

  /* What is this tab's own: which row is open, what the filter hides. */
  function settle() {
    const open = $('[data-conversation]')?.dataset.conversation;
    $$('.clist a.ci').forEach(row => {
      if (open && row.parentElement.id === 'case-' + open) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    });
    $$('[data-filter]').forEach(input => { if (input.value) filterList(input); });
    tick();
    document.dispatchEvent(new Event('vt:settled'));
  }

  function apply(html) {
    const began = performance.now();
    const template = document.createElement('template');
    const before = names(ownViews());
    template.innerHTML = html;
    let broken = false;
    [...template.content.children].forEach(part => {
      if (part.localName === 'frag') {
        // One part that does not go in must stop neither the others nor the poll: the page comes anew.
        try { put(part); } catch (error) { broken = true; reportError(error); }
        return;
      }
      const detail = Object.fromEntries([...part.attributes].map(attribute => [attribute.name, attribute.value]));
      if (detail.type === 'sound') notice({ ...detail, event: detail.key === 'message' ? 'message' : 'case', id: detail.key + detail.mark });
      else if (detail.type === 'notice') notice({ ...detail, key: detail.event, mark: detail.id });
      else document.dispatchEvent(new CustomEvent('vt:' + detail.type, { detail }));
    });
    settle();
    if (broken) refresh(location.href);
    if (names(ownViews()) !== before) announce(null);
    else if (!leads) tell({ type: 'views', views: ownViews() });
    /* For whoever observes; the page itself keeps none. */
    performance.measure('vt-update', { start: began });
    performance.clearMeasures('vt-update');
  }

  /* Forms go with the token of the session that a page came with. */
  function belongTo(csrf) {
    body.dataset.csrf = csrf;
    $$('input[name=csrf]').forEach(input => { input.value = body.dataset.csrf; });
  }

  /* --- whole pages without leaving: after a log-in, when too much was missed, and from row to row --- */
  let asked = 0;                   /* what was asked for last is what is shown, whatever comes first */
  async function refresh(url) {
    const mine = ++asked;
    const response = await fetch(url, { credentials: 'same-origin', cache: 'no-store' }).catch(() => null);
    const text = await response?.text().catch(() => null);
    if (mine !== asked) return;
    $('#thread')?.removeAttribute('aria-busy');
    if (!response || text === null) { toast(word('failed')); return; }
    const page = new DOMParser().parseFromString(text, 'text/html');
    const app = response.ok ? page.getElementById('app') : null;
    if (response.ok && !app) { signIn(); return; }
    if (!app) { location.assign(url); return; }
    if (page.body.dataset.user !== body.dataset.user) { location.assign('/'); return; }
    waiting.clear();
    Idiomorph.morph($('#app'), app, options(false));
    document.title = page.title;
    belongTo(page.body.dataset.csrf);
    settle();
    announce(page.body.dataset.cursor);
    document.dispatchEvent(new Event('vt:page'));
  }
  /* The list anew because somebody asked for it: at once, the pointer there or not. */
  async function list(url) {
    const template = document.createElement('template');
    template.innerHTML = await fragment(url);
    waiting.delete('desk-list');
    Idiomorph.morph($('.clist'), template.content.firstElementChild, options(false));
    settle();
    announce(null);
  }
  /* Another page in this one's place; "back" leads here again. */
  function go(url) {
    const to = new URL(url, location);
    if (to.href !== location.href) history.pushState(null, '', to);
    return refresh(to.href);
  }
  document.addEventListener('click', event => {
    const link = event.target.closest('a[data-go],a[data-list]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.dataset.go !== undefined) {
      $('#thread')?.setAttribute('aria-busy', 'true');
      go(link.href);
    } else {
      list(link.dataset.list).catch(() => { location.href = link.href; });
    }
  });
  addEventListener('popstate', () => refresh(location.href));

  /* --- the session ended: log in here, and nothing that was being written is lost --- */
  let signedOut = null;
  function signIn() {
    if (signedOut) return signedOut.done;
    signedOut = {};
    signedOut.done = new Promise(done => { signedOut.resolve = done; });
    fetch(`/login?next=${encodeURIComponent(location.pathname + location.search)}`, { credentials: 'same-origin', headers: { 'X-Fragment': '1' } })
      .then(response => response.text())
      .then(html => {
        const dialog = openDialog(html), login = $('[name=login]', dialog);
        dialog.dataset.locked = '';
        if (login) { login.value = body.dataset.login; $('[name=password]', login.form)?.focus(); }
        toast(word('session'));
      }, () => location.reload());
    return signedOut.done;
  }
  async function signedIn() {
    if (!signedOut) return;
    // The page first: whoever types on as soon as the dialog closes sends with the new session's token.
    await refresh(location.href);
    delete $('#dialog').dataset.locked;
    closeDialog();
    toast(word('back'));
    signedOut.resolve();
    signedOut = null;
  }
  /* Somebody may have logged in again in another tab, which ends the session of this one: then there is a new one. */
  async function otherSession() {
    const response = await fetch('/notices', { credentials: 'same-origin', cache: 'no-store' }).catch(() => null);
    if (!response?.ok || response.redirected) return false;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    if (page.body.dataset.user !== body.dataset.user) location.assign('/');
    belongTo(page.body.dataset.csrf);
    tell({ type: 'session', csrf: body.dataset.csrf });
    return true;
  }
  document.addEventListener('vt:signed-out', signIn);
  document.addEventListener('cancel', event => { if (event.target.dataset.locked !== undefined) event.preventDefault(); }, true);
  document.addEventListener('submit', async event => {
    if (!event.target.matches('.login-form') || !signedOut) return;
    event.preventDefault();
    const form = event.target;
    const response = await fetch(form.action, {
      method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'same-origin', headers: { Accept: 'application/json' },
    }).catch(() => null);
    if (response?.ok) { tell({ type: 'signed-in' }); signedIn(); return; }
    const data = await response?.json().catch(() => ({})) || {};
    $('[data-error]', form).textContent = data.error?.message || word('failed');
    $('[data-error-note]', form).hidden = false;
    form.elements.password.focus();
  });

  /* --- the poll --- */
  const HELD_AT_MOST_MS = 40000, BANNER_AFTER_MS = 5000;
  let failures = 0, failing = null;
  function connected(well) {
    if (well) {
      if (failures) document.dispatchEvent(new Event('vt:connected'));
      failures = 0;
      clearTimeout(failing);
      failing = null;
      $('#offline').hidden = true;
    } else {
      failures++;
      failing ??= setTimeout(() => { $('#offline').hidden = false; }, BANNER_AFTER_MS);
    }
    tell({ type: 'connected', well });
  }
  const backOff = () => Math.min(30000, 1000 * 2 ** Math.min(failures - 1, 5)) * (0.8 + Math.random() * 0.4);

  async function ask() {
    asking = new AbortController();
    const timer = setTimeout(() => asking.abort(new Error('held too long')), HELD_AT_MOST_MS);
    try {
      const response = await fetch(`/live?v=${encodeURIComponent(allViews())}&c=${encodeURIComponent(cursor)}`, {
        credentials: 'same-origin', cache: 'no-store', signal: asking.signal, headers: { 'X-Fragment': '1' },
      });
      return { status: response.status, cursor: response.headers.get('X-Cursor'), html: response.status === 200 ? await response.text() : '' };
    } catch (error) {
      return { status: error.name === 'AbortError' ? -1 : 0 };
    } finally {
      clearTimeout(timer);
    }
  }
  addEventListener('offline', () => asking?.abort(new Error('offline')));
  async function poll() {
    for (;;) {
      const started = Date.now();
      const answer = await ask();
      if (answer.status === -1) continue;
      if (answer.status === 200 || answer.status === 204) connected(true);
      if (answer.status === 200) {
        cursor = answer.cursor || cursor;
        tell({ type: 'answer', html: answer.html, cursor });
        apply(answer.html);
        await pause(20);
      } else if (answer.status === 204) {
        await pause(Math.max(0, 1000 - (Date.now() - started)));
      } else if (answer.status === 401) {
        // Its cookie may still be on its way.
        if (await otherSession() || (await pause(1000), await otherSession())) {
          await pause(500);
        } else {
          tell({ type: 'signed-out' });
          await signIn();
        }
      } else if (answer.status === 409) {
        tell({ type: 'stale' });
        await refresh(location.href);
      } else {
        connected(false);
        await Promise.race([pause(backOff()), new Promise(done => addEventListener('online', done, { once: true }))]);
      }
    }
  }
  function lead() {
    leads = true;
    tell({ type: 'lead' });
    return poll();
  }

  others?.addEventListener('message', ({ data }) => {
    if (data.type === 'views') heard(data);
    else if (data.type === 'bye') tabs.delete(data.tab);
    else if (data.type === 'lead') tell({ type: 'views', views: ownViews(), cursor });
    else if (data.type === 'answer') { cursor = data.cursor; apply(data.html); }
    else if (data.type === 'signed-in') signedIn();
    else if (data.type === 'signed-out') signIn();
    else if (data.type === 'session') belongTo(data.csrf);
    else if (data.type === 'stale') refresh(location.href);
    else if (data.type === 'connected' && data.well) { $('#offline').hidden = true; document.dispatchEvent(new Event('vt:connected')); }
  });
  addEventListener('pagehide', () => tell({ type: 'bye' }));
  document.addEventListener('visibilitychange', () => { if (!document.hidden) tell({ type: 'views', views: ownViews() }); });

  const notice = detail => document.dispatchEvent(new CustomEvent('vt:notice', { detail }));

  /* A part that is shown came or went without an answer of the poll. */
  const restate = () => announce(null);

  Object.assign(window.vt, { refresh, go, apply, list, restate });
  if (!cursor) return;
  announce(cursor);
  if (navigator.locks) navigator.locks.request('vt-live', lead);
  else lead();
})();
