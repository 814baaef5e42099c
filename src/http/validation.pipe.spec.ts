import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { Problem } from './problem';
import { validateBody, ValidationPipe } from './validation.pipe';

class Address {
  @IsString()
  street!: string;
}

class Person {
  @IsString()
  @MaxLength(10)
  name!: string;

  @IsOptional()
  @IsInt()
  age?: number;

  @IsOptional()
  @IsBoolean()
  admin?: boolean;

  @IsOptional()
  @ValidateNested()
  @Type(() => Address)
  address?: Address;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Address)
  others?: Address[];
}

async function faults(body: unknown): Promise<Problem> {
  const error: unknown = await validateBody(Person, body).catch((refusal: unknown) => refusal);
  if (error instanceof Problem) return error;
  throw new Error('The body was accepted.');
}

const pointers = async (body: unknown) => (await faults(body)).errors?.map(({ pointer }) => pointer);

describe('the validation of a body', () => {
  it('gives an instance of the class', async () => {
    const person = await validateBody(Person, { name: 'Ada', address: { street: 'Hill' } });
    expect(person).toBeInstanceOf(Person);
    expect(person.address).toBeInstanceOf(Address);
  });

  it('points at every faulty field, nested ones too', async () => {
    expect(await pointers({ name: 1, address: { street: 2 }, others: [{ street: 'a' }, { street: 3 }] })).toEqual([
      '#/name',
      '#/address/street',
      '#/others/1/street',
    ]);
  });

  it('is a problem of status 400 that says one thing for each field', async () => {
    const problem = await faults({ name: 7 });
    expect(problem.status).toBe(400);
    expect(problem.code).toBe('validation_failed');
    expect(problem.errors).toHaveLength(1);
  });

  it('says of a field that is missing that it is, whatever its rules are', async () => {
    expect((await faults({})).errors).toEqual([{ pointer: '#/name', detail: 'Name is missing.' }]);
    expect((await faults({ name: 'Ada', address: {} })).errors).toEqual([
      { pointer: '#/address/street', detail: 'Street is missing.' },
    ]);
    expect((await faults({ name: null })).errors).toEqual([{ pointer: '#/name', detail: 'Name must not be null.' }]);
  });

  it('refuses unknown fields (FRW-05)', async () => {
    expect((await faults({ name: 'Ada', role: 'admin' })).errors).toEqual([
      { pointer: '#/role', detail: 'This field is not known here.' },
    ]);
  });

  it.each([{ admin: 'true' }, { admin: 1 }, { age: '7' }, { age: 7.5 }, { age: {} }, { name: ['Ada'] }])(
    'converts nothing: %j (FRW-05)',
    async (fields) => {
      expect(await pointers({ name: 'Ada', ...fields })).toEqual([`#/${Object.keys(fields)[0] ?? ''}`]);
    },
  );

  it.each([null, undefined, 'text', 7, true, [], [{ name: 'Ada' }], new Date(0)])('refuses %j', async (body) => {
    expect((await faults(body)).errors).toEqual([{ pointer: '#', detail: 'Send a JSON object.' }]);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses the key %s, wherever it stands (INJ-13)', async (key) => {
    const evil: unknown = JSON.parse(`{"name":"Ada","address":{"street":"a","${key}":{"admin":true}}}`);
    expect(await pointers(evil)).toEqual([`#/address/${key}`]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each(['toString', 'hasOwnProperty', 'valueOf'])(
    'refuses the key %s, which every object has (INJ-13)',
    async (key) => {
      expect(await pointers({ name: 'Ada', [key]: 1 })).toEqual([`#/${key}`]);
    },
  );

  it('never echoes a value', async () => {
    const problem = await faults({ name: 'hunter2-hunter2', age: 'hunter2' });
    expect(JSON.stringify(problem.errors)).not.toContain('hunter2');
  });

  it('escapes what a JSON pointer in a URI fragment cannot hold (RFC 6901 §6)', async () => {
    expect(await pointers({ name: 'Ada', 'a/b~c d"\ud800': 1 })).toEqual(['#/a~1b~0c%20d%22%EF%BF%BD']);
  });

  it('lists at most 20 faults and cuts long names (DOS-03)', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`${'x'.repeat(500)}${index}`, 1]));
    const problem = await faults({ name: 'Ada', ...many });
    expect(problem.errors).toHaveLength(20);
    expect(problem.detail).toBe('The first 20 faults are listed; there are 1480 more.');
    expect(problem.errors?.[0]?.pointer.length).toBeLessThan(70);
  });

  it('refuses deep nesting before anything walks down there (DOS-03)', async () => {
    let deep: unknown = {};
    for (let level = 0; level < 10_000; level++) deep = { a: deep };
    expect((await faults({ name: deep })).errors?.[0]?.detail).toBe('Nest at most 20 levels.');
  });

  it('refuses the character that PostgreSQL cannot store (FRW-06)', async () => {
    expect(await pointers({ name: 'a\0b' })).toEqual(['#/name']);
  });
});

describe('the validation pipe', () => {
  const pipe = new ValidationPipe();

  it('validates what has a class', async () => {
    await expect(pipe.transform({}, { type: 'body', metatype: Person })).rejects.toThrow(Problem);
    await expect(pipe.transform({ name: 'Ada' }, { type: 'query', metatype: Person })).resolves.toBeInstanceOf(Person);
  });

  it.each([String, Object, undefined])(
    'leaves what is a plain %p, but for characters that cannot be stored (FRW-07)',
    async (metatype) => {
      const place = { type: 'param', data: 'id', ...(metatype === undefined ? {} : { metatype }) } as const;
      await expect(pipe.transform('abc', place)).resolves.toBe('abc');
      await expect(pipe.transform('a\0', place)).rejects.toMatchObject({ errors: [{ pointer: '#/id' }] });
    },
  );

  it('leaves the values of parameter decorators alone', async () => {
    const claims = { sub: 'a\0' };
    await expect(pipe.transform(claims, { type: 'custom', metatype: Person })).resolves.toBe(claims);
  });
});
