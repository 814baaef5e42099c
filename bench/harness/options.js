import { parseArgs } from 'node:util';

const USAGE = `Usage: npm start -- [options]
  --only a,b       scenarios to run: SCENARIOS
  --rounds n       interleaved rounds (5)
  --seconds n      length of a measured window (3)
  --quick          2 rounds of 1 second: shows that everything works, not how fast it is
  --soak n         n seconds of mixed load; memory and growth only
  --postgres url   the OAuth scenarios on PostgreSQL too, in databases that are made there and dropped again
  --connections n  connections of the load (64)
  --root folder    measure the build in another checkout
  --profile folder write a CPU profile of each Gatehouse process there (Chrome opens them)
  --json file      write the figures as JSON too
  --check          exit code 1 when a target is missed
  --help`;

/** Reads the command line; ends the process with the usage for --help and for mistakes. */
export function readOptions(scenarioNames, args = process.argv.slice(2)) {
  const usage = USAGE.replace('SCENARIOS', scenarioNames.join(', '));
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        soak: { type: 'string' },
        postgres: { type: 'string' },
        connections: { type: 'string' },
        root: { type: 'string' },
        profile: { type: 'string' },
        json: { type: 'string' },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) leave(usage, 0);
    return {
      scenarios: chosen(values, scenarioNames),
      rounds: positive('rounds', values.rounds, values.quick ? 2 : 5),
      seconds: positive('seconds', values.seconds, values.quick ? 1 : 3),
      quick: values.quick,
      soak: positive('soak', values.soak, 0),
      connections: positive('connections', values.connections, 64),
      postgres: values.postgres ?? null,
      root: values.root ?? null,
      profile: values.profile ?? null,
      json: values.json ?? null,
      check: values.check,
    };
  } catch (error) {
    return leave(`${error.message}\n\n${usage}`, 2);
  }
}

function chosen({ only, soak }, names) {
  const wanted = only?.split(',') ?? (soak === undefined ? names.filter((name) => name !== 'soak') : []);
  for (const name of wanted) {
    if (!names.includes(name)) throw new Error(`there is no scenario "${name}"; the scenarios are ${names.join(', ')}`);
  }
  return soak === undefined ? wanted : [...new Set([...wanted, 'soak'])];
}

function positive(name, text, otherwise) {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} must be a positive number, not "${text}"`);
  return number;
}

function leave(text, code) {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}
