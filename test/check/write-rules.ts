import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesPage } from '../../src/check/explain';

// Writes docs/rules.md from what the rules say of themselves; a test holds the two equal.
writeFileSync(join(__dirname, '../../docs/rules.md'), rulesPage());
