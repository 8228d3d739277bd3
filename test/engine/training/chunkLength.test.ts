import { describe, expect, it } from "vitest";
import { ChunkLength } from "../../../src/engine/training/chunkLength.js";

describe("the length of a chunk", () => {
  it("nears 50 ms, by at most a factor of two at a time", () => {
    const length = new ChunkLength(10, 50);
    length.learn(10, 100);
    expect(length.steps).toBe(5);
    length.learn(5, 500);
    expect(length.steps).toBe(2);
    for (let i = 0; i < 20; i++) length.learn(length.steps, 0.5 * length.steps);
    expect(length.steps).toBe(100);
  });

  it("stays within one step and 5,000", () => {
    const length = new ChunkLength(1, 50);
    length.learn(1, 10_000);
    expect(length.steps).toBe(1);
    for (let i = 0; i < 20; i++) length.learn(length.steps, 0);
    expect(length.steps).toBe(5000);
  });

  it("is not misled by a chunk that a stop cut short", () => {
    const length = new ChunkLength(100, 50);
    length.learn(3, 1.5);
    expect(length.steps).toBe(100);
  });
});
