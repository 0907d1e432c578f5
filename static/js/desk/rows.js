/*
 * Several cases at once: what this browser knows of each of them in its row (an answer half written, a message that could not
 * be sent), from one to the next, and the caret where the answer goes.
 */
(function (desk) {
  'use strict';
  const { $, $$, toast, elapsed } = window.vt;
  const { tools, current, composer, kept } = desk;

  function mark() {
    $$('.clist [data-own-row]').forEach(node => {
      const id = node.closest('li').id.replace('case-', ''), failed = desk.failedIn(id);
      const drafted = id !== current() && Boolean(kept.get('draft', id)?.text);
      node.hidden = !failed && !drafted;
      node.textContent = failed ? tools.unsent : drafted ? tools.draft : '';
      node.classList.toggle('bad', failed);
    });
  }
  document.addEventListener('vt:settled', mark);
  document.addEventListener('vt:page', mark);
  addEventListener('storage', mark);

  let opening = false;             /* somebody asked for a case in order to write there */

  /* To whoever waits longest for an answer. */
  function longest() {
    const waits = $$('#list-mine li:not([hidden],.off)').filter(row => row.id !== 'case-' + current())
      .map(row => ({ row, clock: $('[data-unanswered] [data-tick]', row) })).filter(({ clock }) => clock)
      .map(({ row, clock }) => ({ row, seconds: elapsed(clock, 'tick') })).sort((a, b) => b.seconds - a.seconds);
    if (!waits.length) { toast(tools.noneWaits); return; }
    $('a.ci', waits[0].row).click();
    opening = true;
    waits[0].row.scrollIntoView({ block: 'nearest' });
  }

  /* Who opens a case by its row is going to write there: the caret is in the box, unless the person went elsewhere meanwhile. */
  document.addEventListener('click', event => { if (event.isTrusted) opening = Boolean(event.target.closest('.clist a.ci')); });
  document.addEventListener('vt:page', () => {
    const at = document.activeElement;
    if (opening && composer() && (at === document.body || at.closest('.clist,#composer'))) $('#text').focus({ preventScroll: true });
    opening = false;
  });

  Object.assign(desk, { mark, longest, opens: () => { opening = true; } });
  mark();
})(window.desk);
