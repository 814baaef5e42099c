import * as ts from 'typescript';
import { foldersOf } from '../../rings.cjs';
import { type RepositoryFile, sourceFiles } from './repository-files';

const folders = foldersOf('vocabulary', 'platform', 'nouns', 'gate', 'oauth', 'oidc');

type Declaration = ts.DeclarationStatement | ts.VariableStatement;

const isExported = (node: ts.Statement): node is Declaration =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

const namesOf = (node: Declaration): string[] =>
  ts.isVariableStatement(node)
    ? node.declarationList.declarations.map(({ name }) => name.getText())
    : [node.name?.getText() ?? 'default'];

/** What the docstring right before a declaration says, in its sentence or in its tags. */
function docstringOf(node: Declaration): string {
  const parts = ts
    .getJSDocCommentsAndTags(node)
    .flatMap((part) => (ts.isJSDoc(part) ? [part, ...(part.tags ?? [])] : []));
  return parts.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join(' ');
}

function undocumentedIn({ path, text }: RepositoryFile): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const documented = new Set<string>();
  const missing: string[] = [];
  for (const node of source.statements.filter(isExported)) {
    const spoken = docstringOf(node).trim().length >= 10;
    for (const name of namesOf(node)) {
      if (spoken) documented.add(name);
      else if (!documented.has(name)) missing.push(`${path}: ${name}`);
    }
  }
  return missing;
}

describe('the docstrings', () => {
  const sources = sourceFiles().filter(({ path }) => folders.some((folder) => path.startsWith(`src/${folder}/`)));

  it('say of every exported symbol up to the protocol what it is for', () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap(undocumentedIn)).toEqual([]);
  });

  it('are asked of every kind of export', () => {
    const text = [
      'export class A {}',
      'export function b() {}',
      'export const c = 1;',
      'export interface D {}',
      'export type E = 1;',
      '/** x */ export class TooShort {}',
      '/** @internal */ export class OnlyTag {}',
      '/** Says what it is for. */ export class Said {}',
      '/** @returns what it is for */ export function returning() {}',
      '/** Says what it is for. */ @Injectable() export class Decorated {}',
      'class Inner {}',
    ].join('\n');
    const names = ['A', 'b', 'c', 'D', 'E', 'TooShort', 'OnlyTag'];
    expect(undocumentedIn({ path: 'x.ts', text })).toEqual(names.map((name) => `x.ts: ${name}`));
  });
});
