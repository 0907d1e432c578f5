<?cs include:"chat/_parts.cs" ?><frag id="chat-rooms" view="h<?cs var:room.id ?>" mode="morph"><?cs call:room_list() ?></frag>
<?cs if:subcount(messages) ?><frag id="chat-msgs" view="h<?cs var:room.id ?>" mode="append" mark="<?cs var:room.mark ?>"><?cs each:m = messages ?><?cs call:chat_message(m) ?><?cs /each ?></frag>
<?cs /if ?>
