<?cs include:"chat/_parts.cs" ?><?cs call:chat_older() ?><?cs each:m = messages ?><?cs call:chat_message(m) ?><?cs /each ?>
