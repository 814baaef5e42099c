import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { aCheckout } from './checkout';
import { ensureBuilt } from './server-process';

const ROOT = resolve(__dirname, '../..');

/** How a command ended, and what it said. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A checkout in which features are generated. */
export class GeneratorCheckout {
  private constructor(readonly folder: string) {}

  /** With what the compiler has built, so that it compiles only what is new. */
  static async make(): Promise<GeneratorCheckout> {
    await ensureBuilt();
    return new GeneratorCheckout(aCheckout('dist', 'tsconfig.build.json'));
  }

  drop(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** `npm run new:feature`. */
  generate(...words: string[]): Promise<Outcome> {
    return this.run(join(ROOT, 'dist/src/generator/new-feature.js'), ...words);
  }

  /** A command of a package. @param path below `node_modules` */
  tool(path: string, ...words: string[]): Promise<Outcome> {
    return this.run(join(ROOT, 'node_modules', path), ...words);
  }

  /** All sources of features, and their tests. */
  filesOf(...features: string[]): string[] {
    return features.flatMap((feature) => [
      ...readdirSync(join(this.folder, 'src/features', feature), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `src/features/${feature}/${file}`),
      `test/features/${feature}.e2e-spec.ts`,
    ]);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Writes something in front of what stands in a file once. */
  insert(path: string, before: string, text: string): void {
    expect(this.read(path).split(before)).toHaveLength(2);
    writeFileSync(join(this.folder, path), this.read(path).replace(before, `${text}${before}`));
  }

  /** A column for the feature `news`: where the advice of the generator says, and nowhere else. */
  giveNewsAColumn(): void {
    const own = 'src/features/news';
    this.insert(`${own}/news.entity.ts`, '  @InstantColumn(', '  @TextColumn()\n  body!: string;\n\n');
    this.insert(
      `${own}/dto/news.dto.ts`,
      '}\n\n/** What is changed',
      "\n  @ApiProperty({ type: String })\n  @IsString()\n  body = '';\n",
    );
    this.insert(
      `${own}/news.view.ts`,
      "  @ApiProperty({ format: 'date-time'",
      '  @ApiProperty()\n  body!: string;\n\n',
    );
    this.insert(`${own}/news.view.ts`, ', created_at }:', ', body');
    this.insert(`${own}/news.view.ts`, ', createdAt:', ', body');
    const [migration = ''] = readdirSync(join(this.folder, own, 'migrations'));
    this.insert(`${own}/migrations/${migration}`, ", instant('created_at')", ", text('body')");
  }

  private run(script: string, ...words: string[]): Promise<Outcome> {
    return new Promise((done) => {
      const options = { cwd: this.folder, maxBuffer: 64 * 1024 * 1024 };
      execFile(process.execPath, [script, ...words], options, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
      );
    });
  }
}
