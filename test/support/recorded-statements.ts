import { Reader } from '../../src/database/reader';
import type { Transaction } from '../../src/database/transaction';
import { UnitOfWork } from '../../src/database/unit-of-work';
import type { TestApp } from './create-test-app';

/** What the node reads by itself again and again, whatever is asked of it. */
const FOLLOWED = /FROM (?:(?:changes|revocations) WHERE seq|signing_keys|logout_notices WHERE due_at)/;

/** The statements of an application from now on, in their order; what runs in the background is left out. */
export function recordStatements(app: TestApp): string[] {
  const statements: string[] = [];
  const note = (sql: string) => {
    if (!FOLLOWED.test(sql)) statements.push(sql);
  };

  const reader = app.resolve(Reader);
  const read = reader.query.bind(reader);
  jest.spyOn(reader, 'query').mockImplementation((sql, parameters) => {
    note(sql);
    return read(sql, parameters);
  });

  const unitOfWork = app.resolve(UnitOfWork);
  const run = unitOfWork.run.bind(unitOfWork);
  const spied = <Result>(work: (transaction: Transaction) => Promise<Result>) =>
    run((transaction) => work(recording(transaction, note)));
  jest.spyOn(unitOfWork, 'run').mockImplementation(spied);
  return statements;
}

function recording(transaction: Transaction, note: (sql: string) => void): Transaction {
  return {
    get manager() {
      note('a statement of TypeORM');
      return transaction.manager;
    },
    query: (sql, parameters) => {
      note(sql);
      return transaction.query(sql, parameters);
    },
    change: (sql, parameters) => {
      note(sql);
      return transaction.change(sql, parameters);
    },
    write: (sql, parameters) => {
      note(sql);
      transaction.write(sql, parameters);
    },
    append: (into, row) => {
      note(into);
      transaction.append(into, row);
    },
    afterCommit: (callback) => transaction.afterCommit(callback),
    lock: (name) => transaction.lock(name),
  };
}
