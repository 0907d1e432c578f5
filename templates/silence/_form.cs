<?cs include:"admin/_form.cs" ?><form method="post" action="/admin/silence/<?cs var:form.id ?>" id="edit" data-form><?cs call:f_begin(form) ?><div class="dh"><h2 id="dialog-title"><?cs if:form.name ?><?cs var:form.name ?><?cs else ?><?cs var:L.silence.general ?><?cs /if ?></h2><a class="ib" href="/admin/silence" aria-label="<?cs var:L.shell.close ?>" title="<?cs var:L.shell.close ?>" data-dismiss><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#x"/></svg></a></div>
<div class="db stack4"><?cs call:f_conflict() ?>
<?cs if:form.name ?><?cs call:f_check("own", L.silence.own, form.own) ?><?cs /if ?>
<h3><?cs var:L.silence.contact_title ?></h3>
<?cs call:f_number("warn", L.silence.warn_min, form.warn, "0", "10080", L.silence.zero) ?>
<?cs call:f_area("warn_text", L.silence.warn_text, form.warn_text, "1000", L.silence.words) ?>
<?cs call:f_number("close", L.silence.close_min, form.close, "0", "10080", L.silence.close_help) ?>
<?cs call:f_area("close_text", L.silence.close_text, form.close_text, "1000", L.silence.words) ?>
<?cs call:f_select("typification", L.silence.typification, form.typification, "") ?>
<h3><?cs var:L.silence.agent_title ?></h3>
<?cs call:f_number("agent", L.silence.agent_min, form.agent, "0", "10080", L.silence.agent_help) ?></div></form>
<div class="df"><span class="end row"><a class="btn" href="/admin/silence" data-dismiss><?cs var:L.shell.cancel ?></a><button class="btn primary" form="edit"><?cs var:L.admin.save ?></button></span></div>
