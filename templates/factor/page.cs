<?cs
def:code_field(label, help) ?><div class="f"><label class="lb" for="code"><?cs var:label ?></label><input id="code" class="in lg mono" name="code" autocomplete="one-time-code" inputmode="text" maxlength="20" required autofocus aria-describedby="code-error code-help"<?cs if:error.field == "code" ?> aria-invalid="true"<?cs /if ?>><span class="help" id="code-help"><?cs var:help ?></span><span class="err" id="code-error" data-error-of="code"<?cs if:error.field == "code" ?> role="alert"<?cs /if ?>><?cs if:error.field == "code" ?><?cs var:error.text ?><?cs /if ?></span></div><?cs /def ?><!doctype html>
<html lang="es-AR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title><?cs var:L.factor.title ?> · Ventanilla</title>
<link rel="icon" href="/static/img/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/css/ventanilla.css">
<script src="/static/js/theme.js"></script>
</head>
<body>
<div class="login">
<aside class="art"><span class="brand"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#logo"/></svg>Ventanilla</span>
<h2><?cs var:L.login.claim ?></h2>
<p><?cs var:L.login.about ?></p></aside>
<main class="frm"><div><h1><?cs var:L.factor.title ?></h1>
<?cs if:error.text && !error.field ?><div class="note bad mt3" role="alert"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#err"/></svg><span class="sm"><?cs var:error.text ?></span></div><?cs /if ?>
<?cs if:part == "show" ?><p class="t2 mt1"><?cs var:fill(L.factor.show, person) ?></p><form class="stack4 mt6" method="post" action="/factor/show"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><?cs call:code_field(L.factor.code, L.factor.lost) ?><button class="btn lg block primary"><?cs var:L.login.enter ?></button></form>
<form class="mt3" method="post" action="/logout"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><button class="btn block"><?cs var:L.shell.logout ?></button></form>
<?cs elif:part == "enrol" ?><p class="t2 mt1"><?cs if:due ?><?cs var:L.factor.due ?> <?cs /if ?><?cs var:L.factor.enrol ?></p><svg class="qr mt3" viewBox="0 0 <?cs var:offer.size ?> <?cs var:offer.size ?>" role="img" aria-label="<?cs var:L.factor.picture ?>"><rect width="<?cs var:offer.size ?>" height="<?cs var:offer.size ?>" fill="#fff"/><path d="<?cs var:offer.path ?>" fill="#000"/></svg>
<p class="sm t2 mt2"><?cs var:L.factor.by_hand ?></p><p class="mono sm mt1 wrap-any"><?cs var:offer.secret ?></p>
<form class="stack4 mt3" method="post" action="/factor"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><input type="hidden" name="offer" value="<?cs var:offer.sealed ?>"><?cs call:code_field(L.factor.code, L.factor.code_help) ?><button class="btn lg block primary"><?cs var:L.factor.take ?></button></form><?cs if:!due ?><p class="mt3"><a href="/"><?cs var:L.password.back ?></a></p><?cs /if ?>
<?cs elif:part == "codes" ?><p class="t2 mt1"><?cs var:L.factor.codes ?></p><ol class="mono mt3 stack"><?cs each:r = recovery ?><li><?cs var:r.code ?></li><?cs /each ?></ol><a class="btn lg block primary mt6" href="/"><?cs var:L.factor.kept ?></a>
<?cs else ?><p class="t2 mt1"><?cs var:fill2(L.factor.have, since, codes) ?></p><?cs if:required ?><p class="sm t2 mt3"><?cs var:L.factor.is_required ?></p><?cs else ?><form class="stack4 mt6" method="post" action="/factor/remove"><input type="hidden" name="csrf" value="<?cs var:csrf ?>"><?cs call:code_field(L.factor.code, L.factor.remove_help) ?><button class="btn lg block danger"><?cs var:L.factor.remove ?></button></form><?cs /if ?><p class="mt3"><a href="/"><?cs var:L.password.back ?></a></p><?cs /if ?></div></main></div>
</body>
</html>
