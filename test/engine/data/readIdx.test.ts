import fc from "fast-check";
import { expect, test } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { readIdx } from "../../../src/engine/data/readIdx.js";

const named = (bytes: number[] | Uint8Array) => ({ file: "/data/a.idx", name: "a.idx", bytes: Uint8Array.from(bytes) });
const code = (bytes: number[]) => { try { readIdx(named(bytes)); return null; } catch (error) { return (error as DescentError).code; } };

test.each([
  ["unsigned bytes", 0x08, [200, 7], [200, 7]],
  ["signed bytes", 0x09, [200, 7], [-56, 7]],
  ["16-bit integers", 0x0b, [0xff, 0xfe, 1, 0], [-2, 256]],
  ["32-bit integers", 0x0c, [0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0], [-3, 65536]],
  ["32-bit floats", 0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], [1, -2.5]],
  ["64-bit floats", 0x0e, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0x04, 0, 0, 0, 0, 0, 0], [1, -2.5]],
])("%s, big-endian", (_, type, elements, expected) => {
  const { dims, data } = readIdx(named([0, 0, type, 1, 0, 0, 0, 2, ...elements]));
  expect(dims).toEqual([2]);
  expect(Array.from(data)).toEqual(expected);
});

test("bytes of a Buffer become a plain array, whose slices are copies", () => {
  const { data } = readIdx({ file: "/data/a.idx", name: "a.idx", bytes: Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 5, 6]) });
  expect(data.constructor).toBe(Uint8Array);
  expect(Array.from(data)).toEqual([5, 6]);
});

test("axes in order", () => {
  expect(readIdx(named([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6])).dims).toEqual([1, 2, 3]);
});

test("what is wrong has a code", () => {
  expect(code([0, 0, 8])).toBe("file-truncated");
  expect(code([1, 2, 3, 4, 0, 0, 0, 1, 5])).toBe("idx-magic");
  expect(code([0, 0, 0x0a, 1, 0, 0, 0, 1, 5])).toBe("idx-magic");
  expect(code([0, 0, 8, 2, 0, 0, 0, 1])).toBe("file-truncated");
  expect(code([0, 0, 8, 1, 0, 0, 0, 3, 1, 2])).toBe("file-truncated");
  expect(code([0, 0, 8, 1, 0, 0, 0, 1, 1, 2])).toBe("file-too-long");
  expect(code([0, 0, 8, 1, 0, 0, 0, 0])).toBe("file-empty");
});

test("any bytes are read or refused with a code", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    try {
      readIdx(named(bytes));
    } catch (error) {
      expect(error).toBeInstanceOf(DescentError);
    }
  }));
});
