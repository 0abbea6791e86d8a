import { mentionsIn, replaceHosts } from '../../../../src/compose/analyze/network/hosts';

test('hosts in settings and commands', () => {
  const at = (text: string, name?: string) =>
    mentionsIn(text, name).map(({ host, port }) => (port ? `${host}:${port}` : host));
  expect(at('http://api:3000/x?y=http://other/z')).toEqual(['api:3000', 'other']);
  expect(at('kafka1:9092,kafka2:9092')).toEqual(['kafka1:9092', 'kafka2:9092']);
  expect(at('mongodb://u:p@a:1,b:2/x')).toEqual(['a:1', 'b:2']);
  expect(at('postgresql+asyncpg://u@db/x')).toEqual(['db']);
  expect(at('redis', 'REDIS_HOST')).toEqual(['redis']);
  expect(at('redis', 'MODE')).toEqual([]);
  expect(at('--url=http://api:80')).toEqual(['api:80']);
  expect(at('12:30:00')).toEqual([]);
  expect(at('0.0.0.0:8080')).toEqual([]);
  expect(at('')).toEqual([]);
  const to = (text: string, name?: string) =>
    replaceHosts(
      text,
      ({ host, scheme }) => (host === 'api' ? { host: 'web', ...(scheme ? {} : { port: 80 }) } : undefined),
      name,
    );
  expect(to('http://api:3000/api:3000')).toBe('http://web/api:3000');
  expect(to('api:3000,b:1')).toBe('web:80,b:1');
  expect(to('http://u:p@api:3000')).toBe('http://u:p@web');
});
