import { setTimeout as sleep } from 'node:timers/promises';
import { GatheredIn, inLanes } from './gathered-in';

describe('what several ask inside a unit of work', () => {
  const one = { query: async () => [] };
  const other = { query: async () => [] };

  it('is answered together, apart for each unit of work, and in its order', async () => {
    const asked: string[][] = [];
    const gathered = new GatheredIn<string, string>(async (_transaction, questions) => {
      asked.push([...questions]);
      return questions.map((question) => question.toUpperCase());
    });
    const late = Promise.resolve().then(() => gathered.ask(one, 'c'));
    const answers = await Promise.all([gathered.ask(one, 'a'), gathered.ask(other, 'x'), gathered.ask(one, 'b'), late]);
    expect(answers).toEqual(['A', 'X', 'B', 'C']);
    expect(asked).toEqual([['a', 'b', 'c'], ['x']]);
    expect(await gathered.ask(one, 'd')).toBe('D');
  });

  it('fails for each who asked', async () => {
    const gathered = new GatheredIn<string, string>(() => Promise.reject(new Error('lost')));
    const ends = await Promise.allSettled([gathered.ask(one, 'a'), gathered.ask(one, 'b')]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('lanes', () => {
  it('let those go on at one time that have nothing in common, and the others one after the other', async () => {
    const events: string[] = [];
    const work = async (item: string) => {
      events.push(`${item} begins`);
      await sleep(1);
      events.push(`${item} ends`);
      return item.toUpperCase();
    };
    expect(await inLanes(['a1', 'b1', 'a2'], (item) => item[0]!, work)).toEqual(['A1', 'B1', 'A2']);
    expect(events.slice(0, 2)).toEqual(['a1 begins', 'b1 begins']);
    expect(events.indexOf('a2 begins')).toBeGreaterThan(events.indexOf('a1 ends'));
  });

  it('tell of the first failure once nobody is at work any more', async () => {
    let isAtWork = true;
    const failing = inLanes(
      ['bad', 'slow'],
      (item) => item,
      async (item) => {
        if (item === 'bad') throw new Error('the reason');
        await sleep(5);
        isAtWork = false;
      },
    );
    await expect(failing).rejects.toThrow('the reason');
    expect(isAtWork).toBe(false);
  });
});
