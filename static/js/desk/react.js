/* Reacting to a taxpayer's message with what their network takes: choosing, changing, taking back. */
(function (desk) {
  'use strict';
  const { $, post, problem, once, openDialog, closeDialog, pickEmoji } = window.vt;
  const { current } = desk;
  let about = null;                /* {id, seq, now: what is there} */

  function common(emoji, label) {
    const node = document.createElement('button');
    node.type = 'button';
    node.textContent = node.dataset.reaction = emoji;
    node.setAttribute('aria-label', label.replace('{0}', () => emoji));
    node.setAttribute('aria-pressed', String(emoji === about.now));
    return node;
  }
  function ask(button) {
    const { list, any, refusal } = $('#react').dataset, message = button.closest('.m');
    about = { id: current(), seq: message.dataset.seq, now: button.dataset.react };
    const dialog = openDialog($('#t-react').innerHTML), grid = $('[data-common]', dialog), refused = $('[data-refused]', dialog);
    $('[data-of]', dialog).textContent = desk.wordsOf(message);
    if (refusal) {
      refused.textContent = refusal;
      refused.hidden = false;
      return;
    }
    const shown = (list || '').split(' ').filter(Boolean);
    if (about.now && !shown.includes(about.now)) shown.unshift(about.now);
    grid.append(...shown.map(emoji => common(emoji, grid.dataset.label)));
    $('.df [data-reaction]', dialog).hidden = !about.now;
    $('[data-more]', dialog).hidden = !any;
    if (any) pickEmoji($('[data-picker]', dialog));
    ($('[aria-pressed=true]', grid) || $('button', grid))?.focus();
  }
  /* The same again takes it back. */
  async function react(emoji) {
    const { id, seq, now } = about, dialog = $('#dialog');
    const answer = await post(`/desk/${id}/react`, { seq, emoji: emoji === now ? '' : emoji, once: once() });
    if (answer.ok) closeDialog();
    else if (dialog.open && $('[data-picker]', dialog)) $('[data-error]', dialog).textContent = problem(answer);
  }

  document.addEventListener('click', event => {
    const target = event.target.closest('[data-react],#dialog [data-reaction]');
    if (!target) return;
    if (target.matches('[data-react]')) ask(target);
    else react(target.dataset.reaction);
  });
})(window.desk);
