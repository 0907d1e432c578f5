-- Since when presence has been written without a gap, by each live program there is: who was not heard while nobody
-- listened is not gone (functions/presence.sql).

CREATE TABLE live_program (
	name text PRIMARY KEY,               -- of its host
	since timestamptz NOT NULL DEFAULT now(),    -- it has listened, and heard somebody, without a gap from here on
	beat_at timestamptz NOT NULL DEFAULT now(),
	heard_at timestamptz NOT NULL DEFAULT now(), -- the last time it heard anybody of the staff ...
	heard_count integer NOT NULL DEFAULT 0       -- ... and how many pages of theirs it heard then
) WITH (fillfactor = 50);
