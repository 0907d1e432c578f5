<?cs include:"admin/_begin.cs" ?><?cs include:"admin/_form.cs" ?>
<div class="card sheet wide"><form method="post" action="/admin/channels/<?cs if:form.id ?><?cs var:form.id ?><?cs else ?>new<?cs /if ?>" id="edit" data-form><?cs call:f_begin(form) ?><input type="hidden" name="messenger" value="<?cs var:form.messenger ?>"><div class="dh"><div class="row g3"><?cs call:badge(form.messenger) ?><div><h2><?cs if:form.id ?><?cs var:form.name ?><?cs else ?><?cs var:fill(L.channels.new, L.messenger[form.messenger]) ?><?cs /if ?></h2><?cs if:form.key ?><p class="sm t2 mt1"><?cs var:L.channels.key ?> <code><?cs var:form.key ?></code></p><?cs /if ?></div></div><?cs if:form.designed ?><a class="btn sm" href="/admin/channels/<?cs var:form.id ?>/webchat"><?cs var:L.channels.design ?></a><?cs /if ?></div>
<div class="db stack4"><?cs call:f_conflict() ?>
<?cs call:f_text("name", L.field.channel.name, form.name, "60", L.channels.name_help) ?>
<?cs call:f_check("enabled", L.channels.receives, form.enabled) ?>
<div class="cols2"><?cs call:f_select("bot", L.field.channel.bot, form.bot, L.channels.bot_help) ?>
<?cs call:f_select("queue", L.channels.first_queue, form.queue, L.channels.queue_help) ?></div>
<div class="cols2"><?cs call:f_number("idle", L.channels.idle, form.idle, "1", "10080", L.channels.idle_help) ?>
<?cs call:f_number("lost", L.channels.lost, form.lost, "30", "86400", L.channels.lost_help) ?></div>
<?cs each:f = fields ?><?cs if:f.type == "list" ?><?cs call:f_area(f.name, f.label, f.value, "10000", f.help) ?><?cs elif:f.type == "number" ?><?cs call:f_number(f.name, f.label, f.value, "0", f.max, f.help) ?><?cs elif:f.type == "bool" ?><?cs call:f_check(f.name, f.label, f.value) ?><?cs elif:f.type == "choice" ?><?cs call:f_select(f.name, f.label, f.options, f.help) ?><?cs else ?><?cs call:f_text(f.name, f.label, f.value, f.max, f.help) ?><?cs /if ?>
<?cs /each ?><?cs if:subcount(use) ?><ul class="plain sm t2"><?cs each:u = use ?><li><?cs var:fill(L.channels.used[u.what], u.name) ?></li><?cs /each ?></ul><?cs /if ?></div></form>
<div class="df wrap"><?cs if:form.id ?><?cs call:f_remove("/admin/channels/" + form.id + "/remove", form, L.admin.remove, L.channels.remove_sure) ?><?cs /if ?><span class="end row"><a class="btn" href="/admin/channels"><?cs var:L.shell.cancel ?></a><button class="btn primary" form="edit"><?cs var:L.admin.save ?></button></span></div></div>
<?cs include:"admin/_end.cs" ?>
