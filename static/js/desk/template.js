/*
 * Writing with a template, in the dialog: the preview follows what is typed; what was typed is still there when the dialog
 * was left, when the page comes anew, and when what went out is undone.
 */
(function (desk) {
  'use strict';
  const { $, $$, word, toast, fragment, openDialog } = window.vt;
  const { current, kept } = desk;

  const form = () => $('form[data-template-form]');
  const fields = () => $$('input:not([type=hidden])', form());

  function show(field) {
    $$(`[data-of="${field.name}"]`).forEach(piece => {
      piece.textContent = field.value || piece.dataset.blank;
      piece.classList.toggle('blank', !field.value);
    });
  }
  /* What came from the server, beside what is wrong with it, is newer. */
  function bring() {
    if (!form()) return;
    const known = kept.get('template', current());
    if (!known || String(known.id) !== form().dataset.templateForm) return;
    fields().filter(field => !field.value).forEach(field => { field.value = known.values[field.name] || ''; });
    fields().forEach(show);
  }
  function keep() {
    const values = Object.fromEntries(fields().filter(field => field.value).map(field => [field.name, field.value]));
    kept.set('template', current(), { id: form().dataset.templateForm, values });
  }
  async function bringTemplate(id, { id: template, values }) {
    kept.set('template', id, { id: template, values });
    if (id !== current()) return;
    try {
      openDialog(await fragment(`/desk/${id}/template?template=${template}`));
    } catch (error) {
      toast(word('failed'));
    }
  }

  document.addEventListener('vt:dialog', bring);
  document.addEventListener('vt:taken', event => { if (event.target === form()) kept.set('template', current(), null); });
  document.addEventListener('input', event => {
    const field = event.target;
    if (field.form && field.form === form()) {
      show(field);
      keep();
    } else if (field.matches('[data-filter="#offered li"]')) {
      $('#no-template').hidden = $$('#offered li').some(item => !item.hidden);
    }
  });
  /* Enter in the search takes the first that is left. */
  document.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.isComposing || !event.target.matches?.('[data-filter="#offered li"]')) return;
    event.preventDefault();
    $('#offered li:not([hidden]) a')?.click();
  });
  if (form()) bring();

  Object.assign(desk, { bringTemplate });
})(window.desk);
