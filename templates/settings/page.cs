<?cs include:"admin/_begin.cs" ?><?cs include:"shell/_search.cs" ?><?cs include:"admin/_form.cs" ?><?cs
def:mail_test() ?><div class="setting stack" id="mail"><label class="lb" for="f-to"><?cs var:L.settings.mail_to ?></label><span class="row"><input class="in" id="f-to" name="to" form="mail-test" value="<?cs var:mail.to ?>" maxlength="200" autocomplete="off" aria-describedby="to-error to-help"<?cs if:error.field == "to" ?> aria-invalid="true"<?cs /if ?>><button class="btn nowrap" form="mail-test"<?cs if:!mail.ready ?> disabled<?cs /if ?>><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#mail"/></svg><?cs var:L.settings.mail_test ?></button></span><span class="help" id="to-help"><?cs if:mail.ready ?><?cs var:L.settings.mail_help ?><?cs else ?><?cs var:L.settings.mail_first ?><?cs /if ?></span><?cs call:f_error("to") ?><?cs
if:mail.sent ?><div class="note ok" role="status"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg><span><?cs var:fill(L.settings.mail_sent, mail.to) ?></span></div><?cs elif:mail.fault ?><div class="note bad" role="alert"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#warn"/></svg><div><p><?cs var:mail.fault ?></p><p class="xs mt1"><code><?cs var:mail.detail ?></code></p></div></div><?cs /if ?></div><?cs /def ?>
<div class="ph"><div><h2 class="h-xl"><?cs var:L.admin.section.settings ?></h2><p><?cs var:L.settings.about ?></p></div><div class="acts"><?cs call:search_here(L.settings.find, ".setting", "") ?></div></div>
<form method="post" action="/admin/settings" id="edit" class="stack4" data-form><?cs call:f_begin(form) ?><?cs call:f_conflict() ?>
<?cs each:g = setting_groups ?><section class="card" aria-labelledby="group-<?cs var:g.key ?>"><div class="ch"><h2 id="group-<?cs var:g.key ?>"><?cs var:L.setting_group[g.key] ?></h2></div><div class="cb stack4"><?cs each:i = g.items ?><div class="setting"><?cs
if:i.kind == "bool" ?><?cs call:f_check(i.key, i.label, i.value) ?><?cs if:i.help ?><span class="help"><?cs var:i.help ?></span><?cs /if ?><?cs
elif:i.kind == "number" ?><?cs call:f_number(i.key, i.label, i.value, i.min, i.max, i.help) ?><?cs
elif:i.kind == "choice" ?><?cs call:f_select(i.key, i.label, i.options, i.help) ?><?cs
elif:i.kind == "secret" ?><?cs if:i.kept ?><?cs call:f_secret(i.key, i.label, i.max, L.settings.secret_kept) ?><?cs else ?><?cs call:f_secret(i.key, i.label, i.max, L.settings.secret_none) ?><?cs /if ?><?cs
elif:i.kind == "area" ?><?cs call:f_area(i.key, i.label, i.value, i.max, i.help) ?><?cs
else ?><?cs call:f_text(i.key, i.label, i.value, i.max, i.help) ?><?cs /if ?></div><?cs /each ?><?cs if:g.key == "mail" ?><?cs call:mail_test() ?><?cs /if ?></div></section>
<?cs /each ?><div class="row"><button class="btn primary"><?cs var:L.admin.save ?></button></div></form>
<form method="post" action="/admin/settings/mail" id="mail-test"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"></form>
<?cs include:"admin/_end.cs" ?>
