import type { AuditLog } from '../../src/audit/audit-log';
import { CoreNode } from '../support/core-node';

describe('AuditLog', () => {
  let node: CoreNode;
  let audit: AuditLog;

  beforeAll(async () => {
    node = await CoreNode.start({ env: { AUDIT_RETENTION: '30d' } });
    audit = node.audit;
  });

  afterAll(() => node.drop());

  const events = () => node.open.reader.query<object>('SELECT * FROM audit_events ORDER BY seq');

  it('keeps who did what, when, from where and with what outcome', async () => {
    await node.open.unitOfWork.run(async (transaction) => {
      await audit.record(transaction, {
        type: 'sign-in.failed',
        outcome: 'failure',
        userId: 'u',
        clientId: 'c',
        sessionId: 's',
        origin: { address: '192.0.2.7', requestId: 'r' },
        detail: { attempt: 3 },
      });
      await audit.record(transaction, { type: 'key.rotated', outcome: 'success' });
    });
    const common = {
      occurred_at: node.clock.now(),
      seq: expect.any(Number),
      expires_at: node.clock.now() + 30 * 86_400_000,
    };
    expect(await events()).toEqual([
      {
        ...common,
        type: 'sign-in.failed',
        outcome: 'failure',
        user_id: 'u',
        client_id: 'c',
        session_id: 's',
        address: '192.0.2.7',
        request_id: 'r',
        detail: '{"attempt":3}',
      },
      {
        ...common,
        type: 'key.rotated',
        outcome: 'success',
        user_id: null,
        client_id: null,
        session_id: null,
        address: null,
        request_id: null,
        detail: null,
      },
    ]);
  });

  it('keeps no event of what was rolled back, and nothing happens without its event', async () => {
    const before = await events();
    const failing = node.open.unitOfWork.run(async (transaction) => {
      await transaction.change(`UPDATE clients SET origin = 'changed'`);
      await audit.record(transaction, { type: null as never, outcome: 'success' });
    });
    await expect(failing).rejects.toThrow(/null/i);
    expect(await events()).toEqual(before);
    expect(await node.open.reader.query(`SELECT 1 FROM clients WHERE origin = 'changed'`)).toEqual([]);
  });
  it('forgets an event when AUDIT_RETENTION has passed, and not before', async () => {
    const kept = (await events()).length;
    node.clock.advance(30 * 86_400);
    await node.sweeper.sweep();
    expect(await events()).toHaveLength(kept);
    node.clock.advance(0.001);
    await node.sweeper.sweep();
    expect(await events()).toEqual([]);
  });
});
