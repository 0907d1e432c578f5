/* The list of cases: how it is kept, more of the closed ones, who is there and who is writing. */
(function (desk) {
  'use strict';
  const { $, $$, word, toast, post, problem, fragment } = window.vt;
  const PRESENCE_MS = 20000, TYPES_FOR_MS = 6000;

  /* The order and the filters are the server's to apply, here and in what comes live. One change after the other. */
  let line = Promise.resolve();
  const keep = form => { line = line.then(() => send(form)); };
  async function send(form) {
    const answer = await post(form.action, new FormData(form));
    if (!answer.ok) { if (answer.status !== 401) toast(problem(answer)); return; }
    await window.vt.list('/desk/list').catch(() => toast(word('failed')));
  }
  document.addEventListener('change', event => {
    const form = event.target.form;
    if (form?.matches('[data-view-form]')) keep(form);
  });
  document.addEventListener('submit', event => {
    if (!event.target.matches('[data-view-form]')) return;
    event.preventDefault();
    keep(event.target);
  });
  async function take(form) {
    const answer = await post(form.action, new FormData(form));
    if (!answer.ok) { if (answer.status !== 401) toast(problem(answer)); return; }
    history.pushState(null, '', answer.data.next);
    desk.opens();
    window.vt.refresh(answer.data.next);
  }
  document.addEventListener('submit', event => {
    if (!event.target.matches('[data-take]')) return;
    event.preventDefault();
    take(event.target);
  });
  async function more(link) {
    if (link.dataset.busy !== undefined) return;
    link.dataset.busy = '';
    const template = document.createElement('template');
    try {
      template.innerHTML = await fragment(link.href.replace('/desk?', '/desk/list?'));
    } catch (error) {
      delete link.dataset.busy;
      toast(word('failed'));
      return;
    }
    $('#list-mine').append(...($('#list-mine', template.content)?.children || []));
    const next = $('#list-more', template.content);
    if (next) link.parentElement.replaceWith(next);
    else link.parentElement.remove();
    window.vt.filterList($('#list-filter'));
  }
  document.addEventListener('click', event => {
    const target = event.target.closest('[data-more],[data-view-all]');
    if (!target) return;
    event.preventDefault();
    if (target.matches('[data-more]')) { more(target); return; }
    const form = $('[data-view-form]');
    form.elements.messenger.value = form.elements.queue.value = '0';
    form.elements.unread.checked = false;
    keep(form);
  });

  /* Who has their chat open: nothing wakes a page for it, so it is asked now and then. */
  async function presence() {
    if (document.hidden || !$('[data-presence]')) return;
    const response = await fetch('/desk/presence', { credentials: 'same-origin', headers: { Accept: 'application/json' } }).catch(() => null);
    if (!response?.ok) return;
    const { online } = await response.json().catch(() => ({}));
    if (online) $$('[data-presence]').forEach(node => node.classList.toggle('on', online.includes(node.dataset.presence)));
  }
  if ($('.clist')) setInterval(presence, PRESENCE_MS);

  /* Who is writing, also of those that are not open. */
  const types = new Map();         /* conversation -> until when */
  function showTypes() {
    const now = Date.now();
    $$('.clist [data-types-row]').forEach(node => {
      node.hidden = !(types.get(node.closest('li').id.replace('case-', '')) > now);
    });
  }
  document.addEventListener('vt:typing', event => {
    types.set(event.detail.id, Date.now() + TYPES_FOR_MS);
    showTypes();
    setTimeout(showTypes, TYPES_FOR_MS + 50);
  });
  document.addEventListener('vt:settled', showTypes);
  document.addEventListener('vt:appended', event => {
    if (!event.detail.added.some(node => node.matches('.m.user'))) return;
    types.delete(desk.current());
    showTypes();
  });
})(window.desk);
