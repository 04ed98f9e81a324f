// Severities and priorities, and how one becomes the other.

/** From worst to least. */
export const SEVERITIES = ['critical', 'high', 'warning', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** From most to least urgent. */
export const PRIORITIES = ['P1', 'P2', 'P3', 'P4', 'P5'] as const;
export type Priority = (typeof PRIORITIES)[number];

const ALIASES: Record<Severity, readonly string[]> = {
  critical: [
    'critical',
    'crit',
    'fatal',
    'emergency',
    'emerg',
    'disaster',
    'page',
    'p1',
    'sev0',
    'sev-0',
    'sev1',
    'sev-1',
  ],
  high: ['high', 'error', 'err', 'major', 'severe', 'alert', 'p2', 'sev2', 'sev-2'],
  warning: ['warning', 'warn', 'average', 'medium', 'moderate', 'p3', 'sev3', 'sev-3'],
  low: ['low', 'minor', 'notice', 'p4', 'sev4', 'sev-4'],
  info: ['info', 'information', 'informational', 'ok', 'success', 'debug', 'none', 'p5', 'sev5', 'sev-5'],
};
const SEVERITY_OF = new Map(
  SEVERITIES.flatMap((severity) => ALIASES[severity].map((alias) => [alias, severity] as const)),
);

/** A source's own word for a severity → ours; null when it says nothing we know. */
export function parseSeverity(text: string | null | undefined): Severity | null {
  return SEVERITY_OF.get((text ?? '').trim().toLowerCase()) ?? null;
}

/** `P2`, `p2`, `2` → `P2`; null otherwise. */
export function parsePriority(text: string | null | undefined): Priority | null {
  const match = /^p?([1-5])$/i.exec((text ?? '').trim());
  return match ? (`P${match[1]}` as Priority) : null;
}

export function priorityOf(severity: Severity | null): Priority | null {
  return severity === null ? null : (PRIORITIES[SEVERITIES.indexOf(severity)] as Priority);
}

/** True when `next` is worse than `current`; a known severity is worse than none. */
export function isWorse(next: Severity | null, current: Severity | null): boolean {
  if (next === null) return false;
  return current === null || SEVERITIES.indexOf(next) < SEVERITIES.indexOf(current);
}
