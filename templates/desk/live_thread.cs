<?cs include:"shell/_parts.cs" ?><?cs include:"desk/_message.cs" ?><?cs if:reload ?><frag id="thread" view="c<?cs var:thread.id ?>" mode="reload"></frag><?cs else ?><frag id="thread-head" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_head.cs" ?></frag>
<frag id="thread-clocks" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_clocks.cs" ?></frag>
<frag id="peek-acts" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"board/_acts.cs" ?></frag>
<frag id="contact" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_contact.cs" ?></frag>
<frag id="handed" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_handed.cs" ?></frag>
<frag id="greeting" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_greeting.cs" ?></frag>
<frag id="mail-head" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_mail.cs" ?></frag>
<frag id="react" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_react.cs" ?></frag>
<frag id="wish" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_wish.cs" ?></frag>
<frag id="composer" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_composer.cs" ?></frag>
<frag id="unsaid" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_unsaid.cs" ?></frag>
<?cs if:subcount(messages) ?><frag id="msgs" view="c<?cs var:thread.id ?>" mode="append" mark="<?cs var:mark ?>"><?cs each:m = messages ?><?cs call:message(m) ?><?cs /each ?></frag>
<?cs /if ?><?cs if:subcount(changed.messages) ?><frag id="msgs" view="c<?cs var:thread.id ?>" mode="replace"><?cs each:m = changed.messages ?><?cs call:message(m) ?><?cs /each ?></frag>
<?cs /if ?><evt type="seen" id="<?cs var:thread.id ?>" delivered="<?cs var:thread.delivered ?>" read="<?cs var:thread.read ?>"></evt><?cs /if ?>
