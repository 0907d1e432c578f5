-- A session that ends, by whatever hand, ends its held polls: live asks again who they are. Without a
-- notice: the tail finds the row within a second.
CREATE OR REPLACE FUNCTION session_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO wake (topics) VALUES ('s' || NEW.session_id);
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER session_wake AFTER UPDATE OF closed_at ON session
	FOR EACH ROW WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL)
	EXECUTE FUNCTION session_wake();

-- The same for who may no longer be in at all.
CREATE OR REPLACE FUNCTION session_wake_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO wake (topics)
	SELECT 's' || s.session_id FROM session s WHERE s.user_id = NEW.user_id AND s.closed_at IS NULL;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER session_wake AFTER UPDATE OF enabled, deleted_at ON app_user
	FOR EACH ROW WHEN (NOT NEW.enabled OR NEW.deleted_at IS NOT NULL)
	EXECUTE FUNCTION session_wake_user();
