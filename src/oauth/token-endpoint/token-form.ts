import { Injectable } from '@nestjs/common';
import { FormContributions, type FormField, type FormFields } from '../../http/form-fields';
import { CLIENT_FIELDS } from '../client-authentication/client-fields';
import { ACCESS_FIELDS } from '../resource-indicators/access-fields';
import { GrantRegistry } from './grant';
import { TokenController } from './token.controller';

/** Tells the API documentation what a token request may hold: what each grant that is switched on takes, and what all of them do. */
@Injectable()
export class TokenForm {
  constructor(grants: GrantRegistry, forms: FormContributions) {
    forms.register(TokenController, () => tokenForm(grants));
  }
}

function tokenForm(grants: GrantRegistry): FormFields {
  const [shown = ''] = grants.types;
  const ofGrants = grants.types.flatMap((type) =>
    Object.entries(grants.formOf(type)).map(([name, field]) => [name, fieldOf(type, field, type === shown)] as const),
  );
  return {
    grant_type: {
      description: 'What the client presents.',
      isRequired: true,
      values: grants.types,
      example: shown,
    },
    ...Object.fromEntries(ofGrants),
    ...ACCESS_FIELDS,
    ...CLIENT_FIELDS,
  };
}

function fieldOf(type: string, { example, ...field }: FormField, isShown: boolean): FormField {
  const description = `With \`${type}\`: ${field.description}`;
  return { ...field, description, ...(isShown && example !== undefined ? { example } : {}) };
}
