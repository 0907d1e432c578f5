<?cs # The beginning of a page outside the shell: log-in, passwords, faults, health. ?><?cs
def:bare_begin(title) ?><!doctype html>
<html lang="es-AR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title><?cs var:title ?> · Ventanilla</title>
<link rel="icon" href="/static/img/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/css/ventanilla.css">
<script src="/static/js/theme.js"></script>
</head>
<body>
<?cs /def ?>