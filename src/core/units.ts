// Spans of time and sizes as people write them: `90s`, `2h`, `1 MiB`.

const SPAN_MS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const SIZE_BYTES: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** `1h30m`, `90s`, `250ms` → milliseconds; undefined when it is not a span. A bare number is not accepted: units matter. */
export function parseSpan(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/gy)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text.trim()) return undefined;
  return parts.reduce((sum, part) => sum + Number(part[1]) * (SPAN_MS[part[2] as string] as number), 0);
}

/** Milliseconds → the two largest units: `6d 2h`, `48s`, `350ms`. */
export function formatSpan(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  const units = ['d', 'h', 'm', 's'] as const;
  const shown: string[] = [];
  let rest = Math.round(ms / 1_000) * 1_000;
  for (const unit of units) {
    const span = SPAN_MS[unit] as number;
    const count = Math.floor(rest / span);
    rest -= count * span;
    if (count > 0) shown.push(`${count}${unit}`);
    else if (shown.length > 0) break;
    if (shown.length === 2) break;
  }
  return shown.join(' ');
}

/** Milliseconds → one unit in words, the largest without a rest: `10 minutes`, `90 seconds`, `1 day`. */
export function formatSpanInWords(ms: number): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1_000],
  ] as const;
  const [word, size] = units.find(([, span]) => ms >= span && ms % span === 0) ?? ['second', 1_000];
  const count = Math.round(ms / size);
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** `1MiB`, `10GB`, `512` → bytes; undefined when it is not a size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = match && SIZE_BYTES[(match[2] as string).toLowerCase()];
  return match && unit ? Math.round(Number(match[1]) * unit) : undefined;
}

/** Bytes → `212 MB`, decimal units, one digit below ten. */
export function formatSize(bytes: number): string {
  for (const [unit, size] of [
    ['TB', 1e12],
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const) {
    if (bytes >= size) return `${(bytes / size).toFixed(bytes / size < 10 ? 1 : 0)} ${unit}`;
  }
  return `${bytes} B`;
}
