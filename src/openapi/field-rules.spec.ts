import 'reflect-metadata';
import { IsIn, IsInt, IsOptional, IsString, Length, Matches, MaxLength, Min, ValidateIf } from 'class-validator';
import { fieldRules, mergeField } from './field-rules';

class Form {
  @IsString()
  @Length(2, 9)
  @Matches(/^[a-z]+$/)
  word!: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  count?: number | null;

  @ValidateIf((_form, value) => value !== undefined)
  @IsIn(['a', 'b'])
  choice?: string;

  @ValidateIf((form: { other: { deep: boolean } }) => form.other.deep)
  @IsString()
  dependent!: string;

  @IsString({ each: true })
  @MaxLength(5, { each: true })
  tags!: string[];
}

describe('what validation rules say of a field', () => {
  const rules = fieldRules(Form);

  it('is its type, lengths, bounds, pattern and choices', () => {
    expect(rules.get('word')).toEqual({ type: String, minLength: 2, maxLength: 9, pattern: '^[a-z]+$' });
    expect(rules.get('choice')).toEqual({ enum: ['a', 'b'], required: false });
  });

  it('is that it may be left out or null where nothing is checked then', () => {
    expect(rules.get('count')).toEqual({ type: 'integer', minimum: 1, required: false, nullable: true });
    expect(rules.get('word')).not.toHaveProperty('required');
  });

  it('is that it is needed where the condition cannot be tried alone', () => {
    expect(rules.get('dependent')).toEqual({ type: String });
  });

  it('is the type of the items where the rules are for each', () => {
    expect(rules.get('tags')).toEqual({ type: String, isArray: true });
  });

  it('gives way to what the author says, and says nothing of texts where that is no text', () => {
    expect(mergeField({ type: String, maxLength: 9 }, { maxLength: 5 })).toEqual({ type: String, maxLength: 5 });
    expect(mergeField({ type: String, pattern: '^1$' }, { type: 'integer', minimum: 1 })).toEqual({
      type: 'integer',
      minimum: 1,
    });
  });
});
