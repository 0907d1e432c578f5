<?cs include:"shell/_begin.cs" ?>
<main id="main" class="main" tabindex="-1"><div class="page"><?cs include:"canned/_form.cs" ?></div></main>
<?cs include:"shell/_end.cs" ?>
