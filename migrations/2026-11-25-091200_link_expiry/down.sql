-- Loses when links expire: expired ones open again.
ALTER TABLE sessions DROP COLUMN debt_id, DROP COLUMN link_hash;
ALTER TABLE debts DROP COLUMN token_expires_at;
