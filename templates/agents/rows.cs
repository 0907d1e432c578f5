<?cs include:"agents/_rows.cs" ?><?cs include:"board/_tiles.cs" ?><frag id="agents-table" view="board" mode="morph"><?cs call:agents_table() ?></frag>
<frag id="tiles-people" view="board" mode="morph"><?cs call:people_tiles() ?></frag>
<frag id="agents-pages" view="board" mode="morph"><?cs call:agents_pages() ?></frag>
<frag id="agents-present" view="board" mode="morph"><?cs call:agents_present() ?></frag>
