/*
 * Everything by keyboard. [data-key=x] is what the key x does: a click, or, of a field, the focus. Alone while nobody
 * writes, with Alt always; ? shows them all.
 */
(function (desk) {
  'use strict';
  const { $, $$, openDialog } = window.vt;

  const writes = node => node.matches?.('input:not([type=radio],[type=checkbox]),textarea,select,[contenteditable]');
  const visible = node => node.offsetParent !== null && !node.disabled;
  const help = () => openDialog($('#t-keys').innerHTML);

  function go(step) {
    const rows = $$('.clist li:not([hidden],.off)>a.ci'), at = rows.findIndex(row => row.getAttribute('aria-current') === 'true');
    const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
    next?.click();
    next?.scrollIntoView({ block: 'nearest' });
  }
  function choose(step) {
    const list = $$('#msgs .m'), at = list.indexOf(document.activeElement.closest?.('#msgs .m'));
    const next = at < 0 ? (step < 0 ? list.at(-1) : null) : list[at + step];
    desk.reveal(next);
    if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: 'nearest' }); }
    else if (step > 0) $('#text')?.focus();
  }
  function reply() {
    const chosen = document.activeElement.closest?.('#msgs .m');
    desk.reveal($('#text'));
    if (chosen && $('[data-quote]', chosen)) { $('[data-quote]', chosen).click(); return; }
    const form = desk.composer();
    if (form && !form.elements.note[0].disabled && desk.isNote()) $('input[name=note][value=""]', form).click();
    $('#text')?.focus();
  }
  /* Who came into a menu by its key goes back to where they were when it closes. */
  let from = null;
  document.addEventListener('toggle', event => {
    if (event.target.open || !from || !event.target.matches('details.menu')) return;
    if (document.contains(from) && (document.activeElement === document.body || event.target.contains(document.activeElement))) from.focus({ preventScroll: true });
    from = null;
  }, true);
  function press(node) {
    const before = document.activeElement;
    desk.reveal(node);
    if (node.matches('input[type=search]')) { node.focus(); return; }
    node.click();
    if (!node.matches('summary') || !node.parentElement.open) return;
    from = before;
    $('.mi[aria-current],.mi', node.parentElement)?.focus();
  }
  const onMessage = { e: '[data-edit]', g: '[data-react]', delete: '[data-delete]' };
  /* What a key does here; false when it does nothing. */
  function act(key) {
    const chosen = document.activeElement.closest?.('#msgs .m'), button = chosen && onMessage[key] && $(onMessage[key], chosen);
    if (button) { button.click(); return true; }
    if (key === 'j') go(1);
    else if (key === 'k') go(-1);
    else if (key === 'arrowdown') choose(1);
    else if (key === 'arrowup') choose(-1);
    else if (key === 'u') desk.longest();
    else if (key === 'r') reply();
    else if (key === '?') help();
    else {
      const node = key === 's' ? $('#agent summary') : $$(`[data-key="${CSS.escape(key)}"]`).filter(visible).at(-1);
      if (!node) return false;
      press(node);
    }
    return true;
  }
  /* With Alt some systems write another letter: the key itself counts. */
  const keyOf = event => (event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code[3] : event.key).toLowerCase();

  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || $('dialog[open],#thread[aria-busy]')) return;
    const key = keyOf(event), arrow = key.startsWith('arrow'), onBubble = event.target.matches?.('#msgs .m');
    if (event.altKey ? event.shiftKey && key !== '?' : writes(event.target) || (arrow && !onBubble)) return;
    if (/^(arrow(up|down)|delete|[a-z?])$/.test(key) && act(key)) event.preventDefault();
  });
  document.addEventListener('click', event => { if (event.target.closest('[data-keys]')) help(); });
})(window.desk);
