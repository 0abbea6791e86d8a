// The whole blog as processes on this machine, behind a proxy that routes paths like the gateway.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from './process.ts';
import type { ServiceProcess } from './process.ts';
import { freePort } from '../../../src/local/network/ports';

const names = ['posts', 'comments', 'moderation', 'query', 'event-bus', 'web'] as const;
type Name = (typeof names)[number];
const subscribers = ['posts', 'comments', 'moderation', 'query'] as const;

export interface Blog {
  /** The URL of the gateway. */
  readonly url: string;
  readonly services: Record<Name, ServiceProcess>;
  /** Starts a service again on the same port. */
  readonly restart: (name: Name) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The routes, longest prefix first. Paths are not rewritten. */
const routes: readonly [string, Name][] = [
  ['/api/posts', 'posts'],
  ['/api/comments', 'comments'],
  ['/api/query', 'query'],
  ['/', 'web'],
];

/** `more` has further variables of each service. */
export async function startBlog(
  databaseUrl: string,
  blockedWords: readonly string[],
  more: (name: Name) => Record<string, string> = () => ({}),
): Promise<Blog> {
  const words = join(mkdtempSync(join(tmpdir(), 'callsign-')), 'words.txt');
  writeFileSync(words, blockedWords.join('\n'));
  const [ports, eventsPorts] = [await freePorts(), await freePorts()];
  const address = (name: Name) => `http://127.0.0.1:${ports[name]}`;
  const env = {
    DATABASE_URL: databaseUrl,
    EVENT_BUS_URL: address('event-bus'),
    BLOCKED_WORDS_FILE: words,
    SUBSCRIBERS: subscribers.join(),
    // The claims of a killed bus end after this time.
    LEASE_MS: '2000',
    DELIVERY_TIMEOUT_MS: '2000',
    HEALTH_PORT: '0',
    ...Object.fromEntries(
      subscribers.map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${eventsPorts[name]}`]),
    ),
  };
  const start = (name: Name) =>
    startProcess(`services/${name}/main.ts`, {
      ...env,
      PORT: String(ports[name]),
      EVENTS_PORT: String(eventsPorts[name]),
      ...more(name),
    });
  const services = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await start(name)])),
  ) as Record<Name, ServiceProcess>;
  const gateway = await startGateway(address);
  return {
    url: gateway.url,
    services,
    restart: async (name) => void (services[name] = await start(name)),
    stop: async () => {
      gateway.close();
      for (const { child } of Object.values(services)) child.kill('SIGTERM');
      await Promise.all(Object.values(services).map(({ ended }) => ended));
    },
  };
}

async function startGateway(address: (name: Name) => string): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function freePorts(): Promise<Record<Name, number>> {
  const ports = await Promise.all(names.map(async (name) => [name, await freePort()]));
  return Object.fromEntries(ports) as Record<Name, number>;
}
