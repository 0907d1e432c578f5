<?cs include:"shell/_parts.cs" ?><?cs uvar:part("admin/begin.cs") ?>
