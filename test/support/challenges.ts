import { TEST_ISSUER } from './create-test-app';

/** What every challenge of a guarded route ends with (RFC 9728 §5.1). */
export const RESOURCE_METADATA = `resource_metadata="${TEST_ISSUER}/.well-known/oauth-protected-resource"`;
