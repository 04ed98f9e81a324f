// How gently a destination is treated: probes while it fails, when it is disabled for failing, requests per span of time, events per
// request. Records and
// defaults; what is done with them is in delivery/.

export interface CircuitRule {
  /** Failed attempts in a row after which one request at a time probes the destination and everything else waits. */
  readonly failures: number;
  /** Until the first probe; doubled after each that fails, up to `maxProbeMs`. */
  readonly probeMs: number;
  readonly maxProbeMs: number;
}

/** One more failure than a delivery with the default retries makes by itself: a single bad event does not hold up the others. */
export const DEFAULT_CIRCUIT: CircuitRule = { failures: 5, probeMs: 5_000, maxProbeMs: 60_000 };

/** When uninterrupted failing disables a destination: after so many failures in a row, or so long with none succeeding. */
export type DisableRule = { readonly failures: number } | { readonly spanMs: number };

/** How events share requests: so many at most, and how long one that is not full waits for more. */
export interface BatchRule {
  readonly maxEvents: number;
  readonly lingerMs: number;
}

/** Fewer failures than this never disable by time: two of them days apart are no outage. */
export const LEAST_FAILURES_TO_DISABLE = 5;
