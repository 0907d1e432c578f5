<?cs include:"shell/_parts.cs" ?><frag id="board" view="board" mode="morph"><?cs include:"board/_lanes.cs" ?></frag>
