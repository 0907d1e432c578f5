<?cs include:"shell/_begin.cs" ?>
<main id="main" class="main" tabindex="-1"><div class="page">
<p class="t2 mb3"><?cs var:L.quarantine.what ?></p>
<?cs if:done ?><div class="note mb3" role="status"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg><span><?cs var:L.quarantine.done ?></span></div><?cs /if ?>
<?cs if:subcount(items) ?><div class="tw" tabindex="0" role="region" aria-label="<?cs var:L.shell.screen.quarantine ?>"><table class="t"><thead><tr><th><?cs var:L.quarantine.id ?></th><th><?cs var:L.quarantine.received ?></th><th><?cs var:L.quarantine.channel ?></th><th><?cs var:L.quarantine.error ?></th><th><?cs var:L.quarantine.content ?></th><th><span class="sr"><?cs var:L.quarantine.action ?></span></th></tr></thead><tbody>
<?cs each:i = items ?><tr id="poison-<?cs var:i.id ?>"><td class="num"><?cs var:i.id ?></td><td class="num"><?cs var:i.received_at ?></td><td><?cs var:i.channel ?></td><td><?cs var:i.error ?><?cs if:i.sqlstate ?> <span class="chip bad"><?cs var:i.sqlstate ?></span><?cs /if ?></td><td><details><summary><?cs var:i.size ?></summary><pre class="xs"><?cs var:i.raw ?></pre></details></td><td><form method="post" action="/quarantine/<?cs var:i.id ?>/repeat"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><input type="hidden" name="once" value="<?cs var:i.once ?>"><button class="btn sm"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#refresh"/></svg><?cs var:L.quarantine.repeat ?></button></form></td></tr>
<?cs /each ?></tbody></table></div>
<?cs else ?><div class="empty"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg><p class="mt2"><?cs var:L.quarantine.none ?></p></div><?cs /if ?>
</div></main>
<?cs include:"shell/_end.cs" ?>
