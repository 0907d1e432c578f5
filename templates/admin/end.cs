</div></main></div>
<?cs uvar:part("shell/end.cs") ?>
