<?cs include:"shell/_parts.cs" ?><?cs if:reload ?><frag id="thread" view="c<?cs var:thread.id ?>" mode="reload"></frag><?cs else ?><frag id="thread-head" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_head.cs" ?></frag>
<frag id="thread-clocks" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_clocks.cs" ?></frag>
<frag id="contact" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_contact.cs" ?></frag>
<frag id="greeting" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_greeting.cs" ?></frag>
<frag id="composer" view="c<?cs var:thread.id ?>" mode="morph"><?cs include:"desk/_composer.cs" ?></frag>
<?cs if:subcount(messages) ?><frag id="msgs" view="c<?cs var:thread.id ?>" mode="append" mark="<?cs var:mark ?>"><?cs include:"desk/_messages.cs" ?></frag>
<?cs /if ?><evt type="seen" id="<?cs var:thread.id ?>" delivered="<?cs var:thread.delivered ?>" read="<?cs var:thread.read ?>"></evt><?cs /if ?>
