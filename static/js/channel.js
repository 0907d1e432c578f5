/*
 * The screens of channels.
 *
 *   [data-copy=selector]      copies a field's text
 */
(function () {
  'use strict';
  const { $, toast } = window.vt;

  document.addEventListener('click', event => {
    const copy = event.target.closest('[data-copy]');
    if (!copy) return;
    const field = $(copy.dataset.copy);
    field.select();
    navigator.clipboard.writeText(field.value).then(() => toast(copy.dataset.copied), () => { /* it is selected */ });
  });
})();
