// Lengths are written in pixels at the usual text size, and built as rem: then the whole page grows with the text
// size that is chosen, and what the web view tells of places and sizes is true. Hairlines stay hairlines.

/** Up to this many pixels is a line, not a distance. */
const HAIRLINE = 2;

/** A value of CSS with its pixels in rem, as `calc(100vw - 48px)`. */
export function inRem(value: string): string {
  return value.replace(/(?<![\w.#-])(-?)(\d*\.?\d+)px\b/g, (all, sign: string, n: string) =>
    Number(n) > HAIRLINE ? `${sign}${Number((Number(n) / 16).toFixed(5))}rem` : all,
  );
}

/** Does that to every style sheet of the page. */
export const pixelsToRem = {
  postcssPlugin: 'pixels-to-rem',
  Declaration(it: { value: string }) {
    const value = inRem(it.value);
    if (value !== it.value) it.value = value;
  },
};
