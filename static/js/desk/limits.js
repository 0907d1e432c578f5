/* What a network takes, told while one writes: how many SMS it will be, and how long it may still be answered. */
(function (desk) {
  'use strict';
  const { $ } = window.vt;
  const MINUTE = 60, HOUR = 3600, DAY = 86400, SHORT = 2 * HOUR, AGAIN_MS = 15000;
  const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (all, n) => values[n]);

  /* By the rules that the page brings: whole where all of it is in the alphabet, else in UTF-16. */
  const units = (rules, gsm) => gsm ? c => rules.two.includes(c) ? 2 : 1 : c => c.length;
  function outside(rules, text) {
    return [...text].find(c => !rules.one.includes(c) && !rules.two.includes(c));
  }
  function count(rules, text) {
    const gsm = outside(rules, text) === undefined, size = units(rules, gsm);
    const [alone, part] = rules.sizes.slice(gsm ? 0 : 2);
    const total = [...text].reduce((sum, c) => sum + size(c), 0);
    if (total <= alone) return { gsm, parts: total ? 1 : 0, left: alone - total };
    let parts = 1, used = 0;
    for (const c of text) {
      if (used + size(c) > part) { parts++; used = 0; }
      used += size(c);
    }
    return { gsm, parts, left: part - used };
  }
  /* Where not all of it has a plain spelling it stays as it is. */
  function plain(rules, text) {
    const spelt = [...text].map(c => rules.one.includes(c) || rules.two.includes(c) ? c : rules.plain[c] ?? c).join('');
    return outside(rules, spelt) === undefined ? spelt : text;
  }

  const bar = () => $('#segments');
  let rules, read;
  function rulesOf(node) {
    if (read !== node.dataset.rules) rules = JSON.parse(read = node.dataset.rules);
    return rules;
  }
  function showCount() {
    const node = bar();
    if (!node || !$('#text')) return;
    const all = rulesOf(node), written = $('#text').value, text = node.dataset.plain ? plain(all, written) : written;
    const now = count(all, text), other = count(all, plain(all, text)), spell = $('[data-spell]', node);
    node.hidden = desk.isNote();
    $('[data-count]', node).textContent = text ? fill(node.dataset.fill, now.parts, now.left) : '';
    const why = now.gsm ? '' : fill(node.dataset.fillWhy, outside(all, text), all.sizes[2], all.sizes[0]);
    if ($('[data-why]', node).textContent !== why) $('[data-why]', node).textContent = why;
    spell.hidden = other.parts >= now.parts;
    spell.textContent = fill(node.dataset.fillOffer, other.parts);
  }
  document.addEventListener('click', event => {
    if (!event.target.closest('[data-spell]')) return;
    const field = $('#text');
    field.value = plain(rulesOf(bar()), field.value);
    field.focus();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });

  /* The end of the time to answer, by this browser's clock from when the page told it; a new line of theirs begins it anew. */
  let end, told;
  function showWindow() {
    const chip = $('#window'), source = $('#window-left');
    if (!chip || !source) return;
    if (told !== source.dataset.window) {
      told = source.dataset.window;
      end = Date.now() / 1000 + Number(told);
    }
    const left = end - Date.now() / 1000, { tools } = desk;
    const [words, size] = left >= 2 * DAY ? [tools.windowDays, DAY] : left >= SHORT ? [tools.windowHours, HOUR]
      : left >= MINUTE ? [tools.windowMinutes, MINUTE] : [left > 0 ? tools.windowEnd : tools.windowOver, MINUTE];
    const text = fill(words, Math.floor(left / size)), node = $('[data-words]', chip);
    if (node.textContent !== text) node.textContent = text;
    chip.classList.toggle('warn', left < SHORT);
    chip.classList.toggle('ok', left >= SHORT);
  }
  function show() { showCount(); showWindow(); }
  document.addEventListener('input', event => { if (event.target.id === 'text') showCount(); });
  document.addEventListener('change', event => { if (event.target.name === 'note') showCount(); });
  document.addEventListener('vt:settled', show);
  setInterval(showWindow, AGAIN_MS);
  show();
  Object.assign(desk, { showLimits: show });
})(window.desk);
