/** JPEG and PNG files as pixels: mozjpeg as WebAssembly (libjpeg's arithmetic, so the pixels are those of other tools) and fast-png. */
import fs from "node:fs";
import path from "node:path";
import { DescentError } from "../../common/errors.js";

/** Pixels row by row, `channels` bytes each: 1 grey, 3 red, green and blue. Transparency is dropped. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** What an image's header says. */
export interface ImageHeader {
  readonly kind: "jpeg" | "png";
  readonly width: number;
  readonly height: number;
  readonly isGrey: boolean;
}

/** More pixels than this are no training image but a broken or hostile header. */
const mostPixels = 100_000_000;

function corrupt(name: string, file: string, how: string): DescentError {
  return new DescentError("image-corrupt", `${name} is broken: ${how}. Take it away, or say on_corrupt: skip.`, { file });
}

/** Reads the header. @throws DescentError `image-format` (neither JPEG nor PNG), `image-corrupt` */
export function imageHeader(bytes: Uint8Array, file: string, name: string): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: ImageHeader | null;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) header = jpegHeader(view);
  else if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47) header = bytes.length < 33 ? null : { kind: "png", width: view.getUint32(16), height: view.getUint32(20), isGrey: bytes[25] === 0 || bytes[25] === 4 };
  else throw bytes.length < 4 ? corrupt(name, file, "it is cut off") : new DescentError("image-format", `${name} is neither a JPEG nor a PNG image.`, { file });
  if (header === null) throw corrupt(name, file, "it is cut off within its header");
  if (header.width === 0 || header.height === 0 || header.width * header.height > mostPixels) throw corrupt(name, file, `its header says ${header.width} x ${header.height} pixels`);
  return header;
}

/** From the first frame header (SOF0 to SOF15 but DHT, JPG and DAC); null where there is none. */
function jpegHeader(view: DataView): ImageHeader | null {
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) { at++; continue; } // filling
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { kind: "jpeg", height: view.getUint16(at + 5), width: view.getUint16(at + 7), isGrey: view.getUint8(at + 9) === 1 };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/**
 * Decodes an image. @throws DescentError `image-format`, `image-corrupt` (also for data that end too early), `image-unsupported` (CMYK)
 */
export async function decodeImage(bytes: Uint8Array, file: string, name: string): Promise<DecodedImage> {
  const header = imageHeader(bytes, file, name);
  return header.kind === "png" ? decodePng(bytes, file, name) : decodeJpeg(bytes, header, file, name);
}

type JpegDecoder = (bytes: ArrayBuffer) => Promise<{ readonly width: number; readonly height: number; readonly data: Uint8ClampedArray }>;
let jpegDecoder: Promise<JpegDecoder> | null = null;
/** What libjpeg said about the image that is being decoded. */
let warnings: string[] = [];
/** Settles when the last image asked for so far has been decoded. */
let decoded: Promise<unknown> = Promise.resolve();

/** One image after another: the decoder tells its warnings of no image by name, and those of one must not fall on the next. */
function decodeJpeg(bytes: Uint8Array, header: ImageHeader, file: string, name: string): Promise<DecodedImage> {
  const decoding = decoded.then(() => decodeAlone(bytes, header, file, name));
  decoded = decoding.catch(() => undefined);
  return decoding;
}

async function decodeAlone(bytes: Uint8Array, { isGrey }: ImageHeader, file: string, name: string): Promise<DecodedImage> {
  jpegDecoder ??= loadJpegDecoder();
  const decode = await jpegDecoder;
  warnings = [];
  let pixels: Awaited<ReturnType<JpegDecoder>>;
  try {
    pixels = await decode(bytes.slice().buffer as ArrayBuffer);
  } catch (error) {
    jpegDecoder = null; // a module that has ended is not used again
    if (warnings.some((text) => text.includes("Unsupported color conversion"))) throw new DescentError("image-unsupported", `${name} has four inks (CMYK); save it as RGB.`, { file }, { cause: error });
    throw corrupt(name, file, warnings.at(-1) ?? "it cannot be decoded");
  }
  const bad = warnings.find((text) => /Premature end|Corrupt JPEG data(?!.*extraneous)/.test(text));
  if (bad !== undefined) throw corrupt(name, file, bad);
  return { width: pixels.width, height: pixels.height, channels: isGrey ? 1 : 3, data: withoutAlpha(pixels.data, 4, isGrey ? 1 : 3) };
}

async function loadJpegDecoder(): Promise<JpegDecoder> {
  const { default: decode, init } = await import("@jsquash/jpeg/decode.js");
  const wasm = await WebAssembly.compile(fs.readFileSync(wasmFile()));
  await (init as (module: WebAssembly.Module, options: object) => Promise<void>)(wasm, { printErr: (text: string) => warnings.push(text), print: () => {} });
  return (bytes) => decode(bytes);
}

/** Beside the bundle (of the process, or of a worker in its folder), or, of sources that run as they are, in the library. */
function wasmFile(): string {
  const places = [path.join(__dirname, "wasm", "mozjpeg_dec.wasm"), path.join(__dirname, "..", "wasm", "mozjpeg_dec.wasm"), path.join(__dirname, "../../../node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm")];
  const found = places.find((place) => fs.existsSync(place));
  if (found === undefined) throw new DescentError("jpeg-decoder-missing", `The JPEG decoder is not where it was installed (${places[0]}).`);
  return found;
}

async function decodePng(bytes: Uint8Array, file: string, name: string): Promise<DecodedImage> {
  const { convertIndexedToRgb, decode } = await import("fast-png");
  try {
    const image = decode(bytes, { checkCrc: true });
    const { width, height, depth, palette } = image;
    if (palette !== undefined) return { width, height, channels: 3, data: withoutAlpha(convertIndexedToRgb(image), palette[0].length, 3) };
    const channels = image.channels <= 2 ? 1 : 3;
    const data = depth === 16 ? Uint8Array.from(image.data, (value) => value >> 8) : depth === 8 ? image.data : unpacked(image.data, width, height, depth);
    if (data.length !== width * height * image.channels) throw new Error(`it has ${data.length} values for ${width} x ${height} pixels`);
    return { width, height, channels, data: withoutAlpha(data, image.channels, channels) };
  } catch (error) {
    throw corrupt(name, file, error instanceof Error ? error.message.replace(/\.$/, "") : String(error));
  }
}

/** Grey values of 1, 2 or 4 bits, rows padded to whole bytes, stretched to bytes. */
function unpacked(data: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const [rowBytes, most] = [Math.ceil((width * depth) / 8), 2 ** depth - 1];
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)];
    return (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most;
  });
}

function withoutAlpha(data: ArrayLike<number>, from: number, to: number): Uint8Array {
  if (from === to) return Uint8Array.from(data);
  const pixels = new Uint8Array((data.length / from) * to);
  for (let pixel = 0; pixel * from < data.length; pixel++) for (let channel = 0; channel < to; channel++) pixels[pixel * to + channel] = data[pixel * from + channel];
  return pixels;
}
