import { Logger } from '@nestjs/common';
import type { LogLevel } from '../config/settings';
import { createLog } from './log';
import { NestLog } from './nest-log';

function listening(level: LogLevel) {
  const lines: string[] = [];
  const log = createLog(level, (line) => lines.push(line));
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log', () => {
  it('writes one JSON object a line, with its level and an RFC 3339 instant', () => {
    const { log, lines, entries } = listening('info');
    log.info({ a: 1 }, 'hello');
    log.debug('not this');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(entries()[0]).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      a: 1,
      msg: 'hello',
    });
  });

  it('stays one line whatever is written (INJ-09)', () => {
    const { log, lines, entries } = listening('info');
    const forged = 'x\r\n{"level":"info","msg":"login ok"}\u001b[31m\u2028';
    log.info({ agent: forged, [forged]: 1 }, forged);
    expect(lines).toHaveLength(1);

    expect(lines[0]?.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u2028]/);
    expect(entries()[0]).toMatchObject({ level: 'info', msg: forged.replace('\u2028', '\\u2028') });
  });

  it('bears no secret, neither by name nor in an error', () => {
    const { log, lines } = listening('trace');
    log.info({ body: { password: 'hunter2' }, headers: { cookie: 'hunter2' } });
    log.error({ err: Object.assign(new Error('x'), { query: 'hunter2', parameters: ['hunter2'] }) });
    log.error(Object.assign(new Error('y'), { secret: 'hunter2' }));
    log.warn('Bearer hunter2hunter2');
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines).toHaveLength(4);
  });

  it('writes nothing where it is silent', () => {
    const { log, lines } = listening('silent');
    log.fatal('x');
    expect(lines).toEqual([]);
  });
});

describe('the log of Nest', () => {
  it('takes what its loggers write, with the name of the writer', () => {
    const { log, entries } = listening('info');
    const nest = new NestLog(log);
    nest.log('made', 'NotesService');
    nest.warn({ what: 'this', password: 'hunter2' }, 'NotesService');
    nest.error('broken', 'Error: broken\n    at x', 'NotesService');
    nest.error(new TypeError('odd'), 'NotesService');
    nest.fatal('gone', 'NotesService');
    nest.debug('quiet', 'NotesService');
    nest.verbose('quiet', 'NotesService');
    expect(entries()).toMatchObject([
      { level: 'info', context: 'NotesService', msg: 'made' },
      { level: 'warn', context: 'NotesService', message: { what: 'this', password: '[redacted]' } },
      { level: 'error', context: 'NotesService', msg: 'broken' },
      { level: 'error', context: 'NotesService', msg: 'odd', err: { type: 'TypeError' } },
      { level: 'fatal', context: 'NotesService', msg: 'gone' },
    ]);
  });

  it('is quiet on what Nest sets up, and on errors that it throws on', () => {
    const { log, lines } = listening('info');
    const nest = new NestLog(log);
    nest.log('Mapped {/notes, GET} route', 'RouterExplorer');
    nest.error(new Error('thrown on'), 'ExceptionHandler');
    expect(lines).toEqual([]);
  });

  it('serves the loggers of feature modules', () => {
    const { log, entries } = listening('info');
    Logger.overrideLogger(new NestLog(log));
    new Logger('NotesService').log('from a feature');
    Logger.overrideLogger(false);
    expect(entries()).toMatchObject([{ level: 'info', context: 'NotesService', msg: 'from a feature' }]);
  });
});
