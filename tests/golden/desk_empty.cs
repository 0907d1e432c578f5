<?cs include:"desk/page.cs" ?>
