import { loadSettings } from './load-settings';
import type { Settings } from './settings';

/** The environment of this process; nothing outside this folder reads it otherwise. */
export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

/**
 * The settings of this process.
 * @throws {InvalidSettings} with every problem that there is
 */
export function settingsFromEnvironment(): Settings {
  return loadSettings(environment());
}
