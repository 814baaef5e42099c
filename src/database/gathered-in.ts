import type { Transaction } from './transaction';

type Inside = Pick<Transaction, 'query'>;

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Answers questions of one kind together that are asked in one turn by several who share a unit of work, as `Batch` does for those who share none. */
export class GatheredIn<Question, Answer, Source extends Inside = Inside> {
  private readonly waiting = new WeakMap<Source, Waiting<Question, Answer>[]>();

  /** @param perform answers the questions, in their order */
  constructor(
    private readonly perform: (transaction: Source, questions: readonly Question[]) => Promise<readonly Answer[]>,
  ) {}

  /** @throws whatever `perform` throws, with which the unit of work has failed */
  ask(transaction: Source, question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const waiting = this.waiting.get(transaction);
      if (waiting !== undefined) return void waiting.push({ question, resolve, reject });
      const first = [{ question, resolve, reject }];
      this.waiting.set(transaction, first);
      // A tick comes when everybody who could go on has done so: whoever asks now as well is among them.
      process.nextTick(() => {
        this.waiting.delete(transaction);
        void this.answer(transaction, first);
      });
    });
  }

  private async answer(transaction: Source, asked: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.perform(
        transaction,
        asked.map(({ question }) => question),
      );
      asked.forEach(({ resolve }, at) => resolve(answers[at]!));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}

/**
 * Does something for each of several who share a unit of work: at one time for those who have nothing in common, so that they ask together; one after
 * the other for those of one key, who must see what the one before them has done.
 * @returns what came of each, in their order
 * @throws the first error, once nobody is at work any more
 */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const lanes = new Map<string, Promise<unknown>>();
  const results = items.map((item) => {
    const key = keyOf(item);
    const before = lanes.get(key);
    const result = before === undefined ? work(item) : before.then(() => work(item));
    lanes.set(key, result);
    return result;
  });
  await Promise.allSettled(results);
  return Promise.all(results);
}
