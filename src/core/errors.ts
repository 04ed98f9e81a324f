// One error type and one catalogue of codes. A code is `area.problem`; it decides the CLI's exit code and the HTTP status.
// Never match an error by its text. What a remote end answered is data (an outcome), not an error.

interface CatalogueEntry {
  readonly exit: number;
  readonly http: number;
}

const entry = (exit: number, http: number): CatalogueEntry => ({ exit, http });

/** Exit codes: 1 failed · 2 usage · 3 config · 4 not authorised · 5 not found · 6 conflict · 7 unreachable · 8 degraded · 9 remote refused · 70 bug. */
export const CATALOGUE = {
  'usage.invalid': entry(2, 400),
  'usage.unknown_command': entry(2, 400),
  'usage.unknown_flag': entry(2, 400),
  'usage.confirmation_required': entry(2, 400),
  'usage.invalid_cursor': entry(2, 400),
  'usage.invalid_time': entry(2, 400),
  'usage.ambiguous_id': entry(2, 400),
  'config.not_found': entry(3, 400),
  'config.unreadable': entry(3, 400),
  'config.invalid': entry(3, 422),
  'config.origin_file': entry(6, 409),
  'object.not_found': entry(5, 404),
  'object.exists': entry(6, 409),
  'object.in_use': entry(6, 409),
  'object.invalid': entry(2, 422),
  'pack.invalid': entry(3, 422),
  'pack.not_found': entry(5, 404),
  'pack.failed': entry(1, 422),
  'template.syntax': entry(3, 422),
  'template.runtime': entry(1, 422),
  'template.limit': entry(1, 422),
  'template.security': entry(1, 422),
  'ingest.unauthorized': entry(4, 401),
  'ingest.wrong_key': entry(4, 403),
  'ingest.unknown_source': entry(5, 404),
  'ingest.source_paused': entry(6, 409),
  'ingest.too_large': entry(1, 413),
  'ingest.unsupported_type': entry(1, 415),
  'ingest.unreadable': entry(1, 400),
  'ingest.invalid_payload': entry(1, 422),
  'ingest.busy': entry(1, 503),
  'ingest.unsigned': entry(4, 401),
  'ingest.bad_signature': entry(4, 401),
  'ingest.stale_signature': entry(4, 401),
  'ingest.cannot_verify': entry(1, 503),
  'ingest.rate_limited': entry(1, 429),
  'incident.invalid_transition': entry(6, 409),
  'delivery.invalid_state': entry(6, 409),
  'delivery.held': entry(6, 409),
  'delivery.destination_gone': entry(6, 409),
  'delivery.destination_disabled': entry(6, 409),
  'delivery.refused': entry(9, 502),
  'mail.not_configured': entry(3, 409),
  'mail.failed': entry(9, 502),
  'auth.required': entry(4, 401),
  'auth.invalid_token': entry(4, 401),
  'auth.forbidden': entry(4, 403),
  'daemon.unreachable': entry(7, 503),
  'daemon.already_running': entry(6, 409),
  'daemon.draining': entry(1, 503),
  'daemon.port_in_use': entry(6, 409),
  'daemon.cannot_listen': entry(1, 500),
  'daemon.data_folder': entry(1, 500),
  'daemon.socket_path_too_long': entry(3, 422),
  'store.unavailable': entry(1, 503),
  'store.full': entry(1, 503),
  'store.newer_version': entry(3, 500),
  'store.corrupt': entry(1, 500),
  'retention.too_old': entry(2, 422),
  'http.not_found': entry(5, 404),
  'http.method_not_allowed': entry(2, 405),
  'http.bad_request': entry(2, 400),
  'internal.bug': entry(70, 500),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;

export interface ErrorDetail {
  readonly why?: string;
  readonly fix?: string;
  readonly cause?: unknown;
  /** Seconds a client should wait before it tries again; becomes the Retry-After header. */
  readonly retryAfterSeconds?: number;
}

/** What the API sends and `--json` prints: `{code, message, why?, fix?}`. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly why?: string;
  readonly fix?: string;
}

export class RelayError extends Error {
  readonly code: ErrorCode;
  readonly why: string | undefined;
  readonly fix: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'RelayError';
    this.code = code;
    this.why = detail.why;
    this.fix = detail.fix;
    this.retryAfterSeconds = detail.retryAfterSeconds;
  }

  get exitCode(): number {
    return CATALOGUE[this.code].exit;
  }

  get httpStatus(): number {
    return CATALOGUE[this.code].http;
  }

  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.why === undefined ? {} : { why: this.why }),
      ...(this.fix === undefined ? {} : { fix: this.fix }),
    };
  }
}

/** Any thrown thing as a RelayError; what is not one already is a bug of ours (`internal.bug`). */
export function asRelayError(error: unknown): RelayError {
  if (error instanceof RelayError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RelayError('internal.bug', message, {
    why: 'this is a defect in Relay, not something you did',
    fix: 'report it with the output of: relay doctor --json',
    cause: error,
  });
}

/** For `catch` where what is looked for may have been removed meanwhile, by retention for one. @throws every other error */
export function nullIfGone(error: unknown): null {
  if (error instanceof RelayError && error.code === 'object.not_found') return null;
  throw error;
}
