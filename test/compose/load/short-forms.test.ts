import { bytesOf, readPorts, readVolume, secondsOf, wordsOf } from '../../../src/compose/load/short-forms';

test.each([
  ['data:/var/lib/data', { source: 'data', target: '/var/lib/data', modes: [] }],
  ['data:/var/lib/data:ro', { source: 'data', target: '/var/lib/data', modes: ['ro'] }],
  ['./a:/b:ro,z', { source: './a', target: '/b', modes: ['ro', 'z'] }],
  ['/only', { target: '/only', modes: [] }],
  ['/only:ro', { target: '/only', modes: ['ro'] }],
  ['C:\\data:/data', { source: 'C:\\data', target: '/data', modes: [] }],
  ['~/x:/y', { source: '~/x', target: '/y', modes: [] }],
])('volume %s', (text, expected) => expect(readVolume(text)).toEqual(expected));

test.each([
  ['80', [{ target: 80, protocol: 'tcp' }]],
  ['8080:80', [{ target: 80, published: 8080, protocol: 'tcp' }]],
  ['53:53/UDP', [{ target: 53, published: 53, protocol: 'udp' }]],
  ['127.0.0.1:8080:80', [{ target: 80, published: 8080, hostIp: '127.0.0.1', protocol: 'tcp' }]],
  ['127.0.0.1::80', [{ target: 80, hostIp: '127.0.0.1', protocol: 'tcp' }]],
  ['[::1]:8080:80', [{ target: 80, published: 8080, hostIp: '::1', protocol: 'tcp' }]],
  [
    '3000-3001',
    [
      { target: 3000, protocol: 'tcp' },
      { target: 3001, protocol: 'tcp' },
    ],
  ],
  [
    '9000-9001:80-81',
    [
      { target: 80, published: 9000, protocol: 'tcp' },
      { target: 81, published: 9001, protocol: 'tcp' },
    ],
  ],
  ['8000-8009:80', [{ target: 80, published: 8000, protocol: 'tcp' }]],
  ['web', undefined],
  ['0', undefined],
  ['65536', undefined],
  ['1:2:3:4', undefined],
  ['81-80', undefined],
  ['80-82:90-91', undefined],
  ['', undefined],
])('ports %s', (text, expected) => expect(readPorts(text)).toEqual(expected));

test.each([
  ['a b  c', ['a', 'b', 'c']],
  ["a 'b c' d", ['a', 'b c', 'd']],
  ['a "b \\"c\\"" d', ['a', 'b "c"', 'd']],
  ['a\\ b', ['a b']],
  ["''", ['']],
  ['', []],
  ['a\'b\'"c"', ['abc']],
  ["'a\\b'", ['a\\b']],
  ['"a\\b"', ['a\\b']],
  ['a \\\n b', ['a', 'b']],
  ['--x="y z"', ['--x=y z']],
])('words of %s', (text, expected) => expect(wordsOf(text)).toEqual(expected));

test.each([
  ['10s', 10],
  ['1m30s', 90],
  ['1h', 3600],
  ['500ms', 0.5],
  ['1.5s', 1.5],
  ['10', undefined],
  ['', undefined],
  ['1d', undefined],
])('%s seconds', (text, expected) => expect(secondsOf(text)).toBe(expected));

test.each([
  ['512m', '512Mi'],
  ['1g', '1Gi'],
  ['1.5gb', '1536Mi'],
  ['100k', '100Ki'],
  ['64M', '64Mi'],
  ['1024', '1Ki'],
  ['1000b', '1000'],
  ['x', undefined],
  ['1t', undefined],
  ['', undefined],
])('%s bytes', (text, expected) => expect(bytesOf(text)).toBe(expected));
