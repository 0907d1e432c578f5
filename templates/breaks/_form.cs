<?cs include:"admin/_form.cs" ?><?cs include:"shell/_search.cs" ?><form method="post" action="/admin/breaks/<?cs if:form.id ?><?cs var:form.id ?><?cs else ?>new<?cs /if ?>" id="edit" data-form><?cs call:f_begin(form) ?><div class="dh"><h2 id="dialog-title"><?cs if:form.id ?><?cs var:form.name ?><?cs else ?><?cs var:L.breaks.new ?><?cs /if ?></h2><a class="ib" href="/admin/breaks" aria-label="<?cs var:L.shell.close ?>" title="<?cs var:L.shell.close ?>" data-dismiss><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#x"/></svg></a></div>
<div class="db stack4"><?cs call:f_conflict() ?>
<?cs call:f_text("name", L.field.break.name, form.name, "40", "") ?>
<div class="cols2"><?cs call:f_number("allowance", L.breaks.allowance, form.allowance, "0", "720", L.breaks.zero) ?>
<?cs call:f_number("longest", L.breaks.longest, form.longest, "0", "720", L.breaks.zero) ?></div>
<?cs call:f_select("over", L.breaks.when_over, form.over, L.breaks.over_help) ?>
<?cs call:f_select("shows", L.breaks.sees, form.shows, "") ?>
<?cs call:f_check("by_oneself", L.breaks.by_oneself, form.by_oneself) ?>
<?cs call:f_check("some", L.breaks.some, form.some) ?>
<?cs if:subcount(form.groups) ?><?cs call:f_checks("groups", L.field.break.groups, form.groups, "") ?><?cs /if ?>
<details<?cs if:form.some ?> open<?cs /if ?>><summary class="sm b"><?cs var:L.breaks.people ?></summary><?cs call:search_here(L.breaks.find, "#edit .pick .ck", "mt2") ?>
<fieldset class="f mt2" aria-describedby="users-error"><legend class="sr"><?cs var:L.breaks.people ?></legend><div class="pick stack"><?cs each:o = form.users ?><label class="ck"><input type="checkbox" name="users" value="<?cs var:o.key ?>"<?cs if:o.chosen ?> checked<?cs /if ?>><span><?cs var:o.label ?></span></label><?cs /each ?></div></fieldset></details><?cs call:f_error("users") ?>
<div class="cols2"><?cs call:f_number("at_once", L.breaks.at_once, form.at_once, "0", "999", L.breaks.zero) ?>
<?cs call:f_number("waiting_max", L.breaks.waiting_max, form.waiting_max, "0", "999", L.breaks.zero) ?></div>
<?cs call:f_number("position", L.field.break.position, form.position, "0", "9999", L.types.position_help) ?>
<?cs call:f_check("enabled", L.breaks.enabled, form.enabled) ?></div></form>
<div class="df"><?cs if:form.id ?><?cs call:f_remove("/admin/breaks/" + form.id + "/remove", form, L.admin.remove, L.breaks.remove_sure) ?><?cs /if ?><span class="end row"><a class="btn" href="/admin/breaks" data-dismiss><?cs var:L.shell.cancel ?></a><button class="btn primary" form="edit"><?cs var:L.admin.save ?></button></span></div>
