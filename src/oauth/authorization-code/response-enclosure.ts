import type { Client } from '../../clients/client';
import type { ResponseMode } from '../../protocol/response-mode';

/** Members of an authorization response. */
export type ResponseMembers = Readonly<Record<string, string>>;

/** Encloses the members of an answer in others that travel in their place. */
export type Enclose = (members: ResponseMembers) => Promise<ResponseMembers> | ResponseMembers;

/** A way to enclose answers: in a signed JWT, for one (JARM). */
export interface ResponseEnclosure {
  /** The response modes that ask for it, and how the answer travels in each; null: as it does where the request says nothing. */
  readonly modes: Readonly<Record<string, ResponseMode | null>>;
  /** Gets ready to answer a client, outside of any unit of work: keys. @returns what encloses the answer */
  prepare(client: Client): Promise<Enclose>;
}
