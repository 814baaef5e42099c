import { METADATA_DEFAULTS } from '../../clients/client-metadata';
import type { ProblemCode } from '../../http/problem-codes';

/** What a change may be refused with. */
export const CHANGE_PROBLEMS: readonly ProblemCode[] = ['forbidden', 'precondition_required', 'precondition_failed'];

/** A registration as the documentation shows it. */
export const A_REGISTRATION = {
  client_name: 'Photo Printer',
  redirect_uris: ['https://printer.example.com/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'notes:read',
};

/** A client as the documentation shows it. */
export const A_CLIENT = {
  client_id: 'kX3m9dQ7TzWb2LrYv8cN1A',
  client_id_issued_at: 1795513800,
  ...METADATA_DEFAULTS,
  ...A_REGISTRATION,
  origin: 'administrator',
  revision: 1,
  disabled: false,
};

/** A client that has just been registered, as the documentation shows it. */
export const A_NEW_CLIENT = { ...A_CLIENT, client_secret: 'q1Va-0wWoXtG7eVxUNtyYh9xnR0hpYXKPmRisoxo_DY' };

/** A list of clients as the documentation shows it. */
export const A_CLIENT_PAGE = { items: [A_CLIENT], nextCursor: null };
