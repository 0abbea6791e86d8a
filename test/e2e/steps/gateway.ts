import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chart } from 'cdk8s';
import { Gateway, type GatewayBase } from '../../../src/index';
import type { Context, Evidence, Step } from '../context';
import { must } from '../support/command';
import type { Gateway as Client } from '../support/gateway';
import { OwnApp, echo, type Echo } from '../support/own-app';
import { PUBLIC } from '../support/public-gateway';
import { holds } from '../support/promise';
import { until } from '../support/until';

const NAMESPACE = 'e2e-gateway';
const PAGE = 'https://app.example.com';
const KIBI = 1024;
/** The Secret with the passwords, and the hosts that ask for them. */
const STAFF = 'staff';
/** The host of the Gateway that the chart writes. */
const OWN_HOST = 'g.localhost';
const STAFF_HOSTS = { Ingress: 'e.localhost', HTTPRoute: 'f.localhost' };

export const gateway: Step = {
  name: 'gateway',
  promise:
    'Prefixes, hosts, CORS, the body limit, certificates and passwords work with a real controller, as Ingress and as HTTPRoute. A Gateway of its own has a certificate, and redirects plain HTTP.',
  apart: true,
  async run(context) {
    const secure = await context.cluster.address(443);
    const app = new OwnApp(context, NAMESPACE, declare);
    return app.use(async () => ({
      ...(await proveGateway(context.gateway, secure, await addCertificate(context))),
      ...(await provePasswords(context)),
    }));
  },
};

/** Two kinds of gateway with the same settings, each for its own hosts. */
function declare(chart: Chart): void {
  const [web, posts, admin] = [echo(chart, 'web'), echo(chart, 'posts'), echo(chart, 'admin')];
  const options: GatewayBase = { controller: 'traefik', cors: { origins: [PAGE] }, maxBody: '64Ki' };
  const routes = { '/': web, '/api/posts': posts } as const;
  new Gateway(chart, 'ingress', {
    ...options,
    routes,
    hosts: {
      'a.localhost': {},
      '*.wild.localhost': {},
      'b.localhost': { routes: { '/admin': admin }, tlsSecret: 'b-tls' },
    },
  });
  new Gateway(chart, 'route', {
    ...options,
    routes,
    hosts: { 'c.localhost': {}, 'd.localhost': { routes: { '/admin': admin } } },
    httpRoute: PUBLIC,
  });
  new Gateway(chart, 'own', {
    host: OWN_HOST,
    tlsSecret: 'b-tls',
    listen: { className: 'traefik' },
    headers: { request: { set: { 'x-from': 'gateway' } }, response: { set: { 'x-frame-options': 'DENY' } } },
    routes: { '/': web, '/admin': admin },
  });
  const staff = {
    controller: 'traefik',
    basicAuth: { secret: STAFF, existing: true },
    routes: { '/': admin },
  } as const;
  new Gateway(chart, 'staff-ingress', { ...staff, host: STAFF_HOSTS.Ingress });
  new Gateway(chart, 'staff-route', {
    ...staff,
    host: STAFF_HOSTS.HTTPRoute,
    httpRoute: PUBLIC,
  });
}

/** Checks all settings with requests over HTTP and HTTPS. */
async function proveGateway(client: Client, secure: string, certificate: string): Promise<Evidence> {
  const name = async (host: string, path: string) => {
    const { status, text } = await client.ask(path, { host });
    return status === 200 ? (JSON.parse(text) as Echo).name : status;
  };
  // The controller learns the routes one after the other, and answers 503 before that.
  const first = ['a', 'x.wild', 'c'].flatMap(
    (host) =>
      [
        [host, '/', 'web'],
        [host, '/api/posts', 'posts'],
      ] as const,
  );
  for (const [host, path, answer] of [...first, ['b', '/admin', 'admin'], ['d', '/admin', 'admin']] as const) {
    await until(
      `${host}.localhost${path} is served`,
      120,
      async () => (await name(`${host}.localhost`, path)) === answer,
    );
  }

  const expected: [host: string, path: string, answer: string | number][] = [];
  for (const host of ['a.localhost', 'x.wild.localhost', 'c.localhost']) {
    for (const [path, answer] of [
      ['/', 'web'],
      ['/api/posts', 'posts'],
      ['/api/posts/', 'posts'],
      ['/api/posts/1?x=/', 'posts'],
      ['/api/postsx', 'web'],
      ['/api', 'web'],
      ['/API/posts', 'web'],
    ] as const)
      expected.push([host, path, answer]);
  }
  for (const host of ['b.localhost', 'd.localhost'])
    expected.push(
      [host, '/admin', 'admin'],
      [host, '/admin/x', 'admin'],
      [host, '/administrator', 404],
      [host, '/', 404],
      [host, '/api/posts', 404],
    );
  expected.push(['wild.localhost', '/', 404], ['x.y.wild.localhost', '/', 404], ['elsewhere.localhost', '/', 404]);
  const wrong: object[] = [];
  for (const [host, path, answer] of expected) {
    const seen = await name(host, path);
    if (seen !== answer) wrong.push({ host, path, expected: answer, seen });
  }
  holds(wrong.length === 0, 'each path of each host leads only to its declared microservice', wrong);

  const kinds: Record<string, object> = {};
  for (const [kind, host] of [
    ['Ingress', 'a.localhost'],
    ['HTTPRoute', 'c.localhost'],
  ] as const)
    kinds[kind] = { ...(await proveCors(client, host)), ...(await proveBodies(client, host)) };
  return {
    pathsAsked: expected.length,
    wrong: 0,
    ...kinds,
    ...(await proveCertificate(client, secure, certificate)),
    ...(await proveOwnGateway(client, { address: secure, certificate })),
  };
}

async function proveCors(client: Client, host: string): Promise<Evidence> {
  const preflight = (origin: string) =>
    client.ask('/api/posts', {
      host,
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
  const allowed = await preflight(PAGE);
  holds(
    [200, 204].includes(allowed.status) &&
      allowed.headers['access-control-allow-origin'] === PAGE &&
      /\bPOST\b/.test(String(allowed.headers['access-control-allow-methods'])) &&
      /\bcontent-type\b/i.test(String(allowed.headers['access-control-allow-headers'])) &&
      allowed.headers['access-control-max-age'] === '3600' &&
      allowed.headers['access-control-allow-credentials'] === undefined,
    `the gateway itself answers a preflight of ${PAGE}`,
    allowed,
  );
  const refused = await preflight('https://evil.example.com');
  holds(
    refused.headers['access-control-allow-origin'] === undefined,
    'a page of another origin is not allowed',
    refused,
  );
  const answer = await client.ask('/api/posts', { host, headers: { origin: PAGE } });
  holds(
    answer.status === 200 && answer.headers['access-control-allow-origin'] === PAGE,
    'the page can read the answer',
    answer,
  );
  const same = await client.ask('/api/posts', { host });
  holds(
    same.headers['access-control-allow-origin'] === undefined,
    'an answer to a request without an origin has no CORS header',
    same,
  );
  return { preflight: allowed.status, strangersAllowed: 0 };
}

async function proveBodies(client: Client, host: string): Promise<Evidence> {
  const send = (bytes: number, headers = {}) =>
    client.ask('/api/posts', { host, raw: 'x'.repeat(bytes), headers: { origin: PAGE, ...headers } });
  const largest = await send(64 * KIBI);
  holds(
    largest.status === 200 && (JSON.parse(largest.text) as Echo).bytes === 64 * KIBI,
    'a body of the largest size arrives completely',
    largest,
  );
  const above = await send(64 * KIBI + 1);
  holds(
    above.status === 413 && above.headers['access-control-allow-origin'] === PAGE,
    'one byte more is rejected with 413, which the page can read',
    above,
  );
  const unknown = await send(256 * KIBI, { 'transfer-encoding': 'chunked' });
  holds(unknown.status === 413, 'a body without a declared size is rejected too', unknown);
  return { largestBody: 64 * KIBI, oneMore: above.status };
}

/** Checks that the certificate of the Secret is used for its host only. */
async function proveCertificate(client: Client, secure: string, certificate: string): Promise<Evidence> {
  const answer = await until('b.localhost is served with the certificate of its Secret', 60, async () => {
    const { status, text } = await client.ask('/admin', {
      host: 'b.localhost',
      secure: { address: secure, certificate },
    });
    if (status !== 200) throw new Error(`${status} ${text}`);
    return JSON.parse(text) as Echo;
  });
  const other = await client.ask('/', { host: 'a.localhost', secure: { address: secure, certificate } });
  holds(answer.name === 'admin' && other.status === 0, 'a host without a certificate is not served with this one', {
    answer,
    other,
  });
  return { certificate: 'of the Secret' };
}

/** Checks the Gateway that the chart writes: TLS with its certificate, the redirect, and the changed headers. */
async function proveOwnGateway(
  client: Client,
  secure: { readonly address: string; readonly certificate: string },
): Promise<Evidence> {
  const host = OWN_HOST;
  const answer = await until(`${host} is served with a certificate`, 60, async () => {
    const got = await client.ask('/admin/x', { host, secure });
    if (got.status !== 200) throw new Error(`${got.status} ${got.text}`);
    return got;
  });
  const { name, from } = JSON.parse(answer.text) as Echo;
  holds(name === 'admin', 'the longest path wins', answer);
  holds(from === 'gateway', 'the request has the header of the gateway', answer);
  holds(answer.headers['x-frame-options'] === 'DENY', 'the answer has the header of the gateway', answer);
  const plain = await client.ask('/admin/x?a=1', { host });
  holds(
    plain.status === 301 && plain.headers.location === `https://${host}/admin/x?a=1`,
    'plain HTTP is redirected, with path and query',
    plain,
  );
  return { ownGateway: answer.status, redirect: plain.status };
}

/** Checks that nobody enters without the right password, not even while the Secret with the passwords is missing. */
async function provePasswords({ gateway: client, kubectl, say }: Context): Promise<Evidence> {
  const ask = (host: string, login?: string) =>
    client.ask('/', {
      host,
      headers: login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` },
    });
  const hosts = Object.values(STAFF_HOSTS);
  const answers = async (login?: string) => Promise.all(hosts.map(async (host) => (await ask(host, login)).status));
  const withoutSecret = [...(await answers()), ...(await answers('anna:right'))];
  holds(
    withoutSecret.every((status) => status >= 400),
    'while the Secret is missing, nobody enters',
    withoutSecret,
  );
  say(`answers while the Secret with the passwords is missing: ${withoutSecret.join(', ')}`);
  const hash = createHash('sha1').update('right').digest('base64');
  await kubectl.must(['-n', NAMESPACE, 'create', 'secret', 'generic', STAFF, `--from-literal=auth=anna:{SHA}${hash}`]);
  for (const host of hosts)
    await until(`${host} knows the password`, 60, async () => (await ask(host, 'anna:right')).status === 200);
  const [none, wrong] = [await answers(), await answers('anna:wrong')];
  holds(
    [...none, ...wrong].every((status) => status === 401),
    'without the right password, the answer is 401',
    { none, wrong },
  );
  return { statusWithoutSecret: withoutSecret.join(), statusWithoutPassword: none.join() };
}

/** Adds a Secret with a certificate for one host. Returns the self-signed certificate. */
async function addCertificate({ kubectl, signal }: Context): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'callsign-e2e-'));
  try {
    const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
    await must(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        certificate,
        '-subj',
        '/CN=b.localhost',
        '-addext',
        `subjectAltName=DNS:b.localhost,DNS:${OWN_HOST}`,
      ],
      { signal },
    );
    await kubectl.must(['-n', NAMESPACE, 'create', 'secret', 'tls', 'b-tls', `--cert=${certificate}`, `--key=${key}`]);
    return readFileSync(certificate, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
