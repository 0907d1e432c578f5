<?cs include:"shell/_parts.cs" ?><?cs uvar:part("shell/begin.cs") ?>
