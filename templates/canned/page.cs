<?cs include:"admin/_begin.cs" ?><?cs include:"canned/_list.cs" ?><?cs include:"admin/_end.cs" ?>
