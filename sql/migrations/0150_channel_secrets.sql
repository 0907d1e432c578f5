-- How often each secret was written: the record tells that it changed, and nothing of it.

ALTER TABLE channel_verify_secret ADD revision integer NOT NULL DEFAULT 1;
ALTER TABLE channel_send_secret ADD revision integer NOT NULL DEFAULT 1;
