<?cs include:"admin/_begin.cs" ?>
<div class="card sheet"><div class="dh"><h2><?cs var:fill(L.invite.for, person) ?></h2></div>
<div class="db stack4"><?cs if:sent_to ?><div class="note ok" role="status"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg><span><?cs var:fill(L.invite.sent, sent_to) ?></span></div><?cs else ?><div class="note warn" role="status"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#warn"/></svg><div><p><?cs var:L.invite.unsent[unsent] ?></p><?cs if:why ?><p class="xs t2 mt1"><?cs var:why ?></p><?cs /if ?></div></div><?cs /if ?>
<div class="f"><label class="lb" for="f-link"><?cs var:L.invite.link ?></label><input class="in mono" id="f-link" value="<?cs var:link ?>" readonly data-select autocomplete="off" aria-describedby="link-help"><span class="help" id="link-help"><?cs var:fill(L.invite.link_help, until) ?></span></div></div>
<div class="df"><span class="end row"><a class="btn" href="/admin/<?cs var:section ?>"><?cs var:L.invite.back[section] ?></a></span></div></div>
<?cs include:"admin/_end.cs" ?>
