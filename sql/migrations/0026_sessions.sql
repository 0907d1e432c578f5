-- Seats (licencias): how many people may be in, who holds one by name, and how many were in at once.

-- Who holds a named seat; one that was given up keeps its row, so the count of rows and ends only grows.
CREATE TABLE user_seat (
	user_id bigint NOT NULL REFERENCES app_user,
	since timestamptz NOT NULL DEFAULT clock_timestamp(),
	until timestamptz,
	PRIMARY KEY (user_id, since)
);
CREATE UNIQUE INDEX user_seat_held ON user_seat (user_id) WHERE until IS NULL;

-- The most people in at the same time, by day of the agency.
CREATE TABLE seat_peak (
	day date PRIMARY KEY,
	people integer NOT NULL,
	at timestamptz NOT NULL DEFAULT now()
);

-- The limits of a session are settings now, and live asks for them itself.
DROP FUNCTION IF EXISTS live_authorise(bytea, bigint, text[]);
