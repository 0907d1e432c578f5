-- WhatsApp names its business account in what concerns templates and accounts: the form calls it `waba`.
ALTER TABLE channel DROP COLUMN business;
ALTER TABLE channel ADD business text GENERATED ALWAYS AS (settings->>'waba') STORED;
