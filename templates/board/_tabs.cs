<nav class="tabs" aria-label="<?cs var:L.shell.screen.board ?>"><a href="/board"<?cs if:tab == "board" ?> aria-current="page"<?cs /if ?>><?cs var:L.board.tab.board ?></a></nav>
