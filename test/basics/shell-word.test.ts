import { execFileSync } from 'node:child_process';
import { shellWord } from '../../src/basics/shell-word';

test.each(['charts/shop.ts', '--file', '../a/b-c_d.yaml', '/tmp/x@1,2:3+4=5%'])('%s needs no quotes', (text) => {
  expect(shellWord(text)).toBe(text);
});

test.each(['my shop/compose.yaml', "it's", '$HOME/*', 'a;b', '`a`', '"a"', '', 'übung', '~/a', '(a)', 'a\nb'])(
  'a shell reads %j as it is',
  (text) => {
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);
