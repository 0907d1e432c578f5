/*
 * The screens of templates.
 *
 *   [data-follow=s]        asked for again each s seconds: what the provider decides comes in by itself
 *   form[data-template]    its parts by category and kind of header, its samples by the variables of its text, its buttons
 *                          one after the other; the telephone beside it shows what the taxpayer will read
 */
(function () {
  'use strict';
  const { $, $$ } = window.vt;
  let touched = false;
  const pause = ms => new Promise(done => setTimeout(done, ms));

  async function follow() {
    for (let one = $('[data-follow]'); one; one = $('[data-follow]')) {
      await pause(Number(one.dataset.follow) * 1000);
      if (document.hidden || one.contains(document.activeElement)) continue;
      try {
        const answer = await fetch(location.href, { credentials: 'same-origin' });
        const now = answer.ok && new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(one.id);
        if (!now) continue;
        /* What may be done changes with the state: the whole page, unless somebody writes in it. */
        if (now.dataset.state !== one.dataset.state && !touched) location.replace(location.pathname);
        if (now.innerHTML !== one.innerHTML) one.replaceWith(document.adoptNode(now));
        else one.dataset.follow = now.dataset.follow;
      } catch { /* the next time */ }
    }
  }
  follow();

  const form = $('form[data-template]');
  if (!form) return;
  const field = name => form.elements[name];
  const shown = name => $(`[data-show="${name}"]`);
  const variables = text => [...new Set([...text.matchAll(/\{\{([a-z0-9_]+)\}\}/g)].map(one => one[1]))];
  const put = (text, samples) => text.replace(/\{\{([a-z0-9_]+)\}\}/g, (all, name) => samples[name] || all);

  /* --- samples --- */
  const place = $('[data-samples]', form);
  const samples = () => Object.fromEntries($$('.f', place).map(one => [$('[name=variable]', one).value, $('[name=sample]', one).value]));
  function keepSamples() {
    const names = variables(field('body').value);
    const there = $$('.f', place), kept = samples();
    if (names.join() === there.map(one => $('[name=variable]', one).value).join()) return;
    place.replaceChildren(...names.map((name, i) => {
      const row = $('template[data-sample]', form).content.firstElementChild.cloneNode(true);
      const label = $('label', row), input = $('[name=sample]', row), error = $('.err', row);
      label.textContent = name;
      label.htmlFor = input.id = `sample-${i + 1}`;
      $('[name=variable]', row).value = name;
      input.value = kept[name] ?? '';
      error.id = `sample${i + 1}-error`;
      error.dataset.errorOf = `sample${i + 1}`;
      return row;
    }));
  }

  /* --- buttons --- */
  const rows = $$('[data-button]', form);
  const kindOf = row => $('select', row).value;
  let opened = rows.filter(row => kindOf(row) !== 'none').length;
  const parts = { none: [], reply: ['text'], url: ['text', 'value', 'sample'], phone: ['text', 'value'], code: ['value'] };
  function showButtons() {
    rows.forEach((row, i) => {
      row.hidden = kindOf(row) === 'none' && i >= opened;
      $$('[data-part]', row).forEach(part => {
        part.hidden = !parts[kindOf(row)].includes(part.dataset.part)
          || (part.dataset.part === 'sample' && !$('[data-part=value] input', row).value.includes('{{'));
      });
    });
    $('[data-more]', form).hidden = opened >= rows.length;
  }
  $('[data-more]', form).addEventListener('click', () => {
    opened = Math.min(opened + 1, rows.length);
    $('select', rows[opened - 1]).value = 'reply';
    look();
    $('[data-part=text] input', rows[opened - 1]).focus();
  });

  /* --- the whole --- */
  const helps = ['header_text', 'footer'].map(name => [name, $(`#${name}-help`, form).textContent]);
  function showParts() {
    const code = field('category').value === 'authentication', header = field('header').value;
    $('[data-for=code]', form).hidden = !code;
    $('[data-for=words]', form).hidden = code;
    $('[data-header=text]', form).hidden = header !== 'text';
    $('[data-header=file]', form).hidden = !['image', 'video', 'document'].includes(header);
    $('[data-header=text] .f:last-child', form).hidden = !variables(field('header_text').value).length;
  }
  function showTelephone() {
    const header = field('header'), kind = header.value;
    const own = Object.fromEntries(variables(field('header_text').value).map(name => [name, field('header_sample').value]));
    shown('header').textContent = kind === 'none' ? '' : kind === 'text' ? put(field('header_text').value, own) : header.selectedOptions[0].text;
    shown('body').textContent = put(field('body').value, samples());
    shown('footer').textContent = field('footer').value;
    shown('buttons').replaceChildren(...rows.filter(row => kindOf(row) !== 'none').map(row => {
      const button = document.createElement('div');
      button.className = 'wbtn';
      button.textContent = kindOf(row) === 'code' ? shown('buttons').dataset.code : $('[data-part=text] input', row).value;
      return button;
    }));
    for (const [name, help] of helps) $(`#${name}-help`, form).textContent = `${help} ${[...field(name).value].length} / ${field(name).maxLength}`;
    const count = $('[data-count]', form), length = [...field('body').value].length;
    count.textContent = `${length.toLocaleString('es-AR')} / ${Number(count.dataset.count).toLocaleString('es-AR')}`;
    count.classList.toggle('err', length > Number(count.dataset.count));
  }
  function look() {
    keepSamples();
    showButtons();
    showParts();
    showTelephone();
  }
  form.addEventListener('input', () => {
    touched = true;
    look();
  });
  $('[data-variable]', form).addEventListener('click', () => {
    const body = field('body'), names = variables(body.value);
    body.setRangeText(`{{${names.length + 1}}}`, body.selectionStart, body.selectionEnd, 'end');
    body.focus();
    look();
  });
  look();
})();
