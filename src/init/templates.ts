import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { PACKAGE_FOLDER } from '../basics/package-folder';
import type { ProjectPackages } from './package-json';

/** The files of templates/project are for every project, and those of templates/example for an empty folder. */
export type TemplateName = 'project' | 'example';

/** The name of the application in the templates. */
const NAME_IN_TEMPLATES = 'example-app';
/** npm pack renames this file or leaves it out, so it has another name in the package. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** The files of a template by their path in the project, with the name of the project. */
export function templateFiles(template: TemplateName, name: string): Map<string, string> {
  const folder = join(PACKAGE_FOLDER, 'templates', template);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  const withName = (text: string) => text.replaceAll(NAME_IN_TEMPLATES, name);
  return new Map(
    paths
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [
        withName(RENAMED[path] ?? path.split(sep).join('/')),
        withName(readFileSync(join(folder, path), 'utf8')),
      ]),
  );
}

interface OwnManifest {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** This version of Callsign, and the packages that it is tested with. */
export function projectPackages(): ProjectPackages {
  const text = readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8');
  const { name, version, peerDependencies, devDependencies } = JSON.parse(text) as OwnManifest;
  const { cdk8s = '', constructs = '' } = peerDependencies;
  const { typescript = '', '@types/node': types = '' } = devDependencies;
  return {
    dependencies: { [name]: `^${version}`, cdk8s, constructs },
    devDependencies: { '@types/node': types, typescript },
  };
}
