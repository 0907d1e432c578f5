/*
 * Forms of the administration: sent in place, so that nothing typed is lost.
 *
 *   form[data-form]      an error stands beside its field; when somebody else was faster (409) the page comes with the
 *                        difference; leaving with unsaved changes asks
 *   input[data-all=name] checks or clears all boxes of that name in its form
 *   input[data-select]   is chosen whole when it gets the focus
 *   form[data-confirm]   asks once more, in its own place, before it is sent
 */
(function () {
  'use strict';
  const { $, $$, word, toast, post, problem } = window.vt;
  let dirty = null;

  /* --- errors beside their fields --- */
  function clear(form) {
    $$('[data-error-of]', form).forEach(node => { node.textContent = ''; });
    $$('[aria-invalid]', form).forEach(node => node.removeAttribute('aria-invalid'));
  }
  function show(form, error) {
    const place = error.field && $(`[data-error-of="${CSS.escape(error.field)}"]`, form);
    if (!place) {
      toast(error.message);
      return;
    }
    place.textContent = error.message;
    place.closest('details')?.setAttribute('open', '');
    const field = form.elements[error.field];
    const first = field instanceof RadioNodeList ? field[0] : field;
    first?.setAttribute('aria-invalid', 'true');
    first?.focus();
  }

  async function send(form, submitter) {
    clear(form);
    const data = new FormData(form, submitter);
    form.setAttribute('aria-busy', 'true');
    const answer = await post(form.action, data);
    form.removeAttribute('aria-busy');
    if (answer.ok) {
      dirty = null;
      location.assign(answer.data.next || location.href);
    } else if (answer.status === 409 || answer.status === 413) {
      dirty = null;
      form.submit();
    } else if (answer.status !== 401) {
      show(form, answer.data.error || { message: problem(answer) });
    }
  }

  /* --- once more, before what cannot be taken back --- */
  function ask(form) {
    const button = $('button', form);
    const question = document.createElement('span');
    const no = document.createElement('button');
    question.className = 'sm b';
    question.setAttribute('role', 'alert');
    question.textContent = form.dataset.confirm;
    no.type = 'button';
    no.className = 'btn';
    no.textContent = word('cancel');
    const others = [...form.parentElement.children].filter(node => node !== form && !node.hidden);
    others.forEach(node => { node.hidden = true; });
    no.addEventListener('click', () => {
      others.forEach(node => { node.hidden = false; });
      question.remove();
      no.remove();
      delete form.dataset.asked;
      button.focus();
    });
    form.classList.add('row', 'wrap');
    form.prepend(question);
    form.append(no);
    form.dataset.asked = '1';
    no.focus();
  }

  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.matches('[data-confirm]') && !form.dataset.asked) {
      event.preventDefault();
      ask(form);
    } else if (form.matches('[data-form]') && form.enctype !== 'multipart/form-data') {
      event.preventDefault();
      if (form.getAttribute('aria-busy') !== 'true') send(form, event.submitter);
    }
  });

  /* --- input[data-all=name]: all boxes of that name in its form --- */
  document.addEventListener('change', event => {
    const { form, checked, dataset } = event.target;
    if (!dataset.all || !form) return;
    $$(`input[name="${CSS.escape(dataset.all)}"]`, form).forEach(box => { box.checked = checked; });
  });

  /* --- input[data-select]: all of it is chosen at once, to be copied --- */
  document.addEventListener('focusin', event => { if (event.target.matches('[data-select]')) event.target.select(); });

  const touched = event => {
    const { form, name } = event.target;
    if (!form?.matches('[data-form]')) return;
    dirty = form;
    const place = name && $(`[data-error-of="${CSS.escape(name)}"]`, form);
    if (place) place.textContent = '';
    event.target.removeAttribute('aria-invalid');
  };
  document.addEventListener('input', touched);
  document.addEventListener('change', touched);
  document.addEventListener('close', () => { if (dirty && !document.contains(dirty)) dirty = null; }, true);
  addEventListener('beforeunload', event => { if (dirty && document.contains(dirty)) event.preventDefault(); });
})();
