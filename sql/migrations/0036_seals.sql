-- A seal keeps the digest of each of its rows, so that a fault is told by row. No release has sealed anything before
-- this: the chain begins anew, over all rows there are.
ALTER TABLE audit_seal DISABLE TRIGGER USER;
DELETE FROM audit_seal;
ALTER TABLE audit_seal ENABLE TRIGGER USER;
-- Per row 24 bytes, in the order of xid and audit_id: audit_id, the first 16 bytes of the row's SHA-256.
ALTER TABLE audit_seal ADD rows bytea NOT NULL, ADD CHECK (length(rows) = 24 * row_count);
COMMENT ON COLUMN audit_seal.digest IS 'sha256(previous_digest || rows)';
ALTER TABLE audit_seal ALTER rows SET STORAGE EXTERNAL;
