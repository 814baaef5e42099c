import { SettingProblem, type Setting, type SettingContext, type SettingGroup, type ValuesOf } from './setting';
import type { Mode } from './settings';

/** Variables of an environment by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Reads settings one by one and gathers what is wrong; a refused value is replaced by its default so that reading goes on. */
export class SettingsReader implements SettingContext {
  readonly problems: string[] = [];
  mode: Mode = 'development';
  port = 0;
  private readonly refused = new Set<string>();

  constructor(private readonly variables: Variables) {}

  /** Reads one setting; what depends on the mode or the port must be read after them. */
  read<T>(setting: Setting<T>): T {
    const value = this.given(setting);
    if (value === undefined) {
      if (setting.requiredInProduction !== undefined && this.mode === 'production') {
        this.refuse(setting.name, `Set ${setting.name} in production: ${setting.requiredInProduction}.`);
      }
      return this.defaultOf(setting);
    }
    try {
      return setting.parse(value, this);
    } catch (error) {
      if (!(error instanceof SettingProblem)) {
        throw error;
      }
      this.refuse(setting.name, `${setting.name} ${error.message}${error.message.endsWith('?') ? '' : '.'}`);
      return this.defaultOf(setting);
    }
  }

  /** Reads all settings of a group. */
  readGroup<G extends SettingGroup>(group: G): ValuesOf<G> {
    const values = Object.entries(group).map(([key, setting]) => [key, this.read(setting)]);
    return Object.fromEntries(values) as ValuesOf<G>;
  }

  /** Whether the variable has a value of its own. */
  isGiven(name: string): boolean {
    return (this.variables[name] ?? '').trim() !== '';
  }

  /** Whether the variable's value, or its absence, is among the problems. */
  isRefused(name: string): boolean {
    return this.refused.has(name);
  }

  private given({ name, verbatim }: Setting<unknown>): string | undefined {
    const value = this.isGiven(name) ? this.variables[name] : undefined;
    return verbatim ? value : value?.trim();
  }

  private defaultOf<T>(setting: Setting<T>): T {
    return setting.fallback ? setting.fallback(this) : setting.parse(setting.default, this);
  }

  private refuse(name: string, problem: string): void {
    this.refused.add(name);
    this.problems.push(problem);
  }
}
