<!doctype html>
<html lang="es-AR">
<head>
<title><?cs var:Text ?></title>
</head>
<body>
<h1 title="<?cs var:Text ?>"><?cs var:Text ?></h1>
<p data-json="<?cs var:Json ?>"><?cs var:fill(L.common.date_today, Text) ?></p>
<ul>
<?cs each:u = Urls ?><li><a href="<?cs var:url_validate(u.Url) ?>"><?cs var:u.Url ?></a> <a href="/desk/<?cs var:u.Url ?>"><?cs var:u8_slice(u.Url, #0, #6) ?></a> <a href="/buscar?q=<?cs var:url_escape(u.Url) ?>"><?cs var:u.Url ?></a></li>
<?cs /each ?></ul>
</body>
</html>
