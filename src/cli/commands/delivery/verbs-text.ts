// The three ways to send something again, told apart in the help of each.

const RESEND =
  'resend sends the same bytes again, to the same place, under the same id: one more attempt of a delivery. One that was sent together with others goes alone, with a body and an id of its own.';
const REDELIVER =
  'redeliver takes many failed deliveries up again with a fresh cycle of retries, also under the same ids.';
const REPLAY = "replay runs today's routing over an old event and makes new deliveries with new ids.";
const TESTS = 'Tests are never taken up by redeliver, replay or the sweep.';

export const BULK_VERBS = {
  resend: `${RESEND}\n${REDELIVER}\n${REPLAY}`,
  redeliver: `${REDELIVER}\n${RESEND}\n${REPLAY}\n${TESTS}`,
  replay: `${REPLAY}\n${RESEND}\n${REDELIVER}\n${TESTS}`,
} as const;
