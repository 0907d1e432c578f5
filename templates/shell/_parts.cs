<?cs # Pieces that every screen uses. m: a messenger's code name; x: a node with initials, tint, messenger ?><?cs
def:badge(m) ?><span class="chb <?cs var:m ?>" title="<?cs var:L.messenger[m] ?>"><svg class="i" aria-hidden="true"><use href="<?cs var:url_validate("/static/img/icons.svg#ch-" + m) ?>"/></svg></span><?cs /def ?><?cs
def:avatar(x, size) ?><span class="av <?cs var:size ?> a<?cs var:x.tint ?>" aria-hidden="true"><?cs var:x.initials ?><?cs call:badge(x.messenger) ?></span><?cs /def ?>
