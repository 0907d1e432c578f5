<form class="msgs wc-form" id="form" novalidate hidden>
<h2><?cs var:L.webchat.form_title ?></h2>
<p class="t2"><?cs var:L.webchat.form_help ?></p>
<?cs each:f = Form ?>
<?cs if:f.Field == "name" ?>
<div class="f" data-required="<?cs var:f.Required ?>"><label class="lb" for="f-name"><?cs if:f.Label ?><?cs var:f.Label ?><?cs else ?><?cs var:L.webchat.field_name ?><?cs /if ?><?cs if:!f.Required ?> <span class="opt"><?cs var:L.webchat.optional ?></span><?cs /if ?></label>
<input class="in lg" id="f-name" name="name" autocomplete="name" maxlength="120" aria-describedby="f-name-err"><span class="err" id="f-name-err" hidden></span></div>
<?cs elif:f.Field == "cuit" ?>
<div class="f" data-required="<?cs var:f.Required ?>"><label class="lb" for="f-cuit"><?cs if:f.Label ?><?cs var:f.Label ?><?cs else ?><?cs var:L.webchat.field_cuit ?><?cs /if ?><?cs if:!f.Required ?> <span class="opt"><?cs var:L.webchat.optional ?></span><?cs /if ?></label>
<input class="in lg" id="f-cuit" name="cuit" inputmode="numeric" autocomplete="off" maxlength="20" aria-describedby="f-cuit-err"><span class="err" id="f-cuit-err" hidden></span></div>
<?cs elif:f.Field == "email" ?>
<div class="f" data-required="<?cs var:f.Required ?>"><label class="lb" for="f-email"><?cs if:f.Label ?><?cs var:f.Label ?><?cs else ?><?cs var:L.webchat.field_email ?><?cs /if ?><?cs if:!f.Required ?> <span class="opt"><?cs var:L.webchat.optional ?></span><?cs /if ?></label>
<input class="in lg" id="f-email" name="email" type="email" autocomplete="email" maxlength="200" aria-describedby="f-email-err"><span class="err" id="f-email-err" hidden></span></div>
<?cs elif:f.Field == "topic" ?>
<div class="f" data-required="<?cs var:f.Required ?>"><label class="lb" for="f-topic"><?cs if:f.Label ?><?cs var:f.Label ?><?cs else ?><?cs var:L.webchat.field_topic ?><?cs /if ?></label>
<select class="sel in lg" id="f-topic" name="topic" aria-describedby="f-topic-err"><option value=""><?cs var:L.webchat.choose ?></option><?cs each:o = f.Options ?><option value="<?cs var:o.Key ?>"><?cs var:o.Label ?></option><?cs /each ?></select><span class="err" id="f-topic-err" hidden></span></div>
<?cs elif:f.Field == "consent" ?>
<div class="f" data-required="1"><label class="ck"><input type="checkbox" name="consent" aria-describedby="f-consent-err"><span><?cs if:f.Label ?><?cs var:f.Label ?><?cs else ?><?cs var:L.webchat.field_consent ?><?cs /if ?></span></label><span class="err" id="f-consent-err" hidden></span></div>
<?cs /if ?>
<?cs /each ?>
<p class="err" id="form-err" role="alert" hidden></p>
<button class="btn primary lg block" type="submit"><?cs var:L.webchat.begin ?></button>
</form>
