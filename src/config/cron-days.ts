// Schedules that read like others and never come: the 31st of February. They are refused like any that cannot be read; this says why.

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** In a leap year. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether no month that is named has any day that is. False for what cannot be read. */
export function neverComes(schedule: string): boolean {
  const [days = '*', months = '*'] = schedule.trim().toLowerCase().split(/\s+/).slice(-3);
  const earliest = Math.min(...valuesOf(days, 1, 31));
  const named = valuesOf(months, 1, 12);
  if (!Number.isFinite(earliest) || named.length === 0) return false;
  return named.every((month) => earliest > (DAYS[month - 1] ?? 31));
}

/** `1,3-5,*\/2` → the numbers meant; empty where one of the parts is none. */
function valuesOf(field: string, least: number, most: number): number[] {
  const parts = field.split(',').map((part) => {
    const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const first = from === '*' ? least : numberOf(from);
    const last = from === '*' ? most : to === undefined ? (step === undefined ? first : most) : numberOf(to);
    const by = Math.max(1, Number(step ?? 1));
    if (Number.isNaN(first) || Number.isNaN(last)) return null;
    return Array.from({ length: Math.max(0, Math.floor((last - first) / by) + 1) }, (_, n) => first + n * by);
  });
  return parts.includes(null) ? [] : parts.flatMap((part) => part ?? []);
}

/** `2`, `feb`, `february`. */
function numberOf(word: string): number {
  const month = MONTHS.indexOf(word.slice(0, 3));
  return month >= 0 ? month + 1 : word === '' ? Number.NaN : Number(word);
}
