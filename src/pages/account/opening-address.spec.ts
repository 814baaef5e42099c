import { openingAddress } from './opening-address';

describe('the address at which an application is opened', () => {
  it.each([
    ['https://app.example/login', 'https://app.example/login?iss=https%3A%2F%2Fid.example'],
    ['https://app.example/login?tenant=a', 'https://app.example/login?tenant=a&iss=https%3A%2F%2Fid.example'],
    ['https://app.example/login?iss=https://evil.example', 'https://app.example/login?iss=https%3A%2F%2Fid.example'],
  ])(
    '%s says which server sends the person, and nothing about them (OpenID Connect Core §4)',
    (registered, address) => {
      expect(openingAddress(registered, 'https://id.example')).toBe(address);
    },
  );
});
