/*
 * [data-countdown=seconds][data-until=epoch]: what is left of the time to finish after a close, from when the server
 * wrote it. At its end the form says that it is over; without this page the server ends it by itself.
 */
(function () {
  'use strict';
  const { $ } = window.vt;
  const two = number => String(number).padStart(2, '0');
  let known = {};

  function tick() {
    const node = $('[data-countdown]');
    if (!node) { known = {}; return; }
    const { countdown, until } = node.dataset;
    if (known.until !== until || known.countdown !== countdown) known = { until, countdown, ends: Date.now() + 1000 * Number(countdown) };
    const left = Math.max(0, Math.ceil((known.ends - Date.now()) / 1000));
    node.textContent = `${two(Math.floor(left / 60))}:${two(left % 60)}`;
    if (left || known.over) return;
    known.over = true;
    node.closest('form').requestSubmit();
  }
  tick();
  setInterval(tick, 500);
})();
