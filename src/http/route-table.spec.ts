import { RouteTable } from './route-table';

describe('the table of routes', () => {
  const routes = new RouteTable();
  routes.add('/notes', ['GET', 'HEAD']);
  routes.add('/notes', ['POST']);
  routes.add('/notes/:id', ['PATCH']);
  routes.add('/notes/:id', ['DELETE']);
  routes.add('/notes/mine', ['GET']);
  routes.add('/files/*', ['GET']);
  routes.add('/map/:lat-:lng', ['GET']);
  routes.add('/a.b', ['GET']);

  it.each([
    ['/notes', ['GET', 'HEAD', 'POST']],
    ['/notes/7', ['DELETE', 'PATCH']],
    ['/notes/%C3%A4', ['DELETE', 'PATCH']],
    ['/n%6Ftes', ['GET', 'HEAD', 'POST']],
    ['/notes/mine', ['DELETE', 'GET', 'PATCH']],
    ['/files/a/b', ['GET']],
    ['/map/1-2', ['GET']],
    ['/a.b', ['GET']],
    ['/axb', []],
    ['/notes/', []],
    ['/notes/7/8', []],
    ['/Notes', []],
    ['/notes%2F7', []],
    ['/%zz', []],
    ['', []],
  ])('knows the methods of %s', (path, methods) => {
    expect(routes.methodsOf(path)).toEqual(methods);
  });

  it('finds the route of a path and a method, or another of the path', () => {
    expect(routes.patternOf('/notes/mine', 'GET')).toBe('/notes/mine');
    expect(routes.patternOf('/notes/mine', 'DELETE')).toBe('/notes/:id');
    expect(routes.patternOf('/notes', 'TRACE')).toBe('/notes');
    expect(routes.patternOf('/nothing', 'GET')).toBeUndefined();
  });
});
