import { FakeClock } from '../../../test/support/fake-clock';
import { TemporarilyUnavailable } from '../../protocol/errors';
import { ProofsOfThisProcess } from './proofs-of-this-process';

describe('the memory of used proofs of one process', () => {
  it('knows a proof by its key and its jti (RFC 9449 §11.1)', async () => {
    const clock = new FakeClock();
    const proofs = new ProofsOfThisProcess(clock);
    const use = (jkt: string, jti: string) => proofs.use(jkt, jti, clock.now() + 1_000);
    expect([await use('a', 'b'), await use('a', 'b'), await use('b', 'b'), await use('a', 'c')]).toEqual([
      ...[true, false, true, true],
    ]);
  });

  it('takes no new ones while it is full of those that are still good, and makes room when they are not', async () => {
    const clock = new FakeClock();
    const proofs = new ProofsOfThisProcess(clock);
    for (let index = 0; index < 100_000; index++) await proofs.use('key', String(index), clock.now() + 1_000);
    await expect(proofs.use('key', 'one more', clock.now() + 1_000)).rejects.toThrow(TemporarilyUnavailable);
    await expect(proofs.use('key', '0', clock.now() + 1_000)).resolves.toBe(false);
    clock.advance(2);
    await expect(proofs.use('key', 'one more', clock.now() + 1_000)).resolves.toBe(true);
  });
});
