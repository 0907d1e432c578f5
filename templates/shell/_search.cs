<?cs # Two fields with a magnifying glass. more: classes of the label, or "". search_field asks the server (its form, q);
   # search_here narrows what the selector `what` finds on the page. ?><?cs
def:search_glass(label) ?><span class="sr"><?cs var:label ?></span><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#search"/></svg><?cs /def ?><?cs
def:search_field(label, q, max, more) ?><label class="in-ic<?cs if:more ?> <?cs var:more ?><?cs /if ?>"><?cs call:search_glass(label) ?><input class="in" type="search" name="q" value="<?cs var:q ?>" maxlength="<?cs var:max ?>" placeholder="<?cs var:label ?>" autocomplete="off"></label><?cs /def ?><?cs
def:search_here(label, what, more) ?><label class="in-ic js<?cs if:more ?> <?cs var:more ?><?cs /if ?>"><?cs call:search_glass(label) ?><input class="in" type="search" placeholder="<?cs var:label ?>" data-filter="<?cs var:what ?>" autocomplete="off"></label><?cs /def ?>
