// Translates the TypeScript of this checkout after an installation. tsx keeps the result in the folder for temporary
// files, so the first `npm start` is as fast as the next.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { register } from 'tsx/esm/api';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

require('tsx/cjs');
for (const file of readdirSync(join(root, 'src'), { recursive: true }))
  if (file.endsWith('.ts')) require(join(root, 'src', file));

// Newer releases of Node.js run the services as they are.
if (!process.features.typescript) {
  register();
  for (const name of readdirSync(join(root, 'services'))) {
    const app = join(root, 'services', name, 'app.ts');
    if (existsSync(app)) await import(pathToFileURL(app).href);
  }
}
