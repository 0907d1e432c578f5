/*
 * The screens of channels.
 *
 *   [data-copy=selector]      copies a field's text
 *   [data-testing]            a test is under way: the page is asked again until its answer is there
 */
(function () {
  'use strict';
  const { $, toast } = window.vt;
  const EVERY_MS = 1000, TIMES = 60;
  const pause = ms => new Promise(done => setTimeout(done, ms));

  document.addEventListener('click', event => {
    const copy = event.target.closest('[data-copy]');
    if (!copy) return;
    const field = $(copy.dataset.copy);
    field.select();
    navigator.clipboard.writeText(field.value).then(() => toast(copy.dataset.copied), () => { /* it is selected */ });
  });

  async function look() {
    for (let i = 0; i < TIMES && $('[data-testing]'); i++) {
      await pause(EVERY_MS);
      try {
        const answer = await fetch(location.href, { credentials: 'same-origin' });
        const now = answer.ok && $('[data-health]', new DOMParser().parseFromString(await answer.text(), 'text/html'));
        if (now && now.dataset.testing === undefined) $('[data-health]').replaceWith(document.adoptNode(now));
      } catch { /* the next time */ }
    }
  }
  look();
})();
