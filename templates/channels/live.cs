<?cs include:"channels/_health.cs" ?><?cs if:health.heard ?><frag id="health-card" view="l<?cs var:health.id ?>" mode="morph"><?cs call:health_card(health) ?></frag>
<?cs /if ?>
