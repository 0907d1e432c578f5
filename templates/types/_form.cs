<?cs include:"admin/_form.cs" ?><form method="post" action="/admin/types/<?cs if:form.id ?><?cs var:form.id ?><?cs else ?>new<?cs /if ?>" id="edit" data-form><?cs call:f_begin(form) ?><div class="dh"><h2 id="dialog-title"><?cs if:form.id ?><?cs var:form.name ?><?cs else ?><?cs var:L.types.new ?><?cs /if ?></h2><a class="ib" href="/admin/types" aria-label="<?cs var:L.shell.close ?>" title="<?cs var:L.shell.close ?>" data-dismiss><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#x"/></svg></a></div>
<div class="db stack4"><?cs call:f_conflict() ?>
<?cs call:f_text("name", L.field.type.name, form.name, "60", "") ?>
<?cs call:f_text("description", L.field.type.description, form.description, "200", L.types.description_help) ?>
<?cs call:f_number("position", L.field.type.position, form.position, "0", "9999", L.types.position_help) ?>
<?cs call:f_check("enabled", L.types.enabled, form.enabled) ?></div></form>
<div class="df"><?cs if:form.id ?><?cs call:f_remove("/admin/types/" + form.id + "/remove", form, L.admin.remove, L.types.remove_sure) ?><?cs /if ?><span class="end row"><a class="btn" href="/admin/types" data-dismiss><?cs var:L.shell.cancel ?></a><button class="btn primary" form="edit"><?cs var:L.admin.save ?></button></span></div>
