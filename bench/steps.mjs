// Steps a second against PyTorch eager, and what statistics cost: two sides measured by turns, the median of the rounds' ratios.

export const titles = {
  mlp: "MLP 784-128-64-10, Adam, batch 64",
  lenet: "LeNet 16-32, 5x5, SGD momentum, batch 64",
  resnet8: "ResNet-8 16-32-64, batch norm, 32x32, SGD momentum, batch 64",
  gpt: "GPT, 2 blocks, width 128, sequence 64, batch 16, AdamW",
  lstm: "LSTM 28 steps, width 128, Adam, batch 64",
  convnet: "7 convolutions 3x3, 16 to 64, with batch norm, 32x32, SGD momentum, batch 64",
};
/** Models for which PyTorch is measured in channels-last order too. */
const convolutional = ["lenet", "resnet8"];
/** Models whose statistics are timed: the smallest, where they cost most. The others train 60 steps, from one time to the next, in seconds, and pairs of turns would take an hour. */
const timedStatistics = ["mlp", "lenet"];
/** Seconds that one side runs at a stretch. */
const blockSeconds = 0.5;

/** Rows of both tables. `ours` is the bundled `ours.ts`, `torch` what `startTorch` gave; `report` is told of progress. */
export async function measureSteps({ ours, torch, models, threads, rounds, report }) {
  const steps = [["model", "threads", "Descent, ms a step", "PyTorch, ms a step", "times PyTorch's speed", "range", "times channels_last", "lowering"]];
  const means = [];
  const statistics = [["model", "threads", "without, ms a step", "with, ms a step", "cost"]];
  for (const count of threads) {
    const speeds = [];
    for (const name of models) {
      const training = await ours.openTraining(name, { threads: count });
      const sides = [oursAs(training), ...(torch.missing === undefined ? [torchAs(torch, name, count), ...(convolutional.includes(name) ? [torchAs(torch, name, count, true)] : [])] : [])];
      const { milliseconds, ratios: [ratios, channelsLast] } = await byTurns(sides, rounds);
      if (ratios) speeds.push(median(ratios));
      steps.push([titles[name], count, milliseconds[0].toFixed(3), milliseconds[1]?.toFixed(3) ?? "-", ratios ? median(ratios).toFixed(2) : "-", ratios ? range(ratios) : "-", channelsLast ? median(channelsLast).toFixed(2) : "-", training.tuning.lowering]);
      report(steps.at(-1).join(" | "));
      await training.close();
    }
    if (speeds.length > 1) means.push(`Geometric mean at ${count} thread${count === 1 ? "" : "s"}: ${Math.exp(speeds.reduce((sum, speed) => sum + Math.log(speed), 0) / speeds.length).toFixed(2)} times PyTorch's speed.`);
    for (const name of models.filter((one) => timedStatistics.includes(one))) {
      const { without, with_, ratio } = await costOfStatistics(ours, name, count, rounds);
      statistics.push([titles[name], count, without.toFixed(3), with_.toFixed(3), `${(100 * (ratio - 1)).toFixed(1)} %`]);
      report(statistics.at(-1).join(" | "));
    }
  }
  return { steps, statistics, means };
}

/** Trainings on each side of the statistics' cost, for where a training's memory lies moves its speed too. */
const copies = 3;
/** Statistics come at every 60th step of a long run: a turn is so many steps or a multiple. */
export const statisticsInterval = 60;

/**
 * Medians of either side's milliseconds a step, and of the ratios of turns that follow one another. The cost is a tenth of what a machine's
 * speed changes by from one half second to the next, as where a virtual machine has neighbours: hence pairs of turns as short as the
 * interval allows, and many of them.
 */
async function costOfStatistics(ours, name, threads, rounds) {
  const first = await ours.openTraining(name, { threads, statistics: false });
  const trainings = [first];
  while (trainings.length < 2 * copies) trainings.push(await ours.openTraining(name, { threads, statistics: trainings.length % 2 === 1, lowering: first.tuning.lowering }));
  const sides = trainings.map(oursAs);
  await sides[0](5);
  const { steps, seconds } = await sides[0](20);
  const length = statisticsInterval * Math.max(1, Math.round(((blockSeconds / 8) * steps) / seconds / statisticsInterval));
  const perRound = Math.max(1, Math.round((8 * steps) / (seconds * length * sides.length)));
  const { times } = await turns(sides, sides.map(() => length), perRound * rounds);
  for (const training of trainings) await training.close();
  return pairsOf(times);
}

/** Of sides without and with, by turns: the medians of either, and of the ratios of turns that follow one another. */
export function pairsOf(times) {
  const without = times.filter((_, i) => i % 2 === 0);
  const withThem = times.filter((_, i) => i % 2 === 1);
  return { without: median(without.flat()), with_: median(withThem.flat()), ratio: median(withThem.flatMap((own, copy) => own.map((time, round) => time / without[copy][round]))) };
}

/** A side does about so many steps and says how many and how long they took. */
function oursAs(training) {
  return (steps) => training.run(steps);
}

function torchAs(torch, name, threads, channelsLast = false) {
  return async (steps) => ({ steps, seconds: await torch.seconds(name, threads, steps, channelsLast) });
}

/** Medians of each side's milliseconds a step, and for each further side its ratio to the first in each round; who begins changes from round to round. */
async function byTurns(sides, rounds, turn = blockSeconds) {
  const lengths = [];
  for (const side of sides) {
    await side(5);
    const { steps, seconds } = await side(20);
    lengths.push(Math.max(1, Math.round((turn * steps) / seconds)));
  }
  return turns(sides, lengths, rounds);
}

/** The same with turns of the given lengths, in steps. */
export async function turns(sides, lengths, rounds) {
  const times = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [...sides.keys()] : [...sides.keys()].reverse();
    for (const i of order) {
      const { steps, seconds } = await sides[i](lengths[i]);
      times[i].push((1000 * seconds) / steps);
    }
  }
  return { times, milliseconds: times.map(median), ratios: times.slice(1).map((side) => side.map((time, round) => time / times[0][round])) };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function range(values) {
  return `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
}
