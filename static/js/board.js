/*
 * The supervisor's board: a card opens beside the lanes without leaving them and without its conversation counting as read;
 * what is ticked is for the buttons below. The lanes themselves come by static/js/frames.js.
 */
(function () {
  'use strict';
  const { $, $$, fragment, toast, word } = window.vt;
  const NEAR_BOTTOM = 40;
  const board = () => $('#board[data-view]');

  /* --- a conversation beside the lanes --- */
  const peek = () => $('#peek');
  let shown = null, stuck = true, from = null;
  const toBottom = () => { const box = $('#msgs', peek()); if (box && stuck) box.scrollTop = box.scrollHeight; };
  function mark() {
    $$('a[data-peek]').forEach(card => {
      if (card.dataset.peek === shown) card.setAttribute('aria-current', 'true');
      else card.removeAttribute('aria-current');
    });
  }
  async function look(id, focus) {
    let html;
    try {
      html = await fragment(`/board/case/${id}/preview`);
    } catch (error) {
      if (error.message === '404' || error.message === '403') toast(peek().dataset.gone);
      else if (error.message !== '401') toast(word('failed'));
      return;
    }
    if (!peek()) return;
    peek().innerHTML = html;
    shown = id;
    stuck = true;
    toBottom();
    mark();
    document.dispatchEvent(new Event('vt:settled'));
    window.vt.restate();
    if (focus) $('#peek-title')?.focus();
  }
  function leave() {
    shown = null;
    peek().replaceChildren($('#t-peek').content.cloneNode(true));
    mark();
    window.vt.restate();
    if (document.contains(from)) from.focus();
  }
  document.addEventListener('click', event => {
    const card = event.target.closest('a[data-peek]');
    if (event.target.closest('[data-unpeek]')) { leave(); return; }
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (card.closest('li').classList.contains('gone')) { toast(peek().dataset.gone); return; }
    from = card;
    look(card.dataset.peek, event.detail === 0);
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && event.target.closest?.('#peek') && event.target.localName !== 'textarea' && shown) leave();
    const card = event.target.closest?.('a[data-peek]');
    if (!card || !['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    const across = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
    const list = across ? $$('.lane>ul').filter(one => one.childElementCount) : $$('a[data-peek]', card.closest('ul'));
    const at = list.indexOf(across ? card.closest('ul') : card) + (event.key === 'ArrowDown' || event.key === 'ArrowRight' ? 1 : -1);
    const next = across ? $('a[data-peek]', list[at]) : list[at];
    if (!list[at] || !next) return;
    event.preventDefault();
    next.focus();
  });
  document.addEventListener('scroll', event => {
    const box = event.target;
    if (box.id === 'msgs') stuck = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_BOTTOM;
  }, { capture: true, passive: true });
  document.addEventListener('load', event => { if (event.target.closest?.('#peek')) toBottom(); }, true);
  document.addEventListener('vt:appended', toBottom);

  /* --- what is ticked --- */
  const picked = new Set();
  function showPicked() {
    const bar = $('#picked');
    if (!bar) return;
    const there = new Set($$('[data-pick]').map(box => box.dataset.pick));
    [...picked].forEach(id => { if (!there.has(id)) picked.delete(id); });
    bar.hidden = !picked.size;
    if ($('#assign-picked')) $('#assign-picked').href = '/board/assign?' + [...picked].map(id => 'id=' + id).join('&');
    $('b', bar).textContent = picked.size === 1 ? bar.dataset.one : bar.dataset.many.replace('{0}', picked.size);
  }
  document.addEventListener('change', event => {
    const box = event.target.closest?.('[data-pick]');
    if (!box) return;
    if (box.checked) picked.add(box.dataset.pick);
    else picked.delete(box.dataset.pick);
    showPicked();
  });
  document.addEventListener('click', event => {
    if (!event.target.closest('[data-unpick]')) return;
    $$('[data-pick]:checked').forEach(box => { box.checked = false; });
    picked.clear();
    showPicked();
  });
  document.addEventListener('vt:settled', () => { mark(); showPicked(); });
  document.addEventListener('vt:page', () => { if (board()) { mark(); showPicked(); } });
  window.vt.board = { picked, look };
})();
