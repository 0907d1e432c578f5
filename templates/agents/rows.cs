<?cs include:"agents/_rows.cs" ?><?cs include:"board/_tiles.cs" ?><frag id="agents-table" view="board" mode="morph"><?cs call:agents_table() ?></frag>
<frag id="tiles-people" view="board" mode="morph"><?cs call:people_tiles() ?></frag>
