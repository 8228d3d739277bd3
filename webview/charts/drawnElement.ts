import { LitElement, type PropertyValues } from "lit";
import { type Drawable, redraws } from "./redraw.js";
import { onThemeChange } from "./theme.js";

/** An element without a shadow root that draws itself: at the next frame after its properties, its size or the theme have changed. */
export abstract class DrawnElement extends LitElement implements Drawable {
  private readonly resize = new ResizeObserver(() => redraws.soon(this));
  private stop: (() => void) | undefined;

  abstract draw(): void;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = onThemeChange(() => redraws.soon(this));
    this.resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    redraws.forget(this);
    this.resize.disconnect();
  }

  protected override updated(_: PropertyValues): void {
    redraws.soon(this);
  }
}
