-- Is this tipificación to be chosen in that queue? A leaf of the tree that is enabled, and everything above it, and
-- offered there, and everything above it.
CREATE OR REPLACE FUNCTION typification_offered(p_typification bigint, p_queue bigint) RETURNS boolean
	LANGUAGE plpgsql STABLE AS $$
DECLARE
	v_id bigint := p_typification;
	t record;
BEGIN
	IF EXISTS (SELECT 1 FROM typification k WHERE k.parent_id = v_id AND k.deleted_at IS NULL) THEN
		RETURN false;
	END IF;
	FOR i IN 1..100 LOOP
		SELECT parent_id, enabled INTO t FROM typification WHERE typification_id = v_id AND deleted_at IS NULL;
		IF NOT FOUND OR NOT t.enabled THEN
			RETURN false;
		END IF;
		IF EXISTS (SELECT 1 FROM typification_queue q WHERE q.typification_id = v_id)
			AND NOT EXISTS (SELECT 1 FROM typification_queue q
				WHERE q.typification_id = v_id AND q.queue_id = p_queue) THEN
			RETURN false;
		END IF;
		IF t.parent_id IS NULL THEN
			RETURN true;
		END IF;
		v_id := t.parent_id;
	END LOOP;
	RETURN false;
END $$;

-- The queues that offer it are replaced whole. It is the owner's function because no program may delete.
CREATE OR REPLACE FUNCTION typification_queues_set(p_typification bigint, p_queues bigint[]) RETURNS void
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM typification_queue WHERE typification_id = p_typification AND queue_id <> ALL (p_queues);
	INSERT INTO typification_queue (typification_id, queue_id) SELECT p_typification, unnest(p_queues)
	ON CONFLICT DO NOTHING;
END $$;
