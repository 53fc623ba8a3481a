/** Starts what sign-ins are compared with, on the Temporal server and the Postgres of the instance. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';

export async function startRig(root, instance) {
  const admin = new pg.Client(instance.postgres);
  await admin.connect();
  await admin.query(
    'create table if not exists rig_decisions (id bigserial primary key, at timestamptz default now())',
  );
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: instance.temporal.address,
    DATABASE_URL: instance.postgres,
    RIG_QUEUE: `rig-${randomBytes(4).toString('hex')}`,
  };
  // Standard output belongs to the table.
  const stdio = ['ignore', 'ignore', 'ignore', 'ipc'];
  const worker = fork(join(root, 'bench', 'rig', 'worker.mjs'), { env, stdio });
  await once(worker, 'message');
  const api = fork(join(root, 'bench', 'rig', 'api.mjs'), { env, stdio });
  const [{ address }] = await once(api, 'message');
  return {
    async post(path) {
      const response = await fetch(address + path, { method: 'POST' });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      const answer = await response.json();
      if (answer.workflowId === undefined) throw new Error(`${path} did not answer as expected`);
      return answer;
    },
    pids: { api: [api.pid], worker: [worker.pid] },
    async stop() {
      for (const child of [api, worker]) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      await admin.query('drop table rig_decisions');
      await admin.end();
    },
  };
}
