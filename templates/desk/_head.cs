<header class="th-h" id="thread-head"><?cs call:avatar(thread, "") ?><div class="grow"><h2 class="ell"><?cs var:thread.name ?></h2><span class="xs t2 row g1"><?cs
if:thread.state == "closed" ?><?cs var:fill(L.desk.thread.closed, thread.closed_at) ?><?cs
elif:thread.state == "active" ?><?cs if:thread.mine ?><?cs var:L.desk.thread.mine ?><?cs else ?><?cs var:fill(L.desk.thread.with, thread.user) ?><?cs /if ?><?cs
else ?><?cs var:L.desk.thread[thread.state] ?><?cs /if ?><span class="ok-t b" id="types" data-types="<?cs var:thread.id ?>" hidden> · <?cs var:L.desk.thread.types ?></span></span></div><?cs
if:thread.mine ?><a class="btn sm primary" id="close" href="<?cs var:url_validate(thread.href + "/close") ?>" data-dialog><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg><?cs var:L.desk.thread.close ?></a><?cs /if ?><?cs include:"supervise/_actions.cs" ?></header>
