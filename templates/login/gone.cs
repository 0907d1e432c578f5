<?cs include:"shell/_bare.cs" ?><?cs call:bare_begin(L.login.gone) ?><div class="login">
<main class="frm"><div class="stack4"><h1><?cs var:L.login.gone ?></h1><p class="t2"><?cs var:L.login.gone_there ?></p><a class="btn lg block primary" href="<?cs var:url_validate(away) ?>"><?cs var:L.login.gone_go ?></a><a class="btn lg block" href="/login"><?cs var:L.login.gone_again ?></a></div></main></div>
</body>
</html>
