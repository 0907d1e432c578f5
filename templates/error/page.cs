<?cs include:"shell/_bare.cs" ?><?cs call:bare_begin(L.error_page.title[code]) ?><main class="fault"><a class="brand" href="/"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#logo"/></svg>Ventanilla</a>
<p class="num muted"><?cs var:fill(L.error_page.status, status) ?></p>
<h1><?cs if:L.error_page.title[code] ?><?cs var:L.error_page.title[code] ?><?cs else ?><?cs var:L.error_page.title.OTHER ?><?cs /if ?></h1>
<p class="t2"><?cs var:text ?></p>
<div class="row wrap mt4"><a class="btn primary" href="/"><?cs var:L.error_page.home ?></a><?cs if:again ?><a class="btn" href=""><?cs var:L.error_page.again ?></a><?cs /if ?><?cs if:csrf ?><form method="post" action="/logout"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><button class="btn"><?cs var:L.shell.logout ?></button></form><?cs /if ?></div>
<?cs if:request_id ?><p class="xs muted mt6"><?cs var:fill(L.error_page.request, request_id) ?></p><?cs /if ?></main>
</body>
</html>
