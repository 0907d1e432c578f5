<?cs include:"admin/_begin.cs" ?>
<div class="ph"><div><h2 class="h-xl"><?cs var:L.admin.section.groups ?></h2><p><?cs var:L.groups.about ?></p></div><div class="acts"><a class="btn primary" href="/admin/groups/new" data-dialog><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#plus"/></svg><?cs var:L.groups.new ?></a></div></div>
<?cs if:subcount(items) ?><div class="tw card" tabindex="0" role="region" aria-label="<?cs var:L.admin.section.groups ?>"><table class="t"><thead><tr><th scope="col"><?cs var:L.field.group.name ?></th><th scope="col"><?cs var:L.field.group.description ?></th><th scope="col"><?cs var:L.field.group.users ?></th><th scope="col"><?cs var:L.groups.breaks ?></th></tr></thead><tbody>
<?cs each:i = items ?><tr><td><a class="b" href="/admin/groups/<?cs var:i.id ?>" data-dialog><?cs var:i.name ?></a></td><td class="t2"><?cs var:i.description ?></td><td class="num"><?cs var:i.users ?></td><td><?cs var:i.breaks ?></td></tr>
<?cs /each ?></tbody></table></div>
<?cs else ?><div class="empty"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#users"/></svg><p class="mt2"><?cs var:L.groups.none ?></p></div><?cs /if ?>
<?cs include:"admin/_end.cs" ?>
