/* What the rooms of the desk share: where they are in the page, pieces to put in, and what is kept in this browser. */
(function () {
  'use strict';
  const { $ } = window.vt;

  const thread = () => $('#thread[data-conversation]');
  const user = document.body.dataset.user;

  window.desk = {
    tools: $('#desk-tools')?.dataset || {},
    piece: name => $('#' + name).content.firstElementChild.cloneNode(true),
    icon: (node, name) => $('use', node).setAttribute('href', '/static/img/icons.svg#' + name),
    thread,
    current: () => thread()?.dataset.conversation,
    composer: () => $('form#composer'),
    msgs: () => $('#msgs'),
    isNote: () => $('form#composer')?.elements.note.value === '1',
    /* Drafts, and what could not be sent; apart for each person. */
    kept: {
      get(kind, id) { try { return JSON.parse(localStorage.getItem(`vt-${kind}:${user}:${id}`)); } catch (error) { return null; } },
      set(kind, id, value) {
        try {
          if (value) localStorage.setItem(`vt-${kind}:${user}:${id}`, JSON.stringify(value));
          else localStorage.removeItem(`vt-${kind}:${user}:${id}`);
        } catch (error) { /* storage is off */ }
      },
    },
  };
})();
