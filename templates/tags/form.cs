<?cs include:"admin/_begin.cs" ?>
<div class="card sheet"><?cs include:"tags/_form.cs" ?></div>
<?cs include:"admin/_end.cs" ?>
