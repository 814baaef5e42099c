import { fileURLToPath } from 'node:url';
import { Child } from './child.js';

const MAX_UNEXPECTED_SHARE = 0.01;

/** The harness's end of the load generator. */
export class Load {
  #child;
  busiest = 0;

  constructor(core) {
    const script = fileURLToPath(new URL('../load/worker.js', import.meta.url));
    this.#child = new Child({ name: 'load generator', script, core });
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

  /**
   * Runs plans side by side and measures them.
   *
   * @returns {Promise<{ plans: object, seconds: number, serverCpuMicros: number | null, loadBusy: number }>}
   * @throws when more than one answer in a hundred is not the expected one: such a rate would mean nothing
   */
  async run({ names, warmupMs, measureMs, pid }) {
    const result = await this.#child.call('run', { names, warmupMs, measureMs, pid });
    for (const [name, plan] of Object.entries(result.plans)) {
      const unexpected = Object.values(plan.unexpected).reduce((sum, count) => sum + count, 0);
      if (unexpected > MAX_UNEXPECTED_SHARE * (plan.requests + unexpected)) {
        throw new Error(
          `${name}: ${unexpected} unexpected answers beside ${plan.requests} expected ones; the first: ${plan.sample}`,
        );
      }
    }
    this.busiest = Math.max(this.busiest, result.loadBusy);
    return result;
  }

  stop() {
    return this.#child.stop();
  }
}
