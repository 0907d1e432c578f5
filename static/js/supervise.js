/*
 * What supervision does from the board and from a case's page: forms that act ([data-act], in a dialog or in the page) and the
 * composer that speaks to the contact or whispers. An operator's answer to a whisper is such a form too.
 */
(function () {
  'use strict';
  const { $, toast, post, problem, closeDialog, once } = window.vt;

  document.addEventListener('submit', async event => {
    const form = event.target;
    if (!form.matches('[data-act]') || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.busy !== undefined) return;
    form.dataset.busy = '';
    const answer = await post(form.action, new FormData(form)), place = $('[data-error]', form);
    delete form.dataset.busy;
    if (place) place.textContent = '';
    if (!answer.ok) {
      if (answer.status === 401) return;
      if (place) place.textContent = problem(answer);
      else toast(problem(answer));
      form.dispatchEvent(new CustomEvent('vt:refused', { bubbles: true }));
      return;
    }
    const page = form.closest('dialog') ? null : $('a[data-dismiss]', form), over = form.matches('[data-close-form]');
    if (form.closest('dialog')) closeDialog();
    toast(answer.data.text);
    form.dispatchEvent(new CustomEvent('vt:done', { bubbles: true }));
    $('[data-unpick]')?.click();
    window.vt.changed?.();
    // What was looked at is not what it was; a dialog that came as a page is done with. Who ends a case beside the board goes on there.
    if (page) window.vt.go(page.href);
    else if (form.dataset.act && !(over && $('#board'))) window.vt.go(form.dataset.act === location.pathname ? location.href : form.dataset.act);
  });

  /* --- the composer --- */
  const drafts = new Map();
  const composer = () => $('form[data-say]');
  async function say(form) {
    const field = form.elements.text, error = $('#say-error');
    if (!field.value.trim() || form.dataset.busy !== undefined) { field.focus(); return; }
    const fields = new FormData(form), text = field.value;
    fields.set('once', form.dataset.once ??= once());
    form.dataset.busy = '';
    const answer = await post(form.action, fields);
    delete form.dataset.busy;
    if (answer.status === 401) return;
    error.textContent = answer.ok ? '' : problem(answer);
    field.toggleAttribute('aria-invalid', !answer.ok);
    if (!answer.ok) return;
    delete form.dataset.once;
    drafts.delete(form.dataset.say);
    if (field.value === text) field.value = '';
    field.focus();
  }
  document.addEventListener('submit', event => {
    if (!event.target.matches('form[data-say]')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(event.target);
  }, true);
  document.addEventListener('keydown', event => {
    const field = event.target;
    if (field.id !== 'say-text' || event.key !== 'Enter' || event.isComposing || event.keyCode === 229 || event.shiftKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.altKey) field.setRangeText('\n\n', field.selectionStart, field.selectionEnd, 'end');
    else say(field.form);
  });
  document.addEventListener('input', event => {
    if (event.target.id !== 'say-text') return;
    drafts.set(event.target.form.dataset.say, event.target.value);
    delete event.target.form.dataset.once;
  });
  document.addEventListener('change', event => { if (event.target.name === 'mode' && composer()) composer().elements.text.focus(); });
  // Another composer in its place (somebody took the case): what was being written is still there.
  document.addEventListener('vt:settled', () => {
    const form = composer(), draft = form && drafts.get(form.dataset.say);
    if (draft && !form.elements.text.value) form.elements.text.value = draft;
  });
})();
