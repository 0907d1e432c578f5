<?cs include:"admin/_begin.cs" ?>
<?cs def:way(on, icon, label) ?><?cs if:on ?><span class="chip ok" title="<?cs var:label ?>"><svg class="i s14" role="img" aria-label="<?cs var:label ?>"><use href="<?cs var:url_validate("/static/img/icons.svg#" + icon) ?>"/></svg></span> <?cs /if ?><?cs /def ?>
<div class="ph"><div><h2 class="h-xl"><?cs var:L.admin.section.notifications ?></h2><p><?cs var:L.notifications.about ?></p></div></div>
<div class="tw card" tabindex="0" role="region" aria-label="<?cs var:L.admin.section.notifications ?>"><table class="t"><thead><tr><th scope="col"><?cs var:L.notifications.role ?></th><?cs each:c = columns ?><th scope="col" title="<?cs var:c.name ?>"><?cs var:L.notifications.short[c.key] ?></th><?cs /each ?></tr></thead><tbody>
<?cs each:i = items ?><tr><th scope="row"><a href="/admin/notifications/<?cs var:i.id ?>" data-dialog><?cs var:i.name ?></a></th><?cs each:c = i.cells ?><td><?cs if:c.sound || c.shown || c.browser ?><?cs call:way(c.sound, "vol", fill(L.notifications.sounds, L.notifications.tone[c.tone])) ?><?cs call:way(c.shown, "bell", L.notifications.shown) ?><?cs call:way(c.browser, "win", L.notifications.browser) ?><?cs else ?><span class="muted"><?cs var:L.notifications.nothing ?></span><?cs /if ?></td><?cs /each ?></tr>
<?cs /each ?></tbody></table></div>
<p class="sm t2 mt3"><?cs var:L.notifications.own ?></p>
<?cs include:"admin/_end.cs" ?>
