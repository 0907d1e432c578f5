<?cs include:"admin/_begin.cs" ?>
<div class="ph"><div><h2 class="h-xl"><?cs var:fill(L.access.tested, name) ?></h2><p><?cs var:L.access.tested_about ?></p></div><div class="acts"><form method="post" action="/admin/access/<?cs var:id ?>/test"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><input type="hidden" name="who" value="<?cs var:who ?>"><button class="btn primary"><?cs var:L.access.test_again ?></button></form><a class="btn" href="/admin/access/<?cs var:id ?>"><?cs var:L.access.back ?></a></div></div>
<div class="card"><ol class="cb stack4">
<?cs each:s = steps ?><li class="row wrap"><span class="chip <?cs if:s.result == "good" ?>ok<?cs elif:s.result == "note" ?>warn<?cs else ?>bad<?cs /if ?>"><?cs var:L.access.result[s.result] ?></span><span class="b"><?cs var:s.name ?></span><?cs if:s.text ?><span><?cs var:s.text ?></span><?cs /if ?><?cs if:s.detail ?><code class="xs t2"><?cs var:s.detail ?></code><?cs /if ?></li>
<?cs /each ?></ol></div>
<?cs include:"admin/_end.cs" ?>
