<!doctype html>
<html lang="es-AR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title><?cs var:L.login.gone ?> · Ventanilla</title>
<link rel="icon" href="/static/img/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/css/ventanilla.css">
<script src="/static/js/theme.js"></script>
</head>
<body>
<div class="login">
<main class="frm"><div class="stack4"><h1><?cs var:L.login.gone ?></h1><p class="t2"><?cs var:L.login.gone_there ?></p><a class="btn lg block primary" href="<?cs var:url_validate(away) ?>"><?cs var:L.login.gone_go ?></a><a class="btn lg block" href="/login"><?cs var:L.login.gone_again ?></a></div></main></div>
</body>
</html>
