<?cs include:"admin/_form.cs" ?><form method="post" action="/admin/tags/<?cs if:form.id ?><?cs var:form.id ?><?cs else ?>new<?cs /if ?>" id="edit" data-form><?cs call:f_begin(form) ?><div class="dh"><div><h2 id="dialog-title"><?cs if:form.id ?><?cs var:form.name ?><?cs else ?><?cs var:L.tags.new ?><?cs /if ?></h2><?cs if:form.key ?><p class="sm t2 mt1"><?cs var:L.tags.key ?> <code><?cs var:form.key ?></code></p><?cs /if ?></div><a class="ib" href="/admin/tags" aria-label="<?cs var:L.shell.close ?>" title="<?cs var:L.shell.close ?>" data-dismiss><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#x"/></svg></a></div>
<div class="db stack4"><?cs call:f_conflict() ?>
<?cs call:f_text("name", L.field.tag.name, form.name, "80", L.tags.name_help) ?>
<?cs call:f_select("parent", L.tags.parent, form.parent, "") ?>
<?cs call:f_checks("queues", L.tags.queues, form.queues, L.tags.queues_help) ?>
<?cs call:f_check("enabled", L.tags.enabled, form.enabled) ?>
<?cs if:subcount(use) ?><ul class="plain sm t2"><?cs each:u = use ?><li><?cs var:fill(L.tags.used[u.what], u.name) ?></li><?cs /each ?></ul><?cs /if ?></div></form>
<div class="df"><?cs if:form.id ?><?cs call:f_remove("/admin/tags/" + form.id + "/remove", form, L.admin.remove, L.tags.remove_sure) ?><?cs /if ?><span class="end row"><a class="btn" href="/admin/tags" data-dismiss><?cs var:L.shell.cancel ?></a><button class="btn primary" form="edit"><?cs var:L.admin.save ?></button></span></div>
