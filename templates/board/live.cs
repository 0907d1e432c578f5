<evt type="board"></evt>
