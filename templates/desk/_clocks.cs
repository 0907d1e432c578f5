<div class="th-s" id="thread-clocks"><span class="num" title="<?cs var:L.desk.thread.number ?>"><?cs var:thread.id ?></span><span class="hide-n">·</span><span class="hide-n"><?cs var:L.desk.thread.line ?> <b><?cs var:thread.channel ?></b></span><?cs
if:thread.with_agent.text ?><span>·</span><span><?cs var:L.desk.thread.with_agent ?> <b data-tick="<?cs var:thread.with_agent.s ?>"><?cs var:thread.with_agent.text ?></b></span><?cs /if ?><?cs
if:thread.waiting.text ?><span>·</span><span><?cs var:L.desk.thread.waits ?> <b data-tick="<?cs var:thread.waiting.s ?>"><?cs var:thread.waiting.text ?></b></span><?cs /if ?><?cs
if:thread.answered.text ?><span>·</span><span><?cs var:L.desk.thread.answered ?> <b data-tick="<?cs var:thread.answered.s ?>"><?cs var:thread.answered.text ?></b></span><?cs
elif:thread.waited ?><span>·</span><span><?cs var:L.desk.thread.waited ?> <b><?cs var:thread.waited ?></b></span><?cs /if ?><?cs
if:thread.bot ?><span class="end"><span class="chip bot"><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#bot"/></svg><?cs var:fill2(L.desk.thread.bot_version, thread.bot, thread.bot_number) ?></span></span><?cs /if ?></div>
