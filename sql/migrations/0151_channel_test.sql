-- When somebody asked last how a line does; the test is under way until checked_at is later.

ALTER TABLE channel_health ADD check_asked_at timestamptz;
