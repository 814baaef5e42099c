import { StartupError } from './startup-error';

/** The environment cannot be used; each problem is one sentence that names the variable and says what to change, without its value. */
export class InvalidSettings extends StartupError {
  override readonly name = 'InvalidSettings';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
