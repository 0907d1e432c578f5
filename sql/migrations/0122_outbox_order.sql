-- What send must know to keep the order of a conversation stands in its narrow queue.
ALTER TABLE outbox_queue ADD conversation_id bigint;
UPDATE outbox_queue q SET conversation_id = o.conversation_id FROM outbox o
WHERE o.outbox_id = q.outbox_id AND o.created_at = q.created_at;
