// Numbers and times as people read them.

const counts = new Intl.NumberFormat('en-GB');

/** `1,204`. */
export function count(n: number | null | undefined): string {
  return counts.format(n ?? 0);
}

/** `18.4k`, for chips. */
export function short(n: number | null | undefined): string {
  const it = n ?? 0;
  if (it >= 1_000_000) return `${trim(it / 1_000_000)}M`;
  if (it >= 1000) return `${trim(it / 1000)}k`;
  return trim(it);
}

const trim = (n: number) => n.toFixed(n < 100 ? 1 : 0).replace(/\.0$/, '');

/** A calibrated probability: `.93`, with the ends said as what they are. */
export function probability(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value < 0.005) return '<.01';
  if (value >= 0.995) return '>.99';
  return value.toFixed(2).replace(/^0/, '');
}

/** `0:14`, `12:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `0.4 s`, `12 s`, `3 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** `20 Nov 2026, 10:00`, or the text itself where it is no time. */
export function moment(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  return time.toLocaleString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
}

/** `Portuguese` for `pt-BR`; the code itself where nobody named it. */
export function language(code: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Done of total as 0–100, `null` while the total is unknown. */
export function percent(done: number, total: number | null): number | null {
  if (!total) return null;
  return Math.min(100, Math.round((done / total) * 100));
}
