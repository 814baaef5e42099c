import { editDistance } from './edit-distance';

/** Beginnings that only our variables are expected to have. */
const FAMILIES = [
  'ACCESS_TOKEN_',
  'CLOCK_',
  'CORS_',
  'DATABASE_POOL_',
  'ISSUER_',
  'KEY_',
  'RATE_LIMIT_',
  'REFRESH_',
  'TOKEN_COOKIE',
  'TRUSTED_PROX',
];

/** How many letters may be wrong in the longest names. */
const MOST_SLIPS = 2;

/** Kubernetes describes every service of the namespace by variables of its own. */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$/;

/** @returns a sentence with a did-you-mean for every variable that is not ours but looks like one of `names` */
export function unknownVariableProblems(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): readonly string[] {
  return Object.keys(environment)
    .filter((variable) => !names.includes(variable) && !isAlias(variable, environment))
    .flatMap((variable) => {
      const meant = nameMeantBy(variable.toUpperCase(), names);
      return meant === null
        ? []
        : [`Rename ${variable} or remove it: there is no such setting; did you mean ${meant}?`];
    });
}

/** Windows finds a variable whatever the case of its name. */
function isAlias(variable: string, environment: Readonly<Record<string, string | undefined>>): boolean {
  const upper = variable.toUpperCase();
  return upper !== variable && environment[upper] !== undefined && environment[upper] === environment[variable];
}

function nameMeantBy(variable: string, names: readonly string[]): string | null {
  if (SERVICE_LINK.test(variable)) {
    return null;
  }
  const [nearest] = names
    // A difference in length is a distance already.
    .filter((name) => Math.abs(name.length - variable.length) <= MOST_SLIPS)
    .map((name) => ({ name, distance: editDistance(variable, name) }))
    .sort((a, b) => a.distance - b.distance);
  if (nearest !== undefined && isSlip(variable, nearest.name, nearest.distance)) {
    return nearest.name;
  }
  const family = FAMILIES.find((prefix) => variable.startsWith(prefix));
  return family === undefined ? null : nearestOfFamily(variable, family, names);
}

function nearestOfFamily(variable: string, family: string, names: readonly string[]): string | null {
  const members = names.filter((name) => name.startsWith(family) || `${name}_` === family);
  const [nearest] = members.sort((a, b) => editDistance(variable, a) - editDistance(variable, b));
  return nearest ?? null;
}

/** Short names lie close to foreign ones (HOST, HOSTS; PORT, PORTS), so only swapped letters count there. */
function isSlip(variable: string, name: string, distance: number): boolean {
  if (name.length < 6) {
    const letters = (text: string): string => Array.from(text).sort().join('');
    return distance === 1 && letters(variable) === letters(name);
  }
  return distance <= (name.length < 9 ? 1 : MOST_SLIPS);
}
