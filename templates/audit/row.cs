<?cs include:"admin/_begin.cs" ?>
<div class="card sheet"><?cs include:"audit/_row.cs" ?></div>
<?cs include:"admin/_end.cs" ?>
