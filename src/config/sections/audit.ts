import { setting } from '../setting';
import { duration, DURATION_UNIT } from '../value-parsers';

/** How long it is remembered who did what. */
export const auditSettings = {
  auditRetention: setting({
    name: 'AUDIT_RETENTION',
    default: '400d',
    unit: DURATION_UNIT,
    meaning: 'How long a security event stays in the audit log; it holds for events written from then on.',
    parse: duration('1d', '36500d'),
  }),
};
