-- History is immune to edits: a change of a name writes a new version, and
-- what happened before keeps pointing at the old one (data-scale: history).

CREATE OR REPLACE FUNCTION user_version_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND (OLD.name, OLD.display_name, OLD.staff_number, OLD.dni, OLD.office)
		IS NOT DISTINCT FROM
		(NEW.name, NEW.display_name, NEW.staff_number, NEW.dni, NEW.office) THEN
		RETURN NULL;
	END IF;
	UPDATE user_version SET valid_to = now() WHERE user_id = NEW.user_id AND valid_to IS NULL;
	WITH v AS (
		INSERT INTO user_version (user_id, name, display_name, staff_number, dni, office)
		VALUES (NEW.user_id, NEW.name, NEW.display_name, NEW.staff_number, NEW.dni, NEW.office)
		RETURNING user_version_id)
	UPDATE app_user SET version_id = v.user_version_id FROM v WHERE app_user.user_id = NEW.user_id;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER user_version AFTER INSERT OR UPDATE OF name, display_name, staff_number, dni, office
	ON app_user FOR EACH ROW EXECUTE FUNCTION user_version_keep();

CREATE OR REPLACE FUNCTION queue_version_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND (OLD.name, OLD.service_level_s)
		IS NOT DISTINCT FROM (NEW.name, NEW.service_level_s) THEN
		RETURN NULL;
	END IF;
	UPDATE queue_version SET valid_to = now() WHERE queue_id = NEW.queue_id AND valid_to IS NULL;
	WITH v AS (
		INSERT INTO queue_version (queue_id, name, service_level_s)
		VALUES (NEW.queue_id, NEW.name, NEW.service_level_s) RETURNING queue_version_id)
	UPDATE queue SET version_id = v.queue_version_id FROM v WHERE queue.queue_id = NEW.queue_id;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER queue_version AFTER INSERT OR UPDATE OF name, service_level_s
	ON queue FOR EACH ROW EXECUTE FUNCTION queue_version_keep();

CREATE OR REPLACE FUNCTION channel_version_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND OLD.name IS NOT DISTINCT FROM NEW.name THEN
		RETURN NULL;
	END IF;
	UPDATE channel_version SET valid_to = now() WHERE channel_id = NEW.channel_id AND valid_to IS NULL;
	WITH v AS (
		INSERT INTO channel_version (channel_id, messenger, name)
		VALUES (NEW.channel_id, NEW.messenger, NEW.name) RETURNING channel_version_id)
	UPDATE channel SET version_id = v.channel_version_id FROM v WHERE channel.channel_id = NEW.channel_id;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER channel_version AFTER INSERT OR UPDATE OF name
	ON channel FOR EACH ROW EXECUTE FUNCTION channel_version_keep();

CREATE OR REPLACE FUNCTION typification_version_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND (OLD.name, OLD.path) IS NOT DISTINCT FROM (NEW.name, NEW.path) THEN
		RETURN NULL;
	END IF;
	UPDATE typification_version SET valid_to = now()
		WHERE typification_id = NEW.typification_id AND valid_to IS NULL;
	WITH v AS (
		INSERT INTO typification_version (typification_id, name, path)
		VALUES (NEW.typification_id, NEW.name, NEW.path) RETURNING typification_version_id)
	UPDATE typification SET version_id = v.typification_version_id FROM v
		WHERE typification.typification_id = NEW.typification_id;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER typification_version AFTER INSERT OR UPDATE OF name, path
	ON typification FOR EACH ROW EXECUTE FUNCTION typification_version_keep();

-- Audit rows, seals and published flows never change.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% on % is not allowed', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON audit_seal
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON audit_seal
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER bot_version_immutable BEFORE UPDATE OR DELETE ON bot_version
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
