<frag id="rail" view="shell" mode="morph"><?cs include:"shell/_rail.cs" ?></frag>
<frag id="agent" view="shell" mode="morph"><?cs include:"shell/_state.cs" ?></frag>
<frag id="bell" view="shell" mode="morph"><?cs include:"shell/_bell.cs" ?></frag>
<?cs each:n = told ?><evt type="notice" id="<?cs var:n.id ?>" event="<?cs var:n.event ?>" conversation="<?cs var:n.conversation ?>" text="<?cs var:n.text ?>"></evt>
<?cs /each ?>