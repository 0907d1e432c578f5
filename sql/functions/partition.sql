-- Partitions are made ahead, never by default; ATTACH does not lock the parent
-- as CREATE ... PARTITION OF does (data-scale, section 3).

CREATE OR REPLACE FUNCTION partition_create(p_parent text, p_column text, p_from timestamptz, p_to timestamptz,
	p_suffix text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
	v_name text := p_parent || '_' || p_suffix;
BEGIN
	IF to_regclass(v_name) IS NOT NULL THEN
		RETURN false;
	END IF;
	EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL, CHECK (%I >= %L AND %I < %L))',
		v_name, p_parent, p_column, p_from, p_column, p_to);
	EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
		p_parent, v_name, p_from, p_to);
	RETURN true;
END $$;

-- A row of the outbox is updated five times, most often with its neighbours: claimed, sent, and as it is told of. With room
-- for that on its page no index is touched. What is there already gets it as far as it is written from now on.
CREATE OR REPLACE FUNCTION partition_make_room() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
	v_table regclass;
BEGIN
	FOR v_table IN
		SELECT c.oid FROM pg_class c WHERE (c.oid = 'outbox_queue'::regclass
				OR c.oid IN (SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = 'outbox'::regclass))
			AND NOT coalesce('fillfactor=50' = ANY (c.reloptions), false)
	LOOP
		EXECUTE format('ALTER TABLE %s SET (fillfactor = 50)', v_table);
	END LOOP;
END $$;

-- This month and three ahead (days for inbound: this and seven ahead); drops raw inbound days
-- older than 45, what was said to providers after exchange.keep_days, and held messages that are done with. Returns how many tables it made or dropped.
CREATE OR REPLACE FUNCTION partition_maintain(p_now timestamptz) RETURNS integer
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
	v_zone constant text := 'America/Argentina/Buenos_Aires';
	v_count integer := 0;
	v_month timestamp;
	v_day timestamp;
	v_old record;
BEGIN
	FOR i IN -1..3 LOOP
		v_month := date_trunc('month', p_now AT TIME ZONE v_zone) + make_interval(months => i);
		v_count := v_count
			+ partition_create('message', 'created_at', v_month AT TIME ZONE v_zone,
				(v_month + interval '1 month') AT TIME ZONE v_zone, to_char(v_month, 'YYYYMM'))::int
			+ partition_create('audit', 'at', v_month AT TIME ZONE v_zone,
				(v_month + interval '1 month') AT TIME ZONE v_zone, to_char(v_month, 'YYYYMM'))::int
			+ partition_create('outbox', 'created_at', v_month AT TIME ZONE v_zone,
				(v_month + interval '1 month') AT TIME ZONE v_zone, to_char(v_month, 'YYYYMM'))::int;
	END LOOP;
	PERFORM partition_make_room();
	FOR i IN -1..7 LOOP
		v_day := date_trunc('day', p_now AT TIME ZONE v_zone) + make_interval(days => i);
		v_count := v_count + partition_create('inbound', 'received_at', v_day AT TIME ZONE v_zone,
			(v_day + interval '1 day') AT TIME ZONE v_zone, to_char(v_day, 'YYYYMMDD'))::int
			+ partition_create('exchange', 'at', v_day AT TIME ZONE v_zone,
				(v_day + interval '1 day') AT TIME ZONE v_zone, to_char(v_day, 'YYYYMMDD'))::int;
	END LOOP;
	FOR v_old IN
		SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE (i.inhparent = 'inbound'::regclass
			AND c.relname < 'inbound_' || to_char((p_now AT TIME ZONE v_zone) - interval '45 days', 'YYYYMMDD'))
			OR (i.inhparent = 'exchange'::regclass
			AND c.relname < 'exchange_' || to_char((p_now AT TIME ZONE v_zone) - make_interval(days => coalesce(
				(SELECT (value #>> '{}')::int FROM setting WHERE key = 'exchange.keep_days'), 30)), 'YYYYMMDD'))
	LOOP
		EXECUTE format('DROP TABLE %I', v_old.relname);
		v_count := v_count + 1;
	END LOOP;
	DELETE FROM held_message WHERE coalesce(said_at, undone_at, refused_at + interval '30 days') < p_now - interval '1 day';
	RETURN v_count;
END $$;

-- Days until the first missing partition, the worst parent's (for /health).
CREATE OR REPLACE FUNCTION partition_days_ahead(p_now timestamptz) RETURNS integer LANGUAGE sql STABLE AS $$
	SELECT min(days)::int FROM (
		SELECT max(extract(day FROM upper_bound - p_now)) AS days FROM (
			SELECT i.inhparent, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz
				AS upper_bound
			FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
			WHERE i.inhparent IN ('message'::regclass, 'audit'::regclass, 'outbox'::regclass, 'inbound'::regclass, 'exchange'::regclass)
		) b GROUP BY inhparent
	) d
$$;
