<?cs include:"admin/_begin.cs" ?>
<div class="card sheet"><div class="dh"><h2><?cs var:fill(L.password.temporary_for, person) ?></h2></div>
<div class="db stack4"><div class="f"><label class="lb" for="f-temporary"><?cs var:L.password.temporary ?></label><input class="in mono" id="f-temporary" value="<?cs var:password ?>" readonly data-select autocomplete="off" aria-describedby="temporary-help"><span class="help" id="temporary-help"><?cs var:L.password.temporary_help ?></span></div></div>
<div class="df"><span class="end row"><a class="btn" href="/admin/users"><?cs var:L.invite.back.users ?></a></span></div></div>
<?cs include:"admin/_end.cs" ?>
