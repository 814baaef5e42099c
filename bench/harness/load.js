import { fileURLToPath } from 'node:url';
import { Child } from './child.js';
import { median } from './statistics.js';

const MAX_UNEXPECTED_SHARE = 0.01;
const BUSY = 0.9;
const DISTURBED = 0.1;

/** The harness's end of the load generator. */
export class Load {
  #child;
  #cores;
  #busiest = 0;
  #disturbance = [];

  /** @param {{ load: number | null, server: number | null }} cores */
  constructor(cores) {
    this.#cores = cores;
    const script = fileURLToPath(new URL('../load/worker.js', import.meta.url));
    this.#child = new Child({ name: 'load generator', script, core: cores.load });
  }

  /** Prepares a plan under `name`; kinds and options as in load/plans.js, plus `connections`, `expect`, `perSecond`. */
  define(name, kind, options) {
    return this.#child.call('define', { name, kind, ...options });
  }

  /** Signs `count` tokens into the set `set`. */
  sign(set, options) {
    return this.#child.call('sign', { set, ...options });
  }

  /** Collects `count` access tokens into the set of a chain plan that was defined with `collect: set`. */
  async mint(name, set, count) {
    await this.#child.call('clear', { set });
    await this.#child.call('restart', { name, limit: count });
    await this.run({ names: [name], warmupMs: 0, measureMs: 600_000, pid: 0 });
    return this.#child.call('count', { set });
  }

  /** The refresh tokens that the journeys of a plan have ended with, one of each connection. */
  refreshTokens(name) {
    return this.#child.call('refreshTokens', { name });
  }

  /** The access tokens that they have ended with. */
  accessTokens(name) {
    return this.#child.call('accessTokens', { name });
  }

  /**
   * Runs plans side by side and measures them.
   *
   * @returns {Promise<{ plans: object, seconds: number, serverCpuMicros: number | null, loadBusy: number }>}
   * @throws when more than one answer in a hundred is not the expected one: such a rate would mean nothing
   */
  async run({ names, warmupMs, measureMs, pid }) {
    const result = await this.#child.call('run', { names, warmupMs, measureMs, pid, cores: this.#cores });
    for (const [name, plan] of Object.entries(result.plans)) {
      const unexpected = Object.values(plan.unexpected).reduce((sum, count) => sum + count, 0);
      if (unexpected > MAX_UNEXPECTED_SHARE * (plan.requests + unexpected)) {
        throw new Error(
          `${name}: ${unexpected} unexpected answers beside ${plan.requests} expected ones; the first: ${plan.sample}`,
        );
      }
    }
    this.#busiest = Math.max(this.#busiest, result.loadBusy);
    if (warmupMs > 0) this.#disturbance.push(result.takenByOthers);
    return result;
  }

  /** What makes the rates measured since the last call doubtful, in sentences. */
  doubts() {
    const doubts = [];
    if (this.#busiest > BUSY) {
      doubts.push(
        `the load generator was busy ${percent(this.#busiest)} of its core at times; the fastest rates may be its own, so trust the CPU ratio`,
      );
    }
    const disturbance = this.#disturbance.length ? median(this.#disturbance) : 0;
    if (disturbance > DISTURBED) {
      doubts.push(
        `other processes took ${percent(disturbance)} of a core in half of the windows; trust the CPU ratio, or repeat on a quiet machine`,
      );
    }
    this.#busiest = 0;
    this.#disturbance = [];
    return doubts;
  }

  stop() {
    return this.#child.stop();
  }
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}
