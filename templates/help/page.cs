<?cs include:"shell/_begin.cs" ?><?cs include:"shell/_search.cs" ?>
<main id="main" class="main" tabindex="-1"><div class="page"><div class="ph"><div><h2 class="h-xl"><?cs var:L.help.title ?></h2><p><?cs var:L.help.about ?></p></div></div>
<form method="get" action="/help" class="row mb3" role="search"><?cs call:search_field(L.help.find, q, "100", "grow") ?><button class="btn"><?cs var:L.help.search ?></button></form>
<?cs if:subcount(rooms) ?><?cs each:r = rooms ?><section class="card mb3"><div class="ch"><h3><?cs var:L.help.room[r.key] ?></h3></div><div class="cb"><ul class="plain pages"><?cs each:p = r.pages ?><li><a href="/help/<?cs var:p.key ?>"><?cs var:p.title ?></a></li><?cs /each ?></ul></div></section>
<?cs /each ?><?cs else ?><div class="empty"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#search"/></svg><p class="mt2"><?cs var:L.help.none ?></p></div><?cs /if ?></div></main>
<?cs include:"shell/_end.cs" ?>
