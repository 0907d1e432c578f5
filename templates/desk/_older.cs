<?cs if:more ?><div class="older" id="older"><a class="btn sm" href="<?cs var:url_validate(thread.href + "/messages?before=" + oldest) ?>" data-older><?cs var:L.desk.older ?></a></div>
<?cs /if ?>
