<?cs include:"admin/_form.cs" ?><form method="post" action="/admin/users/<?cs if:form.id ?><?cs var:form.id ?><?cs else ?>new<?cs /if ?>" id="edit" data-form><?cs call:f_begin(form) ?><div class="dh"><h2 id="dialog-title"><?cs if:form.id ?><?cs var:form.name ?><?cs else ?><?cs var:L.users.new ?><?cs /if ?></h2><a class="ib" href="/admin/users" aria-label="<?cs var:L.shell.close ?>" title="<?cs var:L.shell.close ?>" data-dismiss><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#x"/></svg></a></div>
<div class="db stack4"><?cs call:f_conflict() ?>
<div class="cols2"><?cs call:f_text("name", L.field.user.name, form.name, "100", "") ?>
<?cs call:f_text("display_name", L.field.user.display_name, form.display_name, "60", L.users.display_name_help) ?></div>
<div class="cols2"><?cs call:f_text("login", L.field.user.login, form.login, "100", L.users.login_help) ?>
<?cs call:f_text("email", L.field.user.email, form.email, "200", "") ?></div>
<div class="cols3"><?cs call:f_text("staff_number", L.field.user.staff_number, form.staff_number, "20", "") ?>
<?cs call:f_text("dni", L.field.user.dni, form.dni, "20", "") ?>
<?cs call:f_text("office", L.field.user.office, form.office, "80", "") ?></div>
<?cs call:f_checks("roles", L.field.user.roles, form.roles, "") ?>
<?cs if:subcount(form.groups) ?><?cs call:f_checks("groups", L.field.user.groups, form.groups, "") ?><?cs /if ?>
<?cs call:f_check("enabled", L.users.enabled, form.enabled) ?><?cs if:form.invitation.open ?><p class="sm t2"><?cs var:fill(L.invite.state_open, form.invitation.open) ?></p><?cs elif:form.invitation.used ?><p class="sm t2"><?cs var:fill(L.invite.state_used, form.invitation.used) ?></p><?cs elif:form.invitation.over ?><p class="sm t2"><?cs var:L.invite.state_over ?></p><?cs /if ?><hr class="sep">
<?cs call:f_check("attends", L.users.attends, form.attends) ?>
<?cs call:f_checks("queues", L.field.user.queues, form.queues, "") ?>
<?cs call:f_checks("channels", L.field.user.channels, form.channels, "") ?>
<?cs call:f_number("capacity", L.users.capacity, form.capacity, "0", "100", L.users.capacity_help) ?></div></form>
<div class="df"><?cs if:form.id && !form.oneself ?><?cs call:f_remove("/admin/users/" + form.id + "/remove", form, L.admin.remove, L.users.remove_sure) ?><?cs /if ?><?cs if:form.id && form.may_invite ?><form method="post" action="/admin/users/<?cs var:form.id ?>/invite"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><input type="hidden" name="once" value="<?cs var:once ?>-i"><button class="btn"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#mail"/></svg><?cs if:form.invitation.open ?><?cs var:L.invite.again_button ?><?cs else ?><?cs var:L.invite.button ?><?cs /if ?></button></form><?cs /if ?><span class="end row"><a class="btn" href="/admin/users" data-dismiss><?cs var:L.shell.cancel ?></a><button class="btn primary" form="edit"><?cs var:L.admin.save ?></button></span></div>
