import { withFeature } from './app-module';
import { FeatureRefused } from './feature-names';

const TEXT = `import { Module } from '@nestjs/common';
import { AuthModule } from './auth/auth.module';
import { NotesModule } from './features/notes/notes.module';
import { HttpModule } from './http/http.module';

export const list = (features) => [
  AuthModule,
  NotesModule,
  ...features,
];
`;

describe('the list of modules', () => {
  const todos = (text: string) => withFeature(text, 'TodosModule', 'features/todos/todos.module');

  it('gets a feature at the end, imported in the order of the alphabet', () => {
    expect(todos(TEXT).split('\n').slice(2, 5)).toEqual([
      `import { NotesModule } from './features/notes/notes.module';`,
      `import { TodosModule } from './features/todos/todos.module';`,
      `import { HttpModule } from './http/http.module';`,
    ]);
    expect(todos(TEXT)).toContain('  NotesModule,\n  TodosModule,\n  ...features,\n');
    expect(todos(TEXT).split('\n')).toHaveLength(TEXT.split('\n').length + 2);
  });

  it('stays as it is where the feature is imported already', () => {
    expect(todos(todos(TEXT))).toBe(todos(TEXT));
  });

  it('gets the import after all others where its name is the last', () => {
    const text = withFeature(TEXT, 'ZoosModule', 'zoos/zoos.module');
    expect(text).toContain(`from './http/http.module';\nimport { ZoosModule } from './zoos/zoos.module';\n\n`);
  });

  it('has one module of a name', () => {
    expect(() => withFeature(TEXT, 'HttpModule', 'features/http/http.module')).toThrow(FeatureRefused);
  });

  it('is not guessed where it does not look as expected', () => {
    expect(() => todos(TEXT.replace('...features', '...others'))).toThrow('...features,');
  });
});
