import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { chooseCores, pinSelf } from './harness/cores.js';
import { profileInto, removeFolders, useBuild } from './harness/gatehouse.js';
import { Load } from './harness/load.js';
import { readOptions } from './harness/options.js';
import { dropDatabases } from './harness/postgres.js';
import { markdown, misses } from './harness/report.js';
import * as clientCredentials from './scenarios/client-credentials.js';
import * as codeFlow from './scenarios/code-flow.js';
import * as documents from './scenarios/documents.js';
import * as fresh from './scenarios/fresh.js';
import * as growth from './scenarios/growth.js';
import * as guard from './scenarios/guard.js';
import * as introspection from './scenarios/introspection.js';
import * as login from './scenarios/login.js';
import * as openidFlow from './scenarios/openid-flow.js';
import * as refresh from './scenarios/refresh.js';
import * as soak from './scenarios/soak.js';
import * as startup from './scenarios/startup.js';
import * as tokenRefresh from './scenarios/token-refresh.js';
import * as userinfo from './scenarios/userinfo.js';
import * as wholeFlow from './scenarios/whole-flow.js';

const scenarios = {
  startup,
  guard,
  fresh,
  refresh,
  login,
  'client-credentials': clientCredentials,
  introspection,
  'token-refresh': tokenRefresh,
  'code-flow': codeFlow,
  'whole-flow': wholeFlow,
  userinfo,
  'openid-flow': openidFlow,
  documents,
  growth,
  soak,
};

async function main() {
  const options = readOptions(Object.keys(scenarios));
  const root = useBuild(options.root);
  if (options.profile) profileInto(options.profile);
  const cores = chooseCores();
  pinSelf(cores.load);
  const load = new Load(cores);
  const sections = [];
  const notes = [];
  const began = performance.now();
  for (const name of options.scenarios) {
    const { title, run } = scenarios[name];
    progress(`== ${title}`);
    sections.push({ title, rows: await run({ ...options, cores, load, progress }) });
    notes.push(...load.doubts().map((doubt) => `${title}: ${doubt}.`));
  }
  await load.stop();
  removeFolders();
  await dropDatabases();

  if (options.quick) notes.push('A quick run: it shows that everything works, not how fast it is.');
  if (options.profile) notes.push('Gatehouse ran under the profiler, which slows it down.');
  const report = { header: header(options, root, cores, (performance.now() - began) / 1000), sections, notes };
  process.stdout.write(markdown(report));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = options.check && misses(sections).length > 0 ? 1 : 0;
}

function header({ rounds, seconds, connections }, root, cores, took) {
  const all = cpus();
  return [
    `${new Date().toISOString().slice(0, 10)}, revision ${revision(root)}, Node ${process.version}, ${all[0]?.model.trim() ?? 'unknown processor'}, ${all.length} cores, ${fileSystem()}`,
    `${cores.sentence}; ${connections} connections, one request at a time on each`,
    `${rounds} interleaved rounds of ${seconds} s; a ratio is the median of the ratios of each round; CPU is the server's, user and system, all threads; took ${Math.round(took)} s`,
  ];
}

function revision(root) {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

// On a memory file system "durable" would cost nothing: say where the files were.
function fileSystem() {
  try {
    const type = execFileSync('stat', ['-f', '-c', '%T', fileURLToPath(new URL('.', import.meta.url))], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `files on ${type.trim()}`;
  } catch {
    return 'files on an unknown file system';
  }
}

function progress(text) {
  process.stderr.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`The bench failed: ${error.stack}\n`);
  process.exit(2);
}
