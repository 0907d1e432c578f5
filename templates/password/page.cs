<?cs
def:secret(id, label, kind, help) ?><div class="f"><label class="lb" for="<?cs var:id ?>"><?cs var:label ?></label><input id="<?cs var:id ?>" class="in lg" name="<?cs var:id ?>" type="password" autocomplete="<?cs var:kind ?>" maxlength="200" required aria-describedby="<?cs var:id ?>-error<?cs if:help ?> <?cs var:id ?>-help<?cs /if ?>"<?cs if:error.field == id ?> aria-invalid="true"<?cs /if ?>><?cs if:help ?><span class="help" id="<?cs var:id ?>-help"><?cs var:help ?></span><?cs /if ?><span class="err" id="<?cs var:id ?>-error" data-error-of="<?cs var:id ?>"<?cs if:error.field == id ?> role="alert"<?cs /if ?>><?cs if:error.field == id ?><?cs var:error.text ?><?cs /if ?></span></div><?cs /def ?><?cs include:"shell/_bare.cs" ?><?cs call:bare_begin(L.password.title) ?><div class="login">
<aside class="art"><span class="brand"><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#logo"/></svg>Ventanilla</span>
<h2><?cs var:L.login.claim ?></h2>
<p><?cs var:L.login.about ?></p></aside>
<main class="frm"><form method="post" action="/password"><h1><?cs var:L.password.title ?></h1><p class="t2 mt1"><?cs if:due ?><?cs var:fill(L.password.due, person) ?><?cs else ?><?cs var:fill(L.password.about, login) ?><?cs /if ?></p>
<input type="hidden" name="csrf" value="<?cs var:csrf ?>"><input type="hidden" name="login" autocomplete="username" value="<?cs var:login ?>">
<?cs if:done ?><div class="note ok mt6" role="status"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg><span class="sm"><?cs var:L.password.done ?></span></div><?cs /if ?><?cs if:error.text && !error.field ?><div class="note bad mt6" role="alert"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#err"/></svg><span class="sm"><?cs var:error.text ?></span></div><?cs /if ?>
<div class="stack4 mt6"><?cs call:secret("current", L.password.current, "current-password", "") ?><?cs call:secret("password", L.password.new, "new-password", L.invite.password_help) ?><?cs call:secret("again", L.invite.again, "new-password", "") ?>
<button class="btn lg block primary" type="submit"><?cs var:L.password.save ?></button></div>
<p class="xs t2 mt3"><?cs var:L.password.others ?></p><p class="mt3"><?cs if:due ?><?cs else ?><a href="/"><?cs var:L.password.back ?></a><?cs /if ?></p></form></main></div>
</body>
</html>
