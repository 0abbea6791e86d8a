import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A Compose file of `examples/`, and the arguments of its import. */
export interface Example {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the chart has everything that the programs may need. */
  readonly whole: boolean;
  /** The code of the problem that a person must fix before synthesis, such as an image without a version. */
  readonly left?: string;
}

const folder = join(__dirname, 'examples');
/** Arguments and results that differ from the default. */
const FURTHER: Readonly<Record<string, Partial<Example>>> = {
  override: { args: ['--file', path('override/compose.prod.yaml')] },
  passwords: { environment: { ADMIN_PASSWORD: 'admin-of-the-shell' } },
  profiles: { args: ['--profile', 'metrics'] },
  secrets: { environment: { JWT_SECRET: 'jwt-of-the-shell', STRIPE_KEY: 'stripe-of-the-shell', BANNER: 'Hello' } },
  unpinned: { left: 'image-unpinned' },
  variables: { environment: { LOG_LEVEL: '', FROM_SHELL: 'here' } },
};
/** Examples with refused keys that a program may need. */
const NOT_WHOLE = new Set(['monitoring', 'names', 'nginx', 'rights', 'swarm', 'traefik', 'unpinned']);

/** Every example. */
export const EXAMPLES: readonly Example[] = readdirSync(folder).map((name) => {
  const file = readdirSync(join(folder, name)).find((each) => /^(docker-compose|compose|stack)\.ya?ml$/.test(each))!;
  const { args = [], environment = {}, left } = FURTHER[name] ?? {};
  return { name, args: [path(join(name, file)), ...args], environment, left, whole: !NOT_WHOLE.has(name) };
});

/** The secrets in the examples. */
export const SECRETS = [
  'correct-horse',
  'django-insecure-4x8f2k1m',
  'swordfish-42',
  'somewordpress',
  'word-press-7',
  'tops3cret-db',
  'orders-pw-1',
  'catalog-pw-2',
  'some-long-pw',
  'grafana-9-pw',
  'admin-of-the-shell',
  'jwt-of-the-shell',
  'stripe-of-the-shell',
  't0ken-in-the-clear',
  'hunter-of-redis',
  'guest-of-rabbit',
  'the-id-of-a-key',
  'the-secret-of-a-key',
  'word-of-somebody',
  'abcdef0123456789',
  'first-line-of-key',
  'second-line-of-key',
  'the-token-of-git',
  'file-token-in-env',
  'ini-file-password',
  'no certificate',
];

/** The text of all files and environments of the examples. */
export function allText(): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return [
    ...files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
    ...EXAMPLES.map(({ environment }) => JSON.stringify(environment)),
  ].join('\n');
}

function path(name: string): string {
  return relative(process.cwd(), join(folder, name));
}
