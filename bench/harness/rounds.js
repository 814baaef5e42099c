import { median, spread } from './statistics.js';

/**
 * Measures the contestants in turn, round by round, every second round in reverse order, so that what the machine does
 * meanwhile hits all of them alike.
 *
 * @param {{ rounds: number, contestants: { name: string, warmUp?: () => Promise<unknown>, measure: () => Promise<Sample> }[], progress: (text: string) => void }} options
 * @typedef {{ rate: number, cpu: number | null, p99?: number }} Sample rate per second, server CPU µs per request
 * @returns {Promise<Record<string, Sample[]>>} samples in the order of the rounds
 */
export async function interleave({ rounds, contestants, progress }) {
  for (const { warmUp } of contestants) await warmUp?.();
  const samples = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 ? [...contestants].reverse() : contestants;
    for (const { name, measure } of order) {
      const sample = await measure();
      samples[name][round] = sample;
      progress(`round ${round + 1}/${rounds} ${name}: ${Math.round(sample.rate)}/s`);
    }
  }
  return samples;
}

/**
 * Compares two contestants: the median of the ratios of each round.
 *
 * @param {{ title: string, samples: Record<string, Sample[]>, subject: string, reference: string, atLeast?: number }} options
 *   without `atLeast` the row is for information
 */
export function compare({ title, samples, subject, reference, atLeast }) {
  const ours = samples[subject];
  const theirs = samples[reference];
  const ratio = spread(ours.map((sample, round) => sample.rate / theirs[round].rate));
  return {
    kind: 'ratio',
    title,
    subject: { name: subject, ...summary(ours) },
    reference: { name: reference, ...summary(theirs) },
    ratio,
    cpuRatio: cpuRatio(ours, theirs),
    atLeast: atLeast ?? null,
    met: atLeast === undefined ? null : ratio.median >= atLeast,
  };
}

/** A row for one number with an upper bound, or for information. */
export function value({ title, value: amount, unit, atMost, note = '' }) {
  return {
    kind: 'value',
    title,
    value: amount,
    unit,
    atMost: atMost ?? null,
    met: atMost === undefined ? null : amount <= atMost,
    note,
  };
}

function summary(samples) {
  const cpus = samples.map(({ cpu }) => cpu).filter((cpu) => cpu !== null);
  return { rate: median(samples.map(({ rate }) => rate)), cpu: cpus.length ? median(cpus) : null };
}

// How many times less CPU the subject takes: same direction as the ratio of rates.
function cpuRatio(ours, theirs) {
  const ratios = ours.map(({ cpu }, round) =>
    cpu === null || theirs[round].cpu === null ? null : theirs[round].cpu / cpu,
  );
  return ratios.includes(null) ? null : median(ratios);
}
