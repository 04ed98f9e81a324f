// The HTTP methods a webhook may be sent with, and why the others are none.

export const WEBHOOK_METHODS: readonly string[] = ['POST', 'PUT', 'PATCH'];

/** The event is the body: what carries none, or means another thing, cannot tell of it. */
export const NO_WEBHOOK_METHODS: Readonly<Record<string, string>> = {
  GET: 'the event is the body of the request, and GET has none',
  HEAD: 'the event is the body of the request, and HEAD has none',
  OPTIONS: 'the event is the body of the request, and OPTIONS has none',
  DELETE: 'DELETE asks the receiver to remove something',
};
