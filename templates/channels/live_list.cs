<?cs include:"channels/_health.cs" ?><?cs each:i = items ?><?cs if:i.heard ?><frag id="pulse-<?cs var:i.id ?>" view="lines" mode="morph"><?cs call:pulse(i) ?></frag>
<?cs /if ?><?cs /each ?>
