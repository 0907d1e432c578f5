/* The few emoji that a counter needs. */
(function () {
  'use strict';
  const { $ } = window.vt;
  const EMOJI = '😀 😊 🙂 😉 😍 🙌 👍 👏 🙏 💪 👋 🤝 ✅ ❌ ⚠️ ⏳ 📎 📄 📅 📌 💳 🏠 🚗 🏢 ☎️ 📱 💬 🔒 🎉 ❤️ ⭐ 🇦🇷'.split(' ');

  function fill(grid) {
    if (!grid.childElementCount) {
      grid.append(...EMOJI.map(emoji => {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = button.dataset.insert = emoji;
        return button;
      }));
    }
    grid.firstElementChild.focus();
  }
  document.addEventListener('vt:open', event => { if (event.target.id === 'p-emoji') fill($('.gd', event.target)); });
})();
