import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { SETTINGS, type Settings } from './config/settings';
import { StartupError } from './config/startup-error';
import { Readiness } from './health/readiness';
import { HttpServers } from './http/http-servers';
import { type Log, LOG } from './logging/log';

/** Connections that may wait in the kernel. The event loop takes one at each turn, and closing the listener resets the others. */
const BACKLOG = 511;

/** Signals so close together are one, in milliseconds: a shell and npm may both pass the same Ctrl-C on. */
const ONE_SIGNAL = 50;

/**
 * Ends the process well: at the first SIGTERM or SIGINT load balancers are told and given SHUTDOWN_DELAY to notice, the requests in
 * flight are answered, what they wrote is committed, and the process exits with 0; a second signal ends it at once.
 */
export function stopOnSignals(app: NestFastifyApplication): void {
  const log = app.get<Log>(LOG);
  let stoppingSince: number | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > ONE_SIGNAL) process.exit(130);
      return;
    }
    stoppingSince = performance.now();
    log.info({ signal }, 'stopping');
    close(app).then(
      () => process.exit(0),
      (error: unknown) => exitWith(log, error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** At SIGHUP the certificate is read again, as programs that renew it expect; where it is no good, the one before stays, and the log says why. */
export function renewOnSignal(app: NestFastifyApplication): void {
  const log = app.get<Log>(LOG);
  const servers = app.get(HttpServers);
  // Where there is none, the signal does what it does to every process.
  if (app.get<Settings>(SETTINGS).listen.tls === null) return;
  process.on('SIGHUP', () => {
    try {
      servers.renewCertificate();
      log.info('The certificate was read again.');
    } catch (error) {
      log.error({ err: error }, 'The certificate stays the one before.');
    }
  });
}

/** An error that nobody expected leaves nobody knows what behind: it is logged, and the process ends, to be started again. */
export function exitOnUnexpectedErrors(app: NestFastifyApplication): void {
  const log = app.get<Log>(LOG);
  process.on('uncaughtException', (error) => exitWith(log, error));
  process.on('unhandledRejection', (reason) => exitWith(log, reason));
}

/** Says in a sentence why the service did not start. */
export function reportFailedStart(error: unknown): void {
  const sentence =
    error instanceof StartupError
      ? error.message
      : `Gatehouse could not start, for a reason that it does not know: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  process.stderr.write(`${sentence}\n`);
}

async function close(app: NestFastifyApplication): Promise<void> {
  app.get(Readiness).withdraw();
  app.get(HttpServers).drain();
  await sleep(app.get<Settings>(SETTINGS).shutdownDelay * 1_000);
  for (let turn = 0; turn < BACKLOG; turn++) await nextTurn();
  await app.close();
}

function exitWith(log: Log, error: unknown): void {
  log.fatal({ err: error }, 'Unexpected error; the process ends.');
  process.exit(1);
}
