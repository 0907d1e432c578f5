-- What more a queue decides: who comes back gets the operator they had, and how long an operator may take to answer.

ALTER TABLE queue
	ADD preferred_hours integer NOT NULL DEFAULT 0 CHECK (preferred_hours BETWEEN 0 AND 8760), -- 0: nobody is preferred
	ADD answer_s integer NOT NULL DEFAULT 0 CHECK (answer_s BETWEEN 0 AND 86400),  -- after that it goes back; 0: never
	ADD answer_out boolean NOT NULL DEFAULT false;   -- and who let it pass is out
