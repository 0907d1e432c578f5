<?cs include:"shell/_begin.cs" ?><?cs include:"board/_lanes.cs" ?><?cs include:"board/_tiles.cs" ?>
<main id="main" class="main" tabindex="-1"><div class="svboard" id="board" data-view="board" data-frames="/board/lanes" data-query="<?cs var:query ?>"><div class="l"><div class="row g3 wrap"><?cs include:"board/_tabs.cs" ?><?cs call:people_tiles() ?><?cs call:day_tiles() ?></div>
<div class="row wrap mt3"><?cs include:"board/_filter.cs" ?><?cs if:filter.lane ?><a class="btn sm end" href="/board"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#cl"/></svg><?cs var:L.board.back ?></a><?cs /if ?></div>
<div class="board<?cs if:filter.lane ?> alone<?cs /if ?>" id="lanes">
<?cs each:l = lanes ?><?cs call:lane(l) ?>
<?cs /each ?></div>
<div class="bulk mb3" id="picked" hidden data-one="<?cs var:L.board.picked_one ?>" data-many="<?cs var:L.board.picked ?>"><b role="status"></b><span class="end"></span><a class="btn sm primary" href="/board/assign" id="assign-picked" data-dialog><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#swap"/></svg><?cs var:L.supervise.assign.pick ?></a><button type="button" class="btn sm" data-unpick><?cs var:L.board.unpick ?></button></div></div>
<aside class="peek" id="peek" aria-label="<?cs var:L.board.peek.label ?>" data-keep="peek" data-gone="<?cs var:L.board.peek.gone ?>"><p class="empty"><?cs var:L.board.peek.none ?></p></aside></div></main>
<template id="t-peek"><p class="empty"><?cs var:L.board.peek.none ?></p></template>
<?cs include:"shell/_end.cs" ?>
