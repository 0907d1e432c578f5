<?cs include:"shell/_bare.cs" ?><?cs call:bare_begin(L.invite.title) ?><div class="login">
<aside class="art"><span class="brand"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#logo"/></svg>Ventanilla</span>
<h2><?cs var:L.login.claim ?></h2>
<p><?cs var:L.login.about ?></p></aside>
<main class="frm"><?cs if:done ?><div><h1><?cs var:L.invite.done ?></h1><p class="t2 mt1"><?cs var:L.invite.done_help ?></p><a class="btn lg block primary mt6" href="/login"><?cs var:L.login.enter ?></a></div>
<?cs elif:token ?><form method="post" action="/invite"><h1><?cs var:fill(L.invite.hello, person) ?></h1><p class="t2 mt1"><?cs var:fill(L.invite.about, login) ?></p>
<input type="hidden" name="csrf" value="<?cs var:csrf ?>"><input type="hidden" name="t" value="<?cs var:token ?>"><input type="hidden" name="login" autocomplete="username" value="<?cs var:login ?>">
<div class="stack4 mt6"><div class="f"><label class="lb" for="password"><?cs var:L.invite.password ?></label><input id="password" class="in lg" name="password" type="password" autocomplete="new-password" maxlength="200" required autofocus aria-describedby="password-help password-error"<?cs if:error.field == "password" ?> aria-invalid="true"<?cs /if ?>><span class="help" id="password-help"><?cs var:L.invite.password_help ?></span><span class="err" id="password-error" data-error-of="password"<?cs if:error.field == "password" ?> role="alert"<?cs /if ?>><?cs if:error.field == "password" ?><?cs var:error.text ?><?cs /if ?></span></div>
<div class="f"><label class="lb" for="again"><?cs var:L.invite.again ?></label><input id="again" class="in lg" name="again" type="password" autocomplete="new-password" maxlength="200" required aria-describedby="again-error"<?cs if:error.field == "again" ?> aria-invalid="true"<?cs /if ?>><span class="err" id="again-error" data-error-of="again"<?cs if:error.field == "again" ?> role="alert"<?cs /if ?>><?cs if:error.field == "again" ?><?cs var:error.text ?><?cs /if ?></span></div>
<button class="btn lg block primary" type="submit"><?cs var:L.invite.save ?></button></div></form>
<?cs else ?><div><h1><?cs var:L.invite.gone ?></h1><p class="t2 mt1"><?cs var:L.invite.gone_help ?></p><a class="btn lg block mt6" href="/login"><?cs var:L.login.enter ?></a></div><?cs /if ?></main></div>
</body>
</html>
