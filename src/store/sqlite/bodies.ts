// How a request body is kept without storing the event's data twice: where the body holds it verbatim, a NUL stands for it.
// A body that has a NUL of its own is kept as it is, behind two NULs.

const NUL = '\0';

export function packBody(body: string, eventData: string): string {
  if (body.includes(NUL)) return NUL + NUL + body;
  const at = body.indexOf(eventData);
  return at < 0 || eventData === '' ? body : body.slice(0, at) + NUL + body.slice(at + eventData.length);
}

export function unpackBody(stored: string, eventData: string): string {
  if (stored.startsWith(NUL + NUL)) return stored.slice(2);
  const at = stored.indexOf(NUL);
  return at < 0 ? stored : stored.slice(0, at) + eventData + stored.slice(at + 1);
}
