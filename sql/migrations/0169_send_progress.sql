-- A row of the outbox may need several calls. What of it the contact has seen is never said again: the call that is under
-- way, or comes next, stands here before it begins (cron/send_progress.c).
ALTER TABLE outbox_queue ADD progress text,  -- NULL: the row's first call, which the contact sees
	ADD quiet boolean NOT NULL DEFAULT false;   -- that call shows the contact nothing: after a crash it is made again
