<?cs include:"shell/_begin.cs" ?>
<main id="main" class="main" tabindex="-1"><div class="desk<?cs if:!thread.id ?> none<?cs elif:!nav.desk.shown ?> alone<?cs /if ?>"><?cs if:!thread.id || nav.desk.shown ?><?cs include:"desk/_list.cs" ?><?cs /if ?><?cs if:thread.id ?>
<section class="thread" id="thread" aria-label="<?cs var:fill(L.desk.thread.label, thread.name) ?>" data-conversation="<?cs var:thread.id ?>" data-view="c<?cs var:thread.id ?>" data-mark="<?cs var:thread.seq ?>"><?cs include:"desk/_head.cs" ?><?cs include:"desk/_clocks.cs" ?><?cs include:"desk/_find.cs" ?>
<div class="msgs" id="msgs" tabindex="0" role="log" aria-label="<?cs var:L.desk.thread.messages ?>" data-delivered="<?cs var:thread.delivered ?>" data-read="<?cs var:thread.read ?>"><?cs include:"desk/_older.cs" ?><?cs include:"desk/_messages.cs" ?><?cs include:"desk/_unsaid.cs" ?></div>
<?cs include:"desk/_handed.cs" ?><?cs include:"desk/_greeting.cs" ?><?cs include:"desk/_composer.cs" ?></section>
<aside class="side" id="side" aria-label="<?cs var:L.desk.side.label ?>"><div class="sc" tabindex="0"><?cs include:"desk/_contact.cs" ?><?cs include:"desk/_more.cs" ?><?cs include:"desk/_history.cs" ?></div></aside><?cs
else ?><section class="thread" id="thread" aria-label="<?cs var:L.desk.thread.none_label ?>"><div class="empty"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#chats"/></svg><p class="mt2"><?cs var:L.desk.thread.none ?></p></div></section><?cs /if ?></div></main>
<?cs include:"desk/_tools.cs" ?><?cs include:"shell/_end.cs" ?>
