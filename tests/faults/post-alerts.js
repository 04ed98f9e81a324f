// The load of the crash test, a process of its own: workers post alerts of their own groups, one at a time, whatever happens to the
// daemon, and tell the parent every answer. Half of the alerts carry an idempotency key and are sent again until they are answered;
// the others are given up when the connection breaks. `node post-alerts.js <base url> <seed> <workers> <pause ms>`, told `stop` to end.

import { request } from 'node:http';

const [base = '', seedText = '1', workersText = '4', pauseText = '10'] = process.argv.slice(2);
const GROUPS_PER_WORKER = 4;
const SEVERITIES = ['warning', 'error', 'critical'];
let stopped = false;
process.on('message', () => {
  stopped = true;
});
process.on('disconnect', () => process.exit(0));

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** mulberry32, as in the kit. @param {number} seed */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param {string} path
 * @param {string} body
 * @param {string | null} key
 * @returns {Promise<{ status: number, text: string } | null>} null: no answer came
 */
function post(path, body, key) {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(
      base + path,
      {
        method: 'POST',
        agent: false,
        headers: key === null ? headers : { ...headers, 'idempotency-key': key },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', () => resolve(null));
      },
    );
    outgoing.on('error', () => resolve(null));
    outgoing.end(body);
  });
}

/** @param {string} group @param {string} marker @param {boolean} firing @param {string} severity */
function alertmanagerBody(group, marker, firing, severity) {
  const status = firing ? 'firing' : 'resolved';
  const labels = { alertname: group, severity, marker };
  return JSON.stringify({
    version: '4',
    groupKey: group,
    status,
    receiver: 'relay',
    groupLabels: { alertname: group },
    commonLabels: labels,
    commonAnnotations: { summary: marker },
    externalURL: 'http://alertmanager.example.org',
    alerts: [{ status, labels, annotations: {}, startsAt: '2026-03-01T09:12:44Z', fingerprint: group }],
  });
}

/** @param {string} group @param {string} marker @param {boolean} firing @param {string} severity */
const genericBody = (group, marker, firing, severity) =>
  JSON.stringify({
    alert_uid: group,
    title: group,
    message: marker,
    state: firing ? 'alerting' : 'ok',
    severity,
  });

/** @param {number} worker */
async function work(worker) {
  const random = randomOf(Number(seedText) * 1_000 + worker);
  const open = new Array(GROUPS_PER_WORKER).fill(false);
  for (let count = 0; !stopped; count++) {
    const g = Math.floor(random() * GROUPS_PER_WORKER);
    const group = `w${worker}-g${g}`;
    const firing = !open[g] || random() < 0.6;
    const severity = SEVERITIES[Math.floor(random() * SEVERITIES.length)] ?? 'warning';
    const marker = `m-${worker}-${count}-`;
    const key = random() < 0.5 ? marker : null;
    const [path, body] =
      g % 2 === 0
        ? ['/in/prometheus/prometheus-key-0001', alertmanagerBody(group, marker, firing, severity)]
        : ['/in/scripts/scripts-key-000001', genericBody(group, marker, firing, severity)];
    let answer = await post(path, body, key);
    while (key !== null && answer?.status !== 202 && !(stopped && answer !== null)) {
      await pause(20);
      answer = await post(path, body, key);
    }
    if (answer?.status === 202) open[g] = firing;
    process.send?.({
      marker,
      group,
      keyed: key !== null,
      status: answer?.status ?? 0,
      text: answer?.text ?? '',
    });
    await pause(answer === null ? 20 : random() * 2 * Number(pauseText));
  }
}

await Promise.all(Array.from({ length: Number(workersText) }, (_, worker) => work(worker)));
process.disconnect?.();
