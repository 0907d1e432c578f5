<frag id="rail" view="shell" mode="morph"><?cs include:"shell/_rail.cs" ?></frag>
<frag id="agent" view="shell" mode="morph"><?cs include:"shell/_state.cs" ?></frag>
