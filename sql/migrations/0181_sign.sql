-- What a contact's network shows of us at the moment: a call for it is made once for as long as it shows.

CREATE TABLE conversation_sign (
	conversation_id bigint PRIMARY KEY REFERENCES conversation,
	typed_until timestamptz NOT NULL     -- until then they see that we write
) WITH (fillfactor = 80);
