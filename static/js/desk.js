/*
 * The operator's desk: the thread (ticks, typing, what is new below) and the composer (keys, drafts, canned replies, files).
 * What the taxpayer and the team write comes in through live.js; what is sent from here shows at once and gives way to the
 * server's own bubble, known by its data-once.
 */
(function () {
  'use strict';
  const { $, $$, word, toast, post, problem, fragment, once, togglePop, closeMenus, closeDialog, fold } = window.vt;
  const FILE_MAX = 25 * 1024 * 1024, TYPING_EVERY_MS = 3000, TYPES_FOR_MS = 6000, NEAR_BOTTOM = 40, NEAR_TOP = 60;
  const tools = $('#desk-tools')?.dataset || {};
  const piece = name => $('#' + name).content.firstElementChild.cloneNode(true);
  const icon = (node, name) => $('use', node).setAttribute('href', '/static/img/icons.svg#' + name);

  const thread = () => $('#thread[data-conversation]');
  const current = () => thread()?.dataset.conversation;
  const composer = () => $('form#composer');
  const msgs = () => $('#msgs');
  const isNote = () => composer()?.elements.note.value === '1';

  /* --- the thread: its end stays in sight, unless somebody reads further up --- */
  let stuck = true, fresh = 0, lastTop = 0;
  const toBottom = () => { const box = msgs(); if (box) box.scrollTop = box.scrollHeight; };
  function pill() {
    const old = $('#fresh');
    if (!fresh) { old?.remove(); return; }
    const button = old || msgs().appendChild(piece('t-fresh'));
    $('span', button).textContent = fresh === 1 ? tools.freshOne : tools.fresh.replace('{0}', fresh);
  }
  document.addEventListener('scroll', event => {
    const box = event.target;
    if (box.id !== 'msgs') return;
    /* Far from the end because somebody went up, or because it grew before this event came? */
    const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_BOTTOM;
    if (near || box.scrollTop < lastTop) stuck = near;
    lastTop = box.scrollTop;
    if (stuck && fresh) { fresh = 0; pill(); }
    if (stuck) seen();
    if (box.scrollTop < NEAR_TOP) older($('[data-older]', box));
  }, { capture: true, passive: true });
  document.addEventListener('load', event => { if (stuck && event.target.closest?.('#msgs')) toBottom(); }, true);
  document.addEventListener('vt:appended', event => {
    const theirs = event.detail.added.filter(node => node.matches('.m.user')).length;
    if (theirs) types(false);
    if (stuck) { toBottom(); seen(); return; }
    fresh += theirs;
    pill();
  });

  async function older(link) {
    if (!link || link.dataset.busy !== undefined) return;
    link.dataset.busy = '';
    const box = msgs(), height = box.scrollHeight;
    try {
      const template = document.createElement('template');
      template.innerHTML = await fragment(link.href);
      link.parentElement.remove();
      box.prepend(template.content);
      box.scrollTop += box.scrollHeight - height;
    } catch (error) {
      delete link.dataset.busy;
      toast(word('failed'));
    }
  }

  /* What the operator has before their eyes is read. */
  let readUpTo = {};
  function seen() {
    const id = current(), seq = Number(thread()?.dataset.mark);
    if (!composer() || document.hidden || !document.hasFocus() || !stuck || readUpTo[id] >= seq) return;
    readUpTo[id] = seq;
    post(`/desk/${id}/read`, { seq }).then(answer => { if (!answer.ok) delete readUpTo[id]; });
  }
  addEventListener('focus', seen);

  /* What this browser has is delivered, though nobody may have opened it yet. */
  const deliveredUpTo = {};
  function received() {
    $$('.clist [data-undelivered]').forEach(row => {
      const id = row.id.replace('case-', ''), seq = Number(row.dataset.undelivered);
      if (deliveredUpTo[id] >= seq || readUpTo[id] >= seq) return;
      deliveredUpTo[id] = seq;
      post(`/desk/${id}/delivered`, { seq }).then(answer => { if (!answer.ok) delete deliveredUpTo[id]; });
    });
  }
  document.addEventListener('visibilitychange', seen);

  /* Ticks rise with the taxpayer's watermarks. */
  document.addEventListener('vt:seen', event => {
    if (event.detail.id !== current()) return;
    const delivered = Number(event.detail.delivered), read = Number(event.detail.read);
    $$('.m.out[data-seq]>.meta>.tick', msgs()).forEach(node => {
      const seq = Number(node.closest('.m').dataset.seq);
      tick(node, seq <= read ? 'read' : seq <= delivered ? 'delivered' : 'sent');
    });
  });
  function tick(node, state) {
    const text = tools['tick' + state[0].toUpperCase() + state.slice(1)];
    node.className = 'tick' + (state === 'read' ? ' read' : '');
    node.title = text;
    $('.sr', node).textContent = text;
    icon(node, state === 'sent' ? 'check' : 'check2');
  }

  /* They are typing. */
  let typesTimer = null;
  function types(on) {
    clearTimeout(typesTimer);
    const label = $('#types');
    if (label) label.hidden = !on;
    if (!on) { $('#typing')?.remove(); return; }
    if (!$('#typing')) {
      msgs().insertBefore(piece('t-types'), $('#fresh'));
      if (stuck) toBottom();
    }
    typesTimer = setTimeout(() => types(false), TYPES_FOR_MS);
  }
  document.addEventListener('vt:typing', event => { if (event.detail.id === current()) types(true); });

  /* --- what is kept in this browser: drafts, and what could not be sent; apart for each person --- */
  const user = document.body.dataset.user;
  const kept = {
    get(kind, id) { try { return JSON.parse(localStorage.getItem(`vt-${kind}:${user}:${id}`)); } catch (error) { return null; } },
    set(kind, id, value) {
      try {
        if (value) localStorage.setItem(`vt-${kind}:${user}:${id}`, JSON.stringify(value));
        else localStorage.removeItem(`vt-${kind}:${user}:${id}`);
      } catch (error) { /* storage is off */ }
    },
  };
  const saveDraft = () => {
    const text = $('#text')?.value;
    if (composer()) kept.set('draft', current(), text ? { text, note: isNote() } : null);
  };

  /* --- sending: one after another, shown at once, kept until the server has it --- */
  const jobs = new Map();          /* once -> job */
  let line = Promise.resolve();

  function show(job) {
    const bubble = piece('t-sent');
    bubble.dataset.once = job.once;
    if (job.note) {
      bubble.className = 'm note-i sending';
      bubble.prepend(piece('t-note'));
    }
    if (job.text) {
      job.text.split('\n\n').forEach(part => {
        const paragraph = document.createElement('p');
        paragraph.textContent = part;
        $('.bub', bubble).append(paragraph);
      });
    }
    if (job.file || job.stored) {
      const row = piece('t-progress');
      $('[data-name]', row).textContent = job.stored || job.file.name;
      $('.bub', bubble).append(row);
    }
    $('time', bubble).textContent = new Date().toLocaleTimeString('es-AR', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'America/Argentina/Buenos_Aires' });
    job.bubble = bubble;
    msgs().insertBefore(bubble, $('#typing') || $('#fresh'));
    if (job.failed) fail(job, job.failed);
    stuck = true;
    toBottom();
  }
  function unsent(id) {
    const list = [...jobs.values()].filter(job => job.id === id && !job.file).map(({ once: key, text, note, reply, stored }) => ({ once: key, text, note, reply, stored }));
    kept.set('unsent', id, list.length ? list : null);
  }
  function fail(job, why) {
    job.failed = why;
    const meta = $('.meta', job.bubble);
    job.bubble.classList.add('fail');
    job.bubble.classList.remove('sending');
    $('.tick', meta)?.remove();
    meta.append($('#t-fail').content.cloneNode(true));
    $('[data-why]', meta).textContent = why;
    $('.up', job.bubble)?.querySelector('progress')?.remove();
    $('[data-cancel]', job.bubble)?.remove();
  }
  function done(job) {
    jobs.delete(job.once);
    unsent(job.id);
    job.bubble.classList.remove('sending');
    $('.up progress', job.bubble)?.remove();
    $('[data-cancel]', job.bubble)?.remove();
    const mark = $('.tick', job.bubble);
    if (mark && !job.note) tick(mark, 'sent');
    else mark?.remove();
  }
  const pause = ms => new Promise(ready => setTimeout(ready, ms));
  const passing = status => status === 0 || status >= 502;

  async function deliver(job) {
    job.failed = null;
    for (let wait = 1000; ; wait *= 2) {
      const answer = job.file ? await upload(job)
        : job.stored ? await post(`/desk/${job.id}/canned`, { text: job.text, reply: job.reply, once: job.once })
        : await post(`/desk/${job.id}/messages`, { text: job.text, note: job.note ? '1' : '', reply: job.reply || '', once: job.once });
      if (job.cancelled) { jobs.delete(job.once); return; }
      if (answer.ok) { done(job); return; }
      if (!passing(answer.status) || wait > 4000) {
        job.signedOut = answer.status === 401;
        fail(job, problem(answer));
        return;
      }
      await pause(wait);
    }
  }
  const send = job => { line = line.then(() => deliver(job)).catch(() => fail(job, word('failed'))); };
  function start(job) {
    job.once ||= once();
    jobs.set(job.once, job);
    unsent(job.id);
    show(job);
    send(job);
  }
  function again(job) {
    const old = job.bubble;
    job.failed = null;
    show(job);
    old.remove();
    send(job);
  }

  function upload(job) {
    return new Promise(ready => {
      const request = new XMLHttpRequest(), data = new FormData();
      data.append('once', job.once);
      data.append('text', job.text || '');
      data.append('file', job.file, job.file.name);
      request.open('POST', `/desk/${job.id}/files`);
      request.setRequestHeader('Accept', 'application/json');
      request.setRequestHeader('X-CSRF-Token', document.body.dataset.csrf);
      request.upload.onprogress = event => {
        const bar = $('progress', job.bubble);
        if (bar && event.lengthComputable) bar.value = Math.round(event.loaded / event.total * 100);
      };
      request.onloadend = () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch (error) { /* nginx's own page */ }
        if (request.status === 401) document.dispatchEvent(new Event('vt:signed-out'));
        if (request.status === 413 && !answer.error) answer.error = { message: tools.tooBig };
        ready({ ok: request.status === 200, status: request.status, data: answer });
      };
      job.cancel = () => { job.cancelled = true; request.abort(); };
      request.send(data);
    });
  }

  /* --- files that wait for Enter --- */
  const pending = new Map();       /* conversation -> [File] */
  const waiting = () => pending.get(current()) || [];
  const size = bytes => (bytes < 1024 * 1024 ? Math.max(1, Math.round(bytes / 1024)) + ' KB'
    : (bytes / 1024 / 1024).toFixed(1).replace('.', ',') + ' MB');
  function showFiles() {
    const box = $('.atts', composer());
    if (!box) return;
    box.replaceChildren(...waiting().map((file, index) => {
      const chip = piece('t-file');
      $('[data-name]', chip).textContent = file.name;
      $('[data-size]', chip).textContent = file.stored ? '' : size(file.size);
      const button = $('[data-remove]', chip);
      button.dataset.remove = index;
      button.title = tools.remove.replace('{0}', () => file.name);
      button.setAttribute('aria-label', button.title);
      return chip;
    }));
    box.hidden = !waiting().length;
    if (stuck) toBottom();
  }
  function addFiles(files) {
    if (!composer()) return;
    if (isNote()) { toast(tools.noteFiles); return; }
    const fit = [...files].filter(file => file.size <= FILE_MAX);
    if (fit.length < files.length) toast(tools.tooBig);
    pending.set(current(), [...waiting(), ...fit]);
    showFiles();
    $('#text').focus();
  }
  const picker = document.createElement('input');
  picker.type = 'file';
  picker.multiple = true;
  picker.addEventListener('change', () => { addFiles(picker.files); picker.value = ''; });

  const carriesFiles = event => [...(event.dataTransfer?.types || [])].includes('Files');
  let depth = 0;
  const dragging = on => composer()?.classList.toggle('dragging', on);
  document.addEventListener('dragenter', event => { if (carriesFiles(event)) { depth++; dragging(true); } });
  document.addEventListener('dragleave', event => { if (carriesFiles(event) && --depth <= 0) { depth = 0; dragging(false); } });
  document.addEventListener('dragover', event => { if (carriesFiles(event)) event.preventDefault(); });
  document.addEventListener('drop', event => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    dragging(false);
    if (event.target.closest('#thread')) addFiles(event.dataTransfer.files);
  });
  document.addEventListener('paste', event => {
    if (!event.target.matches?.('[data-composer]') || !event.clipboardData.files.length) return;
    event.preventDefault();
    addFiles(event.clipboardData.files);
  });

  /* --- canned replies: / at the start, more letters to filter, arrows, Enter --- */
  const replies = () => $('#p-canned');
  const offered = () => $$('[role=option]', replies()).filter(option => !option.hidden);
  async function loadReplies() {
    const pop = replies();
    if (pop.childElementCount) return;
    try {
      pop.innerHTML = await fragment(`/desk/${current()}/replies`);
      $$('[role=option]', pop).forEach((option, index) => { option.id = 'canned-' + index; });
    } catch (error) {
      toast(word('failed'));
    }
    filterReplies();
  }
  function choose(option) {
    $$('[role=option]', replies()).forEach(each => each.setAttribute('aria-selected', String(each === option)));
    if (option) $('#text').setAttribute('aria-activedescendant', option.id);
    else $('#text').removeAttribute('aria-activedescendant');
    option?.scrollIntoView({ block: 'nearest' });
  }
  function filterReplies() {
    const wanted = /^\/(\S*)$/.exec($('#text').value);
    $$('[role=option]', replies()).forEach(option => { option.hidden = Boolean(wanted) && !fold(option.textContent).includes(fold(wanted[1])); });
    choose(offered()[0]);
  }
  function slash() {
    const typed = /^\/\S*$/.test($('#text').value);
    if (typed !== replies().hidden) { if (typed) filterReplies(); return; }
    togglePop('p-canned', typed);
  }
  /* What a canned reply brings beside its words: that it was used, and its file. */
  const used = new Map();          /* conversation -> reply */
  function bring(option) {
    const { reply, stored } = option.dataset;
    if (isNote()) return;
    used.set(current(), reply);
    if (!stored) return;
    pending.set(current(), [...waiting(), { name: stored, stored: true, reply }]);
    showFiles();
  }
  async function fillStickers(grid) {
    try {
      grid.innerHTML = await fragment(`/desk/${current()}/stickers`);
      $('button', grid)?.focus();
    } catch (error) {
      toast(word('failed'));
    }
  }
  function sticker({ sticker: reply, name }) {
    closeMenus();
    if (isNote()) { toast(tools.noteFiles); return; }
    start({ id: current(), text: '', reply, stored: name });
    $('#text').focus();
  }
  document.addEventListener('vt:open', event => {
    if (event.target.id === 'p-canned') { loadReplies(); filterReplies(); $('#text').focus(); }
    if (event.target.id === 'p-emoji') fillEmoji($('.gd', event.target));
    if (event.target.id === 'p-stickers') fillStickers($('.gd', event.target));
  });
  document.addEventListener('vt:close', event => { if (event.target.id === 'p-canned') $('#text')?.removeAttribute('aria-activedescendant'); });

  const EMOJI = '😀 😊 🙂 😉 😍 🙌 👍 👏 🙏 💪 👋 🤝 ✅ ❌ ⚠️ ⏳ 📎 📄 📅 📌 💳 🏠 🚗 🏢 ☎️ 📱 💬 🔒 🎉 ❤️ ⭐ 🇦🇷'.split(' ');
  function fillEmoji(grid) {
    if (!grid.childElementCount) {
      grid.append(...EMOJI.map(emoji => {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = button.dataset.insert = emoji;
        return button;
      }));
    }
    grid.firstElementChild.focus();
  }

  /* --- the composer --- */
  function grow() {
    const field = $('#text');
    field.style.height = 'auto';
    field.style.height = Math.min(180, field.scrollHeight) + 'px';
    if (stuck) toBottom();
  }
  function insert(text, all) {
    const field = $('#text');
    if (all) field.setRangeText(text, 0, field.value.length, 'end');
    else field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
    field.focus();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  let typedAt = 0;
  function iType() {
    if (isNote() || !$('#text').value || Date.now() - typedAt < TYPING_EVERY_MS) return;
    typedAt = Date.now();
    post(`/desk/${current()}/typing`, {});
  }
  function submit() {
    const field = $('#text'), note = isNote(), files = note ? [] : waiting(), text = field.value, id = current();
    if (!files.length && !text.trim()) { field.focus(); return; }
    const reply = used.get(id);
    if (files.length) files.forEach((file, index) => start({ id, text: index ? '' : text, ...(file.stored ? { reply: file.reply, stored: file.name } : { file }) }));
    else start({ id, text, note, reply });
    used.delete(id);
    if (files.length) pending.delete(id);
    field.value = '';
    typedAt = 0;
    $('#text-error').textContent = '';
    saveDraft();
    showFiles();
    grow();
    field.focus();
  }
  document.addEventListener('input', event => {
    if (!event.target.matches('[data-composer]')) return;
    saveDraft();
    grow();
    slash();
    iType();
  });
  document.addEventListener('change', event => { if (event.target.name === 'note') { saveDraft(); $('#text').focus(); } });
  document.addEventListener('keydown', event => {
    const field = event.target;
    if (!field.matches?.('[data-composer]') || event.isComposing || event.keyCode === 229) return;
    const open = !replies().hidden, options = open ? offered() : [], chosen = options.findIndex(each => each.getAttribute('aria-selected') === 'true');
    if (open && options.length && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      choose(options[(chosen + (event.key === 'ArrowDown' ? 1 : options.length - 1)) % options.length]);
    } else if (event.key === 'Enter' && open && chosen >= 0) {
      event.preventDefault();
      options[chosen].click();
    } else if (event.key === 'Enter' && event.altKey) {
      event.preventDefault();
      insert('\n\n');
    } else if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      submit();
    }
  });
  document.addEventListener('submit', async event => {
    if (event.target.id === 'composer') { event.preventDefault(); submit(); return; }
    if (!event.target.matches('dialog [data-close-form]')) return;
    event.preventDefault();
    const form = event.target, answer = await post(form.action, new FormData(form));
    if (answer.ok) {
      closeDialog();
      toast(tools.closed);
      window.vt.refresh(location.href);
    } else {
      $('[data-error]', form).textContent = problem(answer);
    }
  });
  document.addEventListener('click', event => {
    const target = event.target.closest('[data-attach],[data-sticker],[data-insert],[data-remove],[data-retry],[data-discard],[data-cancel],[data-fresh],[data-older]');
    if (!target) return;
    if (target.matches('[data-attach]')) picker.click();
    else if (target.matches('[data-sticker]')) sticker(target.dataset);
    else if (target.matches('[data-insert]')) { closeMenus(); if (target.dataset.reply) bring(target); insert(target.dataset.insert, target.dataset.replace === 'all'); }
    else if (target.matches('[data-remove]')) { pending.set(current(), waiting().filter((file, index) => index !== Number(target.dataset.remove))); showFiles(); $('#text').focus(); }
    else if (target.matches('[data-fresh]')) { stuck = true; fresh = 0; pill(); toBottom(); $('#text')?.focus(); }
    else if (target.matches('[data-older]')) { event.preventDefault(); older(target); }
    else {
      const job = jobs.get(target.closest('[data-once]').dataset.once);
      if (!job) return;
      if (target.matches('[data-retry]')) { again(job); return; }
      job.cancel?.();
      job.cancelled = true;
      jobs.delete(job.once);
      unsent(job.id);
      job.bubble.remove();
      if (target.matches('[data-discard]') && job.text && !$('#text').value) insert(job.text);
    }
  });

  /* --- every time a conversation comes into the page --- */
  let shown = null;
  function enter() {
    const id = current(), draft = kept.get('draft', id), field = $('#text');
    if (shown !== id || !composer()) types(false);
    if (!id || !msgs()) { shown = id; return; }
    if (shown !== id) {
      fresh = 0;
      stuck = true;
      shown = id;
    }
    if (composer()) {
      if (draft && !field.value) {
        field.value = draft.text;
        composer().elements.note.value = draft.note ? '1' : '';
      }
      (kept.get('unsent', id) || []).forEach(job => { if (!jobs.has(job.once)) jobs.set(job.once, { ...job, id, failed: word('failed') }); });
      jobs.forEach(job => {
        if (job.id !== id || $(`[data-once="${job.once}"]`)) return;
        show(job);
        if (job.signedOut) { job.signedOut = false; again(job); }
      });
      showFiles();
      grow();
    }
    if (stuck) toBottom();
    seen();
  }
  function count() {
    const unread = $$('.clist [data-unread]').reduce((sum, row) => sum + Number(row.dataset.unread), 0);
    const title = document.title.replace(/^\(\d+\) /, '');
    document.title = unread ? `(${unread}) ${title}` : title;
  }
  document.addEventListener('vt:page', () => { enter(); count(); received(); });
  document.addEventListener('vt:settled', () => {
    count();
    received();
    if (composer() && !$('#text').value && kept.get('draft', current())) enter();
  });
  enter();
  count();
  received();
  if (composer()) $('#text').focus({ preventScroll: true });
})();
