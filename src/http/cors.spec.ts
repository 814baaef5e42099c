import { corsPolicyOf } from './cors';

describe('who may read an answer from another origin', () => {
  it.each([
    ['/.well-known/openid-configuration', 'any'],
    ['/jwks.json', 'any'],
    ['/oauth/token', 'any'],
    ['/oauth/revoke', 'any'],
    ['/oauth/register/:id', 'any'],
    ['/oauth/userinfo', 'any'],
    ['/oauth/authorize', 'none'],
    ['/oauth/tokens', 'none'],
    ['/oauth/par', 'any'],
    ['/admin/users/:id', 'none'],
    ['/sign-in', 'none'],
    ['/docs', 'none'],
    ['/docs/swagger-ui.css', 'none'],
    ['/docs-json', 'none'],
    ['/metrics', 'none'],
    ['/auth/login', 'configured'],
    ['/notes/:id', 'configured'],
    ['/administration', 'configured'],
    ['/', 'configured'],
  ])('%s: %s', (pattern, policy) => {
    expect(corsPolicyOf(pattern)).toBe(policy);
  });
});
