<?cs include:"shell/_begin.cs" ?>
<main id="main" class="main" tabindex="-1"><?cs include:"board/_lanes.cs" ?></main>
<?cs include:"shell/_end.cs" ?>
