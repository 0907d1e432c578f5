/* Notes about a contact, beside the conversation: sent in place, and the panel comes anew. */
(function () {
  'use strict';
  const { $, toast, post, problem } = window.vt;

  document.addEventListener('submit', async event => {
    const form = event.target;
    if (!form.matches('[data-note-form]')) return;
    event.preventDefault();
    const data = new FormData(form);
    if (event.submitter?.name) data.set(event.submitter.name, event.submitter.value);
    const answer = await post(form.action, data);
    if (!answer.ok) {
      if (answer.status !== 401) toast(problem(answer));
      return;
    }
    const area = $('textarea', form);
    if (area) { area.value = ''; area.blur(); }
    await window.vt.refresh(location.href);
    $('#contact-note')?.focus();
  });
})();
