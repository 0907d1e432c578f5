<div class="cols3"><?cs call:f_number("wrap", L.queues.wrap, form.wrap, "0", "3600", L.queues.wrap_help) ?>
<?cs call:f_select("reopen", L.queues.reopen_mode, form.reopen, L.queues.reopen_help) ?>
<?cs call:f_number("reopen_hours", L.queues.reopen_hours, form.reopen_hours, "1", "720", L.queues.reopen_hours_help) ?></div>
