/**
 * The bound for logins: argon2id alone, at the parameters that Gatehouse stores (OWASP: 19 MiB, t=2, p=1), with as many
 * verifications under way as the login scenario has clients; no HTTP, no database.
 */
import { performance } from 'node:perf_hooks';
import { hash, verify } from '@node-rs/argon2';

const PASSWORD = 'bench-5f0c1d-teal-otter';
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const operations = {
  /** Verifications per second in a window of `measureMs` after `warmupMs`, and the CPU µs of each. */
  async run({ concurrency, warmupMs, measureMs }) {
    const stored = await hash(PASSWORD, PARAMETERS);
    let count = 0;
    let running = true;
    const verifyOnAndOn = async () => {
      while (running) {
        if (!(await verify(stored, PASSWORD))) throw new Error('the hash does not verify');
        count += 1;
      }
    };
    const lanes = Array.from({ length: concurrency }, verifyOnAndOn);
    await pause(warmupMs);
    count = 0;
    const cpu = process.cpuUsage();
    const start = performance.now();
    await pause(measureMs);
    const seconds = (performance.now() - start) / 1000;
    const used = process.cpuUsage(cpu);
    const verified = count;
    running = false;
    await Promise.all(lanes);
    return { rate: verified / seconds, cpu: (used.user + used.system) / verified };
  },
};

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

process.on('message', ({ id, operation, argument }) => {
  operations[operation](argument).then(
    (result) => process.send({ id, result }),
    (error) => process.send({ id, error: error.stack }),
  );
});
process.on('disconnect', () => process.exit(0));
