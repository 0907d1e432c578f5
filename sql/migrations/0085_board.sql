-- The board: what each person filters it by, and the day's lost and abandoned waits found at once.

CREATE TABLE board_filter (
	user_id bigint PRIMARY KEY REFERENCES app_user,
	query text NOT NULL CHECK (length(query) <= 4000),      -- of the address; '' none
	at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX segment_missed ON segment (ended_at) WHERE outcome IN (2, 3);
