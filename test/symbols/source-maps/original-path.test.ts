import { expect, test } from 'vitest';
import { Layer } from '../../../src/profile/layers.js';
import { originalPath, originOf } from '../../../src/symbols/source-maps/original-path.js';

const base = { mapDirectory: '/srv/app/dist', projectDirectory: '/srv/app' };

test.each([
  ['../src/main.ts', '/srv/app/src/main.ts'],
  ['../src/a%20b.ts', '/srv/app/src/a b.ts'],
  ['/srv/app/src/main.ts', '/srv/app/src/main.ts'],
  ['file:///srv/app/src/a%20b.ts', '/srv/app/src/a b.ts'],
  ['webpack://shop/./src/main.ts', '/srv/app/src/main.ts'],
  ['webpack:///./src/view.vue?3f2a', '/srv/app/src/view.vue'],
  ['webpack://shop/../shared/index.ts', '/srv/shared/index.ts'],
  ['webpack://shop/./node_modules/lodash/lodash.js', '/srv/app/node_modules/lodash/lodash.js'],
  ['webpack:///~/lodash/lodash.js', '/srv/app/node_modules/lodash/lodash.js'],
  ['webpack:////srv/app/src/main.ts', '/srv/app/src/main.ts'],
  ['turbopack:///[project]/src/main.ts', '/srv/app/src/main.ts'],
  [
    'webpack://shop/webpack/runtime/make namespace object',
    'webpack://shop/webpack/runtime/make namespace object',
  ],
  ['webpack://shop/external node-commonjs "fs"', 'webpack://shop/external node-commonjs "fs"'],
  ['https://example.org/main.ts', 'https://example.org/main.ts'],
  ['../../../../../../../etc/passwd', '/etc/passwd'],
  ['%', '/srv/app/dist/%'],
])('%s is %s', (source, path) => {
  expect(originalPath(source, base)).toBe(path);
});

test('a package of its own keeps what it was written in; a bundle gives its parts back', () => {
  const application = { layer: Layer.Application, packageName: '' };
  const dependency = { layer: Layer.Dependency, packageName: 'shop' };
  expect(originOf('/srv/app/src/main.ts', application)).toEqual(application);
  expect(originOf('/srv/app/node_modules/@a/b/x.ts', application)).toEqual({
    layer: Layer.Dependency,
    packageName: '@a/b',
  });
  expect(originOf('/srv/app/src/main.ts', dependency)).toEqual(dependency);
  expect(originOf('webpack://shop/webpack/bootstrap', application)).toEqual({
    layer: Layer.Dependency,
    packageName: 'webpack',
  });
  // A map cannot make a function Node's own.
  expect(originOf('node:fs', application)).toEqual(application);
});
