<?cs include:"shell/_parts.cs" ?><?cs include:"desk/_list.cs" ?>
