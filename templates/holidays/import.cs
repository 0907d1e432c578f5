<?cs include:"admin/_begin.cs" ?><?cs include:"admin/_form.cs" ?>
<div class="ph"><div><p class="sm"><a href="/admin/holidays"><?cs var:L.admin.section.holidays ?></a></p><h2 class="h-xl"><?cs var:L.holidays.import ?></h2><p><?cs var:L.holidays.import_about ?></p></div></div>
<form method="post" action="/admin/holidays/import" enctype="multipart/form-data" id="edit" class="card" data-form><div class="cb stack4"><?cs call:f_begin(form) ?><?cs call:f_conflict() ?>
<?cs if:line ?><div class="note bad" role="alert"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#warn"/></svg><span><?cs var:fill(L.holidays.line, line) ?></span></div><?cs /if ?>
<div class="f"><label class="lb" for="f-file"><?cs var:L.holidays.file ?></label><input class="in" type="file" id="f-file" name="file" accept=".csv,text/csv,text/plain"></div>
<?cs call:f_area("csv", L.holidays.csv, form.csv, "65536", L.holidays.csv_help) ?>
<div class="row"><button class="btn primary"><?cs var:L.holidays.import_do ?></button><a class="btn" href="/admin/holidays"><?cs var:L.shell.cancel ?></a></div></div></form>
<?cs include:"admin/_end.cs" ?>
