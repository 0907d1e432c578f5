<?cs include:"error/page.cs" ?>
