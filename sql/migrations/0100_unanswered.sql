-- Since when the contact waits for an answer: their first message after the last answer. Who writes again waits no less.
-- Without a value it is last_contact_at.
ALTER TABLE conversation ADD COLUMN unanswered_at timestamptz;
