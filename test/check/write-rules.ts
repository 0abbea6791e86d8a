import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesPage } from '../../src/check/explain';

// Writes docs/rules.md from the descriptions of the rules. A test checks that the page is up to date.
writeFileSync(join(__dirname, '../../docs/rules.md'), rulesPage());
