<?cs include:"admin/_begin.cs" ?><?cs include:"canned/_form.cs" ?><?cs include:"admin/_end.cs" ?>
