/*
 * The week of hours drawn: a bar of 24 hours beside the text of each day. The text is what counts and what is sent;
 * dragging on a bar adds a span to it, a click on a span takes it away, writing draws it anew.
 */
(function () {
  'use strict';
  const { $, $$ } = window.vt;
  const DAY = 1440, STEP = 15, SVG = 'http://www.w3.org/2000/svg';
  const field = bar => document.getElementById('f-' + bar.dataset.hoursBar);
  const two = number => String(number).padStart(2, '0');
  const time = minute => two(Math.floor(minute / 60)) + ':' + two(minute % 60);

  /* What is not understood is for the server to say; here it is not drawn. */
  function read(text) {
    return [...text.matchAll(/(\d{1,2})(?:[:.](\d{1,2}))?\s*[-–a]\s*(\d{1,2})(?:[:.](\d{1,2}))?/g)]
      .map(([, h1, m1, h2, m2]) => [Number(h1) * 60 + Number(m1 || 0), Number(h2) * 60 + Number(m2 || 0)])
      .filter(([from, to]) => from < to && to <= DAY);
  }
  function write(bar, spans) {
    const input = field(bar);
    const joined = [];
    spans.sort((a, b) => a[0] - b[0]).forEach(([from, to]) => {
      const last = joined[joined.length - 1];
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else joined.push([from, to]);
    });
    input.value = joined.map(([from, to]) => time(from) + '-' + time(to)).join(', ');
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function shape(name, attributes) {
    const node = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  }
  function draw(bar, extra) {
    const svg = shape('svg', { viewBox: `0 0 ${DAY} 24`, preserveAspectRatio: 'none', class: 'week', 'aria-hidden': 'true' });
    svg.append(shape('rect', { class: 'bgr', x: 0, y: 0, width: DAY, height: 24 }));
    for (let minute = 0; minute <= DAY; minute += 360) svg.append(shape('line', { class: 'gl', x1: minute, x2: minute, y1: 0, y2: 24 }));
    [...read(field(bar).value), ...(extra ? [extra] : [])].forEach(([from, to]) => {
      svg.append(shape('rect', { class: 'oh', x: from, y: 3, width: to - from, height: 18 }));
    });
    bar.replaceChildren(svg);
  }
  const drawAll = () => $$('[data-hours-bar]').forEach(bar => draw(bar));

  const minuteAt = (bar, event) => {
    const box = bar.getBoundingClientRect();
    const minute = (event.clientX - box.left) / box.width * DAY;
    return Math.min(DAY, Math.max(0, minute));
  };
  const snap = minute => Math.round(minute / STEP) * STEP;

  document.addEventListener('pointerdown', event => {
    const bar = event.target.closest?.('[data-hours-bar]');
    if (!bar || event.button) return;
    event.preventDefault();
    const start = minuteAt(bar, event);
    const range = now => [snap(Math.min(start, now)), snap(Math.max(start, now))];
    let last = range(start);
    const move = moved => {
      last = range(minuteAt(bar, moved));
      draw(bar, last[0] < last[1] ? last : null);
    };
    const up = () => {
      document.removeEventListener('pointermove', move);
      document.removeEventListener('pointerup', up);
      const spans = read(field(bar).value);
      if (last[0] < last[1]) write(bar, [...spans, last]);
      else write(bar, spans.filter(([from, to]) => start < from || start >= to));
    };
    document.addEventListener('pointermove', move);
    document.addEventListener('pointerup', up);
  });

  document.addEventListener('input', event => {
    const bar = $(`[data-hours-bar="${CSS.escape(event.target.name || '')}"]`);
    if (bar) draw(bar);
  });
  document.addEventListener('click', event => {
    const button = event.target.closest?.('[data-hours-copy]');
    if (!button) return;
    const monday = document.getElementById('f-day1');
    button.dataset.hoursCopy.split(' ').forEach(name => {
      const input = document.getElementById('f-' + name);
      input.value = monday.value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  });
  document.addEventListener('vt:page', drawAll);
  drawAll();
})();
