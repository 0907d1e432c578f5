<!doctype html>
<html lang="es-AR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title><?cs if:title ?><?cs var:title ?><?cs else ?><?cs var:L.shell.screen[screen] ?><?cs /if ?> · Ventanilla</title>
<link rel="icon" href="/static/img/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/css/ventanilla.css">
<script src="/static/js/theme.js"></script>
<script src="/static/vendor/idiomorph.min.js" defer></script>
<script src="/static/js/app.js" defer></script>
<script src="/static/js/notices.js" defer></script>
<script src="/static/js/live.js" defer></script>
<?cs if:state.name ?><script src="/static/js/wrap.js" defer></script><?cs /if ?>
<?cs if:screen == "admin" || screen == "canned" ?><script src="/static/js/forms.js" defer></script><?cs /if ?><?cs if:section == "hours" ?><script src="/static/js/hours.js" defer></script><?cs /if ?><?cs if:section == "channels" ?><script src="/static/js/channel.js" defer></script><script src="/static/js/designer.js" defer></script><?cs /if ?><?cs if:section == "templates" ?><script src="/static/js/templates.js" defer></script><?cs /if ?><?cs if:section == "tags" ?><script src="/static/js/tags.js" defer></script><?cs /if ?>
<?cs if:screen == "board" && !thread.id ?><script src="/static/js/frames.js" defer></script><script src="/static/js/board.js" defer></script><script src="/static/js/desk/close.js" defer></script><?cs /if ?><?cs if:screen == "desk" || thread.id ?><script src="/static/js/desk/base.js" defer></script>
<script src="/static/js/desk/panes.js" defer></script>
<script src="/static/js/desk/thread.js" defer></script>
<script src="/static/js/desk/find.js" defer></script>
<script src="/static/js/desk/send.js" defer></script>
<script src="/static/js/desk/files.js" defer></script>
<script src="/static/js/desk/case.js" defer></script>
<script src="/static/js/desk/close.js" defer></script>
<script src="/static/js/desk/contact.js" defer></script>
<script src="/static/js/desk/template.js" defer></script>
<script src="/static/js/desk/canned.js" defer></script>
<script src="/static/js/desk/emoji.js" defer></script>
<script src="/static/js/desk/composer.js" defer></script>
<script src="/static/js/desk/limits.js" defer></script>
<script src="/static/js/desk/change.js" defer></script>
<script src="/static/js/desk/react.js" defer></script>
<script src="/static/js/desk/list.js" defer></script>
<script src="/static/js/desk/rows.js" defer></script>
<script src="/static/js/desk/keys.js" defer></script>
<script src="/static/js/desk.js" defer></script><?cs /if ?><?cs if:screen == "board" ?><script src="/static/js/assign.js" defer></script><?cs /if ?><?cs if:screen == "desk" || screen == "board" ?><script src="/static/js/supervise.js" defer></script><?cs elif:screen == "chat" ?><script src="/static/js/chat.js" defer></script><?cs /if ?>
</head>
<body data-csrf="<?cs var:csrf ?>" data-cursor="<?cs var:cursor ?>" data-user="<?cs var:me.id ?>" data-login="<?cs var:me.login ?>">
<a class="skip" href="#main"><?cs var:L.shell.skip ?></a>
<div class="app" id="app">
<?cs include:"shell/_rail.cs" ?>
<header class="top"><h1><?cs var:L.shell.screen[screen] ?></h1>
<span class="sp"><span class="toast" id="toast" role="status" data-keep="toast" hidden></span><span class="offline" id="offline" role="status" data-keep="offline" hidden><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#refresh"/></svg><?cs var:L.shell.reconnecting ?></span></span>
<?cs if:view_as ?><form method="post" action="/view-as/end"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><span class="chip warn" role="status"><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#eye"/></svg><?cs var:fill(L.shell.view_as, view_as) ?></span><button class="btn sm"><?cs var:L.shell.view_end ?></button></form><?cs /if ?>
<?cs include:"shell/_state.cs" ?>
<form method="post" action="/sound" data-sound-form><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><input type="hidden" name="next" value="<?cs var:here ?>"><button class="ib" name="on" value="<?cs if:me.sound ?>0<?cs else ?>1<?cs /if ?>" aria-label="<?cs var:L.shell.sound ?>" title="<?cs var:L.shell.sound ?>" aria-pressed="<?cs if:me.sound ?>true<?cs else ?>false<?cs /if ?>" data-sound><svg class="i" aria-hidden="true"><use href="<?cs if:me.sound ?>/static/img/icons.svg#vol<?cs else ?>/static/img/icons.svg#mute<?cs /if ?>"/></svg></button></form>
<?cs include:"shell/_bell.cs" ?>
<a class="ib" href="/help<?cs if:help ?>/<?cs var:help ?><?cs /if ?>" aria-label="<?cs var:L.help.of_screen ?>" title="<?cs var:L.help.of_screen ?>"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#info"/></svg></a>
<button type="button" class="ib js" aria-label="<?cs var:L.shell.theme ?>" title="<?cs var:L.shell.theme ?>" data-theme-toggle><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#moon"/></svg></button>
<details class="menu rel" id="me"><summary class="who-me" title="<?cs var:me.name ?>"><span class="sr"><?cs var:fill(L.shell.account, me.name) ?></span><span class="av a<?cs var:me.tint ?>" aria-hidden="true"><?cs var:me.initials ?></span></summary>
<div class="pop dn"><div class="mh"><?cs var:me.name ?></div>
<?cs if:nav.desk.shown ?><a class="mi" href="/canned"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#bolt"/></svg><?cs var:L.shell.canned ?></a>
<?cs /if ?><form method="post" action="/sound" data-volume-form><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><input type="hidden" name="next" value="<?cs var:here ?>"><label class="mi"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#vol"/></svg><?cs var:L.shell.volume ?><input type="range" name="volume" min="0" max="100" step="10" value="<?cs var:me.volume ?>" class="grow"></label></form>
<button type="button" class="mi js" data-allow hidden><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#bell"/></svg><?cs var:L.shell.allow ?></button>
<a class="mi" href="/password"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#key"/></svg><?cs var:L.password.menu ?></a>
<a class="mi" href="/factor"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#phone"/></svg><?cs var:L.factor.menu ?></a>
<form method="post" action="/logout"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><button class="mi"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#out"/></svg><?cs var:L.shell.logout ?></button></form>
<form method="post" action="/logout/everywhere"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><button class="mi"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#lock"/></svg><?cs var:L.shell.logout_everywhere ?></button></form></div></details></header>
