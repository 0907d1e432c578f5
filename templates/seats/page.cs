<?cs include:"admin/_begin.cs" ?><?cs include:"shell/_search.cs" ?><?cs include:"admin/_form.cs" ?><?cs include:"seats/_summary.cs" ?>
<div class="ph"><div><h2 class="h-xl"><?cs var:L.admin.section.seats ?></h2><p><?cs var:L.seats.about ?></p></div><?cs if:seats.settings ?><div class="acts"><a class="btn" href="/admin/settings#group-seat"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#gear"/></svg><?cs var:L.seats.change ?></a></div><?cs /if ?></div>
<?cs call:seats_summary(seats) ?>
<div class="note mt4"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#info"/></svg><span><?cs if:seats.named ?><?cs var:L.seats.named ?><?cs else ?><?cs var:L.seats.at_once ?><?cs /if ?></span></div>
<?cs if:seats.named ?><form method="post" action="/admin/seats" id="edit" class="card mt4" data-form><?cs call:f_begin(form) ?><div class="ch"><h2><?cs var:L.seats.people ?></h2></div><div class="cb stack4"><?cs call:f_conflict() ?>
<?cs call:search_here(L.seats.find, "#edit .pick .ck", "") ?>
<fieldset class="f" aria-describedby="users-error"><legend class="sr"><?cs var:L.seats.people ?></legend><div class="pick stack"><?cs each:o = form.users ?><label class="ck"><input type="checkbox" name="users" value="<?cs var:o.key ?>"<?cs if:o.chosen ?> checked<?cs /if ?>><span><?cs var:o.label ?></span></label><?cs /each ?></div></fieldset><?cs call:f_error("users") ?>
<div class="row"><button class="btn primary"><?cs var:L.admin.save ?></button></div></div></form><?cs /if ?>
<?cs include:"admin/_end.cs" ?>
