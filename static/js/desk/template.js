/*
 * Writing with a template, in the dialog: the preview follows what is typed; what was typed is still there when the dialog
 * was left, when the page comes anew, and when what went out is undone.
 */
(function (desk) {
  'use strict';
  const { $, $$, word, toast, fragment, openDialog } = window.vt;
  const { tools, current, kept } = desk;

  const chosen = new Map();        /* conversation -> {template, file}: what waits in its form */
  const gone = new Map();          /* the same of what was sent: for who undoes it */

  const form = () => $('form[data-template-form]');
  const fields = () => $$('input.in', form());
  const picker = () => $('input[type=file]', form());

  function show(name, text) {
    $$(`[data-of="${name}"]`).forEach(piece => {
      piece.textContent = text || piece.dataset.blank;
      piece.classList.toggle('blank', !text);
    });
  }
  function bringFile() {
    const { template, file } = chosen.get(current()) || {}, field = picker();
    if (!field || field.files.length || template !== form().dataset.templateForm) return;
    const carrier = new DataTransfer();
    carrier.items.add(file);
    field.files = carrier.files;
    show(field.name, file.name);
  }
  /* What came from the server, beside what is wrong with it, is newer. */
  function bring() {
    if (!form()) return;
    const known = kept.get('template', current());
    if (!known || String(known.id) !== form().dataset.templateForm) return;
    fields().filter(field => !field.value).forEach(field => { field.value = known.values[field.name] || ''; });
    fields().forEach(field => show(field.name, field.value));
    bringFile();
  }
  function keep() {
    const values = Object.fromEntries(fields().filter(field => field.value).map(field => [field.name, field.value]));
    kept.set('template', current(), { id: form().dataset.templateForm, values });
  }
  /* file: the name of what went with it; whoever came anew chooses it once more. */
  async function bringTemplate(id, { id: template, values }, file) {
    if (file && gone.has(id)) chosen.set(id, gone.get(id));
    else if (file) toast(tools.fileBack.replace('{0}', () => file));
    kept.set('template', id, { id: template, values });
    if (id !== current()) return;
    try {
      openDialog(await fragment(`/desk/${id}/template?template=${template}`));
    } catch (error) {
      toast(word('failed'));
    }
  }

  document.addEventListener('vt:dialog', bring);
  document.addEventListener('vt:taken', event => {
    if (event.target !== form()) return;
    kept.set('template', current(), null);
    if (chosen.has(current())) gone.set(current(), chosen.get(current()));
    else gone.delete(current());
    chosen.delete(current());
  });
  document.addEventListener('change', event => {
    if (!form() || event.target !== picker()) return;
    const [file] = event.target.files;
    if (file) chosen.set(current(), { template: form().dataset.templateForm, file });
    else chosen.delete(current());
    show(event.target.name, file?.name);
    keep();
  });
  document.addEventListener('input', event => {
    const field = event.target;
    if (field.form && field.form === form() && field !== picker()) {
      show(field.name, field.value);
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
