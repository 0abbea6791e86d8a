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
