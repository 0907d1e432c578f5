<?cs include:"admin/_form.cs" ?><form method="post" action="/admin/holidays/<?cs if:form.id ?><?cs var:form.id ?><?cs else ?>new<?cs /if ?>" id="edit" data-form><?cs call:f_begin(form) ?><div class="dh"><h2 id="dialog-title"><?cs if:form.id ?><?cs var:form.name ?><?cs else ?><?cs var:L.holidays.new ?><?cs /if ?></h2><a class="ib" href="/admin/holidays" aria-label="<?cs var:L.shell.close ?>" title="<?cs var:L.shell.close ?>" data-dismiss><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#x"/></svg></a></div>
<div class="db stack4"><?cs call:f_conflict() ?>
<div class="cols2"><div class="f"><label class="lb" for="f-day"><?cs var:L.field.holiday.day ?></label><input class="in num" type="date" id="f-day" name="day" value="<?cs var:form.day ?>" min="2000-01-01" max="2099-12-31" aria-describedby="day-error"<?cs if:error.field == "day" ?> aria-invalid="true"<?cs /if ?>><?cs call:f_error("day") ?></div>
<?cs call:f_select("kind", L.field.holiday.kind, form.kind, "") ?></div>
<?cs call:f_text("name", L.field.holiday.name, form.name, "80", "") ?>
<?cs call:f_select("whom", L.field.holiday.whom, form.whom, "") ?>
<?cs call:f_text("spans", L.field.holiday.spans, form.spans, "200", L.holidays.spans_help) ?></div></form>
<div class="df"><?cs if:form.id ?><?cs call:f_remove("/admin/holidays/" + form.id + "/remove", form, L.admin.remove, L.holidays.remove_sure) ?><?cs /if ?><span class="end row"><a class="btn" href="/admin/holidays" data-dismiss><?cs var:L.shell.cancel ?></a><button class="btn primary" form="edit"><?cs var:L.admin.save ?></button></span></div>
