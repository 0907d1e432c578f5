<?cs if:subcount(stickers) ?><?cs each:s = stickers ?><button type="button" data-sticker="<?cs var:s.id ?>" data-name="<?cs var:s.name ?>" title="<?cs var:s.name ?>"><img src="/canned/<?cs var:s.id ?>/file" alt="<?cs var:s.name ?>"></button>
<?cs /each ?><?cs else ?><p class="sm t2"><?cs var:L.desk.comp.no_stickers ?></p><?cs /if ?>
