import { setting } from '../setting';
import { oneOf } from '../value-parsers';

const onOrOff = oneOf('on', 'off');

/** What the service tells of itself. */
export const documentationSettings = {
  apiDocs: setting({
    name: 'API_DOCS',
    default: '`off` in production, `on` otherwise',
    unit: '`on` or `off`',
    meaning:
      'Whether `/docs` (Swagger UI) and `/docs-json` (OpenAPI 3.1) are there, for everybody who reaches the service.',
    parse: (value) => onOrOff(value) === 'on',
    fallback: ({ mode }) => mode !== 'production',
  }),
};
