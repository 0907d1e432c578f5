/* Canned replies: / at the start, more letters to filter, arrows, Enter; and stickers. */
(function (desk) {
  'use strict';
  const { $, $$, word, toast, fragment, togglePop, closeMenus, fold } = window.vt;
  const { tools, current, isNote } = desk;

  const replies = () => $('#p-canned');
  const offered = () => $$('[role=option]', replies()).filter(option => !option.hidden);
  const used = new Map();          /* conversation -> the reply its text was made of */

  async function load() {
    const pop = replies();
    if (pop.childElementCount) return;
    try {
      pop.innerHTML = await fragment(`/desk/${current()}/replies`);
      $$('[role=option]', pop).forEach((option, index) => { option.id = 'canned-' + index; });
    } catch (error) {
      toast(word('failed'));
    }
    filter();
  }
  function choose(option) {
    $$('[role=option]', replies()).forEach(each => each.setAttribute('aria-selected', String(each === option)));
    if (option) $('#text').setAttribute('aria-activedescendant', option.id);
    else $('#text').removeAttribute('aria-activedescendant');
    option?.scrollIntoView({ block: 'nearest' });
  }
  function filter() {
    const wanted = /^\/(\S*)$/.exec($('#text').value);
    $$('[role=option]', replies()).forEach(option => { option.hidden = Boolean(wanted) && !fold(option.textContent).includes(fold(wanted[1])); });
    choose(offered()[0]);
    /* Nothing fits: it says so, where the list would be. */
    const none = $('[data-none]', replies());
    if (none) none.hidden = offered().length > 0;
  }
  function slash() {
    const typed = /^\/\S*$/.test($('#text').value);
    if (typed !== replies().hidden) { if (typed) filter(); return; }
    togglePop('p-canned', typed);
  }
  /* What a canned reply brings beside its words: that it was used, and its file. */
  function bring(option) {
    const { reply, stored } = option.dataset;
    if (isNote()) return;
    used.set(current(), reply);
    if (stored) desk.putFiles([{ name: stored, stored: true, reply }]);
  }
  function takeUsed() {
    const reply = used.get(current());
    used.delete(current());
    return reply;
  }
  /* A key while the list is open; true when it was for the list. */
  function key(event) {
    const options = replies().hidden ? [] : offered();
    const chosen = options.findIndex(each => each.getAttribute('aria-selected') === 'true');
    if (options.length && (event.key === 'ArrowDown' || event.key === 'ArrowUp'))
      choose(options[(chosen + (event.key === 'ArrowDown' ? 1 : options.length - 1)) % options.length]);
    else if (event.key === 'Enter' && chosen >= 0) options[chosen].click();
    else return false;
    event.preventDefault();
    return true;
  }

  async function fillStickers(grid) {
    try {
      grid.innerHTML = await fragment(`/desk/${current()}/stickers`);
      $('button', grid)?.focus();
    } catch (error) {
      toast(word('failed'));
    }
  }
  function sticker({ sticker: reply, name }) {
    closeMenus();
    if (isNote()) { toast(tools.noteFiles); return; }
    desk.start({ id: current(), text: '', reply, stored: name });
    $('#text').focus();
  }

  document.addEventListener('vt:open', event => {
    if (event.target.id === 'p-canned') { load(); filter(); $('#text').focus(); }
    if (event.target.id === 'p-stickers') fillStickers($('.gd', event.target));
  });
  document.addEventListener('vt:close', event => { if (event.target.id === 'p-canned') $('#text')?.removeAttribute('aria-activedescendant'); });
  document.addEventListener('click', event => {
    const target = event.target.closest('[data-sticker]');
    if (target) sticker(target.dataset);
  });

  Object.assign(desk, { slash, bringReply: bring, takeUsed, cannedKey: key });
})(window.desk);
