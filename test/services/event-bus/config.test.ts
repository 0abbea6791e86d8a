import { readConfig, variableNames } from '../../../services/common/config.ts';
import type { ConfigError } from '../../../services/common/config.ts';
import { schema, schemaFor } from '../../../services/event-bus/config.ts';

describe('configuration', () => {
  const database = { DATABASE_URL: 'postgres://localhost/x' };
  const problems = (env: Record<string, string>) => {
    try {
      readConfig(schemaFor(env), env);
      return [];
    } catch (error) {
      return (error as ConfigError).problems;
    }
  };

  test('all missing and invalid variables are reported at once', () => {
    expect(problems({})).toEqual(
      expect.arrayContaining([expect.stringContaining('SUBSCRIBERS'), expect.stringContaining('DATABASE_HOST')]),
    );
    const found = problems({ ...database, SUBSCRIBERS: 'posts,my-query', POSTS_URL: 'ftp://x', MAX_ATTEMPTS: '0' });
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringContaining('POSTS_URL'),
        expect.stringContaining('MY_QUERY_URL'),
        expect.stringContaining('MAX_ATTEMPTS'),
      ]),
    );
    expect(found).toHaveLength(3);
  });

  test.each(['', ',', 'posts,', 'posts,posts', 'a-b,a_b', 'Posts', '-a', 'database', 'a b'])(
    'the list of subscribers %j is refused',
    (SUBSCRIBERS) => {
      expect(problems({ ...database, SUBSCRIBERS, POSTS_URL: 'http://posts', A_B_URL: 'http://a' }).join()).toContain(
        'SUBSCRIBERS',
      );
    },
  );

  test('a log on JetStream needs no database', () => {
    const others = { SUBSCRIBERS: 'posts', POSTS_URL: 'http://posts' };
    const EVENT_LOG_SERVERS = 'nats://nats-0.nats:4222, nats-1.nats';
    const env = { ...others, EVENT_LOG_SERVERS };
    expect(readConfig(schemaFor(env), env)).toMatchObject({
      EVENT_LOG_SERVERS: ['nats://nats-0.nats:4222', 'nats-1.nats'],
      EVENT_LOG_REPLICAS: '1',
      EVENT_LOG_PREFIX: 'EVENTS',
    });
    expect(problems(others).join()).toContain('DATABASE_HOST');
  });

  test.each([
    ['EVENT_LOG_SERVERS', 'http://nats'],
    ['EVENT_LOG_SERVERS', 'nats-0,,nats-1'],
    ['EVENT_LOG_SERVERS', 'nats://user:password@nats'],
    ['EVENT_LOG_REPLICAS', '2'],
    ['EVENT_LOG_PREFIX', 'a.b'],
    ['EVENT_LOG_CA', '/no/such/file'],
  ])('%s=%s is refused', (name, value) => {
    const found = problems({ ...database, SUBSCRIBERS: 'posts', POSTS_URL: 'http://posts', [name]: value });
    expect(found).toEqual([expect.stringContaining(name)]);
  });

  test('these variables are required with the subscribers of the blog', () => {
    const { required } = variableNames(schema);
    expect(required).toEqual([
      'COMMENTS_URL',
      'DATABASE_HOST',
      'DATABASE_NAME',
      'DATABASE_PASSWORD',
      'DATABASE_USER',
      'MODERATION_URL',
      'POSTS_URL',
      'QUERY_URL',
      'SUBSCRIBERS',
    ]);
  });
});
