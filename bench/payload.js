// The alerts the benchmark sends: Alertmanager webhook payloads (version 4) of about 1 KB, alike but for a twelve-digit sequence
// number that stands in the group key (so each opens an incident), the labels and the fingerprint. The sink finds it by its marker.

export const MARKER = 'bench~';
const DIGITS = 12;
const BLANK = `${MARKER}${'0'.repeat(DIGITS)}~`;

function alertText() {
  const labels = {
    alertname: BLANK,
    cluster: 'eu-central-1',
    instance: 'api-7.prod.example.org:9100',
    job: 'node',
    severity: 'critical',
    team: 'payments',
  };
  const annotations = {
    summary: 'CPU of api-7.prod.example.org has been over 95 % for ten minutes',
    description:
      'The five minute average is 97.3 %. Requests to payments are slow and some of them time out.',
    runbook_url: 'https://runbooks.example.org/node/cpu',
  };
  const alert = {
    status: 'firing',
    labels,
    annotations,
    startsAt: '2026-03-01T09:12:44.511Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example.org/graph?g0.expr=cpu',
    fingerprint: BLANK,
  };
  return JSON.stringify({
    version: '4',
    groupKey: `{}:{alertname="${BLANK}"}`,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'relay',
    groupLabels: { alertname: BLANK },
    commonLabels: { severity: 'critical' },
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example.org',
    alerts: [alert],
  });
}

/**
 * A whole HTTP/1.1 request as bytes with the places of the sequence number. Copied once per connection, then only the digits change.
 * @param {URL} url
 */
export function requestTemplate(url) {
  const body = alertText();
  const head = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'User-Agent: Alertmanager/0.28.1',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ].join('\r\n');
  const bytes = Buffer.from(`${head}\r\n\r\n${body}`, 'latin1');
  const offsets = [];
  for (let at = bytes.indexOf(MARKER); at >= 0; at = bytes.indexOf(MARKER, at + 1)) {
    offsets.push(at + MARKER.length);
  }
  return { bytes, offsets, bodyBytes: Buffer.byteLength(body) };
}

/**
 * @param {Buffer} bytes
 * @param {readonly number[]} offsets
 * @param {number} sequence
 */
export function stamp(bytes, offsets, sequence) {
  for (const offset of offsets) {
    let rest = sequence;
    for (let i = DIGITS - 1; i >= 0; i--) {
      bytes[offset + i] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }
}

/**
 * The sequence number in a body, or -1 when it has none.
 * @param {Buffer} bytes
 * @param {number} from
 */
export function readStamp(bytes, from) {
  const at = bytes.indexOf(MARKER, from, 'latin1');
  if (at < 0 || at + MARKER.length + DIGITS > bytes.length) return -1;
  let value = 0;
  for (let i = 0; i < DIGITS; i++) value = value * 10 + (bytes[at + MARKER.length + i] - 48);
  return value;
}
