/** The longest step that an answer repeats. */
const MOST_STEP = 64;

/** A place in a request, as a JSON pointer in a URI fragment (RFC 6901 §6). */
export function pointerTo(...steps: readonly (string | number)[]): string {
  return steps.reduce<string>(pointerBehind, '#');
}

/** The pointer of one step behind a place. RFC 6901 §3 and §6: `~` and `/` are escaped, then everything that a URI fragment cannot hold. */
export function pointerBehind(place: string, step: string | number): string {
  const token = String(step)
    .slice(0, MOST_STEP)
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll('~', '~0')
    .replaceAll('/', '~1');
  return `${place}/${encodeURIComponent(token)}`;
}
