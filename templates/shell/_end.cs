<?cs uvar:part("shell/end.cs") ?>
