/** Images to a common size and number of channels. */
import type { DecodedImage } from "./decodeImage.js";

/** Weights of the source pixels that make a pixel. */
interface Span {
  readonly first: number;
  readonly weights: readonly number[];
}

/** A triangle filter that widens where the image shrinks, as Pillow's BILINEAR: no pixel is left out. */
function spans(from: number, to: number): Span[] {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_w, k) => Math.max(0, 1 - Math.abs((first + k - centre + 0.5) / reach)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** The image at another size: across, then down, each rounded to bytes. */
export function resizeImage(image: DecodedImage, height: number, width: number): DecodedImage {
  if (image.height === height && image.width === width) return image;
  const across = pass(image.data, image.height, image.width, image.channels, spans(image.width, width));
  // the same down: columns become rows and back
  const turned = turn(across, image.height, width, image.channels);
  const down = pass(turned, width, image.height, image.channels, spans(image.height, height));
  return { ...image, width, height, data: turn(down, width, height, image.channels) };
}

function pass(data: Uint8Array, rows: number, width: number, channels: number, to: readonly Span[]): Uint8Array {
  const result = new Uint8Array(rows * to.length * channels);
  for (let row = 0; row < rows; row++) {
    to.forEach(({ first, weights }, column) => {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * data[(row * width + first + k) * channels + channel];
        result[(row * to.length + column) * channels + channel] = Math.round(sum);
      }
    });
  }
  return result;
}

function turn(data: Uint8Array, rows: number, columns: number, channels: number): Uint8Array {
  const turned = new Uint8Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let channel = 0; channel < channels; channel++) turned[(column * rows + row) * channels + channel] = data[(row * columns + column) * channels + channel];
    }
  }
  return turned;
}

/** Pixels with as many channels: grey is repeated. A coloured image is never made grey. */
export function withChannels({ data, channels }: DecodedImage, wanted: 1 | 3): Uint8Array {
  if (channels === wanted) return data;
  const pixels = new Uint8Array((data.length / channels) * wanted);
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[Math.floor(i / wanted) * channels];
  return pixels;
}
