<?cs include:"shell/_begin.cs" ?>
<main id="main" class="main" tabindex="-1"><div class="page"><div class="card sheet"><?cs include:"contact/_wish.cs" ?></div></div></main>
<?cs include:"shell/_end.cs" ?>
