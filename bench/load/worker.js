import { performance } from 'node:perf_hooks';
import { journeyPlan } from './journey.js';
import { Lane } from './lane.js';
import { chainPlan, fixedPlan, followPlan, tokensPlan } from './plans.js';
import { coreMicros, cpuMicros } from './process-usage.js';
import { signTokens } from './tokens.js';

/** The load generator: a process of its own on its own core, told over IPC what to send. Token sets and plans live here. */
const tokenSets = new Map();
const plans = new Map();

const planKinds = {
  fixed: (options) => fixedPlan(options),
  tokens: ({ set, ...options }) => tokensPlan({ ...options, tokens: tokenSets.get(set) }),
  chain: ({ collect, ...options }) => chainPlan({ ...options, collect: collect && tokenSet(collect) }),
  journey: (options) => journeyPlan(options),
  follow: ({ chain, ...options }) => followPlan({ ...options, chain: plans.get(chain).plan }),
};

const operations = {
  define({ name, kind, connections = 64, expect = [200], perSecond, ...options }) {
    plans.set(name, { plan: planKinds[kind](options), port: options.port, connections, expect, perSecond });
  },
  sign({ set, ...options }) {
    tokenSets.set(set, signTokens(options));
  },
  clear({ set }) {
    tokenSet(set).length = 0;
  },
  count({ set }) {
    return tokenSet(set).length;
  },
  restart({ name, limit }) {
    plans.get(name).plan.restart(limit);
  },
  refreshTokens({ name }) {
    return plans.get(name).plan.tokens();
  },
  accessTokens({ name }) {
    return plans.get(name).plan.accessTokens();
  },
  run,
};

function tokenSet(name) {
  if (!tokenSets.has(name)) tokenSets.set(name, []);
  return tokenSets.get(name);
}

/**
 * Runs the named plans side by side: a warm-up, then a measured window that ends after `measureMs` or as soon as a plan
 * has nothing left to send. The CPU time of the server and of both cores is
 * read at both ends of the window.
 */
async function run({ names, warmupMs, measureMs, pid, cores }) {
  let exhausted;
  const whenExhausted = new Promise((resolve) => (exhausted = resolve));
  const lanes = names.map((name) => new Lane({ ...plans.get(name), onExhausted: exhausted }));
  for (const lane of lanes) lane.start();
  await Promise.race([pause(warmupMs), whenExhausted]);

  for (const lane of lanes) lane.reset();
  const ownBefore = process.cpuUsage();
  const serverBefore = cpuMicros(pid);
  const coresBefore = coreTimes(cores);
  const start = performance.now();
  await Promise.race([pause(measureMs), whenExhausted]);
  const seconds = (performance.now() - start) / 1000;
  const serverAfter = cpuMicros(pid);
  const coresAfter = coreTimes(cores);
  const own = process.cpuUsage(ownBefore);
  const results = lanes.map((lane) => lane.summary(seconds));
  await Promise.all(lanes.map((lane) => lane.stop()));

  const serverCpuMicros = serverBefore === null || serverAfter === null ? null : serverAfter - serverBefore;
  const ownCpuMicros = own.user + own.system;
  return {
    plans: Object.fromEntries(names.map((name, index) => [name, results[index]])),
    seconds,
    serverCpuMicros,
    takenByOthers: Math.max(
      shareOfOthers(coresBefore.server, coresAfter.server, serverCpuMicros, seconds),
      shareOfOthers(coresBefore.load, coresAfter.load, ownCpuMicros, seconds),
    ),
    loadBusy: ownCpuMicros / 1e6 / seconds,
  };
}

function coreTimes({ server, load }) {
  return { server: coreMicros(server), load: coreMicros(load) };
}

/** The share of a core's time that went to others than the process that has it to itself; 0 where it is not known. */
function shareOfOthers(before, after, ownMicros, seconds) {
  if (before === null || after === null || ownMicros === null) return 0;
  return Math.max(0, (after - before - ownMicros) / 1e6 / seconds);
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

process.on('message', ({ id, operation, argument }) => {
  Promise.resolve()
    .then(() => operations[operation](argument))
    .then(
      (result) => process.send({ id, result }),
      (error) => process.send({ id, error: error.stack }),
    );
});
process.on('disconnect', () => process.exit(0));
