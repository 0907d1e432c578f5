<?cs include:"desk/close.cs" ?>
