-- What a contact sees of the operator (setting contact.operator). The owner's function, so that the
-- public programs need no other setting.
CREATE OR REPLACE FUNCTION contact_sees_operator() RETURNS boolean
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN NOT EXISTS (SELECT 1 FROM setting WHERE key = 'contact.operator' AND value = '"nobody"');
END $$;
