<?cs include:"admin/_begin.cs" ?>
<div class="ph"><div><h2 class="h-xl"><?cs var:L.admin.section.custom ?></h2><p><?cs var:L.custom.about ?></p></div><div class="acts"><a class="btn primary" href="/admin/custom/new" data-dialog><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#plus"/></svg><?cs var:L.custom.new ?></a></div></div>
<?cs if:subcount(items) ?><div class="tw card" tabindex="0" role="region" aria-label="<?cs var:L.admin.section.custom ?>"><table class="t"><thead><tr><th><?cs var:L.field.custom.name ?></th><th><?cs var:L.field.custom.kind ?></th><th><?cs var:L.field.custom.required ?></th><th class="right"><?cs var:L.custom.used ?></th></tr></thead><tbody>
<?cs each:i = items ?><tr><td><a class="b" href="/admin/custom/<?cs var:i.id ?>" data-dialog><?cs var:i.name ?></a></td><td class="t2"><?cs var:i.kind ?></td><td><?cs if:i.required ?><span class="chip warn"><?cs var:L.admin.yes ?></span><?cs else ?><span class="chip"><?cs var:L.admin.no ?></span><?cs /if ?></td><td class="right num"><?cs var:i.used ?></td></tr>
<?cs /each ?></tbody></table></div>
<?cs else ?><div class="empty"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#list"/></svg><p class="mt2"><?cs var:L.custom.none ?></p></div><?cs /if ?>
<p class="sm t2 mt3"><?cs var:L.custom.sees ?> <a href="/admin/fields"><?cs var:L.admin.section.fields ?></a></p>
<?cs include:"admin/_end.cs" ?>
