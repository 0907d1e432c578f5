<div class="mh"><?cs var:L.desk.comp.canned_hint ?></div><?cs each:r = replies ?><button class="mi" type="button" role="option" aria-selected="false" data-insert="<?cs var:r.body ?>" data-replace="all"><span class="sc">/<?cs var:r.shortcut ?></span><span class="grow t2 xs"><?cs var:r.body ?></span></button>
<?cs /each ?>
