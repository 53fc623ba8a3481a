/** Bundles the workflows once, at build time: workers load the file instead of running webpack at every start. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Where the worker finds the bundle, in `dist/`. */
export const WORKFLOW_BUNDLE_PATH = resolve(__dirname, '..', 'workflow-bundle.js');

/** Bundles the workflows that lie beside this folder (sources or build). Returns the code. */
export async function buildWorkflowBundle(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    failureConverterPath: require.resolve('../runtime/failure-converter'),
    logger: new DefaultLogger('WARN'),
  });
  return code;
}

if (require.main === module) {
  void buildWorkflowBundle().then((code) => {
    mkdirSync(dirname(WORKFLOW_BUNDLE_PATH), { recursive: true });
    writeFileSync(join(WORKFLOW_BUNDLE_PATH), code);
  });
}
