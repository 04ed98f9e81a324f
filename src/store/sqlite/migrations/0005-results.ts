// Schema version 5: deliveries by their last result, and those that have a reason, so that what is rare in a long history is found at once.
// Together 14 bytes a delivery. See docs/decisions/0012-searching-the-history.md.

export const results = `
CREATE INDEX delivery_result ON delivery (result) WHERE result IS NOT NULL;
-- Only what was not delivered at once has a reason, so this is small. On the id: it is walked in the order of the list.
CREATE INDEX delivery_reason ON delivery (id) WHERE reason IS NOT NULL;
`;
