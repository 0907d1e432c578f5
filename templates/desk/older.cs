<?cs include:"shell/_parts.cs" ?><?cs include:"desk/_older.cs" ?><?cs include:"desk/_messages.cs" ?>
