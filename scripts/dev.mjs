// npm run dev [FILE]: the viewer from its sources, with a recording loaded; it follows every change.
import { createReadStream } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { install, ROOT, requireNode } from './steps.mjs';
import { viteOptions } from './viewer.mjs';

requireNode();
install();
const file = process.argv[2]
  ? resolve(process.argv[2])
  : join(ROOT, 'test', 'fixtures', 'stackscope', 'version-1', 'fib.stackscope');

const withRecording = {
  name: 'with-recording',
  configureServer: (server) => {
    server.middlewares.use('/recording/0', (_, response) => createReadStream(file).pipe(response));
  },
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { name: 'stackscope-served', content: Buffer.from(basename(file)).toString('base64') },
    },
  ],
};

const { createServer } = await import('vite');
const server = await createServer({
  ...viteOptions,
  logLevel: 'info',
  plugins: [...viteOptions.plugins, withRecording],
  optimizeDeps: {
    noDiscovery: true,
    include: ['preact', 'preact/hooks', 'preact/jsx-runtime', 'preact/jsx-dev-runtime', '@preact/signals'],
  },
  server: { host: '127.0.0.1', open: process.stdout.isTTY === true, fs: { allow: [ROOT] } },
});
await server.listen();
server.printUrls();
