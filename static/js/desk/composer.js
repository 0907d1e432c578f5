/* The composer: its keys, its draft, and what leaves it. */
(function (desk) {
  'use strict';
  const { $, post, closeMenus } = window.vt;
  const { current, composer, isNote, kept } = desk;
  const TYPING_EVERY_MS = 3000, TALLEST = 180;

  /* Of a mail; undefined where there is none. */
  const subjectField = () => $('[data-subject]');
  const changedSubject = () => { const field = subjectField(); return field && field.value !== field.defaultValue ? field.value : undefined; };
  /* While one edits a message the draft is what was in the box before. */
  function saveDraft() {
    if (!composer() || desk.editing()) return;
    const text = $('#text').value, context = desk.context();
    const subject = changedSubject();
    kept.set('draft', current(), text || context || subject ? { text, note: isNote(), context, subject } : null);
  }
  /* What was being written here; true when there is something and the box is empty. */
  const hasDraft = () => Boolean(composer() && !$('#text').value && kept.get('draft', current())?.text);
  function bringDraft() {
    const draft = kept.get('draft', current());
    if (!draft || $('#text').value) return;
    $('#text').value = draft.text;
    if (draft.subject && subjectField()) subjectField().value = draft.subject;
    if (!$('#refusal')) composer().elements.note.value = draft.note ? '1' : '';
    if (draft.context && !desk.context()) desk.setContext(draft.context);
  }
  function grow() {
    const field = $('#text');
    field.style.height = 'auto';
    field.style.height = Math.min(TALLEST, field.scrollHeight) + 'px';
    desk.settle();
  }
  function insert(text, all) {
    const field = $('#text');
    if (all) field.setRangeText(text, 0, field.value.length, 'end');
    else field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
    field.focus();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  let typedAt = 0;
  function iType() {
    if (isNote() || !$('#text').value || Date.now() - typedAt < TYPING_EVERY_MS) return;
    typedAt = Date.now();
    post(`/desk/${current()}/typing`, {});
  }
  function submit() {
    if (desk.editing()) { desk.sendEdit(); return; }
    const field = $('#text'), note = isNote(), text = field.value, id = current();
    if (!(note ? [] : desk.waiting()).length && !text.trim()) { field.focus(); return; }
    const files = note ? [] : desk.takeFiles(), reply = desk.takeUsed(), quote = note ? undefined : desk.takeQuote();
    const subject = note ? undefined : subjectField()?.value, chosen = files.filter(file => !file.stored), stored = files.find(file => file.stored);
    if ($('[data-one-mail]') && chosen.length) desk.start({ id, text, quote, subject, reply: stored?.reply || reply, file: chosen[0], further: chosen.slice(1), with: stored?.name });
    else if (files.length) files.forEach((file, index) => desk.start({ id, text: index ? '' : text, subject, quote: index ? undefined : quote, ...(file.stored ? { reply: file.reply, stored: file.name } : { file }) }));
    else desk.start({ id, text, note, reply, quote, subject });
    field.value = '';
    typedAt = 0;
    $('#text-error').textContent = '';
    saveDraft();
    desk.showFiles();
    grow();
    field.focus();
  }
  /* The case went to somebody else: what was being written can be taken along. */
  document.addEventListener('vt:settled', () => {
    const box = $('[data-left-draft]'), text = box && kept.get('draft', current())?.text;
    if (!text || !box.hidden) return;
    $('textarea', box).value = text;
    box.hidden = false;
  });
  document.addEventListener('input', event => {
    if (event.target.matches('[data-subject]')) saveDraft();
    if (!event.target.matches('[data-composer]')) return;
    saveDraft();
    grow();
    desk.slash();
    iType();
  });
  document.addEventListener('change', event => { if (event.target.name === 'note') { saveDraft(); $('#text').focus(); } });
  document.addEventListener('keydown', event => {
    const field = event.target;
    if (!field.matches?.('[data-composer]') || event.isComposing || event.keyCode === 229) return;
    if (desk.cannedKey(event)) return;
    if (event.key === 'Enter' && event.altKey) {
      event.preventDefault();
      insert('\n\n');
    } else if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape' && desk.context()) {
      event.preventDefault();
      desk.leaveContext();
    } else if (event.key === 'ArrowUp' && !field.value && !event.altKey && desk.editLast()) {
      event.preventDefault();
      desk.editLast().click();
    }
  });
  document.addEventListener('submit', event => {
    if (event.target.id !== 'composer') return;
    event.preventDefault();
    submit();
  });
  document.addEventListener('click', event => {
    const target = event.target.closest('[data-insert]');
    if (!target) return;
    closeMenus();
    if (target.dataset.reply) desk.bringReply(target);
    insert(target.dataset.insert, target.dataset.replace === 'all');
  });

  Object.assign(desk, { saveDraft, hasDraft, bringDraft, grow, insert });
})(window.desk);
