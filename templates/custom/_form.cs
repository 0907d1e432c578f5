<?cs include:"admin/_form.cs" ?><form method="post" action="/admin/custom/<?cs if:form.id ?><?cs var:form.id ?><?cs else ?>new<?cs /if ?>" id="edit" data-form><?cs call:f_begin(form) ?><div class="dh"><h2 id="dialog-title"><?cs if:form.id ?><?cs var:form.name ?><?cs else ?><?cs var:L.custom.new ?><?cs /if ?></h2><a class="ib" href="/admin/custom" aria-label="<?cs var:L.shell.close ?>" title="<?cs var:L.shell.close ?>" data-dismiss><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#x"/></svg></a></div>
<div class="db stack4"><?cs call:f_conflict() ?>
<?cs call:f_text("name", L.field.custom.name, form.name, "60", "") ?>
<?cs if:form.id ?><p class="sm"><?cs var:L.field.custom.kind ?>: <b><?cs var:form.kind_name ?></b></p><?cs else ?><?cs call:f_select("kind", L.field.custom.kind, form.kind, L.custom.kind_help) ?><?cs /if ?>
<?cs call:f_area("options", L.field.custom.options, form.options, "8100", L.custom.options_help) ?>
<?cs call:f_number("position", L.field.custom.position, form.position, "0", "9999", L.custom.position_help) ?>
<?cs call:f_check("required", L.custom.required, form.required) ?></div></form>
<div class="df"><?cs if:form.id ?><?cs call:f_remove("/admin/custom/" + form.id + "/remove", form, L.admin.remove, L.custom.remove_sure) ?><?cs /if ?><span class="end row"><a class="btn" href="/admin/custom" data-dismiss><?cs var:L.shell.cancel ?></a><button class="btn primary" form="edit"><?cs var:L.admin.save ?></button></span></div>
