import { IsNotEmpty, IsOptional, IsString, MaxLength, validate } from 'class-validator';
import { ApiProperty, documentedFields } from './api-property.decorator';
import { PartialType } from './partial-type';

class Whole {
  @ApiProperty({ example: 'a' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(3)
  title!: string;

  @IsOptional()
  @IsString()
  note?: string | null;
}

class Part extends PartialType(Whole) {}

async function faultsOf(value: object): Promise<string[]> {
  const errors = await validate(Object.assign(new Part(), value), { whitelist: true, forbidNonWhitelisted: true });
  return errors.map(({ property }) => property);
}

describe('a class with the fields of another, each of which may be left out', () => {
  it('takes any of the fields, or none', async () => {
    expect(await faultsOf({})).toEqual([]);
    expect(await faultsOf({ title: 'abc' })).toEqual([]);
    expect(await faultsOf({ note: 'long enough' })).toEqual([]);
  });

  it('keeps the rules of what is sent', async () => {
    expect(await faultsOf({ title: '' })).toEqual(['title']);
    expect(await faultsOf({ title: 'abcd' })).toEqual(['title']);
    expect(await faultsOf({ other: 1 })).toEqual(['other']);
  });

  it('refuses null where the other class does, and takes it where that does', async () => {
    expect(await faultsOf({ title: null })).toEqual(['title']);
    expect(await faultsOf({ note: null })).toEqual([]);
  });

  it('leaves the other class as it was', async () => {
    expect((await validate(new Whole())).map(({ property }) => property)).toEqual(['title']);
  });

  it('keeps the documentation of the fields', () => {
    expect(documentedFields(Part).get('title')).toEqual({ example: 'a' });
  });
});
