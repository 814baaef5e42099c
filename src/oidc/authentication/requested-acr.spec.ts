import type { LiveSession } from '../../sessions/session-manager';
import { acrDemand } from './requested-acr';

const offered = ['password', 'second-factor'];
const session = { acr: 'password' } as LiveSession;

describe('a demand for an authentication context class', () => {
  it.each([
    ['is met by any of its classes', ['x', 'password'], {}, 'met'],
    ['is met by any of its classes, be they essential', ['x', 'password'], { isEssential: true }, 'met'],
    ['asks for a sign-in that reaches one of them', ['second-factor'], {}, 'sign-in'],
    ['asks for a sign-in that reaches an essential one', ['second-factor'], { isEssential: true }, 'sign-in'],
    ['asks nobody who has just done what they could, for a wish', ['second-factor'], { isNew: true }, 'met'],
    ['fails them for what is essential', ['second-factor'], { isNew: true, isEssential: true }, 'unmet'],
    ['asks nobody for a wish where no page may be shown', ['second-factor'], { mayAsk: false }, 'met'],
    ['asks for what is essential even then', ['second-factor'], { mayAsk: false, isEssential: true }, 'sign-in'],
    ['lets a wish go that nobody can fulfil', ['x'], {}, 'met'],
    ['fails for what is essential and out of reach', ['x'], { isEssential: true }, 'unmet'],
    ['fails before anybody has signed in', ['x'], { isEssential: true, session: null }, 'unmet'],
    ['has those sign in who have not', ['password'], { session: null }, 'sign-in'],
  ])('%s (OpenID Connect Core §5.5.1.1)', (_sentence, values, changes, verdict) => {
    const given = { isEssential: false, isNew: false, mayAsk: true, session, ...changes };
    const demand = acrDemand({ values, isEssential: given.isEssential }, { offered, mayAsk: given.mayAsk });
    expect(demand(given.session, given.isNew)).toBe(verdict);
  });
});
