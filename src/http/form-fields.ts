import { Injectable, type Type } from '@nestjs/common';

/** One field of a form body, for the API documentation. */
export interface FormField {
  /** Markdown. */
  readonly description: string;
  readonly isRequired?: boolean;
  /** Whether it is not to be seen while it is typed. */
  readonly isSecret?: boolean;
  /** The values that a required field can have, where they are few. */
  readonly values?: readonly string[];
  /** Its value in the example of the form, which does without the fields that have none. */
  readonly example?: string;
}

/** Fields of a form body by their names. */
export type FormFields = Readonly<Record<string, FormField>>;

/** Fields of forms that depend on what is switched on, so that no decorator of the controller can name them. */
@Injectable()
export class FormContributions {
  private readonly contributions = new Map<Type, () => FormFields>();

  /** From now on the forms of a controller have these fields, too. */
  register(controller: Type, fields: () => FormFields): void {
    this.contributions.set(controller, fields);
  }

  /** What was registered for a controller; undefined where nothing was. */
  of(controller: Type): FormFields | undefined {
    return this.contributions.get(controller)?.();
  }
}
