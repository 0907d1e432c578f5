<?cs def:tick(t) ?><span class="tick<?cs if:t == "read" ?> read<?cs /if ?>" title="<?cs var:L.desk.tick[t] ?>"><svg class="i s14" aria-hidden="true"><use href="<?cs if:t == "sent" ?>/static/img/icons.svg#check<?cs else ?>/static/img/icons.svg#check2<?cs /if ?>"/></svg><span class="sr"><?cs var:L.desk.tick[t] ?></span></span><?cs /def ?><?cs
def:file(f) ?><?cs
if:f.image ?><a href="<?cs var:url_validate(f.href) ?>" target="_blank" rel="noopener"><img class="imgm" src="<?cs var:url_validate(f.href) ?>" alt="<?cs var:fill(L.desk.file.image, f.name) ?>" loading="lazy"></a><?cs
elif:f.audio ?><audio class="aud" controls preload="none" src="<?cs var:url_validate(f.href) ?>" aria-label="<?cs var:fill(L.desk.file.audio, f.name) ?>"></audio><?cs
elif:f.video ?><video class="imgm" controls preload="none" src="<?cs var:url_validate(f.href) ?>" aria-label="<?cs var:fill(L.desk.file.video, f.name) ?>"></video><?cs
else ?><a class="att" href="<?cs var:url_validate(f.href) ?>" target="_blank" rel="noopener"><span class="fx<?cs if:f.sheet ?> x<?cs /if ?>" aria-hidden="true"><?cs var:f.extension ?></span><span class="grow"><b class="b"><?cs var:f.name ?></b><span class="xs muted row"><?cs var:f.size ?></span></span><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#down"/></svg></a><?cs /if ?><?cs /def ?><?cs
def:event(m) ?><div class="ev" id="m<?cs var:m.seq ?>" data-seq="<?cs var:m.seq ?>"><?cs
if:m.event == "assigned" ?><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#head"/></svg><span><?cs var:fill2(L.desk.event.assigned, m.agent, m.time) ?></span><?cs
elif:m.event == "handed_off" ?><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#swap"/></svg><span><?cs var:fill2(L.desk.event.handed_off, m.queue, m.time) ?></span><?cs
elif:m.event == "moved" ?><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#swap"/></svg><span><?cs var:fill2(L.desk.event.moved, m.from, m.queue) ?> <?cs var:fill(L.desk.event.moved_at, m.time) ?></span><?cs
elif:m.event == "transferred" ?><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#swap"/></svg><span><?cs if:m.agent ?><?cs var:fill2(L.desk.event.transferred, m.agent, m.time) ?><?cs else ?><?cs var:fill2(L.desk.event.transferred, m.queue, m.time) ?><?cs /if ?><?cs if:m.by ?> <?cs var:fill(L.desk.event.transferred_by, m.by) ?><?cs /if ?></span><?cs
elif:m.event == "released" ?><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#swap"/></svg><span><?cs if:L.desk.event.released[m.why] ?><?cs var:fill2(L.desk.event.released[m.why], m.queue, m.time) ?><?cs else ?><?cs var:fill2(L.desk.event.released.transferred, m.queue, m.time) ?><?cs /if ?></span><?cs
elif:m.event == "closed" ?><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg><span><?cs if:m.by == "agent" && thread.user ?><?cs var:fill2(L.desk.event.closed_by, thread.user, m.time) ?><?cs else ?><?cs var:fill(L.desk.event.closed[m.by], m.time) ?><?cs /if ?></span><?cs
/if ?></div>
<?cs /def ?><?cs
each:m = messages ?><?cs if:m.day ?><div class="day" id="day<?cs var:m.seq ?>"><?cs var:m.day ?></div>
<?cs /if ?><?cs if:m.event ?><?cs call:event(m) ?><?cs else ?><div class="m <?cs var:m.class ?><?cs if:m.out ?> out<?cs /if ?>" id="m<?cs var:m.seq ?>" data-seq="<?cs var:m.seq ?>"<?cs if:m.once ?> data-once="<?cs var:m.once ?>"<?cs /if ?>><?cs
if:m.who == "bot" ?><div class="who"><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#bot"/></svg><?cs var:L.desk.who.bot ?></div><?cs
elif:m.who == "note" ?><div class="who"><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#lock"/></svg><?cs var:L.desk.who.note ?></div><?cs
elif:m.who == "supervisor" ?><div class="who"><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#head"/></svg><?cs var:fill(L.desk.who.supervisor, m.name) ?></div><?cs
elif:m.who == "whisper" ?><div class="who"><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#mic"/></svg><?cs var:fill(L.supervise.whisper[m.whisper], m.name) ?></div><?cs
elif:m.who ?><div class="who"><?cs var:m.name ?></div><?cs /if ?><div class="bub<?cs if:m.file.sticker ?> stk<?cs /if ?>"><?cs if:m.class == "user" ?><span class="sr"><?cs var:L.desk.who.user ?> </span><?cs /if ?><?cs each:p = m.p ?><p><?cs var:p.t ?></p><?cs /each ?><?cs
if:m.file.href ?><?cs call:file(m.file) ?><?cs /if ?><?cs
if:subcount(m.options) ?><div class="opts"><?cs each:o = m.options ?><span><?cs var:o.label ?></span><?cs /each ?></div><?cs /if ?></div><div class="meta"><time><?cs var:m.time ?></time><?cs if:m.who == "note" ?> · <?cs var:m.name ?><?cs /if ?><?cs if:m.tick ?><?cs call:tick(m.tick) ?><?cs /if ?><?cs if:m.whisper == "supervisor" && thread.mine ?> · <a class="lk" href="<?cs var:url_validate(thread.href + "/whisper") ?>" data-dialog><?cs var:L.supervise.answer ?></a><?cs /if ?></div></div>
<?cs /if ?><?cs /each ?>
