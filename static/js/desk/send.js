/*
 * Sending: in each case one after another, shown at once, kept until the server has it. One case never waits for another:
 * neither for its big file nor for what does not get through.
 */
(function (desk) {
  'use strict';
  const { $, word, toast, post, problem, once } = window.vt;
  const { tools, piece, current, msgs, kept } = desk;

  const jobs = new Map();          /* once -> job */
  const sent = new Map();          /* the same, of what was taken: for who undoes it */
  const lines = new Map();         /* conversation -> when what was sent there before is done */

  const now = () => new Date().toLocaleTimeString('es-AR', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'America/Argentina/Buenos_Aires' });
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
      $('[data-name]', row).textContent = job.stored || [job.file, ...(job.further || [])].map(file => file.name).concat(job.with || []).join(', ');
      $('.bub', bubble).append(row);
    }
    $('time', bubble).textContent = now();
    job.bubble = bubble;
    msgs().insertBefore(bubble, $('#msgs>#typing') || $('#fresh'));
    if (job.failed) fail(job, job.failed);
    desk.stick();
  }
  function unsent(id) {
    const list = [...jobs.values()].filter(job => job.id === id && !job.file)
      .map(({ once: key, text, note, reply, stored, quote, subject }) => ({ once: key, text, note, reply, stored, quote, subject }));
    kept.set('unsent', id, list.length ? list : null);
  }
  function fail(job, why) {
    job.failed = why;
    if (job.id !== current()) toast(tools.unsentElsewhere);
    desk.mark();
    const meta = $('.meta', job.bubble);
    job.bubble.classList.add('fail');
    job.bubble.classList.remove('sending');
    $('.tick', meta)?.remove();
    meta.append($('#t-fail').content.cloneNode(true));
    $('[data-why]', meta).textContent = why;
    if (job.refused) $('[data-retry]', meta).remove();
    $('.up', job.bubble)?.querySelector('progress')?.remove();
    $('[data-cancel]', job.bubble)?.remove();
  }
  function done(job) {
    jobs.delete(job.once);
    sent.set(job.once, job);
    unsent(job.id);
    desk.mark();
    job.bubble.classList.remove('sending');
    $('.up progress', job.bubble)?.remove();
    $('[data-cancel]', job.bubble)?.remove();
    const mark = $('.tick', job.bubble);
    if (mark && !job.note) desk.tick(mark, 'sent');
    else mark?.remove();
  }
  const pause = ms => new Promise(ready => setTimeout(ready, ms));
  const passing = status => status === 0 || status >= 502;

  async function deliver(job) {
    job.failed = null;
    for (let wait = 1000; ; wait *= 2) {
      const answer = job.file ? await upload(job)
        : job.stored ? await post(`/desk/${job.id}/canned`, { text: job.text, reply: job.reply, quote: job.quote || '', subject: job.subject || '', once: job.once })
        : await post(`/desk/${job.id}/messages`, { text: job.text, note: job.note ? '1' : '', reply: job.reply || '', quote: job.quote || '', subject: job.subject || '', once: job.once });
      if (job.cancelled) { jobs.delete(job.once); return; }
      if (answer.ok) { done(job); return; }
      if (!passing(answer.status) || wait > 4000) {
        job.signedOut = answer.status === 401;
        job.unreached = passing(answer.status);
        job.refused = Boolean(job.file) && (answer.status === 422 || answer.status === 413);
        fail(job, problem(answer));
        return;
      }
      await pause(wait);
    }
  }
  /* What was said before in the same case and did not get through: nothing overtakes it. */
  const ahead = job => [...jobs.values()].find(other => other === job || (other.id === job.id && other.failed && (other.unreached || other.signedOut)));
  async function follow(job) {
    const first = ahead(job);
    if (first === job) { await deliver(job); return; }
    Object.assign(job, { unreached: first.unreached, signedOut: first.signedOut });
    fail(job, first.failed);
  }
  function send(job) {
    const before = lines.get(job.id) || Promise.resolve();
    lines.set(job.id, before.then(() => !job.cancelled && follow(job)).catch(() => fail(job, word('failed'))));
  }
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
    if (job.id === current()) show(job);
    old.remove();
    desk.mark();
    send(job);
  }
  function drop(job) {
    job.cancel?.();
    job.cancelled = true;
    jobs.delete(job.once);
    unsent(job.id);
    desk.mark();
    job.bubble.remove();
  }

  function upload(job) {
    return new Promise(ready => {
      const request = new XMLHttpRequest(), data = new FormData();
      data.append('once', job.once);
      data.append('text', job.text || '');
      data.append('quote', job.quote || '');
      data.append('subject', job.subject || '');
      if (job.further && job.reply) data.append('reply', job.reply);
      [job.file, ...(job.further || [])].forEach(file => data.append('file', file, file.name));
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
        if (request.status === 413 && !answer.error) answer.error = { message: tools.tooBig.replace('{0}', 100) };
        ready({ ok: request.status === 200, status: request.status, data: answer });
      };
      job.cancel = () => { job.cancelled = true; request.abort(); };
      request.send(data);
    });
  }

  /* What was on its way when the page came anew. */
  function restore(id) {
    (kept.get('unsent', id) || []).forEach(job => { if (!jobs.has(job.once)) jobs.set(job.once, { ...job, id, failed: word('failed') }); });
    jobs.forEach(job => {
      if (job.id !== id || $(`[data-once="${job.once}"]`)) return;
      show(job);
      if (job.signedOut) { job.signedOut = false; again(job); }
    });
  }

  /* What did not get through goes again as soon as the server is there again; its once makes sure that it arrives once. */
  const retry = id => [...jobs.values()].forEach(job => { if (job.failed && job.unreached && (!id || job.id === id)) again(job); });
  document.addEventListener('vt:connected', () => retry());
  addEventListener('online', () => retry());
  const failedIn = id => {
    const own = [...jobs.values()].filter(job => job.id === id);
    return own.length ? own.some(job => job.failed) : Boolean(kept.get('unsent', id));
  };
  /* A file goes no further when the page is left, and no browser keeps it. */
  addEventListener('beforeunload', event => { if ([...jobs.values()].some(job => job.file && !job.failed)) event.preventDefault(); });

  /* The words of what is not going to be sent; those of a note never into an answer. */
  function back({ text, note }) {
    if (desk.editing()) desk.leaveContext();
    const field = $('#text');
    if (note || !field.value) desk.composer().elements.note.value = note ? '1' : '';
    desk.insert([text, field.value].filter(Boolean).join('\n'), true);
  }
  document.addEventListener('click', event => {
    const target = event.target.closest('[data-retry],[data-discard],[data-cancel]');
    const job = target && jobs.get(target.closest('[data-once]').dataset.once);
    if (!job) return;
    if (target.matches('[data-retry]')) {
      if (job.unreached) retry(job.id);
      else again(job);
      return;
    }
    drop(job);
    if (job.text && desk.composer()) back(job);
  });

  Object.assign(desk, { start, restore, failedIn, jobOf: key => sent.get(key) || jobs.get(key) });
})(window.desk);
