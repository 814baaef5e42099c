import { createHistogram, performance } from 'node:perf_hooks';
import { Connection } from './connection.js';

const TICK_MS = 10;

/**
 * Drives one plan over a number of connections, each sending its next request as soon as the last is answered, or all
 * together no faster than `perSecond`.
 */
export class Lane {
  #plan;
  #expect;
  #connections;
  #sentAt;
  #latency = createHistogram();
  #counts;
  #running = false;
  #idle = [];
  #allowance = 0;
  #perSecond;
  #timer = null;
  #tickedAt = 0;
  #onExhausted;

  /** @param {{ plan: object, port: number, connections: number, expect: number[], perSecond?: number, onExhausted?: () => void }} options */
  constructor({ plan, port, connections, expect, perSecond = Infinity, onExhausted }) {
    this.#plan = plan;
    this.#expect = new Set(expect);
    this.#perSecond = perSecond;
    this.#onExhausted = onExhausted;
    this.#sentAt = new Float64Array(connections);
    this.#connections = Array.from(
      { length: connections },
      (_, index) =>
        new Connection({
          port,
          wantsBody: plan.wantsBody,
          onResponse: (status, body, head) => this.#answered(index, status, body, head),
        }),
    );
    this.reset();
  }

  start() {
    this.#running = true;
    if (this.#perSecond !== Infinity) {
      this.#tickedAt = performance.now();
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
    }
    for (let index = 0; index < this.#connections.length; index++) this.#proceed(index);
  }

  /** Forgets what was counted so far: the warm-up is over. */
  reset() {
    this.#counts = { requests: 0, unexpected: {}, sample: null };
    this.#latency.reset();
  }

  /** What was counted since the last `reset`; latencies in milliseconds. */
  summary(seconds) {
    return {
      ...this.#counts,
      seconds,
      rate: this.#counts.requests / seconds,
      p50: this.#latency.percentile(50) / 1000,
      p99: this.#latency.percentile(99) / 1000,
    };
  }

  /** Sends nothing new, waits for the answers on their way (a refresh chain must not lose one), then disconnects. */
  async stop(timeoutMs = 15000) {
    this.#running = false;
    clearInterval(this.#timer);
    const deadline = performance.now() + timeoutMs;
    while (this.#connections.some((connection) => connection.busy)) {
      if (performance.now() > deadline) throw new Error(`a request had no answer within ${timeoutMs / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const connection of this.#connections) connection.close();
  }

  #tick() {
    const now = performance.now();
    const due = this.#allowance + (this.#perSecond * (now - this.#tickedAt)) / 1000;
    this.#tickedAt = now;
    // No more than one for each connection: what could not be sent in time is left out and not made up for in a burst.
    this.#allowance = Math.min(due, this.#connections.length);
    while (this.#allowance >= 1 && this.#idle.length > 0) {
      this.#allowance -= 1;
      this.#send(this.#idle.shift());
    }
  }

  #proceed(index) {
    if (!this.#running) return;
    if (this.#perSecond === Infinity) this.#send(index);
    else this.#idle.push(index);
  }

  #send(index) {
    const request = this.#plan.next(index);
    if (request === null) {
      this.#onExhausted?.();
      return;
    }
    this.#sentAt[index] = performance.now();
    this.#connections[index].send(request);
  }

  #answered(index, status, body, head) {
    if (this.#expect.has(status)) {
      this.#latency.record(Math.max(1, Math.round((performance.now() - this.#sentAt[index]) * 1000)));
      if (this.#plan.learn?.(index, body, head) !== false) this.#counts.requests += 1;
    } else {
      this.#plan.abandon?.(index);
      this.#counts.unexpected[status] = (this.#counts.unexpected[status] ?? 0) + 1;
      this.#counts.sample ??= `${status} ${body.toString('latin1', 0, 200)}`;
    }
    this.#proceed(index);
  }
}
