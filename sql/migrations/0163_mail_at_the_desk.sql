-- A mail that may still be undone: its subject, and the files that go with the first.
ALTER TABLE held_message ADD subject text, ADD further jsonb;
