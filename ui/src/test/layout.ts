// jsdom lays nothing out: sizes are those that a test tells.
const observers = new Set<ToldResizeObserver>();

export class ToldResizeObserver implements ResizeObserver {
  readonly #targets = new Set<Element>();

  constructor(private readonly hear: ResizeObserverCallback) {
    observers.add(this);
  }

  observe(target: Element): void {
    this.#targets.add(target);
  }

  unobserve(target: Element): void {
    this.#targets.delete(target);
  }

  disconnect(): void {
    this.#targets.clear();
  }

  tell(target: Element, width: number, height: number): void {
    if (this.#targets.has(target)) this.hear([{ target, contentRect: { width, height } } as unknown as ResizeObserverEntry], this);
  }
}

/** Says that an element has a size now, as the browser does: once. */
export function sized(element: Element, width: number, height: number): void {
  for (const it of observers) it.tell(element, width, height);
}
