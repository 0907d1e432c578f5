<?cs include:"admin/_begin.cs" ?><?cs include:"admin/_form.cs" ?>
<div class="card sheet wide"><form method="post" action="/admin/queues/<?cs if:form.id ?><?cs var:form.id ?><?cs else ?>new<?cs /if ?>" id="edit" data-form><?cs call:f_begin(form) ?><div class="dh"><div><h2><?cs if:form.id ?><?cs var:form.name ?><?cs else ?><?cs var:L.queues.new ?><?cs /if ?></h2><?cs if:form.key ?><p class="sm t2 mt1"><?cs var:L.queues.key ?> <code><?cs var:form.key ?></code></p><?cs /if ?></div></div>
<div class="db stack4"><?cs call:f_conflict() ?>
<div class="cols2"><?cs call:f_text("name", L.field.queue.name, form.name, "60", "") ?>
<?cs call:f_select("priority", L.field.queue.priority, form.priority, L.queues.priority_help) ?></div>
<fieldset class="f" aria-describedby="strategy-error"><legend class="lb"><?cs var:L.field.queue.strategy ?></legend><div class="cols3"><?cs each:o = form.strategy ?><label class="rcard"><input type="radio" name="strategy" value="<?cs var:o.key ?>"<?cs if:o.chosen ?> checked<?cs /if ?>><span><b><?cs var:o.label ?></b><span><?cs var:o.help ?></span></span></label><?cs /each ?></div><?cs call:f_error("strategy") ?></fieldset>
<fieldset class="f" aria-describedby="channels-error channels-help"<?cs if:error.field == "channels" ?> aria-invalid="true"<?cs /if ?>><legend class="lb"><?cs var:L.field.queue.channels ?></legend><div class="row wrap g4"><?cs each:o = form.channels ?><span class="row g1"><?cs call:badge(o.messenger) ?><label class="ck"><input type="checkbox" name="channels" value="<?cs var:o.key ?>"<?cs if:o.chosen ?> checked<?cs /if ?>><span><?cs var:o.label ?></span></label></span><?cs /each ?></div><?cs call:f_help("channels", L.queues.channels_help) ?><?cs call:f_error("channels") ?></fieldset>
<div class="cols2"><?cs call:f_number("service_level", L.queues.service_level, form.service_level, "1", "86400", L.queues.service_level_help) ?>
<?cs call:f_number("capacity", L.queues.capacity, form.capacity, "0", "100", L.queues.capacity_help) ?></div>
<div class="cols2"><?cs call:f_number("max_wait", L.queues.max_wait, form.max_wait, "0", "10080", L.queues.zero) ?>
<?cs call:f_select("overflow", L.queues.overflow, form.overflow, L.queues.overflow_help) ?></div>
<div class="cols2"><?cs call:f_number("answer", L.queues.answer, form.answer, "0", "86400", L.queues.answer_help) ?>
<?cs call:f_number("preferred", L.queues.preferred, form.preferred, "0", "8760", L.queues.preferred_help) ?></div>
<?cs call:f_check("answer_out", L.queues.answer_out, form.answer_out) ?>
<?cs include:"queues/_ending.cs" ?>
<?cs call:f_check("required", L.queues.required, form.required) ?>
<div class="cols2"><div class="stack"><?cs call:f_area("greeting", L.field.queue.greeting, form.greeting, "1000", "") ?>
<?cs call:f_select("greeting_mode", L.queues.greeting_mode, form.greeting_mode, "") ?></div>
<div class="stack"><?cs call:f_area("farewell", L.field.queue.farewell, form.farewell, "1000", "") ?>
<?cs call:f_select("farewell_mode", L.queues.farewell_mode, form.farewell_mode, "") ?></div></div>
<p class="sm t2"><?cs var:L.queues.words ?> <?cs each:w = form.words ?><code>{{<?cs var:w.name ?>}}</code> <?cs /each ?></p></div></form>
<?cs if:form.id ?><section class="db" aria-labelledby="use"><h3 class="sm b" id="use"><?cs var:L.queues.use ?></h3><?cs if:subcount(use) ?><ul class="plain sm mt1"><?cs each:u = use ?><li><?cs var:fill(L.queues.used[u.what], u.name) ?></li><?cs /each ?></ul><?cs else ?><p class="sm t2 mt1"><?cs var:L.queues.unused ?></p><?cs /if ?></section><?cs /if ?>
<div class="df wrap"><?cs if:form.id ?><a class="btn" href="/queues/<?cs var:form.id ?>/simulate"><?cs var:L.queues.simulate ?></a><?cs call:f_remove("/admin/queues/" + form.id + "/remove", form, L.admin.remove, L.queues.remove_sure) ?><?cs /if ?><span class="end row"><a class="btn" href="/admin/queues"><?cs var:L.shell.cancel ?></a><button class="btn primary" form="edit"><?cs var:L.admin.save ?></button></span></div></div>
<?cs include:"admin/_end.cs" ?>
