/*
 * The tree of tipificaciones: moved by dragging and with Alt and the arrow keys; the menu of each does the same without
 * script. What moved is in focus again when the page comes back.
 *
 *   li[data-tag][data-revision]   one; its .tn is what is dragged
 *   form[data-move]               its menu's form: Alt+arrow is one of the buttons
 */
(function () {
  'use strict';
  const { $, $$, toast, post, problem, once } = window.vt;
  const STEPS = { ArrowUp: 'up', ArrowDown: 'down', ArrowRight: 'in', ArrowLeft: 'out' };
  const FOCUS = 'vt-tag';
  let dragged = null, moving = false;

  async function move(item, fields) {
    if (moving) return;
    moving = true;
    const answer = await post(`/admin/tags/${item.dataset.tag}/move`, { once: once(), revision: item.dataset.revision, ...fields });
    if (answer.ok) {
      sessionStorage.setItem(FOCUS, item.dataset.tag);
      location.assign(answer.data.next);
      return;
    }
    moving = false;
    if (answer.status !== 401) toast(problem(answer));
  }

  /* Above, inside or below what is under the pointer. */
  function zone(event, row) {
    const { top, height } = row.getBoundingClientRect(), at = (event.clientY - top) / height;
    return at < 0.3 ? 'before' : at > 0.7 ? 'after' : 'inside';
  }
  const target = event => {
    const row = event.target.closest?.('[data-tags] .tn');
    return row && dragged && !dragged.contains(row) ? row : null;
  };
  const clear = () => $$('[data-drop]').forEach(row => { delete row.dataset.drop; });

  document.addEventListener('dragstart', event => {
    dragged = event.target.closest?.('[data-tags] .tn')?.parentElement || null;
    if (dragged) {
      event.dataTransfer.setData('text/plain', dragged.dataset.tag);
      event.dataTransfer.effectAllowed = 'move';
    }
  });
  document.addEventListener('dragover', event => {
    const row = target(event);
    clear();
    if (!row) return;
    event.preventDefault();
    row.dataset.drop = zone(event, row);
  });
  document.addEventListener('drop', event => {
    const row = target(event);
    if (!row) return;
    event.preventDefault();
    const item = row.parentElement, where = zone(event, row);
    const parent = where === 'inside' ? item : item.parentElement.closest('[data-tag]');
    let before = where === 'before' ? item : where === 'after' ? item.nextElementSibling : null;
    if (before === dragged) before = dragged.nextElementSibling;
    move(dragged, { parent: parent?.dataset.tag || 0, before: before?.dataset.tag || 0 });
  });
  document.addEventListener('dragend', () => { dragged = null; clear(); });

  document.addEventListener('keydown', event => {
    const item = event.altKey && STEPS[event.key] && event.target.closest?.('[data-tags] [data-tag]');
    if (!item) return;
    event.preventDefault();
    move(item, { to: STEPS[event.key] });
  });
  document.addEventListener('submit', event => {
    if (!event.target.matches('[data-move]')) return;
    event.preventDefault();
    move(event.target.closest('[data-tag]'), { to: event.submitter.value });
  });

  const last = sessionStorage.getItem(FOCUS);
  sessionStorage.removeItem(FOCUS);
  if (last) $(`#tag-${CSS.escape(last)} a`)?.focus();
})();
