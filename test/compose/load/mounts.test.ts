import { readComposeFile } from '../../../src/compose/load/documents/read';
import { MountReader } from '../../../src/compose/load/mounts';
import { nodeAt } from '../../../src/compose/load/node';
import type { Problem } from '../../../src/problems/problem';
import { temporaryFolder } from '../../cli/run';

const folder = temporaryFolder();

test('each file is read once, for all mounts and configs', () => {
  folder.put('app.conf', 'first');
  const problems: Problem[] = [];
  const text =
    'services: { web: { volumes: ["./app.conf:/etc/a.conf", "data:/data"], configs: [app] } }\nconfigs: { app: { file: app.conf } }\n';
  const root = readComposeFile(
    { file: 'compose.yaml', text, base: folder.path, lookup: () => undefined, unset: () => undefined },
    problems,
  );
  expect(problems).toEqual([]);
  const web = nodeAt(root, 'services', 'web')!;
  const reader = new MountReader(root!);
  const files = () => reader.mountsOf(web).map((mount) => mount.files()?.map((file) => [file.target, file.text]));
  expect(files()).toEqual([[['/etc/a.conf', 'first']], undefined]);
  folder.put('app.conf', 'second');
  expect(files()).toEqual([[['/etc/a.conf', 'first']], undefined]);
  expect(reader.configsOf(web)).toEqual(['first']);
  expect(new MountReader(root!).configsOf(web)).toEqual(['second']);
});
