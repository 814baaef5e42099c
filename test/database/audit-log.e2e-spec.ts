import { AuditLog } from '../../src/audit/audit-log';
import { FakeClock } from '../support/fake-clock';
import { openTestDatabase, type OpenTestDatabase } from '../support/open-test-database';

describe('AuditLog', () => {
  let open: OpenTestDatabase;
  const clock = new FakeClock();
  const audit = new AuditLog(clock);

  beforeAll(async () => {
    open = await openTestDatabase();
  });

  afterAll(() => open.drop());

  const events = () => open.reader.query('SELECT * FROM audit_events ORDER BY seq');

  it('keeps who did what, when, from where and with what outcome', async () => {
    await open.unitOfWork.run(async (transaction) => {
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
    const common = { occurred_at: clock.now(), seq: expect.any(Number) };
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
    const failing = open.unitOfWork.run(async (transaction) => {
      await transaction.change(`UPDATE clients SET name = 'changed'`);
      await audit.record(transaction, { type: null as never, outcome: 'success' });
    });
    await expect(failing).rejects.toThrow(/null/i);
    expect(await events()).toEqual(before);
    expect(await open.reader.query(`SELECT 1 FROM clients WHERE name = 'changed'`)).toEqual([]);
  });
});
