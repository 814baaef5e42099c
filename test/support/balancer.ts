import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from './server-process';
import { type Answer, TestClient } from './test-client';

/** Milliseconds between two looks at whether a node is ready. */
const POLL = 50;

/** A load balancer in small: asks the nodes whether they are ready, sends each request to one that was, and repeats none. */
export class Balancer {
  private nodes: { readonly server: ServerProcess; readonly client: TestClient; ready: boolean }[] = [];
  private turn = 0;
  private running = true;
  private readonly polling: Promise<void>;

  constructor(servers: readonly ServerProcess[]) {
    servers.forEach((server) => this.add(server));
    this.polling = this.poll();
  }

  /** Takes a node in. */
  add(server: ServerProcess): void {
    this.nodes.push({ server, client: new TestClient(server.url), ready: true });
  }

  /** Takes a node out. */
  remove(server: ServerProcess): void {
    this.nodes = this.nodes.filter((node) => node.server !== server);
  }

  /** The next node in turn. @throws {Error} when none is ready */
  next(): TestClient {
    const ready = this.nodes.filter((node) => node.ready);
    const node = ready[this.turn++ % ready.length];
    if (node === undefined) throw new Error('No node is ready.');
    return node.client;
  }

  /** Asks no more. */
  async stop(): Promise<void> {
    this.running = false;
    await this.polling;
  }

  private async poll(): Promise<void> {
    while (this.running) {
      await Promise.all(
        this.nodes.map(async (node) => {
          const answer: Pick<Answer, 'status'> = await node.client.get('/health/ready').catch(() => ({ status: 0 }));
          node.ready = answer.status === 200;
        }),
      );
      await sleep(POLL);
    }
  }
}
