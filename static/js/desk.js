/*
 * The operator's desk, whose rooms are in static/js/desk/. What the taxpayer and the team write comes in through live.js;
 * what is sent from here shows at once and gives way to the server's own bubble, known by its data-once. Here: what is done
 * every time a conversation comes into the page, and closing one.
 */
(function (desk) {
  'use strict';
  const { $, $$, toast, post, problem, closeDialog } = window.vt;
  const { tools, current, composer, msgs } = desk;

  let shown = null;
  function enter() {
    const id = current();
    if (shown !== id || !composer()) desk.types(false);
    if (id && msgs() && shown !== id) desk.reset();
    shown = id;
    if (!id || !msgs()) return;
    if (composer()) {
      desk.bringDraft();
      desk.restore(id);
      desk.showContext();
      desk.showFiles();
      desk.grow();
    }
    desk.settle();
    desk.seen();
  }
  function count() {
    const unread = $$('.clist [data-unread]').reduce((sum, row) => sum + Number(row.dataset.unread), 0);
    const title = document.title.replace(/^\(\d+\) /, '');
    document.title = unread ? `(${unread}) ${title}` : title;
  }
  document.addEventListener('vt:page', () => { enter(); count(); desk.received(); });
  document.addEventListener('vt:settled', () => {
    count();
    desk.received();
    if (desk.hasDraft()) enter();
  });

  document.addEventListener('submit', async event => {
    if (!event.target.matches('dialog [data-close-form]:not([data-act])')) return;
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

  enter();
  count();
  desk.received();
  if (composer()) $('#text').focus({ preventScroll: true });
})(window.desk);
