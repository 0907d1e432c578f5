<?cs if:address ?><img src="<?cs var:url_validate(address) ?>" alt="<?cs var:text ?>" width="<?cs var:width ?>" height="<?cs var:height ?>" loading="lazy"><?cs else ?><?cs var:text ?><?cs /if ?>
