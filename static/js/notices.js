/*
 * What the person is told: vt:notice {event, key, id, mark, text, conversation}. How stands in #agent: data-notices is
 * "event:sound:shown:browser:tone …", all of their roles together; data-volume, and whether their sound is on, are theirs.
 * One tab of the browser plays each sound and asks for each of the browser's notices, the first that comes by its lock.
 */
(function () {
  'use strict';
  const { $, $$, word, toast, once } = window.vt;
  const PLAYED_FOR_MS = 2000, AWAKE_WITHIN_MS = 1000, LOUDEST = 0.5;
  const pause = ms => new Promise(done => setTimeout(done, ms));

  function rule(event) {
    const text = ($('#agent')?.dataset.notices || '').split(' ').find(one => one.startsWith(event + ':'));
    const [, sound, shown, browser, tone] = (text || '').split(':');
    return { sound: sound === '1', shown: shown === '1', browser: browser === '1', tone: tone || 'bell' };
  }

  /* --- sound --- */
  let audio = null;
  const buffers = new Map();
  const soundOn = () => $('[data-sound]')?.getAttribute('aria-pressed') === 'true';
  const volume = () => Number($('[data-volume-form] input[type=range]')?.value ?? $('#agent')?.dataset.volume ?? 60) / 100;
  function load(tone) {
    if (!buffers.has(tone)) {
      buffers.set(tone, fetch(`/static/sound/${tone}.wav`).then(answer => answer.arrayBuffer()).then(bytes => audio.decodeAudioData(bytes)));
      buffers.get(tone).catch(() => buffers.delete(tone));
    }
    return buffers.get(tone);
  }
  async function beep(tone) {
    const source = audio.createBufferSource(), gain = audio.createGain();
    source.buffer = await load(tone);
    gain.gain.value = volume() * LOUDEST;
    source.connect(gain).connect(audio.destination);
    source.start();
  }
  /* The browser lets nothing sound before a click: it is seen on the button, and a click there allows it. */
  const isBlocked = () => $('[data-sound]')?.dataset.blocked !== undefined;
  function blocked(is) {
    const button = $('[data-sound]');
    if (!button || isBlocked() === is) return;
    if (is) { button.dataset.blocked = ''; toast(word('soundBlocked')); } else delete button.dataset.blocked;
    button.title = word(is ? 'soundAllow' : 'sound');
    button.setAttribute('aria-label', button.title);
  }
  async function awake() {
    if (!window.AudioContext) return false;
    audio ??= new AudioContext();
    if (audio.state !== 'running') await Promise.race([audio.resume(), pause(AWAKE_WITHIN_MS)]);
    if (audio.state !== 'running') blocked(true);
    return audio.state === 'running';
  }
  const lately = new Map();
  async function play(key, mark, tone) {
    if (!soundOn() || !await awake()) return;
    const sound = () => {
      beep(tone).catch(() => {});
      document.dispatchEvent(new CustomEvent('vt:played', { detail: { key, tone } }));
      return pause(PLAYED_FOR_MS);
    };
    alone(`vt-sound:${key}:${mark}`, sound);
  }
  function alone(name, work) {
    if (navigator.locks) navigator.locks.request(name, { ifAvailable: true }, lock => (lock ? work() : null));
    else work();
  }
  let allowing = false;
  ['pointerdown', 'keydown'].forEach(type => document.addEventListener(type, event => {
    allowing = isBlocked() && Boolean(event.target.closest?.('[data-sound]'));
    if (audio?.state === 'suspended') audio.resume().then(() => blocked(false), () => {});
  }, { passive: true }));
  const wanted = () => soundOn() && /:1:[01]:[01]:/.test($('#agent')?.dataset.notices || '');
  if (wanted()) awake();
  // A page that comes anew without leaving brings the button anew.
  document.addEventListener('vt:page', () => { if (audio && audio.state !== 'running' && wanted()) blocked(true); });

  /* --- the notices themselves --- */
  const told = new Set();
  const open = () => $('[data-conversation]')?.dataset.conversation;
  function byBrowser({ id, text, conversation }) {
    if (!window.Notification || Notification.permission !== 'granted' || (!document.hidden && document.hasFocus())) return;
    alone(`vt-notice:${id}`, () => {
      const shown = new Notification(document.title.replace(/^\(\d+\) /, ''), { body: text, tag: String(id), icon: '/static/img/favicon.svg' });
      shown.addEventListener('click', () => { focus(); location.assign(conversation ? '/desk/' + conversation : '/'); });
      return pause(PLAYED_FOR_MS);
    });
  }
  document.addEventListener('vt:notice', ({ detail }) => {
    if (told.has(detail.id)) return;
    told.add(detail.id);
    const how = rule(detail.event);
    const many = detail.type === 'notice' && Date.now() - (lately.get(detail.key) ?? 0) < PLAYED_FOR_MS;
    if (how.sound && !many) {
      lately.set(detail.key, Date.now());
      play(detail.key, detail.mark, how.tone);
    }
    /* What one has before one's eyes is not told besides. */
    if (how.shown && (detail.conversation !== open() || !/^(message|case)$/.test(detail.event))) toast(detail.text);
    if (how.browser) byBrowser(detail);
  });

  /* --- each person's own: on or off, how loud, and whether the browser may --- */
  document.addEventListener('submit', async event => {
    const form = event.target;
    if (form.matches('[data-volume-form]')) event.preventDefault();
    if (!form.matches('[data-sound-form]')) return;
    event.preventDefault();
    if (allowing || isBlocked()) {
      allowing = false;
      if (await awake()) { blocked(false); toast(word('soundAllowed')); play('message', once(), rule('message').tone); }
      return;
    }
    const button = $('[data-sound]', form), on = !soundOn();
    button.setAttribute('aria-pressed', String(on));
    button.value = on ? '0' : '1';
    $('use', button).setAttribute('href', '/static/img/icons.svg#' + (on ? 'vol' : 'mute'));
    toast(word(on ? 'soundOn' : 'soundOff'));
    if (on) play('message', once(), rule('message').tone);
    save(form, { on: on ? '1' : '0' });
  });
  async function save(form, fields) {
    const answer = await window.vt.post(form.action, fields);
    if (!answer.ok && answer.status !== 401) toast(window.vt.problem(answer));
  }
  document.addEventListener('change', async event => {
    const form = event.target.form;
    if (!form?.matches('[data-volume-form]')) return;
    save(form, { volume: event.target.value });
    if (await awake()) beep(rule('message').tone).catch(() => {});
  });
  document.addEventListener('click', async event => {
    const button = event.target.closest?.('[data-hear],[data-allow]');
    if (button?.dataset.hear) {
      const choice = button.closest('form').elements[button.dataset.hear];
      const { tone } = choice.selectedOptions[0].dataset;
      if (!await awake()) return;
      beep(tone).catch(() => {});
      document.dispatchEvent(new CustomEvent('vt:played', { detail: { key: 'heard', tone } }));
    } else if (button) {
      const answer = await Notification.requestPermission();
      toast(word(answer === 'granted' ? 'allowed' : 'notAllowed'));
      offer();
    }
  });
  function offer() {
    $$('[data-allow]').forEach(button => { button.hidden = !window.Notification || Notification.permission === 'granted'; });
  }
  document.addEventListener('vt:page', offer);
  offer();
})();
