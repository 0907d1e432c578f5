<evt type="typing" id="<?cs var:id ?>" who="v"></evt>
