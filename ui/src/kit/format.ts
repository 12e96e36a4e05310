// Numbers and times as people read them, in the language of the page.
import { language as page } from './language.svelte';

const made = new Map<string, Intl.NumberFormat>();

/** A formatter is dear to make and cheap to keep. */
function figures(digits: number): Intl.NumberFormat {
  const key = `${page.locale} ${digits}`;
  const known = made.get(key) ?? new Intl.NumberFormat(page.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  made.set(key, known);
  return known;
}

/** `1,204`; `1.204` in German. */
export function count(n: number): string {
  return figures(0).format(n);
}

/** `1 item`, `1,204 items`. */
export function many(n: number, one: string, more: string): string {
  return `${count(n)} ${n === 1 ? one : more}`;
}

/** `18.4k`, for chips. */
export function short(n: number): string {
  // As it would be rounded: 999,950 is 1M, not 1,000k.
  if (n >= 999_500) return `${trim(n / 1_000_000)}M`;
  if (n >= 999.5) return `${trim(n / 1000)}k`;
  return trim(n);
}

const trim = (n: number) => figures(n < 100 && Math.round(n * 10) % 10 !== 0 ? 1 : 0).format(n);

/** What files take: `91 MB`, `1.1 GB`, in thousands as disks and downloads count. */
export function size(bytes: number): string {
  if (bytes >= 999_500_000) return `${figures(1).format(bytes / 1e9)} GB`;
  if (bytes >= 999_500) return `${figures(0).format(bytes / 1e6)} MB`;
  return `${figures(0).format(Math.ceil(bytes / 1000))} kB`;
}

/** With its sign and two digits: `+1.20`, `−0,35` in German. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${figures(2).format(Math.abs(value))}`;
}

/** A calibrated probability: `.93`, `0,93` in German, with the ends said as what they are. */
export function probability(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value < 0.005) return `<${fraction(0.01)}`;
  if (value >= 0.995) return `>${fraction(0.99)}`;
  return fraction(value);
}

/** English drops the zero before the point; German keeps it. */
function fraction(value: number): string {
  const text = figures(2).format(value);
  return page.current === 'en' ? text.replace(/^0/, '') : text;
}

/** `0:14`, `12:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `0.4 s`, `12 s`, `3 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${figures(1).format(seconds)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** `40m`, `4h`, `12d`, as each language shortens them. */
export function age(ms: number): string {
  const minutes = Math.max(0, ms) / 60_000;
  const [n, unit] = minutes < 90 ? ([minutes, 'minute'] as const) : minutes < 48 * 60 ? ([minutes / 60, 'hour'] as const) : ([minutes / 1440, 'day'] as const);
  return new Intl.NumberFormat(page.locale, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: 0 }).format(n);
}

/** `10:42`. */
export function time(ms: number): string {
  return new Date(ms).toLocaleTimeString(page.locale, { hour: '2-digit', minute: '2-digit' });
}

/** `20 Nov 2026, 10:00`, or the text itself where it is no time. */
export function moment(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  return time.toLocaleString(page.locale, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
}

/** `Portuguese` for `pt-BR`; the code itself where nobody named it. */
export function language(code: string): string {
  try {
    return new Intl.DisplayNames([page.locale], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Done of total as 0–100, `null` while the total is unknown. */
export function percent(done: number, total: number | null): number | null {
  if (!total) return null;
  return Math.min(100, Math.round((done / total) * 100));
}
