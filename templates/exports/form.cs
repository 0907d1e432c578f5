<?cs include:"admin/_begin.cs" ?>
<div class="card sheet"><?cs include:"exports/_form.cs" ?></div>
<?cs include:"admin/_end.cs" ?>
