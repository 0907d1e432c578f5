/*
 * The screens of supervision that change all the time: live.js says that something happened ("vt:board"), and this asks for
 * what [data-frames] names, with the page's own filter, one frame a second at most, and puts it in. live.js keeps what is under
 * the pointer in its place. A page that nobody looks at asks for nothing until somebody does.
 */
(function () {
  'use strict';
  const { $, $$, fragment } = window.vt;
  const FRAME_MS = 1000, DAY_MS = 5000;
  const shown = () => $('[data-frames][data-view]');
  let due = false, asking = false, timer = null, last = 0, dayAt = Date.now();

  async function frame() {
    timer = null;
    if (!due || asking || !shown() || document.hidden) return;
    const rest = last + FRAME_MS - Date.now();
    if (rest > 0) { timer = setTimeout(frame, rest); return; }
    const { frames, query } = shown().dataset, day = Date.now() - dayAt >= DAY_MS;
    asking = true;
    due = false;
    try {
      const html = await fragment(frames + '?' + [query, day ? 'day=1' : ''].filter(Boolean).join('&'));
      if (day) dayAt = Date.now();
      if (shown()) window.vt.apply(html);
    } catch (error) {
      due = error.message !== '401';
    }
    last = Date.now();
    asking = false;
    if (due) timer ??= setTimeout(frame, FRAME_MS);
  }
  const changed = () => { due = true; if (!timer) frame(); };
  document.addEventListener('vt:board', changed);
  document.addEventListener('visibilitychange', frame);
  // What depends on nothing but the time of day goes on when nothing happens.
  setInterval(() => { if (Date.now() - dayAt >= 6 * DAY_MS) changed(); }, DAY_MS);
  window.vt.changed = changed;

  /* --- the table of operators: who is ticked --- */
  const boxes = () => $$('[data-agent]').filter(box => !box.closest('tr').hidden);
  const chosen = () => $$('[data-agent]:checked').map(box => box.value);
  function count() {
    const all = $('[data-agents-present]')?.checked;
    const bar = $('#agents-n'), many = all ? Number($('#agents-present').textContent) : chosen().length;
    if (bar) bar.textContent = many === 1 ? bar.dataset.one : bar.dataset.many.replace('{0}', many);
    if ($('#agents-message')) $('#agents-message').href = '/board/agents/message?' + chosen().map(id => 'user=' + id).join('&');
  }
  document.addEventListener('change', event => {
    if (event.target.matches('[data-agents-all]')) boxes().forEach(box => { box.checked = event.target.checked; });
    if (event.target.matches('[data-agents-all],[data-agent],[data-agents-present]')) count();
    // Who chooses a queue means those of that queue.
    if (event.target.matches('[data-means]')) $(event.target.dataset.means, event.target.form).checked = true;
  });
  document.addEventListener('vt:settled', count);
  document.addEventListener('vt:done', event => {
    if (event.target.id !== 'agents-form') return;
    $$('[data-agent]:checked,[data-agents-all]:checked,[data-agents-present]:checked').forEach(box => { box.checked = false; });
    event.target.elements.reason.value = '';
    event.target.elements.to.value = '';
    count();
  });
})();
