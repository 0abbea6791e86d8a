import { parseDockerfile } from '../../../../src/images/source/dockerfile';
import { startScripts } from '../../../../src/compose/load/images/start-scripts';
import { temporaryFolder } from '../../../cli/run';

const folder = temporaryFolder();

test.each([
  ['a file that is copied by its name', 'COPY bin/start.sh /usr/local/bin/', ['/usr/local/bin/start.sh']],
  ['a file that gets another name', 'COPY bin/start.sh /entry', ['/entry']],
  ['a folder', 'COPY bin /opt/bin', ['/opt/bin/start.sh', 'serve']],
  ['the whole context', 'WORKDIR /app\nCOPY . .', ['bash', './bin/start.sh']],
])('the script is found in %s', (_, copy, words) => {
  folder.put('bin/start.sh', 'exec gosu app serve\n');
  folder.put('bin/other.sh', 'another script\n');
  expect(startScripts(folder.path, parseDockerfile(`FROM debian\n${copy}\n`), words)).toBe('exec gosu app serve\n');
});

test.each([
  ['no file has the name', 'COPY bin /opt/bin', ['/opt/bin/gone.sh']],
  ['the file is elsewhere in the image', 'COPY bin /opt/bin', ['/usr/bin/start.sh']],
  ['the image copies nothing', 'RUN true', ['/start.sh']],
  ['the file is too large', 'COPY large.sh /', ['/large.sh']],
])('there is no script: %s', (_, copy, words) => {
  folder.put('bin/start.sh', 'exec gosu app serve\n');
  folder.put('large.sh', 'x'.repeat(70_000));
  expect(startScripts(folder.path, parseDockerfile(`FROM debian\n${copy}\n`), words)).toBe('');
});
