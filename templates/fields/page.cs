<?cs include:"admin/_begin.cs" ?>
<div class="ph"><div><h2 class="h-xl"><?cs var:L.admin.section.fields ?></h2><p><?cs var:L.fields.about ?></p></div></div>
<div class="tw card" tabindex="0" role="region" aria-label="<?cs var:L.admin.section.fields ?>"><table class="t"><thead><tr><th scope="col"><?cs var:L.fields.role ?></th><?cs each:c = columns ?><th scope="col"><?cs var:c.name ?></th><?cs /each ?></tr></thead><tbody>
<?cs each:i = items ?><tr><th scope="row"><a href="/admin/fields/<?cs var:i.id ?>" data-dialog><?cs var:i.name ?></a></th><?cs each:c = i.cells ?><td><?cs if:c.shows == "seen" ?><span class="chip ok"><?cs var:L.fields.shows[c.shows] ?></span><?cs elif:c.shows == "masked" ?><span class="chip warn"><?cs var:L.fields.shows[c.shows] ?></span><?cs else ?><span class="chip bad"><?cs var:L.fields.shows[c.shows] ?></span><?cs /if ?><?cs if:!c.exports ?> <span class="xs muted"><?cs var:L.fields.not_exported ?></span><?cs /if ?></td><?cs /each ?></tr>
<?cs /each ?></tbody></table></div>
<p class="sm t2 mt3"><?cs var:L.fields.contact ?> <a href="/admin/settings"><?cs var:L.admin.section.settings ?></a></p>
<?cs include:"admin/_end.cs" ?>
