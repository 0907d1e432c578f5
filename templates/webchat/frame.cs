<!doctype html>
<html lang="es-AR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title><?cs var:Title ?> · <?cs var:L.webchat.title ?></title>
<link rel="icon" href="/static/img/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/css/webchat.css">
<script src="/static/js/webchat/api.js" defer></script>
<script src="/static/js/webchat/thread.js" defer></script>
<script src="/static/js/webchat/composer.js" defer></script>
<script src="/static/js/webchat.js" defer></script>
</head>
<body>
<main class="wc popup" id="wc" data-mode="<?cs var:Mode ?>" data-parent="<?cs var:Parent ?>" data-config="<?cs var:Config ?>">
<section class="wc-win" aria-labelledby="wc-title">
<header class="wc-h">
<span class="wl"><svg class="i s24" aria-hidden="true"><use href="/static/img/icons.svg#logo"/></svg></span>
<div class="grow"><h1 id="wc-title"><?cs var:Title ?></h1><span><?cs var:Subtitle ?></span></div>
<button type="button" class="ib" id="popout" aria-label="<?cs var:L.webchat.popout ?>" title="<?cs var:L.webchat.popout ?>" hidden><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#ext"/></svg></button>
<button type="button" class="ib" id="close" aria-label="<?cs var:L.webchat.close ?>" title="<?cs var:L.webchat.close ?>" hidden><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#x"/></svg></button>
</header>
<p class="wc-off" id="offline" role="status" hidden><?cs var:L.webchat.offline ?></p>
<?cs if:Greeting ?><p class="wc-hi"><?cs var:Greeting ?></p>
<?cs /if ?><?cs include:"webchat/_form.cs" ?>
<div class="msgs" id="log" role="log" aria-live="polite" aria-label="<?cs var:L.webchat.messages ?>" tabindex="0"><div class="m user typing-m" id="typing" hidden><div class="bub typing"><i></i><i></i><i></i></div></div></div>
<button type="button" class="wc-new" id="newer" hidden><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#ad"/></svg><?cs var:L.webchat.newer ?></button>
<p class="sr" id="typing-said" role="status"></p>
<?cs include:"webchat/_composer.cs" ?>
<div class="wc-c wc-end" id="ended" hidden>
<p><?cs var:L.webchat.ended ?></p>
<button type="button" class="btn primary lg block" id="again"><?cs var:L.webchat.again ?></button>
</div>
</section>
<dialog id="leaving" aria-labelledby="leaving-title">
<form method="dialog">
<h2 id="leaving-title"><?cs var:L.webchat.leaving ?></h2>
<p><?cs var:L.webchat.leaving_help ?></p>
<div class="df"><button class="btn" value="stay"><?cs var:L.webchat.stay ?></button><button class="btn primary" value="leave"><?cs var:L.webchat.leave ?></button></div>
</form>
</dialog>
</main>
<?cs include:"webchat/_pieces.cs" ?>
<noscript><?cs var:L.webchat.noscript ?></noscript>
</body>
</html>
