import { A_REVISION } from '../registration.view';

/** A registration as the documentation shows it. */
export const A_REGISTRATION = {
  resource: 'https://photos.example.com',
  name: 'Photo archive',
  scopes: [{ name: 'photos:read', description: 'See your photos' }],
};

/** A resource server as the documentation shows it. */
export const A_RESOURCE_SERVER = {
  ...A_REGISTRATION,
  ...A_REVISION,
  token_format: 'jwt',
  introspection_clients: ['photo-archive'],
};

/** A list of resource servers as the documentation shows it. */
export const A_RESOURCE_SERVER_PAGE = { items: [A_RESOURCE_SERVER], nextCursor: null };
