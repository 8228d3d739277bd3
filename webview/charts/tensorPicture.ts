/** Numbers as small pictures: filters and activations, on a scale that is shown beside them. */
import { shareColour, signedColour } from "./palette.js";
import { type Rgba, theme } from "./theme.js";

/** From values to colours. */
export interface ValueScale {
  readonly min: number;
  readonly max: number;
  /** Whether 0 lies in the middle: what is below has another colour. */
  readonly signed: boolean;
}

/** The scale of values between two bounds: from 0 where none is negative, about 0 with ends alike otherwise. */
export function scaleOf(min: number, max: number): ValueScale {
  if (min >= 0) return { min: 0, max, signed: false };
  const most = Math.max(-min, max);
  return { min: -most, max: most, signed: true };
}

/** Smallest and largest finite of some values; both 0 where there is none. */
export function boundsOf(values: ArrayLike<number>): { readonly min: number; readonly max: number; readonly broken: number } {
  let [min, max, broken] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) broken++;
    else [min, max] = [Math.min(min, value), Math.max(max, value)];
  }
  return min <= max ? { min, max, broken } : { min: 0, max: 0, broken };
}

/** A value's share of its scale: 0 to 1, or -1 to 1 where it is signed. */
export function shareOf(value: number, { min, max }: ValueScale): number {
  return max > 0 || min < 0 ? value / Math.max(max, -min) : 0;
}

/** The colour of a value; NaN and infinities have the errors'. */
export function valueColour(value: number, scale: ValueScale): Rgba {
  if (!Number.isFinite(value)) return theme().error;
  const share = shareOf(value, scale);
  return scale.signed ? signedColour(share, theme()) : shareColour(share, theme());
}

/** A picture of `planes` planes of values, row by row. */
export interface TensorPicture {
  readonly values: Float32Array;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
}

/** Columns in which planes stand beside each other, with a pixel between. */
export function planeColumns({ planes, width, height }: Pick<TensorPicture, "planes" | "width" | "height">): number {
  if (planes === 1) return 1;
  return Math.min(planes, Math.max(1, Math.round(Math.sqrt((planes * (height + 1)) / (width + 1)) * 1.4)));
}

/** Pixels of a picture whose planes stand in so many columns. */
export function pictureSize(picture: Pick<TensorPicture, "planes" | "width" | "height">, columns: number): { readonly width: number; readonly height: number } {
  const rows = Math.ceil(picture.planes / columns);
  return { width: columns * (picture.width + 1) - 1, height: rows * (picture.height + 1) - 1 };
}

/** The picture as pixels, each plane by itself; between planes nothing. */
export function pixelsOf(picture: TensorPicture, scale: ValueScale): ImageData {
  const columns = planeColumns(picture);
  const size = pictureSize(picture, columns);
  const image = new ImageData(size.width, size.height);
  const { values, planes, width, height } = picture;
  for (let plane = 0; plane < planes; plane++) {
    const [left, top] = [(plane % columns) * (width + 1), Math.floor(plane / columns) * (height + 1)];
    for (let i = 0; i < width * height; i++) put(image, left + (i % width), top + Math.floor(i / width), valueColour(values[plane * width * height + i], scale));
  }
  return image;
}

/** Three planes as red, green and blue; `min` is black and `max` is full. */
export function colourPixels({ values, width, height }: TensorPicture, min: number, max: number): ImageData {
  const image = new ImageData(width, height);
  const byte = (value: number): number => Math.round((255 * (value - min)) / (max - min || 1));
  for (let i = 0; i < width * height; i++) {
    const parts = [0, 1, 2].map((plane) => values[plane * width * height + i]);
    put(image, i % width, Math.floor(i / width), parts.every(Number.isFinite) ? [byte(parts[0]), byte(parts[1]), byte(parts[2]), 255] : theme().error);
  }
  return image;
}

/** The scale's colours from its least to its largest value, for a bar beside the pictures. */
export function scaleColours(scale: ValueScale, count: number): Rgba[] {
  return Array.from({ length: count }, (_, i) => valueColour(scale.min + ((scale.max - scale.min) * i) / (count - 1), scale));
}

function put({ data, width }: ImageData, x: number, y: number, [red, green, blue]: Rgba): void {
  const at = (y * width + x) * 4;
  [data[at], data[at + 1], data[at + 2], data[at + 3]] = [red, green, blue, 255];
}

/** Float32 numbers from base64, as messages carry them. */
export function floatsOf(text: string): Float32Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.codePointAt(0)!);
  return new Float32Array(bytes.buffer);
}
