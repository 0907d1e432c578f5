<?cs include:"admin/_begin.cs" ?>
<div class="ph"><div><h2 class="h-xl"><?cs var:L.admin.section.types ?></h2><p><?cs var:L.types.about ?></p></div><div class="acts"><a class="btn primary" href="/admin/types/new" data-dialog><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#plus"/></svg><?cs var:L.types.new ?></a></div></div>
<?cs if:subcount(items) ?><div class="tw card" tabindex="0" role="region" aria-label="<?cs var:L.admin.section.types ?>"><table class="t"><thead><tr><th><?cs var:L.field.type.name ?></th><th><?cs var:L.field.type.description ?></th><th><?cs var:L.field.type.enabled ?></th></tr></thead><tbody>
<?cs each:i = items ?><tr><td><a class="b" href="/admin/types/<?cs var:i.id ?>" data-dialog><?cs var:i.name ?></a></td><td class="t2"><?cs var:i.description ?></td><td><?cs if:i.enabled ?><span class="chip ok"><?cs var:L.admin.yes ?></span><?cs else ?><span class="chip"><?cs var:L.admin.no ?></span><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div>
<?cs else ?><div class="empty"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#tag"/></svg><p class="mt2"><?cs var:L.types.none ?></p></div><?cs /if ?>
<?cs include:"admin/_end.cs" ?>
