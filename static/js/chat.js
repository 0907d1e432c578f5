/*
 * The internal chat: what is said here goes without leaving the page and comes back, like what the others say, by live.js.
 * What stands before one's eyes is read.
 */
(function () {
  'use strict';
  const { $, post, problem, fragment, once, toast, word } = window.vt;
  const NEAR_BOTTOM = 40;
  const room = () => $('#chat')?.dataset.room, msgs = () => $('#chat-msgs');
  let stuck = true, sending = false, readUpTo = {};
  const toBottom = () => { if (msgs() && stuck) msgs().scrollTop = msgs().scrollHeight; };

  function read() {
    const last = Number($('#chat')?.dataset.mark), id = room();
    if (!id || !msgs() || !last || document.hidden || !stuck || readUpTo[id] >= last) return;
    readUpTo[id] = last;
    post(`/chat/${id}/read`, { last }).then(answer => { if (!answer.ok) delete readUpTo[id]; });
  }
  async function say(form) {
    const field = form.elements.text, text = field.value;
    if (!text.trim() || sending) { field.focus(); return; }
    sending = true;
    form.elements.once.value = form.dataset.once ??= once();
    const answer = await post(form.action, new FormData(form));
    sending = false;
    if (answer.status === 401) return;
    $('#chat-error').textContent = answer.ok ? '' : problem(answer);
    if (answer.ok) {
      delete form.dataset.once;
      if (field.value === text) field.value = '';
      stuck = true;
    }
    field.focus();
  }
  document.addEventListener('submit', event => {
    if (event.target.id !== 'chat-form') return;
    event.preventDefault();
    say(event.target);
  });
  document.addEventListener('keydown', event => {
    const field = event.target;
    if (field.id !== 'chat-text' || event.key !== 'Enter' || event.isComposing || event.keyCode === 229 || event.shiftKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.altKey) field.setRangeText('\n\n', field.selectionStart, field.selectionEnd, 'end');
    else say(field.form);
  });
  document.addEventListener('input', event => { if (event.target.id === 'chat-text') delete event.target.form.dataset.once; });
  document.addEventListener('click', async event => {
    const link = event.target.closest('[data-chat-older]');
    if (!link || !msgs()) return;
    event.preventDefault();
    const box = msgs(), height = box.scrollHeight, template = document.createElement('template');
    try {
      template.innerHTML = await fragment(link.dataset.chatOlder);
      link.parentElement.remove();
      box.prepend(template.content);
      box.scrollTop += box.scrollHeight - height;
    } catch (error) {
      toast(word('failed'));
    }
  });
  document.addEventListener('scroll', event => {
    const box = event.target;
    if (box.id !== 'chat-msgs') return;
    stuck = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_BOTTOM;
    read();
  }, { capture: true, passive: true });
  document.addEventListener('vt:appended', () => { $('#chat-none')?.remove(); toBottom(); read(); });
  document.addEventListener('visibilitychange', read);
  function enter() {
    stuck = true;
    toBottom();
    read();
    $('#chat-text')?.focus({ preventScroll: true });
  }
  document.addEventListener('vt:page', enter);
  enter();
})();
