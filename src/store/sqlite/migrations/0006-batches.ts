// Schema version 6: deliveries that share a request. See docs/decisions/0013-a-batch-is-one-request.md.

export const batches = `
-- The batch an unfinished delivery is to be sent in; null when it may join a new one, is sent alone, or is finished.
ALTER TABLE delivery ADD COLUMN batch INTEGER;
CREATE INDEX delivery_batch ON delivery (batch) WHERE batch IS NOT NULL;

-- Who was in a batch that was tried. Its attempts are in attempt, once for all: under its number, as those of a delivery are.
CREATE TABLE batched (
  batch INTEGER NOT NULL, delivery INTEGER NOT NULL REFERENCES delivery (id), PRIMARY KEY (batch, delivery)
) STRICT, WITHOUT ROWID;
CREATE INDEX batched_delivery ON batched (delivery);
`;
