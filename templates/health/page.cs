<!doctype html>
<html lang="es-AR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title><?cs var:L.health.title ?> · Ventanilla</title>
<link rel="icon" href="/static/img/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/css/ventanilla.css">
<script src="/static/js/theme.js"></script>
</head>
<body>
<main class="page"><h1><?cs var:L.health.title ?></h1>
<p class="mt2 mb3"><?cs if:good ?><?cs var:L.health.good ?><?cs else ?><?cs var:L.health.bad ?><?cs /if ?></p>
<dl class="kv"><?cs each:c = checks ?><dt><?cs var:L.health[c.name] ?></dt><dd><span class="dot <?cs if:c.good ?>ok<?cs else ?>bad<?cs /if ?>"></span> <?cs if:c.good ?><?cs var:L.health.ok ?><?cs else ?><?cs var:L.health.fault ?><?cs /if ?> <span class="muted">· <?cs var:c.finding ?></span></dd>
<?cs /each ?></dl></main>
</body>
</html>
