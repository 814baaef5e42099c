import { PublishedDocuments } from './published-documents';

/** One route as it was registered, in the syntax of Fastify's router. */
interface KnownRoute {
  readonly pattern: string;
  readonly path: RegExp;
  readonly methods: Set<string>;
}

/** The registered routes, to answer what the router does not tell: which methods and which pattern a path has. */
export class RouteTable {
  /** What some of the routes answer to everybody. */
  readonly documents = new PublishedDocuments();
  private readonly routes = new Map<string, KnownRoute>();

  /** Notes a route. */
  add(pattern: string, methods: readonly string[]): void {
    const known = this.routes.get(pattern) ?? { pattern, path: expressionOf(pattern), methods: new Set() };
    for (const method of methods) known.methods.add(method);
    this.routes.set(pattern, known);
  }

  /** Every route, in the order of their registration. */
  all(): { readonly pattern: string; readonly methods: readonly string[] }[] {
    return [...this.routes.values()].map(({ pattern, methods }) => ({ pattern, methods: [...methods].sort() }));
  }

  /** The methods that are allowed on a path, in alphabetical order; empty where nothing is. */
  methodsOf(path: string): string[] {
    return [...new Set(this.matching(path).flatMap(({ methods }) => [...methods]))].sort();
  }

  /** The pattern of the route that a path leads to by that method, or undefined. */
  patternOf(path: string, method: string): string | undefined {
    const matching = this.matching(path);
    return (matching.find(({ methods }) => methods.has(method)) ?? matching[0])?.pattern;
  }

  private matching(path: string): KnownRoute[] {
    const decoded = decodedPath(path);
    return decoded === null ? [] : [...this.routes.values()].filter((route) => route.path.test(decoded));
  }
}

/** As the router decodes before it matches: everything but the reserved characters. */
function decodedPath(path: string): string | null {
  try {
    return decodeURI(path);
  } catch {
    return null;
  }
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+?^${}|[\]\\]/g, '\\$&')
    .replace(/:[A-Za-z_]\w*(?:\([^)]*\))?/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}$`);
}
