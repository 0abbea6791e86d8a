// npm run release: moves the unreleased changes of CHANGELOG.md to a new version, sets it in both packages, and prints it.
// Prints nothing if there are no unreleased changes. With --notes it prints the changes of the current version.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const CHANGES = 'CHANGELOG.md';
/** Both packages have the same version. */
const FOLDERS = ['.', 'create'].filter((folder) => existsSync(`${folder}/package.json`));

const changelog = readFileSync(CHANGES, 'utf8');
const { version: current } = JSON.parse(readFileSync('package.json', 'utf8'));

if (process.argv.includes('--notes')) console.log(changesOf(current));
else release(changesOf('Unreleased'));

function release(changes) {
  if (changes === '') return;
  const version = nextVersion(changes);
  const heading = `## [${version}] - ${new Date().toISOString().slice(0, 10)}`;
  writeFileSync(
    CHANGES,
    changelog.replace('## [Unreleased]\n', (unreleased) => `${unreleased}\n${heading}\n`),
  );
  for (const cwd of FOLDERS) execFileSync('npm', ['version', version, '--no-git-tag-version'], { cwd });
  console.log(version);
}

/** The text below the heading of a version, up to the next version. */
function changesOf(version) {
  const sections = changelog.split(/^(?=## \[)/m);
  const section = sections.find((text) => text.startsWith(`## [${version}]`));
  if (section === undefined) throw new Error(`${CHANGES} has no section "## [${version}]". Add it.`);
  return section.slice(section.indexOf('\n')).trim();
}

/** Breaking changes need a major version, or a minor version before 1.0. Fixes alone need a patch. */
function nextVersion(changes) {
  const [major, minor, patch] = current.split('.').map(Number);
  const breaks = changes.includes('**Breaking:**');
  if (breaks && major > 0) return `${major + 1}.0.0`;
  if (breaks || /^### (?!Fixed|Security)/m.test(changes)) return `${major}.${minor + 1}.0`;
  return `${major}.${minor}.${patch + 1}`;
}
