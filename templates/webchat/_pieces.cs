<template id="t-message"><div class="m"><div class="who" hidden><svg class="i s14" aria-hidden="true"><use href="/static/img/icons.svg#bot"/></svg><span></span></div><div class="bub"></div><div class="meta"><time></time><span class="tick" hidden><svg class="i s14" aria-hidden="true"><use/></svg><span class="sr"></span></span><span class="bad-t" hidden></span></div></div></template>
<template id="t-event"><div class="ev"><svg class="i s14" aria-hidden="true"><use/></svg><span></span></div></template>
<template id="t-day"><div class="day"></div></template>
<template id="t-file"><a class="att" target="_blank" rel="noopener"><span class="fx"></span><span class="grow"><b class="ell"></b><span class="xs"></span></span><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#down"/></svg></a></template>
<template id="t-held"><span class="att"><svg class="i s16" aria-hidden="true"><use/></svg><span class="grow"><b class="ell"></b><span class="xs"></span></span></span></template>
<template id="t-image"><a class="pic" target="_blank" rel="noopener"><img class="imgm" alt=""></a></template>
<template id="t-upload"><div class="up"><span class="att"><span class="fx"></span><span class="grow"><b class="ell"></b><span class="xs"></span></span><button type="button" class="ib sm"><svg class="i s16" aria-hidden="true"><use href="/static/img/icons.svg#x"/></svg></button></span><progress max="100" value="0"></progress></div></template>
<div id="texts" hidden>
<i data-text="today"><?cs var:L.webchat.today ?></i>
<i data-text="yesterday"><?cs var:L.webchat.yesterday ?></i>
<i data-text="sending"><?cs var:L.webchat.sending ?></i>
<i data-text="held_waiting"><?cs var:L.webchat.held.waiting ?></i>
<i data-text="held_infected"><?cs var:L.webchat.held.infected ?></i>
<i data-text="held_too_large"><?cs var:L.webchat.held.too_large ?></i>
<i data-text="sent"><?cs var:L.webchat.sent ?></i>
<i data-text="delivered"><?cs var:L.webchat.delivered ?></i>
<i data-text="read"><?cs var:L.webchat.read ?></i>
<i data-text="failed"><?cs var:L.webchat.failed ?></i>
<i data-text="edited"><?cs var:L.webchat.edited ?></i>
<i data-text="deleted"><?cs var:L.webchat.deleted ?></i>
<i data-text="you"><?cs var:L.webchat.you ?></i>
<i data-text="retry"><?cs var:L.webchat.retry ?></i>
<i data-text="attends"><?cs var:L.webchat.attends ?></i>
<i data-text="closed"><?cs var:L.webchat.closed ?></i>
<i data-text="bot"><?cs var:L.webchat.bot ?></i>
<i data-text="someone"><?cs var:L.webchat.someone ?></i>
<i data-text="supervisor"><?cs var:L.webchat.supervisor ?></i>
<i data-text="typing"><?cs var:L.webchat.typing ?></i>
<i data-text="cancel"><?cs var:L.webchat.cancel ?></i>
<i data-text="remove"><?cs var:L.webchat.remove ?></i>
<i data-text="picture"><?cs var:L.webchat.picture ?></i>
<i data-text="too_big"><?cs var:L.webchat.too_big ?></i>
<i data-text="too_many"><?cs var:L.webchat.too_many ?></i>
<i data-text="lost"><?cs var:L.webchat.lost ?></i>
<i data-text="required"><?cs var:L.webchat.required ?></i>
<i data-text="unavailable"><?cs var:L.webchat.unavailable ?></i>
<i data-text="popout_blocked"><?cs var:L.webchat.popout_blocked ?></i>
</div>
