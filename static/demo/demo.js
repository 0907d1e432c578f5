/*
 * What a real site writes as one tag: <script src="https://…/w.js" data-key="demo" async></script>
 * Opened as localhost, the widget comes from 127.0.0.1: another origin, as it would be out there.
 */
const asked = new URLSearchParams(location.search);
const origin = location.hostname === 'localhost' ? location.origin.replace('localhost', '127.0.0.1') : location.origin;
const tag = document.createElement('script');
tag.src = `${origin}/w.js`;
tag.async = true;
tag.dataset.key = asked.get('key') || 'demo';
for (const name of ['position', 'bubble']) if (asked.get(name)) tag.dataset[name] = asked.get(name);
if (asked.has('open')) tag.dataset.open = '';
document.body.append(tag);
const page = document.getElementById('page');
page.href = `${origin}/webchat/frame?key=${encodeURIComponent(tag.dataset.key)}&mode=page`;
