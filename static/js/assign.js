/*
 * The dialog that assigns, while it is open: who can take the cases now. Nobody changes places and nothing is taken away: who
 * cannot any more is shown as such and cannot be chosen, who can now comes last, and the choice stays what it was.
 */
(function () {
  'use strict';
  const { $, $$, fragment, tick, restart, filterList } = window.vt;
  const EVERY_MS = 1000;
  const form = () => $('form[data-fresh]');
  let timer = null, last = 0, asking = false, due = false, renew = false;

  /* Only an operator who can take them is sent. */
  function allow() {
    const chosen = $('input[name=to]:checked', form());
    $('.df .btn.primary', form()).disabled = !chosen || chosen.disabled;
  }
  function cannot(row, why) {
    const radio = $('input', row);
    if (radio.checked && !radio.disabled) $('[data-lost]', form()).textContent = `${$('b', row).textContent}: ${why}`;
    radio.disabled = true;
    row.classList.add('gone');
    $('.t2', row).textContent = why;
    $('.chip', row)?.remove();
  }
  function can(row, fresh) {
    Idiomorph.morph(row, fresh, { morphStyle: 'outerHTML', callbacks: {
      beforeNodeMorphed: node => node.localName !== 'input',
      beforeAttributeUpdated: name => name !== 'hidden',
      afterNodeMorphed: node => { if (node.dataset?.tick) restart(node); },
    } });
    $('input', row).disabled = false;
  }
  /* Nothing moves, whatever comes or goes. */
  const fix = box => { if (box) box.style.height ||= box.getBoundingClientRect().height + 'px'; };
  /* How the cases are now. Who has just been told that one is not as the form saw it may send it as it is. */
  function cases(fresh) {
    const picks = $$('input[name=pick]', fresh), there = new Set(picks.map(pick => pick.value.split('.')[0]));
    const one = picks.length === 1 && !$('[data-case]', form());
    if (one) $('[data-head]', form()).replaceChildren(...$('[data-head]', fresh).childNodes);
    if (one && renew) ['pick', 'once'].forEach(name => { form().elements[name].value = $(`input[name=${name}]`, fresh).value; });
    $$('[data-case]', form()).forEach(row => {
      const now = $(`[data-case="${row.dataset.case}"]`, fresh), what = $('span', row);
      if (now) row.replaceChildren(...now.childNodes);
      else if (!there.has(row.dataset.case)) { what.textContent = form().dataset.left; what.className = 'bad-t'; }
    });
    renew = false;
  }
  function put(html) {
    const template = document.createElement('template');
    template.innerHTML = html;
    const fresh = template.content, list = $('.pick-op', form()), body = $('.db', form());
    cases(fresh);
    fix(body);
    $$('.agrow[id]', list).forEach(row => {
      const now = fresh.getElementById(row.id);
      if (now) can(row, now);
      else cannot(row, fresh.getElementById(row.id.replace('to-', 'no-'))?.dataset.why || form().dataset.none);
    });
    $$('.agrow[id]', fresh).forEach(row => {
      if (document.getElementById(row.id)) return;
      $('input', row).removeAttribute('checked');
      $('#nobody')?.remove();
      list.append(row);
    });
    const others = $('#cannot', form()), now = fresh.getElementById('cannot');
    if (others && now) Idiomorph.morph(others, now, { morphStyle: 'outerHTML', callbacks: { beforeAttributeUpdated: name => name !== 'open' } });
    $$('[data-filter]', form()).forEach(filterList);
    allow();
    tick();
  }
  async function refresh() {
    timer = null;
    if (!due || asking || !form()) return;
    const rest = last + EVERY_MS - Date.now(), asked = form();
    if (rest > 0) { timer = setTimeout(refresh, rest); return; }
    asking = true;
    due = false;
    try {
      const html = await fragment(asked.dataset.fresh);
      if (form() === asked && asked.dataset.busy === undefined) put(html);
    } catch (error) {
      if (form() === asked && error.message === '404') {
        $('[data-error]', asked).textContent = asked.dataset.over;
        $('.df .btn.primary', asked).disabled = true;
      }
    }
    last = Date.now();
    asking = false;
    if (due) timer ??= setTimeout(refresh, EVERY_MS);
  }
  document.addEventListener('vt:board', () => { due = true; timer ??= setTimeout(refresh, 0); });
  document.addEventListener('vt:refused', event => {
    if (event.target !== form()) return;
    if ($('[data-case]', form())) $('[data-unpick]')?.click();
    due = renew = true;
    timer ??= setTimeout(refresh, 0);
  });
  document.addEventListener('vt:dialog', () => {
    renew = false;
    if (!form()) return;
    // As high as it came, before anybody looks for one.
    fix($('.pick-op', form()));
    window.vt.restate();
  });
  document.addEventListener('change', event => { if (event.target.form === form() && form()) allow(); });
})();
