<?cs include:"shell/_begin.cs" ?>
<main id="main" class="main" tabindex="-1"><div class="page"><?cs if:done ?><div class="note ok mb3" role="status"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg><span><?cs var:L.admin.done[done] ?></span></div><?cs /if ?>
<?cs include:"canned/_list.cs" ?></div></main>
<?cs include:"shell/_end.cs" ?>
