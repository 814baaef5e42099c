import { StartupError } from '../config/startup-error';
import { listenFailure } from './listen-failure';

const failure = (code: string) =>
  listenFailure(Object.assign(new Error(code), { code }), { host: 'localhost', port: 80 });

describe('why nothing can listen', () => {
  it.each([
    [
      'EADDRINUSE',
      'Port 80 of localhost is in use: stop the program that listens there, or set PORT to another number.',
    ],
    [
      'EACCES',
      'Port 80 may not be opened by this user: set PORT to a number above 1023, or grant the right to bind it.',
    ],
    [
      'EADDRNOTAVAIL',
      'HOST=localhost is no address of this machine: set HOST to one of its addresses, to localhost, or to 0.0.0.0 for all.',
    ],
  ])('%s', (code, sentence) => {
    expect(failure(code)).toBeInstanceOf(StartupError);
    expect(failure(code)?.message).toBe(sentence);
  });

  it('is left to others where the system gives another reason', () => {
    expect(failure('EWHATEVER')).toBeNull();
    expect(listenFailure(new Error('x'), { host: 'localhost', port: 80 })).toBeNull();
  });
});
