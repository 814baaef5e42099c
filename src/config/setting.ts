import type { Mode } from './settings';

/** What a value's meaning may depend on: where the service runs, and the port, which the issuer's default follows. */
export interface SettingContext {
  readonly mode: Mode;
  readonly port: number;
}

/** One variable of the environment: what it means, what it is worth when absent, and how its text is read. */
export interface Setting<T> {
  readonly name: string;
  /** The default as people read it; it is also what is parsed, unless there is a `fallback`. Empty: an empty list. */
  readonly default: string;
  readonly unit: string;
  readonly meaning: string;
  /** Where a standard speaks of it. */
  readonly specification?: SpecificationLink;
  readonly secret?: true;
  /** Taken as given, without trimming: a password may begin or end with a space. */
  readonly verbatim?: true;
  /** Present where production demands a value; says what to give, as the end of "Set NAME in production: …". */
  readonly requiredInProduction?: string;
  /** @throws {SettingProblem} when the value cannot be used */
  parse(value: string, context: SettingContext): T;
  /** The default's value where its text is a description. */
  fallback?(context: SettingContext): T;
}

/** A paragraph of a standard. */
export interface SpecificationLink {
  readonly title: string;
  readonly url: string;
}

/** The settings of one section by the name of their value. */
export type SettingGroup = Readonly<Record<string, Setting<unknown>>>;

/** The values of a section's settings. */
export type ValuesOf<G extends SettingGroup> = {
  readonly [K in keyof G]: G[K] extends Setting<infer T> ? T : never;
};

/** Declares a setting, keeping the type of its value. */
export function setting<T>(definition: Setting<T>): Setting<T> {
  return definition;
}

/** A value that cannot be used; the message continues the setting's name ("must be …") and never repeats the value. */
export class SettingProblem extends Error {}
