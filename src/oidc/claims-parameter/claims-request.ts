import { isDeepStrictEqual } from 'node:util';
import { InvalidRequest } from '../../protocol/errors';
import type { RequestedAcr } from '../authentication/requested-acr';

/** Claims that are asked for, each with the values that are of interest; null for any. */
export type WantedClaims = Readonly<Record<string, readonly unknown[] | null>>;

/** What the parameter `claims` asks for, by where it is to be told (OpenID Connect Core §5.5). */
export interface ClaimsRequest {
  readonly userinfo: WantedClaims;
  readonly id_token: WantedClaims;
}

/** The parameter `claims`, taken apart. */
export interface ReadClaimsRequest {
  /** Without the claims of the protocol itself. */
  readonly claims: ClaimsRequest;
  /** Who the person must be: one of each list. */
  readonly subjects: readonly (readonly unknown[])[];
  /** How the person should have signed in (OpenID Connect Core §5.5.1.1). */
  readonly acr: RequestedAcr | null;
}

/** What is asked of one claim (OpenID Connect Core §5.5.1). */
interface Individual {
  readonly essential: boolean;
  readonly values: readonly unknown[] | null;
}

/** The longest that is read, in characters (DOS-04). */
const LONGEST = 4_096;

/**
 * Reads the parameter `claims`; claims that nobody here knows, and members of other specifications, are passed over (OpenID Connect Core §5.5).
 * @param known the names of claims about people
 * @throws {InvalidRequest} where it is not what the standard prescribes
 */
export function readClaimsRequest(text: string, known: ReadonlySet<string>): ReadClaimsRequest {
  if (text.length > LONGEST) throw new InvalidRequest(`The parameter claims has more than ${LONGEST} characters.`);
  const { userinfo, id_token: idToken } = objectOf(parsed(text));
  const [told, signed] = [individualsOf(userinfo), individualsOf(idToken)];
  const acr = signed.get('acr');
  return {
    claims: { userinfo: wantedOf(told, known), id_token: wantedOf(signed, known) },
    subjects: [told, signed].flatMap((part) => {
      const values = part.get('sub')?.values;
      return values == null ? [] : [values];
    }),
    acr: acr === undefined ? null : { isEssential: acr.essential, values: textsOf(acr.values) },
  };
}

/** Those of some claims that are asked for, and have a value that is of interest. */
export function matching(
  claims: Readonly<Record<string, unknown>>,
  wanted: WantedClaims,
): Readonly<Record<string, unknown>> {
  const matches = Object.entries(claims).filter(([name, value]) => {
    const values = Object.hasOwn(wanted, name) ? wanted[name] : [];
    return values === null || values?.some((one) => isDeepStrictEqual(one, value)) === true;
  });
  return Object.fromEntries(matches);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformed();
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return value as Readonly<Record<string, unknown>>;
}

function individualsOf(part: unknown): ReadonlyMap<string, Individual> {
  if (part === undefined) return new Map();
  return new Map(Object.entries(objectOf(part)).map(([name, value]) => [name, individualOf(value)]));
}

function individualOf(request: unknown): Individual {
  if (request === null) return { essential: false, values: null };
  const { essential = false, value, values } = objectOf(request);
  if (typeof essential !== 'boolean') throw malformed();
  if (values !== undefined && !Array.isArray(values)) throw malformed();
  const all = [...(value === undefined ? [] : [value]), ...((values ?? []) as unknown[])];
  return { essential, values: all.length === 0 ? null : all };
}

function wantedOf(part: ReadonlyMap<string, Individual>, known: ReadonlySet<string>): WantedClaims {
  const wanted = [...part].filter(([name]) => known.has(name));
  return Object.fromEntries(wanted.map(([name, { values }]) => [name, values]));
}

function textsOf(values: readonly unknown[] | null): readonly string[] {
  if (values?.some((value) => typeof value !== 'string') === true) throw malformed();
  return (values ?? []) as readonly string[];
}

/** OpenID Connect Core §5.5, §3.1.2.6 */
function malformed(): InvalidRequest {
  return new InvalidRequest(
    'claims must be a JSON object whose members userinfo and id_token are objects, and in them for each claim null or an object (OpenID Connect Core §5.5).',
  );
}
