</div></main></div>
<?cs include:"shell/_end.cs" ?>
