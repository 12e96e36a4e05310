// How a picture lies in its stage: whole, larger or smaller, and which of its points is in the middle. Knows no pointer and
// no page; a stage says how large it is.
import type { Box } from './boxes';

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** `zoom` 1 is the whole picture; `x` and `y`: the point in the middle of the stage, in parts of the picture's width and height. */
export interface View extends Point {
  zoom: number;
}

const WHOLE: View = { zoom: 1, x: 0.5, y: 0.5 };
/** How much larger one key or turn of the wheel makes it. */
const STEP = 1.25;
/** The most, against the whole picture and against its own pixels. */
const MOST = 8;
/** How far an arrow key moves, in parts of the stage. */
const PAN = 0.15;
/** What stays free around a box that is brought into view, in parts of the stage. */
const MARGIN = 0.08;

export class Look {
  /** How large the stage is; nothing before it is laid out, and then the picture is taken to be whole in it. */
  stage = $state.raw<Size>({ width: 0, height: 0 });
  #view = $state.raw<View>(WHOLE);

  constructor(readonly picture: Size) {}

  get view(): View {
    return this.#within(this.#view);
  }

  /** Where the picture lies, in parts of the stage: it may reach beyond. */
  get laid(): Box {
    const { zoom, x, y } = this.view;
    const { width, height } = this.#parts(zoom);
    return { x: 0.5 - x * width, y: 0.5 - y * height, w: width, h: height };
  }

  /** Some of it is outside the stage. */
  get pannable(): boolean {
    const { width, height } = this.#parts(this.view.zoom);
    return width > 1.001 || height > 1.001;
  }

  /** How large it is against its own pixels, where there are `ratio` of the screen to one of the page. */
  percent(ratio: number): number {
    return Math.round((this.view.zoom / this.#actual(ratio)) * 100);
  }

  fit(): void {
    this.#view = WHOLE;
  }

  /** One pixel of the picture to one of the screen, about the middle. */
  actual(ratio: number): void {
    this.#view = this.#within({ ...this.view, zoom: this.#actual(ratio) });
  }

  /** Larger or smaller by steps; the point of the stage at `at`, in parts of it, stays where it is. */
  zoom(steps: number, at: Point = { x: 0.5, y: 0.5 }): void {
    const { view } = this;
    const actual = this.#actual(1);
    const zoom = Math.min(Math.max(MOST, MOST * actual), Math.max(Math.min(1, actual), view.zoom * STEP ** steps));
    const [now, then] = [this.#parts(view.zoom), this.#parts(zoom)];
    const keep = (point: number, from: number, old: number, next: number) => point + (from - 0.5) / old - (from - 0.5) / next;
    this.#view = this.#within({ zoom, x: keep(view.x, at.x, now.width, then.width), y: keep(view.y, at.y, now.height, then.height) });
  }

  /** Moves what is seen by parts of the stage. */
  pan(dx: number, dy: number): void {
    const { view } = this;
    const { width, height } = this.#parts(view.zoom);
    this.#view = this.#within({ ...view, x: view.x + dx / width, y: view.y + dy / height });
  }

  /** Moves what is seen by an arrow key. */
  arrow(dx: number, dy: number): void {
    this.pan(dx * PAN, dy * PAN);
  }

  /** Moves as little as brings a box of the picture into view. */
  bring(box: Box): void {
    const { view } = this;
    const { width, height } = this.#parts(view.zoom);
    const along = (middle: number, from: number, length: number, stage: number) => {
      const half = (0.5 - MARGIN) / stage;
      // Of a box larger than the stage, its beginning.
      return Math.min(from + half, Math.max(from + length - half, middle));
    };
    this.#view = this.#within({ ...view, x: along(view.x, box.x, box.w, width), y: along(view.y, box.y, box.h, height) });
  }

  /** The picture's width and height at a zoom, in parts of the stage. */
  #parts(zoom: number): Size {
    const { picture } = this;
    const stage = this.stage.width > 0 && this.stage.height > 0 ? this.stage : picture;
    const scale = zoom * Math.min(stage.width / picture.width, stage.height / picture.height);
    return { width: (picture.width * scale) / stage.width, height: (picture.height * scale) / stage.height };
  }

  #actual(ratio: number): number {
    const { picture, stage } = this;
    if (stage.width === 0 || stage.height === 0) return 1;
    return 1 / ratio / Math.min(stage.width / picture.width, stage.height / picture.height);
  }

  /** Nothing is seen beside the picture where there is picture; what is smaller than the stage stands in its middle. */
  #within(view: View): View {
    const { width, height } = this.#parts(view.zoom);
    const along = (middle: number, length: number) => (length <= 1 ? 0.5 : Math.min(1 - 0.5 / length, Math.max(0.5 / length, middle)));
    return { zoom: view.zoom, x: along(view.x, width), y: along(view.y, height) };
  }
}
