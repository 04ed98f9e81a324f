// The id under which a receiver sees a delivery.

/**
 * The same on every retry and resend, different between databases. No dot in it: Standard Webhooks separates by dots.
 * @param instanceId from `store.info()`
 */
export function messageId(instanceId: string, delivery: string): string {
  return `${delivery}_${instanceId}`;
}
