<?cs include:"admin/_begin.cs" ?><?cs include:"admin/_form.cs" ?>
<div class="ph"><div><h2 class="h-xl"><?cs var:L.admin.section.settings ?></h2><p><?cs var:L.settings.about ?></p></div><div class="acts"><label class="in-ic js"><span class="sr"><?cs var:L.settings.find ?></span><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#search"/></svg><input class="in" type="search" placeholder="<?cs var:L.settings.find ?>" data-filter=".setting" autocomplete="off"></label></div></div>
<form method="post" action="/admin/settings" id="edit" class="stack4" data-form><?cs call:f_begin(form) ?><?cs call:f_conflict() ?>
<?cs each:g = setting_groups ?><section class="card" aria-labelledby="group-<?cs var:g.key ?>"><div class="ch"><h2 id="group-<?cs var:g.key ?>"><?cs var:L.setting_group[g.key] ?></h2></div><div class="cb stack4"><?cs each:i = g.items ?><div class="setting"><?cs
if:i.kind == "bool" ?><?cs call:f_check(i.key, i.label, i.value) ?><?cs if:i.help ?><span class="help"><?cs var:i.help ?></span><?cs /if ?><?cs
elif:i.kind == "number" ?><?cs call:f_number(i.key, i.label, i.value, i.min, i.max, i.help) ?><?cs
elif:i.kind == "choice" ?><?cs call:f_select(i.key, i.label, i.options, i.help) ?><?cs
elif:i.kind == "area" ?><?cs call:f_area(i.key, i.label, i.value, i.max, i.help) ?><?cs
else ?><?cs call:f_text(i.key, i.label, i.value, i.max, i.help) ?><?cs /if ?></div><?cs /each ?></div></section>
<?cs /each ?><div class="row"><button class="btn primary"><?cs var:L.admin.save ?></button></div></form>
<?cs include:"admin/_end.cs" ?>
