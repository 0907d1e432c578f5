<?cs include:"login/page.cs" ?>
