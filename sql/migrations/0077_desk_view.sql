-- How each person keeps the list of their desk.

INSERT INTO code (list, value, name) VALUES ('desk_sort', 1, 'news'), ('desk_sort', 2, 'wait'), ('desk_sort', 3, 'oldest');

CREATE TABLE desk_view (
	user_id bigint PRIMARY KEY REFERENCES app_user,
	sort smallint NOT NULL DEFAULT 1,    -- list desk_sort
	messenger smallint,                  -- list messenger; NULL: all
	queue_id bigint REFERENCES queue,    -- NULL: all
	unread boolean NOT NULL DEFAULT false
);
