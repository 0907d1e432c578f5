<?cs include:"shell/_begin.cs" ?>
<main id="main" class="main" tabindex="-1"><div class="page"><p class="mb3"><a class="btn sm" href="/help"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#cl"/></svg><?cs var:L.help.all ?></a></p><article class="card"><div class="cb manual">
