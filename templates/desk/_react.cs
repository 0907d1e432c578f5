<div id="react" hidden<?cs if:thread.mine ?> data-list="<?cs var:thread.react.list ?>" data-any="<?cs if:thread.react.any ?>1<?cs /if ?>" data-refusal="<?cs var:thread.refusal ?>"<?cs /if ?>></div>
