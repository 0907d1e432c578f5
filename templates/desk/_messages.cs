<?cs include:"desk/_message.cs" ?><?cs each:m = messages ?><?cs call:message(m) ?><?cs /each ?>
