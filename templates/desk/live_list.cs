<?cs include:"shell/_parts.cs" ?><frag id="desk-list" view="desk" mode="morph"><?cs include:"desk/_list.cs" ?></frag>
<?cs if:sound ?><evt type="sound" key="<?cs var:sound ?>" mark="<?cs var:list.mark ?>" conversation="<?cs var:told.conversation ?>" text="<?cs var:told.text ?>"></evt>
<?cs /if ?>
