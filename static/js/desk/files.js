/* Files that wait for Enter: by button, dropped on the thread, pasted. */
(function (desk) {
  'use strict';
  const { $, toast } = window.vt;
  const { tools, piece, current, composer, isNote } = desk;
  const mostMegabytes = () => Number(composer().dataset.fileMb);

  const pending = new Map();       /* conversation -> [File, or {stored, name, reply} of a canned reply] */
  const waiting = () => pending.get(current()) || [];
  const size = bytes => (bytes < 1024 * 1024 ? Math.max(1, Math.round(bytes / 1024)) + ' KB'
    : (bytes / 1024 / 1024).toFixed(1).replace('.', ',') + ' MB');

  function showFiles() {
    const box = $('.atts', composer());
    if (!box) return;
    box.replaceChildren(...waiting().map((file, index) => {
      const chip = piece('t-file');
      $('[data-name]', chip).textContent = file.name;
      $('[data-size]', chip).textContent = file.stored ? '' : size(file.size);
      const button = $('[data-remove]', chip);
      button.dataset.remove = index;
      button.title = tools.remove.replace('{0}', () => file.name);
      button.setAttribute('aria-label', button.title);
      return chip;
    }));
    box.hidden = !waiting().length;
    desk.settle();
  }
  function put(files) {
    pending.set(current(), [...waiting(), ...files]);
    showFiles();
  }
  function addFiles(files) {
    if (!composer()) return;
    if (isNote()) { toast(tools.noteFiles); return; }
    const fit = [...files].filter(file => file.size <= mostMegabytes() * 1024 * 1024);
    if (fit.length < files.length) toast(tools.tooBig.replace('{0}', mostMegabytes));
    put(fit);
    $('#text').focus();
  }
  /* Those of this conversation: they go now. */
  function takeFiles() {
    const files = waiting();
    pending.delete(current());
    return files;
  }

  const picker = document.createElement('input');
  picker.type = 'file';
  picker.multiple = true;
  picker.addEventListener('change', () => { addFiles(picker.files); picker.value = ''; });

  const carriesFiles = event => [...(event.dataTransfer?.types || [])].includes('Files');
  let depth = 0;
  const dragging = on => composer()?.classList.toggle('dragging', on);
  document.addEventListener('dragenter', event => { if (carriesFiles(event)) { depth++; dragging(true); } });
  document.addEventListener('dragleave', event => { if (carriesFiles(event) && --depth <= 0) { depth = 0; dragging(false); } });
  document.addEventListener('dragover', event => { if (carriesFiles(event)) event.preventDefault(); });
  document.addEventListener('drop', event => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    dragging(false);
    if (event.target.closest('#thread')) addFiles(event.dataTransfer.files);
  });
  document.addEventListener('paste', event => {
    if (!event.target.matches?.('[data-composer]') || !event.clipboardData.files.length) return;
    event.preventDefault();
    addFiles(event.clipboardData.files);
  });
  document.addEventListener('click', event => {
    const target = event.target.closest('[data-attach],[data-remove]');
    if (!target) return;
    if (target.matches('[data-attach]')) { picker.click(); return; }
    pending.set(current(), waiting().filter((file, index) => index !== Number(target.dataset.remove)));
    showFiles();
    $('#text').focus();
  });

  Object.assign(desk, { waiting, putFiles: put, takeFiles, showFiles });
})(window.desk);
