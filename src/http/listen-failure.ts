import { StartupError } from '../config/startup-error';
import type { ListenSettings } from '../config/settings';

/** Why nothing can listen there, in a sentence that says what to change; null where the system gave another reason. */
export function listenFailure(
  error: unknown,
  { host, port }: Pick<ListenSettings, 'host' | 'port'>,
): StartupError | null {
  const { code } = error as NodeJS.ErrnoException;
  const sentence = code === undefined ? undefined : SENTENCES[code]?.(host, port);
  return sentence === undefined ? null : new StartupError(sentence, { cause: error });
}

const unknownHost = (host: string): string =>
  `HOST=${host} is no address of this machine: set HOST to one of its addresses, to localhost, or to 0.0.0.0 for all.`;

const SENTENCES: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `Port ${port} of ${host} is in use: stop the program that listens there, or set PORT to another number.`,
  EACCES: (_host, port) =>
    `Port ${port} may not be opened by this user: set PORT to a number above 1023, or grant the right to bind it.`,
  EADDRNOTAVAIL: unknownHost,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  EINVAL: unknownHost,
};
