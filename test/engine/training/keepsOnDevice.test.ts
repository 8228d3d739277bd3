/** Weights that stay on a device from chunk to chunk, on a device made of memory that nobody but its backend can read. */
import { expect, it } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { isOnDevice, type Backend, type DeviceTensor, type Feeds } from "../../../src/engine/training/backend.js";
import { createTrainer } from "../../../src/engine/training/trainer.js";
import type { ChunkDone, Trainer } from "../../../src/engine/training/types.js";
import { backend, blobs, configOf, layersOf, lossesOf, plain, runToEnd } from "./testRun.js";

/** A device whose tensors are held here; those that were not given back are in `held`. */
function deviceBackend(): Backend & { readonly held: Map<DeviceTensor, ConstantTensor>; lost: boolean } {
  const held = new Map<DeviceTensor, ConstantTensor>();
  const place = (value: ConstantTensor): DeviceTensor => {
    const tensor: DeviceTensor = { location: "device", type: value.type, dims: value.dims, release: () => void held.delete(tensor) };
    held.set(tensor, { ...value, data: value.data.slice() });
    return tensor;
  };
  const read = (tensor: DeviceTensor): ConstantTensor => {
    if (device.lost) throw new DescentError("device-lost", "The device is gone.");
    const value = held.get(tensor);
    if (value === undefined) throw new Error("a tensor was read after it had been given back");
    return value;
  };
  const entries = <A, B>(from: Readonly<Record<string, A>>, of: (value: A) => B): Record<string, B> => Object.fromEntries(Object.entries(from).map(([name, value]) => [name, of(value)]));
  const device = {
    held,
    lost: false,
    async createSession(model: Uint8Array, { kept, ...options }: Parameters<Backend["createSession"]>[1]) {
      const session = await backend.createSession(model, { ...options, provider: "cpu" });
      const run = (feeds: Feeds) => {
        if (device.lost) throw new DescentError("device-lost", "The device is gone.");
        return session.run(entries(feeds, (value) => (isOnDevice(value) ? { ...read(value), data: read(value).data.slice() } : value)));
      };
      return {
        ...session,
        ...(kept === undefined ? {} : {
          async runKeeping(feeds: Feeds) {
            const results = await run(feeds);
            const there = Object.fromEntries(kept.map((name) => [name, place(results[name])]));
            for (const name of kept) delete results[name];
            return { results, kept: there };
          },
        }),
      };
    },
    deviceMemory: () => ({
      place: (tensors: Readonly<Record<string, ConstantTensor>>) => Promise.resolve(entries(tensors, place)),
      fetch: async (tensors: Readonly<Record<string, DeviceTensor>>) => entries(tensors, (tensor) => ({ ...read(tensor), data: read(tensor).data.slice() })),
    }),
  };
  return device;
}

// a smaller last batch each epoch, so that two sessions hand the weights to each other; a frozen layer that thaws; dropout's table
const config = configOf({
  model: layersOf(["dense", { units: 12, activation: "relu" }], ["dropout", { rate: 0.2 }], ["batch_norm"], ["dense", { units: 3 }]),
  optimizer: { kind: "adam", arguments: { lr: 0.01, groups: [{ match: "dense_0.*", freeze: true }] } },
  training: { epochs: 6, batchSize: 5, unfreeze: { afterEpochs: 3, lrFactor: 0.5 } },
});

function onDevice(device: Backend, rest: object = {}): Promise<Trainer> {
  return createTrainer({ config, dataset: blobs(), backend: device, provider: "webgpu", tuning: { ...plain, chunkSteps: 3 }, fixedChunks: true, resume: null, log: () => undefined, keepsOnDevice: true, ...rest });
}

it("gives every bit that the way through memory gives, with less at the border, and gives everything back", async () => {
  const inMemory = await onDevice(deviceBackend(), { keepsOnDevice: false });
  const expected = await runToEnd(inMemory);
  const device = deviceBackend();
  const trainer = await onDevice(device);
  const events = await runToEnd(trainer);
  expect(lossesOf(events)).toEqual(lossesOf(expected));
  expect(events.filter(({ kind }) => kind === "evaluation")).toEqual(expected.filter(({ kind }) => kind === "evaluation"));
  expect(trainer.state().tensors).toEqual(inMemory.state().tensors);
  const copies = (from: typeof events): ChunkDone["copies"][] => from.flatMap((event) => (event.kind === "steps" ? [event.copies] : []));
  const [there, here] = [copies(events), copies(expected)];
  // weight and bias of the last layer, scale and shift of batch norm, the optimizer's two for each of them; running mean and variance
  const carried = 4 * (3 * (36 + 3 + 24) + 24);
  expect(here[1]!.out - there[1]!.out).toBe(carried);
  // of the frozen layer too, and a table of a million masks
  expect(here[1]!.in - there[1]!.in).toBeGreaterThan(carried + 4 * 36 + 2 ** 20);
  await trainer.dispose();
  await inMemory.dispose();
  expect(device.held.size).toBe(0);
});

it("settled in the middle of an epoch it goes on to the same losses", async () => {
  const whole = await onDevice(deviceBackend());
  const expected = lossesOf(await runToEnd(whole));
  const first = await onDevice(deviceBackend());
  const begun = lossesOf(await runToEnd(first, 15));
  await first.settle();
  expect(first.state().step).toBe(first.step);
  const resumed = await onDevice(deviceBackend(), { resume: first.state() });
  expect([...begun, ...lossesOf(await runToEnd(resumed))]).toEqual(expected);
  for (const trainer of [whole, first, resumed]) await trainer.dispose();
});

it("of a device that is lost, the state is that of the last step that came back, and goes on to the same losses", async () => {
  const whole = await onDevice(deviceBackend());
  const expected = lossesOf(await runToEnd(whole));
  const device = deviceBackend();
  const trainer = await onDevice(device);
  const begun = lossesOf(await runToEnd(trainer, 17));
  device.lost = true;
  await expect(trainer.next()).rejects.toMatchObject({ code: "device-lost" });
  await expect(trainer.settle()).rejects.toMatchObject({ code: "device-lost" });
  const state = trainer.state();
  // the evaluation after the first epoch, 11 steps, was the last that needed the weights
  expect(state.step).toBe(11);
  const resumed = await onDevice(deviceBackend(), { resume: state });
  expect([...begun.slice(0, 11), ...lossesOf(await runToEnd(resumed))]).toEqual(expected);
  for (const each of [whole, resumed]) await each.dispose();
});
