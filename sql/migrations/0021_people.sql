-- Named sets of people, and files of people that wait for somebody to confirm them.

CREATE TABLE user_group (
	user_group_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	description text NOT NULL DEFAULT '',
	revision integer NOT NULL DEFAULT 1,
	deleted_at timestamptz
);
CREATE UNIQUE INDEX user_group_name ON user_group (lower(name)) WHERE deleted_at IS NULL;

CREATE TABLE user_group_member (
	user_group_id bigint NOT NULL REFERENCES user_group,
	user_id bigint NOT NULL REFERENCES app_user,
	PRIMARY KEY (user_group_id, user_id)
);
CREATE INDEX user_group_member_user ON user_group_member (user_id);

ALTER TABLE break_type ADD group_ids bigint[] NOT NULL DEFAULT '{}';   -- who may, beside user_ids

CREATE TABLE user_import (
	user_import_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	created_by bigint NOT NULL REFERENCES app_user,
	created_at timestamptz NOT NULL DEFAULT now(),
	file_name text NOT NULL,
	content bytea,                       -- NULL once it is applied, discarded or a week old
	applied_at timestamptz,
	discarded_at timestamptz
);
