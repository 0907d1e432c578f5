<?cs include:"shell/_parts.cs" ?><?cs include:"board/_lanes.cs" ?><?cs include:"board/_tiles.cs" ?><?cs
each:l = lanes ?><frag id="l-<?cs var:l.key ?>" view="board" mode="morph"><?cs call:lane(l) ?></frag>
<?cs /each ?><frag id="tiles-people" view="board" mode="morph"><?cs call:people_tiles() ?></frag>
<?cs if:subcount(day) ?><frag id="tiles-day" view="board" mode="morph"><?cs call:day_tiles() ?></frag>
<?cs /if ?>
