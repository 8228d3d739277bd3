import type { Page } from "playwright-core";

/** How many different colours the first canvas of a selector shows; 1 where nothing was drawn. */
export const coloursOf = (page: Page, selector: string): Promise<number> => page.locator(selector).first().evaluate((canvas: HTMLCanvasElement) => {
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
});
