<?cs include:"admin/_begin.cs" ?>
<div class="card sheet"><?cs include:"custom/_form.cs" ?></div>
<?cs include:"admin/_end.cs" ?>
