-- How long a session lives without an act of its person, and in all: the settings session.idle_min and
-- session.absolute_h, read by every request, so that a change is in force at once. The defaults are those of
-- lib/people/setting.def; a test compares them.
CREATE OR REPLACE FUNCTION session_limits(OUT idle interval, OUT absolute interval)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	SELECT make_interval(mins => coalesce(max(value #>> '{}') FILTER (WHERE key = 'session.idle_min'), '30')::int),
		make_interval(hours => coalesce(max(value #>> '{}') FILTER (WHERE key = 'session.absolute_h'), '12')::int)
	INTO idle, absolute FROM setting WHERE key IN ('session.idle_min', 'session.absolute_h');
END $$;

-- How many seats there are, and whether they go by name (settings seat.count and seat.kind).
CREATE OR REPLACE FUNCTION seat_rule(OUT seats integer, OUT named boolean)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	SELECT coalesce(max(value #>> '{}') FILTER (WHERE key = 'seat.count'), '170')::int,
		coalesce(max(value #>> '{}') FILTER (WHERE key = 'seat.kind'), 'at_once') = 'named'
	INTO seats, named FROM setting WHERE key IN ('seat.count', 'seat.kind');
END $$;

-- People who are in, each once however many sessions they have.
CREATE OR REPLACE FUNCTION seat_people() RETURNS integer
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT count(DISTINCT s.user_id)::int FROM session s, session_limits() l
	WHERE s.closed_at IS NULL AND s.created_at > now() - l.absolute AND s.last_seen_at > now() - l.idle
$$;

-- Named seats that are held by somebody who can log in.
CREATE OR REPLACE FUNCTION seat_named_count() RETURNS integer
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT count(*)::int FROM user_seat h JOIN app_user u ON u.user_id = h.user_id AND u.enabled AND u.deleted_at IS NULL
	WHERE h.until IS NULL
$$;

-- Seats are taken and given one after the other, so that of two the last one goes to one.
CREATE OR REPLACE FUNCTION seat_lock() RETURNS void LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
	SELECT pg_advisory_xact_lock(hashtextextended('seat', 0))
$$;

CREATE OR REPLACE FUNCTION seat_note_peak(p_people integer) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	INSERT INTO seat_peak AS p (day, people)
	VALUES ((now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::date, p_people)
	ON CONFLICT (day) DO UPDATE SET people = excluded.people, at = excluded.at WHERE p.people < excluded.people
$$;

-- Whoever comes in needs a seat, by whatever door: VS001 when so many people are in already, VS002 when every named
-- seat is somebody else's. Who is in already does not need a second one.
CREATE OR REPLACE FUNCTION session_take_seat() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	rule record;
	people integer;
BEGIN
	PERFORM seat_lock();
	rule := seat_rule();
	people := seat_people();
	IF people > rule.seats AND NOT EXISTS (
		SELECT 1 FROM session s, session_limits() l WHERE s.user_id = NEW.user_id AND s.session_id <> NEW.session_id
			AND s.closed_at IS NULL AND s.created_at > now() - l.absolute AND s.last_seen_at > now() - l.idle) THEN
		RAISE EXCEPTION 'every seat is taken' USING ERRCODE = 'VS001';
	END IF;
	IF rule.named AND NOT EXISTS (SELECT 1 FROM user_seat h WHERE h.user_id = NEW.user_id AND h.until IS NULL) THEN
		IF seat_named_count() >= rule.seats THEN
			RAISE EXCEPTION 'every named seat is somebody else''s' USING ERRCODE = 'VS002';
		END IF;
		INSERT INTO user_seat (user_id) VALUES (NEW.user_id);
	END IF;
	PERFORM seat_note_peak(people);
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER session_take_seat AFTER INSERT ON session
	FOR EACH ROW EXECUTE FUNCTION session_take_seat();

-- Exactly these hold a named seat. VS001: more than there are.
CREATE OR REPLACE FUNCTION seat_choose(p_users bigint[]) RETURNS void
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM seat_lock();
	UPDATE user_seat SET until = clock_timestamp() WHERE until IS NULL AND user_id <> ALL (p_users);
	INSERT INTO user_seat (user_id)
	SELECT u.user_id FROM app_user u WHERE u.user_id = ANY (p_users) AND u.deleted_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM user_seat h WHERE h.user_id = u.user_id AND h.until IS NULL);
	IF seat_named_count() > (seat_rule()).seats THEN
		RAISE EXCEPTION 'more than there are seats' USING ERRCODE = 'VS001';
	END IF;
END $$;
