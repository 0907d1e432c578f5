/* Words in the thread: the server counts them over all of the contact's history, older parts come in as they are reached. */
(function (desk) {
  'use strict';
  const { $, $$, word, toast, fold } = window.vt;
  const { tools, current, msgs } = desk;
  const WAIT_MS = 200;

  const bar = () => $('#find');
  let hits = [], total = 0, at = -1, words = '', asked = 0, timer = 0;

  function say(text) {
    $('[data-count]', bar()).textContent = text;
    $$('[data-step]', bar()).forEach(button => { button.disabled = !hits.length; });
  }
  function paint() {
    $$('.m.hit', msgs()).forEach(node => node.classList.remove('hit'));
    if (at >= 0) document.getElementById(hits[at])?.classList.add('hit');
    if (!window.Highlight) return;
    const ranges = words ? hits.flatMap(id => document.getElementById(id) ? rangesIn($('.bub', document.getElementById(id))) : []) : [];
    CSS.highlights.set('found', new Highlight(...ranges));
  }
  /* Letter by letter, so that places in the folded text are places in the text. */
  const plain = text => [...Array(text.length).keys()].map(i => { const letter = fold(text[i]); return letter.length === 1 ? letter : text[i]; }).join('');
  function rangesIn(node) {
    const ranges = [], wanted = plain(words), walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    for (let text; (text = walker.nextNode());) {
      const folded = plain(text.data);
      for (let from = folded.indexOf(wanted); from >= 0; from = folded.indexOf(wanted, from + wanted.length)) {
        const range = new Range();
        range.setStart(text, from);
        range.setEnd(text, from + wanted.length);
        ranges.push(range);
      }
    }
    return ranges;
  }
  async function go(index) {
    if (!hits.length) return;
    const mine = asked;
    at = (index + hits.length) % hits.length;
    say(tools.findAt.replace('{0}', at + 1).replace('{1}', total));
    for (let link; !document.getElementById(hits[at]) && (link = $('#older [data-older]'));) {
      await desk.older(link);
      if (mine !== asked || link.isConnected) return;
    }
    desk.leave();
    document.getElementById(hits[at])?.scrollIntoView({ block: 'center' });
    paint();
  }
  async function look() {
    const mine = ++asked;
    words = $('input', bar()).value.trim();
    hits = [];
    at = -1;
    if (!words) { say(''); paint(); return; }
    try {
      const response = await fetch(`/desk/${current()}/find?q=${encodeURIComponent(words)}`, { credentials: 'same-origin' });
      if (response.status === 401) document.dispatchEvent(new Event('vt:signed-out'));
      if (!response.ok) throw new Error(String(response.status));
      const answer = await response.json();
      if (mine !== asked) return;
      ({ hits, total } = answer);
    } catch (error) {
      toast(word('failed'));
      return;
    }
    say(hits.length ? '' : tools.findNone);
    paint();
    go(0);
  }
  function open() {
    bar().hidden = false;
    $('input', bar()).select();
    $('input', bar()).focus();
  }
  function close() {
    asked++;
    hits = [];
    at = -1;
    words = '';
    bar().hidden = true;
    $('input', bar()).value = '';
    say('');
    paint();
    ($('#text') || msgs()).focus({ preventScroll: true });
  }
  document.addEventListener('click', event => {
    const target = event.target.closest('[data-find],[data-step],[data-find-close]');
    if (!target || !bar()) return;
    if (target.matches('[data-find]')) open();
    else if (target.matches('[data-step]')) go(at + Number(target.dataset.step));
    else close();
  });
  document.addEventListener('input', event => {
    if (event.target.closest('#find')) { clearTimeout(timer); timer = setTimeout(look, WAIT_MS); }
  });
  document.addEventListener('submit', event => { if (event.target.id === 'find') event.preventDefault(); });
  document.addEventListener('keydown', event => {
    if (!event.target.closest?.('#find')) return;
    if (event.key === 'Escape') { event.preventDefault(); close(); }
    if (event.key === 'Enter' && event.target.matches('input')) { event.preventDefault(); go(at + (event.shiftKey ? -1 : 1)); }
  });
  /* Another conversation, another search. */
  let shown = current();
  document.addEventListener('vt:page', () => {
    if (shown !== current() && bar() && !bar().hidden) close();
    shown = current();
  });
})(window.desk);
