/** The workflow bundle that `npm test` has built: bundling anew in every test file would take longer than most tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function builtWorkflowBundle(): { readonly code: string } {
  return { code: readFileSync(join(__dirname, '..', '..', 'dist', 'workflow-bundle.js'), 'utf8') };
}
