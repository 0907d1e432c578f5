-- A case that an operator let pass goes back to its queue: how that stretch ended.

INSERT INTO code (list, value, name) VALUES ('outcome', 13, 'unanswered');
