// Moving about in the page by name: an element says what it is by a `data-` attribute, so that a command finds it.

/** Moves the focus to the element marked `data-focus`. */
export function focusOn(name: string): void {
  document.querySelector<HTMLElement>(`[data-focus="${name}"]`)?.focus();
}

/** Scrolls the column marked `data-scroll` by most of its height. */
export function scrollColumn(name: string, by: 1 | -1): void {
  const box = document.querySelector<HTMLElement>(`[data-scroll="${name}"]`);
  box?.scrollBy?.({ top: by * 0.8 * box.clientHeight });
}

/** Scrolls as little as brings the element whose `data-KIND` is `name` into view. */
export function showPart(kind: string, name: string): void {
  const all = document.querySelectorAll<HTMLElement>(`[data-${kind}]`);
  [...all].find((it) => it.dataset[kind] === name)?.scrollIntoView({ block: 'nearest' });
}
