/* Before the first paint: the saved theme, and a mark that script runs. Without a saved one the style follows the system. */
(function () {
  'use strict';
  const root = document.documentElement;
  root.dataset.js = '';
  try {
    const theme = localStorage.getItem('vt-theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  } catch (error) { /* storage is off: the system's theme it is */ }
})();
