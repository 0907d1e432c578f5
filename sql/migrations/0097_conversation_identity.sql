-- By which identity of its contact a conversation came, on networks other than the webchat (there it is the visitor): a
-- contact has several when duplicates were joined, and parted each conversation goes with its own.

ALTER TABLE conversation ADD identity_id bigint REFERENCES identity;

-- What can be known of those there are: where only one is possible.
UPDATE conversation c SET identity_id = i.identity_id
FROM (SELECT contact_id, channel_id, min(identity_id) AS identity_id FROM identity
	GROUP BY contact_id, channel_id HAVING count(*) = 1) i
WHERE c.visitor_id IS NULL AND i.contact_id = c.contact_id AND i.channel_id = c.channel_id;
UPDATE conversation c SET identity_id = i.identity_id
FROM (SELECT m.contact_merge_id, m.conversation_ids, d.channel_id, min(d.identity_id) AS identity_id
	FROM contact_merge m JOIN identity d ON d.identity_id = ANY (m.identity_ids)
	WHERE m.split_at IS NULL GROUP BY m.contact_merge_id, d.channel_id HAVING count(*) = 1) i
WHERE c.visitor_id IS NULL AND c.identity_id IS NULL AND c.conversation_id = ANY (i.conversation_ids)
	AND i.channel_id = c.channel_id;
