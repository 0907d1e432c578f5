<?cs include:"admin/_begin.cs" ?>
<div class="card sheet wide"><?cs include:"notifications/_form.cs" ?></div>
<?cs include:"admin/_end.cs" ?>
