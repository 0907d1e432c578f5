<?cs include:"shell/_bare.cs" ?><?cs call:bare_begin(L.login.enter) ?><div class="login">
<aside class="art"><svg class="bgw" viewBox="-130 0 700 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true"><g fill="none" stroke="#2b4677" stroke-width="1.500" opacity=".75"><path d="M420 900V330a170 170 0 0 1 340 0v570"/><path d="M385 900V330a205 205 0 0 1 410 0v570" opacity=".6"/><path d="M345 900V330a245 245 0 0 1 490 0v570" opacity=".35"/><path d="M590 160v740M420 470h340M420 640h340"/></g></svg><span class="brand"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#logo"/></svg>Ventanilla</span>
<h2><?cs var:L.login.claim ?></h2>
<p><?cs var:L.login.about ?></p></aside>
<main class="frm"><?cs include:"login/_form.cs" ?></main></div>
</body>
</html>
