<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<title><?cs var:L.letter.frame ?></title>
<link rel="stylesheet" href="/static/css/letter.css">
</head>
<body>
