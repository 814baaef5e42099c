import { STANDARD_CLAIM_TABLE } from '../users/standard-claims';

/** What people can say of themselves, as a JSON Schema of an object. @param nullable whether null takes a value away */
export function saidClaimsSchema({ nullable }: { readonly nullable: boolean }): object {
  const properties = [...STANDARD_CLAIM_TABLE].flatMap(([name, { said }]) => {
    if (said === undefined) return [];
    return [[name, nullable ? { anyOf: [said.schema, { type: 'null' }] } : said.schema]];
  });
  return { type: 'object', properties: Object.fromEntries(properties) as object, additionalProperties: false };
}
