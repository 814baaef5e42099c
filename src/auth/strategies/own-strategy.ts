import passport, { type Strategy } from 'passport';
import { randomId } from '../../crypto/random-id';

/**
 * Makes a strategy known to passport under a name that no other has. Passport keeps its strategies by name for the whole process: of
 * two applications in one process, the earlier would let in whom the later lets in.
 * @returns that name
 */
export function ownStrategy(strategy: Strategy & { readonly name: string }): string {
  const name = `${strategy.name}:${randomId()}`;
  passport.use(name, strategy);
  return name;
}
