<!doctype html>
<html lang="es-AR">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title><?cs var:title ?> · <?cs var:agency ?></title>
<style>
body{margin:0 auto;max-width:760px;padding:24px 20px;background:#f4f6f9;color:#141d2b;font:15px/1.45 system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
header p{margin:0;color:#1a4db5;font-weight:600} h1{margin:2px 0 14px;font-size:26px} dl{display:grid;grid-template-columns:repeat(2,1fr);gap:10px 20px;margin:0 0 22px;padding:14px 16px;background:#fff;border:1px solid #dfe4ec;border-radius:12px} dt{font-size:12px;color:#5c677a} dd{margin:0;font-weight:600;overflow-wrap:anywhere}
.day{margin:20px 0 8px;text-align:center;font-size:12px;color:#5c677a} .event{margin:8px 0;text-align:center;font-size:12px;color:#5c677a}
.m{max-width:76%;width:fit-content;margin:5px 0} .m.bot,.m.agent,.m.supervisor{margin-left:auto} .m.note{max-width:none;width:auto} .who{margin:8px 3px 2px;font-size:12px;font-weight:600;color:#465266} .bot .who{color:#6a3fc2} .agent .who{color:#1a4db5} .supervisor .who{color:#0b706d} .note .who{color:#543d00}
.m.bot .who,.m.agent .who,.m.supervisor .who,.m.bot .time,.m.agent .time,.m.supervisor .time{text-align:right}
.bub{padding:8px 13px;border:1px solid #d9dfe8;border-radius:4px 14px 14px 14px;background:#fff;overflow-wrap:anywhere} .bub p{margin:0;white-space:pre-wrap} .bub blockquote{margin:0 0 6px;padding-left:8px;border-left:3px solid currentColor;font-size:12px} .bot .bub{background:#efe9fc;border-color:#d6c8f5;color:#35206b;border-radius:14px 4px 14px 14px} .agent .bub{background:#dbe8fe;border-color:#bcd3fb;color:#0e2757;border-radius:14px 4px 14px 14px} .supervisor .bub{background:#ddf3f2;border-color:#a9dcda;color:#0a4442;border-radius:14px 4px 14px 14px} .note .bub{background:#fff5d8;border:1px dashed #e3bd55;color:#543d00;border-radius:10px}
.bub ul{display:flex;flex-wrap:wrap;gap:6px;margin:8px 0 0;padding:0;list-style:none} .bub li{padding:3px 11px;border:1px solid currentColor;border-radius:99px;font-size:13px} .subject{display:block;margin-bottom:4px} .file{margin-top:6px} .file b{display:block} .file small,footer code{display:block;overflow-wrap:anywhere} code{font:11px/1.4 ui-monospace,Consolas,monospace} .time{margin:2px 3px;font-size:11px;color:#5c677a} .cut{padding:10px 14px;border-radius:10px;background:#fff1da;color:#8d5200;text-align:center}
footer{margin-top:26px;padding-top:10px;border-top:1px solid #dfe4ec;font-size:12px;color:#5c677a} @media print{body{background:#fff;padding:0} .m{break-inside:avoid}}
</style>
</head>
<body>
<header><p><bdi><?cs var:agency ?></bdi></p><h1><?cs var:title ?></h1></header>
<dl><?cs each:f = facts ?><div><dt><?cs var:f.label ?></dt><dd><bdi><?cs var:f.value ?></bdi></dd></div>
<?cs /each ?></dl>
<main>
<?cs each:e = entries ?><?cs if:e.day ?><div class="day"><?cs var:e.day ?></div>
<?cs /if ?><?cs if:e.event ?><div class="event"><?cs var:e.time ?> · <bdi><?cs var:e.text ?></bdi></div>
<?cs else ?><div class="m <?cs var:e.class ?>"><?cs if:e.who ?><div class="who"><bdi><?cs var:e.who ?></bdi></div><?cs /if ?><div class="bub"><?cs if:e.subject ?><b class="subject"><bdi><?cs var:e.subject ?></bdi></b><?cs /if ?><?cs if:e.quote ?><blockquote><bdi><?cs var:e.quote ?></bdi></blockquote><?cs /if ?><?cs if:e.text ?><p dir="auto"><?cs var:e.text ?></p><?cs /if ?><?cs if:subcount(e.options) ?><ul><?cs each:o = e.options ?><li><bdi><?cs var:o.label ?></bdi></li><?cs /each ?></ul><?cs /if ?><?cs if:e.file.name ?><div class="file"><b><bdi><?cs var:e.file.name ?></bdi></b><small><?cs var:e.file.about ?></small><?cs if:e.file.sha256 ?><code><?cs var:fill(L.transcript.digest, e.file.sha256) ?></code><?cs /if ?></div><?cs /if ?></div><div class="time"><?cs var:e.time ?></div></div>
<?cs /if ?><?cs /each ?><?cs if:cut ?><p class="cut"><?cs var:cut ?></p><?cs /if ?>
</main>
<footer><?cs var:made ?><code><?cs var:fill(L.transcript.digest, digest) ?></code></footer>
</body>
</html>
