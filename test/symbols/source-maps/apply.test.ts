import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { LAYER_NAMES } from '../../../src/profile/layers.js';
import type { Profile } from '../../../src/profile/profile.js';
import { validate } from '../../../src/profile/validate.js';
import { applySourceMaps } from '../../../src/symbols/source-maps/index.js';
import { withinBounds } from '../../bounds.js';
import { profileOf } from '../../profiles.js';
import { encodeMappings } from './write-map.js';

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'stackscope-test-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let app = '';
let count = 0;
beforeEach(() => {
  app = join(scratch, `app-${count++}`);
  mkdirSync(app);
});

/** Two functions `t` on one line, from two files, the second one's of a package. */
const SCRIPT = 'function t(e){return e}var n={t(e){return e}};';
const MAP = {
  version: 3,
  sources: ['../src/first.ts', '../node_modules/tiny-dep/index.js'],
  names: ['firstThing', 'secondThing'],
  mappings: encodeMappings([
    [
      [0, 0, 4, 2],
      [9, 0, 4, 11, 0],
      [23, 1, 8, 0],
      [30, 1, 9, 2, 1],
    ],
  ]),
};
const FUNCTIONS = ['t@BUNDLE:1:11', 't@BUNDLE:1:32'];

function write(path: string, content: string | object): string {
  const absolute = join(app, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, typeof content === 'string' ? content : JSON.stringify(content));
  return absolute;
}

function mapped(
  script: string,
  options: { roots?: readonly string[]; functions?: readonly string[] } = {},
): { profile: Profile; functions: string[]; notes: string[] } {
  const stack = (options.functions ?? FUNCTIONS).join(';').replaceAll('BUNDLE', script);
  const profile = profileOf(`${stack} 10`);
  applySourceMaps(profile, { roots: options.roots ?? [app] });
  validate(profile);
  return {
    profile,
    functions: describeFunctions(profile),
    notes: profile.quality.notes.map(({ code }) => code),
  };
}

function describeFunctions({ functions, scripts }: Profile): string[] {
  const { script, line, column } = functions.columns;
  return Array.from({ length: functions.length }, (_, id) => {
    const file = scripts.url(script.data[id]).replace(app, 'APP');
    const origin = `${LAYER_NAMES[functions.layer(id)]} ${functions.package(id)}`.trim();
    return `${functions.name(id)} ${file}:${line.data[id]}:${column.data[id]} ${origin}`;
  });
}

const ORIGINAL = [
  'firstThing APP/src/first.ts:5:12 application',
  'secondThing APP/node_modules/tiny-dep/index.js:10:3 dependency tiny-dep',
];
const GENERATED = ['t APP/dist/b.js:1:11 application', 't APP/dist/b.js:1:32 application'];

const inline = (map: object) =>
  `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}\n`;

describe('where a map is found', () => {
  it('by the comment at the end', () => {
    write('maps/b.map', { ...MAP, sources: ['../src/first.ts', '../node_modules/tiny-dep/index.js'] });
    const script = write('dist/b.js', `${SCRIPT}\n//# sourceMappingURL=../maps/b.map\n`);
    expect(mapped(script).functions).toEqual(ORIGINAL);
  });

  it('beside a script without a comment', () => {
    write('dist/b.js.map', MAP);
    expect(mapped(write('dist/b.js', SCRIPT)).functions).toEqual(ORIGINAL);
  });

  it.each([
    ['base64', inline(MAP)],
    [
      'percent escapes',
      `//# sourceMappingURL=data:application/json,${encodeURIComponent(JSON.stringify(MAP))}`,
    ],
    ['a long line', inline({ ...MAP, sourcesContent: ['x'.repeat(200_000)] })],
  ])('inside the script, in %s', (_, comment) => {
    expect(mapped(write('dist/b.js', `${SCRIPT}\n${comment}`)).functions).toEqual(ORIGINAL);
  });

  it('by the last comment, not by text that looks like one', () => {
    write('dist/b.map', MAP);
    const looksLike = 'const a = "//# sourceMappingURL=" + x;';
    const script = write(
      'dist/b.js',
      `${SCRIPT}\n//# sourceMappingURL=no.map\n${looksLike}\n//# sourceMappingURL=b.map`,
    );
    expect(mapped(script).functions).toEqual(ORIGINAL);
  });

  it('in the package of a script that is outside of the named directories', () => {
    write('package.json', {});
    write('dist/b.js.map', MAP);
    expect(mapped(write('dist/b.js', SCRIPT), { roots: [] }).functions).toEqual(ORIGINAL);
  });

  it('nowhere: nothing is said', () => {
    const { functions, notes } = mapped(write('dist/b.js', SCRIPT));
    expect(functions).toEqual(GENERATED);
    expect(notes).toEqual([]);
  });
});

describe('what it gives', () => {
  it('keeps the generated names and places', () => {
    write('dist/b.js.map', MAP);
    const { profile } = mapped(write('dist/b.js', SCRIPT));
    const { generated, strings, scripts } = profile;
    const rows = Array.from({ length: generated.length }, (_, row) => {
      const { func, name, script, line, column } = generated.columns;
      const place = `${scripts.url(script.data[row]).replace(app, 'APP')}:${line.data[row]}:${column.data[row]}`;
      return `${func.data[row]} ${strings.get(name.data[row])} ${place}`;
    });
    expect(rows).toEqual(['0 t APP/dist/b.js:1:11', '1 t APP/dist/b.js:1:32']);
  });

  it('leaves the top level of a bundle, and moves that of a single file', () => {
    const functions = ['()@BUNDLE:1:1', ...FUNCTIONS];
    write('dist/b.js.map', MAP);
    expect(mapped(write('dist/b.js', SCRIPT), { functions }).functions[0]).toBe(
      ' APP/dist/b.js:1:1 application',
    );
    const mappings = encodeMappings([
      [
        [0, 0, 4, 2],
        [9, 0, 4, 11, 0],
        [30, 0, 9, 2, 1],
      ],
    ]);
    write('dist/b.js.map', { ...MAP, sources: ['../src/first.ts'], mappings });
    expect(mapped(join(app, 'dist/b.js'), { functions }).functions).toEqual([
      ' APP/src/first.ts:1:1 application',
      'firstThing APP/src/first.ts:5:12 application',
      'secondThing APP/src/first.ts:10:3 application',
    ]);
  });

  it('leaves what the map says nothing of', () => {
    const mappings = encodeMappings([
      [
        [23, 1, 8, 0],
        [30, 1, 9, 2, 1],
      ],
    ]);
    write('dist/b.js.map', { ...MAP, mappings });
    expect(mapped(write('dist/b.js', SCRIPT)).functions).toEqual([GENERATED[0], ORIGINAL[1]]);
  });

  it('keeps a name that the map has none for', () => {
    const mappings = encodeMappings([
      [
        [0, 0, 4, 2],
        [30, 1, 9, 2],
      ],
    ]);
    write('dist/b.js.map', { ...MAP, mappings });
    expect(mapped(write('dist/b.js', SCRIPT)).functions).toEqual([
      't APP/src/first.ts:5:3 application',
      't APP/node_modules/tiny-dep/index.js:10:3 dependency tiny-dep',
    ]);
  });

  it('touches no other functions', () => {
    write('dist/b.js.map', MAP);
    const functions = ['read@node:fs:3:4#node-js', 'x@[eval]:1:3', 'y@/not/there.js:1:3', ...FUNCTIONS];
    const { functions: after, notes } = mapped(write('dist/b.js', SCRIPT), { functions });
    expect(after.slice(3)).toEqual(ORIGINAL);
    expect(after.slice(0, 3)).toEqual([
      'read node:fs:3:4 node-js',
      'x [eval]:1:3 application',
      'y /not/there.js:1:3 application',
    ]);
    expect(notes).toEqual([]);
  });
});

describe('a map that cannot be used leaves the functions as they ran, and says why', () => {
  const named = (url: string) => write('dist/b.js', `${SCRIPT}\n//# sourceMappingURL=${url}\n`);

  function expectUnused(script: string, code: string, message: RegExp): void {
    const { functions, profile } = mapped(script);
    expect(functions).toEqual(GENERATED);
    expect(profile.generated.length).toBe(0);
    expect(profile.quality.notes).toMatchObject([{ code, message: expect.stringMatching(message) }]);
  }

  it.each([
    ['no.map', 'SOURCE_MAP_MISSING', /no\.map is not there\.$/],
    ['/etc/passwd', 'SOURCE_MAP_REFUSED', /\/etc\/passwd lies outside the program's directories\.$/],
    ['file:///etc/passwd', 'SOURCE_MAP_REFUSED', /\/etc\/passwd lies outside/],
    ['../../../../../../../../etc/passwd', 'SOURCE_MAP_REFUSED', /\/etc\/passwd lies outside/],
    ['%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd', 'SOURCE_MAP_REFUSED', /\/etc\/passwd lies outside/],
    ['/proc/self/environ', 'SOURCE_MAP_REFUSED', /lies outside/],
    ['/dev/zero', 'SOURCE_MAP_REFUSED', /lies outside/],
    ['https://example.org/b.map', 'SOURCE_MAP_REFUSED', /is no file here/],
    ['//example.org/b.map', 'SOURCE_MAP_REFUSED', /is no file here/],
    ['b%00.map', 'SOURCE_MAP_REFUSED', /is no file here/],
    ['.', 'SOURCE_MAP_REFUSED', /it is not a regular file/],
    ['data:application/json', 'SOURCE_MAP_BROKEN', /./],
    ['data:application/json,%zz', 'SOURCE_MAP_BROKEN', /malformed data: url/],
  ])('%s: %s', (url, code, message) => {
    expectUnused(named(url), code, message);
  });

  it.each([
    ['{"version":3', /not whole JSON/],
    ['{"version":2}', /not of version 3/],
    ['{"version":3,"sources":[],"mappings":7}', /mappings are no text/],
    ['{"version":3,"sources":[7],"mappings":""}', /a source is no text/],
    ['{"version":3,"sources":["a"],"mappings":"AEAA"}', /source of 2/],
    ['{"version":3,"sections":[{"offset":{"line":-1,"column":0},"map":{}}]}', /is no place/],
    ['[]', /it is no object/],
  ])('broken: %s', (map, message) => {
    write('dist/b.js.map', map);
    expectUnused(write('dist/b.js', SCRIPT), 'SOURCE_MAP_BROKEN', message);
  });

  it('a link out of the roots, by the map or by a directory on the way', () => {
    mkdirSync(join(scratch, `outside-${count}`));
    writeFileSync(join(scratch, `outside-${count}`, 'b.map'), JSON.stringify(MAP));
    const script = named('b.map');
    symlinkSync(join(scratch, `outside-${count}`, 'b.map'), join(app, 'dist/b.map'));
    expectUnused(script, 'SOURCE_MAP_REFUSED', /lies outside/);
    symlinkSync(join(scratch, `outside-${count}`), join(app, 'dist/maps'));
    expectUnused(named('maps/b.map'), 'SOURCE_MAP_REFUSED', /lies outside/);
  });

  it('a FIFO as map or as script: nobody waits', () => {
    const script = named('pipe.map');
    execFileSync('mkfifo', [join(app, 'dist/pipe.map')]);
    expectUnused(script, 'SOURCE_MAP_REFUSED', /not a regular file/);
    rmSync(script);
    execFileSync('mkfifo', [script]);
    expectUnused(script, 'SOURCE_MAP_REFUSED', /it cannot be read: it is not a regular file/);
  });

  it('a script outside the roots is not looked at', () => {
    const { functions, notes } = mapped('/etc/passwd');
    expect(functions[0]).toBe('t /etc/passwd:1:11 application');
    expect(notes).toEqual(['SOURCE_MAP_REFUSED']);
    // The whole file system is no root.
    expect(mapped('/etc/passwd', { roots: ['/'] }).notes).toEqual(['SOURCE_MAP_REFUSED']);
  });

  it('more than 64 MiB, without reading it', () => {
    write('dist/b.js.map', '');
    truncateSync(join(app, 'dist/b.js.map'), 2 ** 31);
    expectUnused(write('dist/b.js', SCRIPT), 'SOURCE_MAP_TOO_LARGE', /has 2147483648 bytes/);
  });

  it('of another script', () => {
    write('dist/b.js.map', MAP);
    const script = write('dist/b.js', `\n\n${SCRIPT}`);
    const { profile, notes } = mapped(script, { functions: ['t@BUNDLE:3:11', 't@BUNDLE:3:32'] });
    expect(profile.generated.length).toBe(0);
    expect(notes).toEqual(['SOURCE_MAP_MISMATCH']);
  });

  it('values without end, in few bytes', async () => {
    const hostile = ['['.repeat(60_000_000), `{"version":3,"names":[${'0,'.repeat(30_000_000)}0]}`];
    for (const map of hostile) {
      write('dist/b.js.map', map);
      const script = write('dist/b.js', SCRIPT);
      await withinBounds(map.slice(0, 30), async () => {
        expectUnused(script, 'SOURCE_MAP_BROKEN', /more than \d+ (?:levels deep|values)\.$/);
      });
    }
  });

  it('of functions that the bundler added: nothing is said', () => {
    write('dist/b.js.map', { ...MAP, mappings: encodeMappings([[[11, 0, 4, 2]]]) });
    const script = write('dist/b.js', `var h=()=>1;${SCRIPT}`);
    const { functions, notes } = mapped(script, { functions: ['h@BUNDLE:1:7'] });
    expect(functions).toEqual(['h APP/dist/b.js:1:7 application']);
    expect(notes).toEqual([]);
  });

  it('of a script that was built again since it ran', () => {
    write('dist/b.js.map', MAP);
    expectUnused(write('dist/b.js', `var added=1;${SCRIPT}`), 'SOURCE_MAP_MISMATCH', /was changed/);
  });

  it('one note a reason, with how many; none for what packages do not ship', () => {
    const comment = `${SCRIPT}\n//# sourceMappingURL=no.map`;
    const paths = ['a.js', 'b.js', 'c.js'].map((name) => write(name, comment));
    const shipped = write('node_modules/x/x.js', comment);
    const functions = [...paths.map((path) => `t@${path}:1:11`), `t@${shipped}:1:11#dependency/x`];
    const { profile } = mapped(paths[0], { functions });
    expect(profile.quality.notes).toMatchObject([
      { code: 'SOURCE_MAP_MISSING', message: expect.stringContaining('likewise of 2 other scripts') },
    ]);
    expect(mapped(shipped, { functions: [functions[3]] }).notes).toEqual([]);
  });
});
