<!doctype html>
<html lang="es-AR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title><?cs var:Title ?></title>
<link rel="icon" href="/static/img/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/css/webchat.css">
</head>
<body>
<main class="wc popup"><div class="wc-win"><div class="wc-note"><h1><?cs var:Title ?></h1><p><?cs var:Message ?></p></div></div></main>
</body>
</html>
