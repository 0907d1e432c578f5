/*
 * The thread: its end stays in sight unless somebody reads further up, what is older comes in from the top without a jump,
 * and what was seen is told to the taxpayer.
 */
(function (desk) {
  'use strict';
  const { $, $$, word, toast, post, fragment } = window.vt;
  const { tools, piece, icon, current, composer, msgs } = desk;
  const TYPES_FOR_MS = 6000, NEAR_BOTTOM = 40, NEAR_TOP = 60;

  let stuck = true, fresh = 0, lastTop = 0;
  const toBottom = () => { const box = msgs(); if (box) box.scrollTop = box.scrollHeight; };
  const settle = () => { if (stuck) toBottom(); };
  function stick() {
    stuck = true;
    toBottom();
  }
  function pill() {
    const old = $('#fresh');
    if (!fresh) { old?.remove(); return; }
    const button = old || msgs().appendChild(piece('t-fresh'));
    $('span', button).textContent = fresh === 1 ? tools.freshOne : tools.fresh.replace('{0}', fresh);
  }
  /* Somebody goes where the end is not. */
  const leave = () => { stuck = false; };
  function reset() {
    fresh = 0;
    stuck = true;
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
  document.addEventListener('load', event => { if (event.target.closest?.('#msgs')) settle(); }, true);
  document.addEventListener('vt:appended', event => {
    const theirs = event.detail.added.filter(node => node.matches('.m.user')).length;
    if (theirs) types(false);
    if (stuck) { toBottom(); seen(); return; }
    fresh += theirs;
    pill();
  });

  /* What is above comes in, and what is before the eyes stays where it is. */
  let loading = null;
  const older = link => loading ||= bring(link).finally(() => { loading = null; });
  async function bring(link) {
    if (!link) return;
    const box = msgs(), template = document.createElement('template');
    try {
      template.innerHTML = await fragment(link.href);
    } catch (error) {
      toast(word('failed'));
      return;
    }
    const heading = $('.cv', template.content), shown = $('.m,.ev', box), top = shown?.getBoundingClientRect().top;
    if (heading) document.getElementById(heading.id)?.remove();
    link.parentElement.remove();
    box.prepend(template.content);
    if (shown) box.scrollTop += shown.getBoundingClientRect().top - top;
  }

  /* What the operator has before their eyes is read. */
  const readUpTo = {};
  function seen() {
    const id = current(), seq = Number(desk.thread()?.dataset.mark);
    if (!composer() || document.hidden || !document.hasFocus() || !desk.inSight('thread') || !stuck || readUpTo[id] >= seq) return;
    readUpTo[id] = seq;
    post(`/desk/${id}/read`, { seq }).then(answer => { if (!answer.ok) delete readUpTo[id]; });
  }
  addEventListener('focus', seen);
  document.addEventListener('visibilitychange', seen);

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
      settle();
    }
    typesTimer = setTimeout(() => types(false), TYPES_FOR_MS);
  }
  document.addEventListener('vt:typing', event => { if (event.detail.id === current()) types(true); });

  document.addEventListener('click', event => {
    const target = event.target.closest('[data-fresh],[data-older]');
    if (!target) return;
    if (target.matches('[data-older]')) {
      event.preventDefault();
      older(target);
      return;
    }
    reset();
    pill();
    toBottom();
    $('#text')?.focus();
  });

  Object.assign(desk, { older, stick, leave, settle, reset, seen, received, tick, types });
})(window.desk);
