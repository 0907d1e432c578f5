/* Emoji: the list comes when it is first wanted, is searched by Spanish words, and begins with those used lately. */
(function () {
  'use strict';
  const { $, $$, word, toast, fold } = window.vt;
  const LATELY = 16, COLUMNS = 8, PICKER = '#p-emoji,[data-picker]';
  let groups = null;               /* [[name, [[emoji, words]]]] */

  function lately(used) {
    try {
      const list = JSON.parse(localStorage.getItem('vt-emoji')) || [];
      if (!used) return list;
      localStorage.setItem('vt-emoji', JSON.stringify([used, ...list.filter(each => each !== used)].slice(0, LATELY)));
    } catch (error) { /* storage is off */ }
    return [];
  }
  /* as: what a click on it is known by. */
  const buttonAs = (as = 'insert') => ([emoji, words]) => {
    const node = document.createElement('button');
    node.type = 'button';
    node.textContent = node.dataset[as] = emoji;
    node.title = words;
    node.setAttribute('aria-label', words || emoji);
    return node;
  };
  function heading(text) {
    const node = document.createElement('p');
    node.className = 'mh';
    node.textContent = text;
    return node;
  }
  function show(grid, wanted) {
    const words = new Map(groups.flatMap(([, list]) => list)), used = lately(), button = buttonAs(grid.dataset.as);
    if (wanted) {
      const fits = [...words].filter(([, text]) => fold(text).includes(fold(wanted)));
      grid.replaceChildren(...(fits.length ? fits.map(button) : [heading(grid.dataset.none)]));
      return;
    }
    grid.replaceChildren(...(used.length ? [heading(grid.dataset.lately), ...used.map(emoji => button([emoji, words.get(emoji) || '']))] : []),
      ...groups.flatMap(([name, list]) => [heading(name), ...list.map(button)]));
  }
  async function open(pop) {
    const grid = $('.gd.all', pop), input = $('input', pop);
    input.value = '';
    input.focus();
    try {
      groups ||= await (await fetch('/static/data/emoji.json')).json();
    } catch (error) {
      toast(word('failed'));
      return;
    }
    show(grid, input.value.trim());
    grid.scrollTop = 0;
  }

  document.addEventListener('vt:open', event => { if (event.target.id === 'p-emoji') open(event.target); });
  document.addEventListener('input', event => {
    const pop = event.target.closest(PICKER);
    if (pop && groups) show($('.gd.all', pop), event.target.value.trim());
  });
  document.addEventListener('click', event => {
    const chosen = event.target.closest('#p-emoji [data-insert],.gd.all [data-reaction]');
    if (chosen) lately(chosen.textContent);
  });
  document.addEventListener('keydown', event => {
    const pop = event.target.closest?.(PICKER);
    if (!pop) return;
    const list = $$('.gd button', pop), at = list.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (event.key === 'Enter' && at < 0) {
      event.preventDefault();
      $('.gd.all button', pop)?.click();
    } else if (step && (at >= 0 || event.key === 'ArrowDown')) {
      event.preventDefault();
      (at < 0 ? $('.gd.all button', pop) : list[at + step] || (step < 0 ? $('input', pop) : null))?.focus();
    }
  });

  window.vt.pickEmoji = open;
})();
