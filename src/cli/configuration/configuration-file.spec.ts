/* eslint-disable no-template-curly-in-string -- placeholders in files look like this */
import { ConfigurationFile, type Place } from './configuration-file';

const TEXT = `clients:
  - client_id: printer
    redirect_uris:
      - https://printer.example.com/
      - javascript:alert(1)
users: []
`;

describe('a file with the set-up', () => {
  it.each<[Place, string]>([
    [['clients', 0, 'redirect_uris', 1], '/clients/0/redirect_uris/1 (line 5)'],
    [['clients', 0, 'client_id'], '/clients/0/client_id (line 2)'],
    [['clients', 0, 'client_name'], '/clients/0/client_name (line 2)'],
    [['users'], '/users (line 6)'],
    [['a/b~c'], '/a~1b~0c (line 1)'],
    [[], 'The file (line 1)'],
  ])(
    'tells the place of a fault as a JSON pointer, with its line or that of what it is missing in: %j',
    (place, told) => {
      expect(ConfigurationFile.parse(TEXT).describe({ place, reason: 'Wrong.' })).toBe(`${told}: Wrong.`);
    },
  );

  it('tells the line in JSON too', () => {
    const file = ConfigurationFile.parse('{\n  "clients": [\n    { "client_id": 1 }\n  ]\n}');
    expect(file.content).toEqual({ clients: [{ client_id: 1 }] });
    expect(file.describe({ place: ['clients', 0, 'client_id'], reason: 'Wrong.' })).toContain('(line 3)');
  });

  it.each([
    ['a: [1', /^Line 1, column \d+ is no YAML: /],
    ['a: 1\na: 2', /^Line 2, column 1 is no YAML: Map keys must be unique\.$/],
    ['a: 1\n---\nb: 2', /is no YAML: /],
    ['a: !secret hunter2', /is no YAML: /],
    ['client_secret: "hunter2\n', /is no YAML: /],
  ])('refuses what is no YAML, and repeats none of it: %j', (text, message) => {
    const parse = () => ConfigurationFile.parse(text);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/hunter2/);
  });

  it('refuses a small file that stands for a large one', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const below = level === 0 ? '"x"' : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array(9).fill(below).join(', ')}]`;
    });
    expect(() => ConfigurationFile.parse(levels.join('\n'))).toThrow(/more than 100: write them out/);
  });

  it('takes dates and prototypes for what they are: text and names', () => {
    const { content } = ConfigurationFile.parse('a: 2027-01-31\n__proto__: { admin: true }');
    expect(Object.entries(content as object)).toEqual([
      ['a', '2027-01-31'],
      ['__proto__', { admin: true }],
    ]);
    expect((content as { admin?: unknown }).admin).toBeUndefined();
  });

  describe('with placeholders', () => {
    const FILE = 'a: "${host}/${path}"\nb: [1, "${host}", $host, "${}"]\n${host}: literal\n';
    const values = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));

    it('has the values in their place in texts, whatever they would be as YAML', () => {
      const { content } = ConfigurationFile.parse(FILE, values({ host: 'x: [1', path: '${host}' }));
      expect(content).toEqual({ a: 'x: [1/${host}', b: [1, 'x: [1', '$host', '${}'], '${host}': 'literal' });
    });

    it('is what it says where no value is given', () => {
      expect(ConfigurationFile.parse(FILE).content).toMatchObject({ a: '${host}/${path}' });
    });

    it('needs a value for each, and none for others', () => {
      const parse = (entries: Readonly<Record<string, string>>) => () => ConfigurationFile.parse(FILE, values(entries));
      expect(parse({ host: 'h' })).toThrow('The file has ${path}, which has no value: give --set path=….');
      expect(parse({ host: 'h', path: 'p', port: '1' })).toThrow('The file has no ${port}: leave --set port=… out.');
    });
  });
});
