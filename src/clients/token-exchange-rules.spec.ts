import { MetadataFault } from './metadata-field';
import { tokenExchangeRulesOf } from './token-exchange-rules';

const RULE = { audience: 'https://orders.example.com', mode: 'delegation' };

describe('rules of token exchange', () => {
  it('are read as they are given', () => {
    const full = { ...RULE, scopes: 'orders:read orders:write', subject_clients: ['portal'] };
    const other = { audience: 'https://billing.example.com', mode: 'impersonation' };
    expect(tokenExchangeRulesOf([full, other])).toEqual([full, other]);
    expect(tokenExchangeRulesOf([])).toEqual([]);
  });

  it('say where in them a fault is', () => {
    const read = () => tokenExchangeRulesOf([RULE, { ...RULE, subject_clients: ['portal', ''] }]);
    expect(read).toThrow(expect.objectContaining({ path: [1, 'subject_clients', 1] }));
  });

  it.each<readonly [string, unknown]>([
    ['a list', { ...RULE }],
    ['a list of rules', ['delegation']],
    ['a list of rules', [null]],
    ['a list of rules', [[RULE]]],
    ['have audience in each rule', [{ mode: 'delegation' }]],
    ['have mode in each rule', [{ audience: RULE.audience }]],
    ['and nothing else', [{ ...RULE, may_act: true }]],
    ['and nothing else', [JSON.parse(`{"__proto__":{},"audience":"${RULE.audience}","mode":"delegation"}`) as unknown]],
    ['two rules for the same audience', [RULE, { ...RULE, mode: 'impersonation' }]],
    ['a rule whose audience names a resource server that cannot be', [{ ...RULE, audience: 'orders' }]],
    ['a rule whose mode must be one of', [{ ...RULE, mode: 'both' }]],
    ['a rule whose scopes must be scopes', [{ ...RULE, scopes: ['orders:read'] }]],
    ['a rule whose subject_clients must name a client', [{ ...RULE, subject_clients: [] }]],
    ['a rule whose subject_clients must not name the same thing twice', [{ ...RULE, subject_clients: ['a', 'a'] }]],
    ['at most 50 items', Array.from({ length: 51 }, (_, index) => ({ ...RULE, audience: `https://${index}.example` }))],
  ])('must be %s', (reason, given) => {
    const read = () => tokenExchangeRulesOf(given);
    expect(read).toThrow(MetadataFault);
    expect(read).toThrow(reason);
  });
});
