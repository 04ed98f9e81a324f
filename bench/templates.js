// How fast a template renders: one of fifteen lines, as an alert has, compiled once and rendered over and over; against nunjucks with the
// same template and the same payload, in turns. Both must give the same text, or the figure would say nothing.

import nunjucks from 'nunjucks';
import { compile } from '../dist/jinja/index.js';
import { median, perSecond } from './report.js';

/** Short rounds in turns, and the median of their ratios: what else the machine does then meets both alike. */
const ROUNDS = 60;
const ROUND_MS = 50;

export const TEMPLATE = `{% set labels = payload.commonLabels or {} -%}
{% set notes = payload.commonAnnotations or {} -%}
[{{ payload.status | upper }}] {{ labels.alertname | default('alert') }} on {{ labels.instance or labels.host or 'unknown host' }}
Severity: {{ (labels.severity or 'none') | capitalize }}, team {{ labels.team | default('nobody') }}
{% if notes.summary %}{{ notes.summary | trim | truncate(120) }}
{% endif -%}
{% for alert in payload.alerts -%}
{{ loop.index }}. {{ alert.labels.instance }}: {{ alert.annotations.summary | replace('\\n', ' ') }}
{%- if alert.labels.severity == 'critical' and not loop.first %} (critical){% endif %}
   since {{ alert.startsAt }}{% if alert.generatorURL %}, see {{ alert.generatorURL }}{% endif %}
{% else -%}
no alerts
{% endfor -%}
{{ payload.alerts | length }} alerts, hosts {{ payload.hosts | join(', ') }}
{{ payload.externalURL | default('') }}`;

/** @param {number} index */
const alertAt = (index) => ({
  status: 'firing',
  labels: {
    alertname: 'DiskFull',
    instance: `db-${index}:9100`,
    severity: index % 2 === 0 ? 'warning' : 'critical',
  },
  annotations: { summary: `Disk of db-${index} is ${90 + index} % full` },
  startsAt: '2026-03-05T12:37:09.123Z',
  generatorURL: `https://prometheus.example.org/graph?g0.expr=disk&host=db-${index}`,
});

export const CONTEXT = {
  payload: {
    status: 'firing',
    commonLabels: { alertname: 'DiskFull', severity: 'critical', team: 'storage' },
    commonAnnotations: {
      summary: ' The disks of several database hosts are nearly full; writes will fail within the hour ',
    },
    alerts: [1, 2, 3].map(alertAt),
    hosts: ['db-1', 'db-2', 'db-3'],
    externalURL: 'https://alertmanager.example.org',
  },
};

/** Renderings per second over one round. @param {() => string} render */
function rate(render) {
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  let characters = 0;
  do {
    for (let i = 0; i < 200; i++) characters += render().length;
    count += 200;
    elapsed = performance.now() - start;
  } while (elapsed < ROUND_MS);
  if (characters === 0) throw new Error('nothing was rendered');
  return (count / elapsed) * 1000;
}

/** @returns {Promise<import('./run.js').Part>} */
export async function measureTemplates() {
  const ours = compile(TEMPLATE);
  const theirs = new nunjucks.Template(
    TEMPLATE,
    new nunjucks.Environment(null, { autoescape: false }),
    'bench',
    true,
  );
  const renderers = [() => ours.render(CONTEXT), () => theirs.render(CONTEXT)];
  const [text, theirText] = renderers.map((render) => render());
  if (text !== theirText) throw new Error(`the two render differently:\n${text}\n---\n${theirText}`);
  /** @type {number[][]} */
  const rates = renderers.map(() => []);
  for (const render of renderers) rate(render);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, render] of renderers.entries()) rates[i]?.push(rate(render));
  }
  const [own, other] = rates.map(median);
  const ratio = median(
    (rates[0] ?? []).map((rate, round) => rate / /** @type {number} */ (rates[1]?.[round])),
  );
  const row = {
    what: 'renderings of a 15-line template',
    budget: '≥ nunjucks',
    measured: perSecond(own ?? 0),
    floor: perSecond(other ?? 0),
    ratio: ratio.toFixed(2),
    ok: ratio >= 1,
  };
  return { rows: [row], detail: { ours: rates[0], nunjucks: rates[1] } };
}
