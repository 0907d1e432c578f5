<?cs include:"shell/_bare.cs" ?><?cs call:bare_begin(L.health.title) ?><main class="page"><h1><?cs var:L.health.title ?></h1>
<p class="mt2 mb3"><?cs if:good ?><?cs var:L.health.good ?><?cs else ?><?cs var:L.health.bad ?><?cs /if ?></p>
<dl class="kv"><?cs each:c = checks ?><dt><?cs var:L.health[c.name] ?></dt><dd><span class="dot <?cs if:c.good ?>ok<?cs else ?>bad<?cs /if ?>"></span> <?cs if:c.good ?><?cs var:L.health.ok ?><?cs else ?><?cs var:L.health.fault ?><?cs /if ?> <span class="muted">· <?cs var:c.finding ?></span></dd>
<?cs /each ?></dl></main>
</body>
</html>
