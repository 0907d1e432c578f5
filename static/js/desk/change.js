/*
 * What becomes of a message: answered with a quote, edited, taken back, or undone while it still waits on the server.
 * While one answers or edits, the composer says so above its box.
 */
(function (desk) {
  'use strict';
  const { $, $$, post, problem, toast, once, openDialog, closeDialog } = window.vt;
  const { tools, current, composer, kept } = desk;

  /* --- answering and editing --- */
  const contexts = new Map();      /* conversation -> {edit or quote: seq, of: its words} */
  const context = () => contexts.get(current());
  const editing = () => Boolean(context()?.edit);
  const seqOf = node => Number(node.closest('.m').dataset.seq);
  const wordsOf = node => $$('.bub>p', node.closest('.m')).map(p => p.textContent).join('\n\n') || $('.bub .b,.bub img', node.closest('.m'))?.textContent || '';

  function showContext() {
    const box = $('#context'), now = context();
    if (!box) return;
    box.hidden = !now;
    $('[data-what]', box).textContent = now ? (now.edit ? tools.edits : tools.answers) : '';
    $('[data-of]', box).textContent = now?.of || '';
    composer().classList.toggle('editing', editing());
    desk.settle();
  }
  function setContext(value) {
    if (value) contexts.set(current(), value);
    else contexts.delete(current());
    showContext();
  }
  /* The box as it was before the edit. */
  function leave() {
    const edited = editing();
    setContext(null);
    if (edited) {
      $('#text').value = '';
      desk.bringDraft();
    }
    desk.saveDraft();
    desk.grow();
    $('#text').focus();
  }
  function quote(node) {
    if (!composer()) return;
    if (editing()) leave();
    if (desk.isNote()) composer().elements.note.value = '';
    setContext({ quote: seqOf(node), of: wordsOf(node) });
    desk.saveDraft();
    $('#text').focus();
  }
  function edit(node) {
    if (!composer()) return;
    desk.saveDraft();
    composer().elements.note.value = '';
    setContext({ edit: seqOf(node), of: wordsOf(node) });
    $('#text').value = wordsOf(node);
    desk.grow();
    $('#text').focus();
  }
  /* Enter while one edits; the words stay in the box until the server has them. */
  async function sendEdit() {
    const { edit: seq } = context(), id = current(), text = $('#text').value;
    const answer = await post(`/desk/${id}/edit`, { seq, text, once: once() });
    if (!answer.ok) { $('#text-error').textContent = problem(answer); return; }
    $('#text-error').textContent = '';
    if (current() === id) leave();
    else contexts.delete(id);
  }
  const takeQuote = () => {
    const seq = context()?.quote;
    if (seq) setContext(null);
    return seq;
  };
  const editLast = () => $$('#msgs>.m [data-edit]').at(-1);

  /* --- taking back --- */
  function askDelete(node) {
    const dialog = openDialog($('#t-delete').innerHTML);
    $('[data-of]', dialog).textContent = wordsOf(node);
    $('form', dialog).dataset.seq = seqOf(node);
  }
  async function sendDelete(form) {
    const answer = await post(`/desk/${current()}/delete`, { seq: form.dataset.seq, once: once() });
    if (answer.ok) closeDialog();
    else $('[data-error]', form).textContent = problem(answer);
  }

  /* --- undoing: the words come back into the box, in front of what is there --- */
  async function undo(form) {
    const id = current(), message = form.elements.message.value, job = desk.jobOf(message);
    const answer = await post(form.action, { message });
    if (!answer.ok) { toast(problem(answer)); return; }
    const { text, quote: seq, file, template } = answer.data;
    if (template) { desk.bringTemplate(id, template, file); return; }
    if (current() !== id) { kept.set('draft', id, { text }); return; }
    if (editing()) leave();
    const field = $('#text');
    field.value = [text, field.value].filter(Boolean).join('\n');
    composer().elements.note.value = '';
    if (job?.file) desk.putFiles([job.file, ...(job.further || []), ...(job.with ? [{ name: job.with, stored: true, reply: job.reply }] : [])]);
    else if (job?.stored) desk.putFiles([{ name: job.stored, stored: true, reply: job.reply }]);
    else if (file) toast(tools.fileBack.replace('{0}', () => file));
    if (seq) {
      const quoted = document.getElementById('m' + seq);
      if (quoted) setContext({ quote: seq, of: wordsOf(quoted) });
    }
    desk.saveDraft();
    desk.grow();
    field.focus();
  }

  /* --- time that runs out: what waits, and what can be changed --- */
  const ends = new WeakMap();
  function left(node, given) {
    const known = ends.get(node);
    if (!known || known.given !== given) ends.set(node, { given, at: Date.now() + 1000 * Number(given) });
    return Math.ceil((ends.get(node).at - Date.now()) / 1000);
  }
  const minutes = seconds => Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0');
  function tick() {
    $$('#unsaid [data-left]').forEach(node => {
      const seconds = left(node, node.dataset.left);
      node.textContent = seconds > 0 ? tools.unsaidLeft.replace('{0}', seconds) : tools.unsaidGoing;
    });
    $$('#msgs [data-changes]').forEach(node => {
      const seconds = left(node, node.dataset.changes);
      node.textContent = minutes(Math.max(0, seconds));
      if (seconds > 0) return;
      $$('[data-edit],[data-delete]', node.parentElement).forEach(button => button.remove());
      node.remove();
    });
  }
  setInterval(tick, 500);
  /* What the server holds is shown by the server; the bubble of the sending gives way. */
  function settleUnsaid() {
    $$('#unsaid [data-unsaid]').forEach(node => $(`#msgs>[data-once="${CSS.escape(node.dataset.unsaid)}"]`)?.remove());
    tick();
  }

  document.addEventListener('click', event => {
    const target = event.target.closest('[data-quote],[data-edit],[data-delete],[data-context-close]');
    if (!target) return;
    if (target.matches('[data-quote]')) quote(target);
    else if (target.matches('[data-edit]')) edit(target);
    else if (target.matches('[data-delete]')) askDelete(target);
    else leave();
  });
  document.addEventListener('submit', event => {
    const form = event.target;
    if (!form.matches('[data-undo],dialog [data-delete-form]')) return;
    event.preventDefault();
    if (form.matches('[data-undo]')) undo(form);
    else sendDelete(form);
  });
  document.addEventListener('vt:settled', settleUnsaid);
  document.addEventListener('vt:page', settleUnsaid);
  settleUnsaid();

  Object.assign(desk, { context, setContext, showContext, editing, leaveContext: leave, takeQuote, sendEdit, editLast, wordsOf });
})(window.desk);
