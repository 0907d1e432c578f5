</div>
<dialog id="dialog" data-keep="dialog" aria-labelledby="dialog-title"></dialog>
<div id="words" hidden data-keep="words" data-now="<?cs var:L.shell.now ?>" data-minutes="<?cs var:L.shell.minutes ?>" data-close="<?cs var:L.shell.close ?>" data-cancel="<?cs var:L.shell.cancel ?>" data-cut="<?cs var:L.shell.cut ?>" data-failed="<?cs var:L.shell.failed ?>" data-retry="<?cs var:L.shell.retry ?>" data-allowed="<?cs var:L.shell.allowed ?>" data-not-allowed="<?cs var:L.shell.not_allowed ?>" data-sound-on="<?cs var:L.shell.sound_on ?>" data-sound-off="<?cs var:L.shell.sound_off ?>" data-sound="<?cs var:L.shell.sound ?>" data-sound-blocked="<?cs var:L.shell.sound_blocked ?>" data-sound-allow="<?cs var:L.shell.sound_allow ?>" data-sound-allowed="<?cs var:L.shell.sound_allowed ?>" data-session="<?cs var:L.shell.session_ended ?>" data-back="<?cs var:L.shell.session_back ?>" data-gone="<?cs var:L.shell.gone ?>" data-yes="<?cs var:L.shell.accept ?>"></div>
</body>
</html>
