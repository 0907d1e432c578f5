/*
 * On a narrow screen, or a wide one enlarged, one part of the desk is in sight at a time: the list, the thread or the
 * contact (data-pane on the root; the style sheet does the rest, and on a wide screen none of it counts). A button
 * [data-pane] goes to a part; whoever opens a case goes to its thread.
 */
(function (desk) {
  'use strict';
  const { $ } = window.vt;
  const root = document.documentElement;
  const PARTS = { list: '.clist', thread: '#thread', side: '#side' };

  const show = part => { root.dataset.pane = part; };
  const inSight = part => { const node = $(PARTS[part]); return Boolean(node) && getComputedStyle(node).visibility === 'visible'; };
  /* What is going to get the focus has to be in sight. */
  function reveal(node) {
    const part = Object.keys(PARTS).find(name => node?.closest(PARTS[name]));
    if (part) show(part);
  }
  const FIRST = { list: ['.clist a.ci[aria-current]', '.clist a.ci', '#list-filter'], thread: ['#text', '#msgs'], side: ['#side [data-pane]'] };
  document.addEventListener('click', event => {
    const target = event.target.closest('button[data-pane],.clist a.ci');
    if (!target) return;
    if (target.matches('a')) {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) show('thread');
      return;
    }
    const part = target.dataset.pane;
    show(part);
    FIRST[part].map(each => $(each)).find(Boolean)?.focus({ preventScroll: true });
    if (part === 'thread') desk.seen();
  });
  let shown = desk.current();
  document.addEventListener('vt:page', () => {
    if (desk.current() !== shown) show(desk.current() ? 'thread' : 'list');
    shown = desk.current();
  });

  Object.assign(desk, { reveal, inSight });
})(window.desk);
