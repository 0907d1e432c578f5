/*
 * The webchat's designer: its preview follows what is written and chosen.
 *
 *   form[data-designer]       the fields
 *   [data-show=field]         shows that field's text, else its data-standard; hidden when there is none
 *   [data-pick=#rrggbb]       chooses a colour
 *   [data-contrast]           how the letters stand out from it
 */
(function () {
  'use strict';
  const { $, $$ } = window.vt;
  const form = $('form[data-designer]');
  if (!form) return;
  const preview = $('[data-preview]');
  const INK = '#141d2b';

  /* As w.js draws it: white letters, or dark ones where white is hard to read. */
  const light = colour => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + 0.05) / (y + 0.05); };

  function show() {
    const colour = form.elements.color.value;
    const on = ratio(colour, '#ffffff') >= 4.5 ? '#ffffff' : INK;
    preview.style.setProperty('--wc', colour);
    preview.style.setProperty('--wc-on', on);
    preview.classList.toggle('left', form.elements.position.value === 'left');
    $$('[data-show]', preview).forEach(node => {
      const text = form.elements[node.dataset.show].value.trim() || node.dataset.standard || '';
      node.textContent = text;
      node.hidden = !text;
    });
    $$('[data-pick]').forEach(button => button.setAttribute('aria-pressed', String(button.dataset.pick === colour)));
    const help = $('[data-contrast]');
    help.textContent = help.dataset.contrast.replace('{0}', ratio(colour, on).toFixed(1).replace('.', ','));
  }

  form.addEventListener('input', show);
  form.addEventListener('change', show);
  document.addEventListener('click', event => {
    const pick = event.target.closest('[data-pick]');
    if (!pick) return;
    form.elements.color.value = pick.dataset.pick;
    form.elements.color.dispatchEvent(new Event('input', { bubbles: true }));
  });
  show();
})();
