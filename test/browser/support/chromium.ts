/**
 * A real Chromium for tests: `CHROME_PATH`, one on PATH, or the one that the npm registry has for Linux on x64. Owns:
 * finding, unpacking and starting it. Must never: download anything.
 */
import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { REPOSITORY } from '../../support/instance';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const PACKAGED = '@sparticuz/chromium';

/** Whether there can be one: the packaged one is for Linux on x64 only. */
export function hasChromium(): boolean {
  return installed() !== undefined || (process.platform === 'linux' && process.arch === 'x64');
}

/** Starts it without a window. Close it in `afterAll`. */
export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  const found = installed();
  const executablePath = found ?? unpacked();
  const env = found === undefined ? { ...process.env, ...missingOf(executablePath) } : process.env;
  // Playwright passes `--no-sandbox`, without which it would not run as root.
  return chromium.launch({ executablePath, args: ['--disable-gpu', ...args], env: defined(env) });
}

function installed(): string | undefined {
  const { CHROME_PATH, PATH = '' } = process.env;
  if (CHROME_PATH) return CHROME_PATH;
  const onPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, MAC].find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The packaged one, unpacked once for each version. */
function unpacked(): string {
  const manifest = readFileSync(join(REPOSITORY, 'node_modules', PACKAGED, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = join(REPOSITORY, '.cache', `chromium-${version}`);
  if (existsSync(folder)) return join(folder, 'chromium');
  mkdirSync(dirname(folder), { recursive: true });
  // Renamed when it is whole: two may unpack it at once, and one of them may be killed.
  const own = mkdtempSync(`${folder}-`);
  try {
    execFileSync(process.execPath, ['-e', `require('${PACKAGED}').executablePath()`], {
      cwd: REPOSITORY,
      // It unpacks into the folder for temporary files, and the libraries only where it takes itself to be on AWS.
      env: { ...process.env, TMPDIR: own, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
    });
    renameSync(own, folder);
  } catch (error) {
    // Another one was first.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return join(folder, 'chromium');
}

/** What a bare machine lacks: the libraries of NSS, and any font. */
function missingOf(executablePath: string): Record<string, string> {
  const folder = dirname(executablePath);
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') };
  try {
    execFileSync(executablePath, ['--version'], { stdio: 'ignore' });
    return fonts;
  } catch {
    return { ...fonts, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
  }
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
