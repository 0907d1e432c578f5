<?cs uvar:part("admin/end.cs") ?>
