-- Without case and accents, for searching as people type.
CREATE OR REPLACE FUNCTION text_folded(p_text text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT translate(lower(p_text), 'áàâãäéèêëíìîïóòôõöúùûüñç', 'aaaaaeeeeiiiiooooouuuunc')
$$;
