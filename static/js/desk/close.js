/*
 * Choosing tipificaciones when a case is closed: what is chosen stands above the tree in its order, the first is the main
 * one. From the search field arrows walk through what is left of the tree, and Enter takes the first of it.
 */
(function () {
  'use strict';
  const { $, $$ } = window.vt;
  const boxes = form => $$('.tree input[type=checkbox]', form);
  const seen = form => boxes(form).filter(box => !box.closest('li[hidden]'));
  const orders = new WeakMap();    /* form -> ids, the main one first */

  const icon = name => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'i s14');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', '/static/img/icons.svg#' + name);
    svg.append(use);
    return svg;
  };
  function button(label, data, id, ...content) {
    const node = document.createElement('button');
    node.type = 'button';
    node.className = 'lk';
    node.title = label;
    node.setAttribute('aria-label', label);
    node.dataset[data] = id;
    node.append(...content);
    return node;
  }
  function order(form) {
    if (!orders.has(form)) orders.set(form, []);
    const ids = orders.get(form), checked = boxes(form).filter(box => box.checked).map(box => box.value);
    const main = form.elements.main.value;
    if (!ids.length && checked.includes(main)) ids.push(main);
    const kept = ids.filter(id => checked.includes(id));
    checked.forEach(id => { if (!kept.includes(id)) kept.push(id); });
    orders.set(form, kept);
    return kept;
  }
  function show(form) {
    const list = $('[data-chosen]', form), ids = order(form), words = list.dataset;
    form.elements.main.value = ids[0] || '';
    list.hidden = !ids.length;
    list.replaceChildren(...ids.map((id, index) => {
      const item = document.createElement('li'), name = $(`.tree input[value="${id}"]`, form).closest('label').textContent;
      item.className = index ? 'chip' : 'chip prim';
      item.append(name);
      if (!index) item.append(' · ' + words.main);
      else item.append(button(words.make.replace('{0}', () => name), 'makeMain', id, icon('star')));
      item.append(button(words.take.replace('{0}', () => name), 'takeOff', id, icon('x')));
      return item;
    }));
  }

  document.addEventListener('change', event => {
    const form = event.target.form;
    if (form?.matches('[data-close-form]') && event.target.name === 'typification') show(form);
  });
  document.addEventListener('click', event => {
    const target = event.target.closest('[data-make-main],[data-take-off]');
    if (!target) return;
    const form = target.closest('form'), id = target.dataset.makeMain || target.dataset.takeOff;
    const box = $(`.tree input[value="${id}"]`, form);
    if (target.dataset.takeOff) box.checked = false;
    else orders.set(form, [id, ...order(form).filter(other => other !== id)]);
    show(form);
    box.focus();
  });
  document.addEventListener('keydown', event => {
    const form = event.target.form;
    if (!form?.matches('[data-close-form]') || event.isComposing) return;
    const search = event.target.matches('[data-filter-tree]'), box = event.target.matches('.tree input');
    if (search && event.key === 'Enter') {
      event.preventDefault();
      const first = seen(form).find(each => !each.checked);
      if (!event.target.value.trim() || !first) return;
      first.checked = true;
      show(form);
      event.target.select();
    } else if ((search || box) && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      const list = seen(form), at = list.indexOf(event.target), next = at + (event.key === 'ArrowDown' ? 1 : -1);
      event.preventDefault();
      (list[next] || (next < 0 ? $('[data-filter-tree]', form) : null))?.focus();
    }
  });
  new MutationObserver(() => {
    const form = $('[data-close-form]');
    if (form && !orders.has(form)) show(form);
  }).observe($('#dialog'), { childList: true });
  const form = $('[data-close-form]');
  if (form) show(form);
})();
