/*
 * What is done with a case in a dialog, and the contact's data.
 *
 *   form[data-desk-form]       is sent in place. What was wrong comes back in the dialog as the server shows it, beside its
 *                              field; what went well closes it, says data-done and goes on where the server says
 *   form[data-reload-dialog]   a choice on which the rest of the dialog depends: it comes anew as soon as it changes
 */
(function () {
  'use strict';
  const { $, word, toast, packed, post, problem, fragment, openDialog, closeDialog } = window.vt;

  function goOn(next) {
    const url = new URL(next || location.href, location.href);
    if (url.pathname !== location.pathname) history.pushState(null, '', url);
    window.vt.refresh(url.href);
  }

  /* The form as the server shows it now; null when it has none to show. */
  async function again(form) {
    const body = packed(new FormData(form));
    body.set('csrf', document.body.dataset.csrf);
    const response = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin', redirect: 'manual', headers: { 'X-Fragment': '1' } })
      .catch(() => null);
    const html = response && (response.status === 422 || response.status === 409) ? await response.text() : '';
    return html.includes('data-desk-form') ? html : null;
  }

  async function send(form) {
    form.setAttribute('aria-busy', 'true');
    const answer = await post(form.action, new FormData(form));
    form.removeAttribute('aria-busy');
    if (answer.ok) {
      form.dispatchEvent(new Event('vt:taken', { bubbles: true }));
      closeDialog();
      toast(form.dataset.done);
      goOn(answer.data.next);
      return;
    }
    if (answer.status === 401) return;
    const html = (answer.status === 422 || answer.status === 409) && await again(form);
    if (!html) {
      toast(problem(answer));
      if (answer.status === 404 || answer.status === 409) { closeDialog(); goOn(); }
      return;
    }
    const dialog = openDialog(html);
    $('[aria-invalid] input:checked,[aria-invalid] input:not([type=hidden]),input[aria-invalid],select[aria-invalid],textarea[aria-invalid]', dialog)?.focus();
  }

  /* Setting aside and taking up again are two buttons in one place: the focus goes from the one to the other. */
  let held = false;
  document.addEventListener('vt:settled', () => {
    if (held && document.activeElement === document.body) $('#hold,#resume')?.focus();
    held = false;
  });

  document.addEventListener('submit', event => {
    const form = event.target;
    held = form.matches('#thread-head [data-quiet]');
    if (form.matches('dialog [data-desk-form]')) {
      event.preventDefault();
      if (form.getAttribute('aria-busy') !== 'true') send(form);
    } else if (form.matches('dialog [data-reload-dialog]')) {
      event.preventDefault();
    }
  });
  document.addEventListener('change', event => {
    const form = event.target.form;
    if (!form?.matches('dialog [data-reload-dialog]')) return;
    const id = event.target.id, note = $('dialog textarea[name=note]')?.value;
    fragment(`${form.action}?${new URLSearchParams(new FormData(form))}`).then(html => {
      const dialog = openDialog(html), area = $('textarea[name=note]', dialog);
      if (area) area.value = note;
      document.getElementById(id)?.focus();
    }, () => toast(word('failed')));
  });
})();
