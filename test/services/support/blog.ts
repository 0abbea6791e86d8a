// The whole blog as processes on this machine, behind a door that passes paths on as the gateway does.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as listenOn } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from './process.ts';
import type { ServiceProcess } from './process.ts';

const names = ['posts', 'comments', 'moderation', 'query', 'event-bus', 'web'] as const;
type Name = (typeof names)[number];

export interface Blog {
  /** The door. */
  readonly url: string;
  readonly services: Record<Name, ServiceProcess>;
  /** Starts one again that was ended, on its old port. */
  readonly restart: (name: Name) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Longest first. Nothing is rewritten. */
const routes: readonly [string, Name][] = [
  ['/api/posts', 'posts'],
  ['/api/comments', 'comments'],
  ['/api/query', 'query'],
  ['/', 'web'],
];

export async function startBlog(databaseUrl: string, blockedWords: readonly string[]): Promise<Blog> {
  const words = join(mkdtempSync(join(tmpdir(), 'callsign-')), 'words.txt');
  writeFileSync(words, blockedWords.join('\n'));
  const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()]))) as Record<
    Name,
    number
  >;
  const address = (name: Name) => `http://127.0.0.1:${ports[name]}`;
  const env = {
    DATABASE_URL: databaseUrl,
    EVENT_BUS_URL: address('event-bus'),
    BLOCKED_WORDS_FILE: words,
    SUBSCRIBERS: 'posts,comments,moderation,query',
    // What a killed bus had claimed is free again after four times this.
    DELIVERY_TIMEOUT_MS: '2000',
    ...Object.fromEntries(names.map((name) => [`${name.toUpperCase().replace('-', '_')}_URL`, address(name)])),
  };
  const start = (name: Name) => startProcess(`services/${name}/main.ts`, { ...env, PORT: String(ports[name]) });
  const services = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await start(name)])),
  ) as Record<Name, ServiceProcess>;
  const door = await openDoor(address);
  return {
    url: door.url,
    services,
    restart: async (name) => void (services[name] = await start(name)),
    stop: async () => {
      door.close();
      for (const { child } of Object.values(services)) child.kill('SIGTERM');
      await Promise.all(Object.values(services).map(({ ended }) => ended));
    },
  };
}

async function openDoor(address: (name: Name) => string): Promise<{ url: string; close: () => void }> {
  const door = createServer((request, response) => {
    const [, name] = routes.find(([path]) => request.url?.startsWith(path)) ?? (['/', 'web'] as const);
    const onward = send(
      `${address(name)}${request.url}`,
      { method: request.method, headers: request.headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const close = () => {
    door.close();
    door.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`, close };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = listenOn().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
