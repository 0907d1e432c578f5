<div class="wc-c" id="composer" hidden>
<div class="drop"><span><svg class="i s32" aria-hidden="true"><use href="/static/img/icons.svg#up"/></svg><br><?cs var:L.webchat.drop ?></span></div>
<p class="err" id="composer-err" role="alert" hidden></p>
<div class="box">
<button type="button" class="ib" id="attach" aria-label="<?cs var:L.webchat.attach ?>" title="<?cs var:L.webchat.attach ?>"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#clip"/></svg></button>
<input type="file" id="file" class="sr" tabindex="-1" aria-hidden="true" multiple>
<label class="sr" for="text"><?cs var:L.webchat.write ?></label>
<textarea id="text" rows="1" maxlength="4096" placeholder="<?cs var:L.webchat.write ?>"></textarea>
<button type="button" class="ib snd" id="send" aria-label="<?cs var:L.webchat.send ?>" title="<?cs var:L.webchat.send ?>"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#send"/></svg></button>
</div>
<p class="wc-ft"><?cs if:Footer ?><span><?cs var:Footer ?></span><?cs /if ?><button type="button" class="lk" id="leave" hidden><?cs var:L.webchat.leave_link ?></button></p>
</div>
