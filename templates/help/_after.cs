</div></article></div></main>
<?cs include:"shell/_end.cs" ?>
