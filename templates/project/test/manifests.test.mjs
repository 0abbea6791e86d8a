import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const CALLSIGN = 'node_modules/callsign-k8s/bin/callsign.js';

/** The files of a folder, by name. */
const read = (folder) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

// The manifests are committed, so a review shows what a change of the charts does.
test('k8s-out is up to date (npm run synth writes it)', () => {
  assert.ok(existsSync('k8s-out'), 'There are no manifests. Run npm run synth, and commit k8s-out.');
  const folder = mkdtempSync(join(tmpdir(), 'k8s-out-'));
  try {
    cpSync('k8s-out', folder, { recursive: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, [CALLSIGN, 'synth', '--out', folder], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.deepEqual(read('k8s-out'), read(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
