<?cs include:"shell/_bare.cs" ?><?cs call:bare_begin(L.norole.title) ?><main class="fault"><span class="brand"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#logo"/></svg>Ventanilla</span>
<h1><?cs var:L.norole.title ?></h1>
<p class="t2"><?cs var:fill2(L.norole.what, person, login) ?></p>
<p class="t2 mt2"><?cs var:L.norole.todo ?></p>
<div class="row wrap mt4"><a class="btn primary" href="/"><?cs var:L.norole.again ?></a><form method="post" action="/logout"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><button class="btn"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#out"/></svg><?cs var:L.shell.logout ?></button></form></div></main>
</body>
</html>
