// Runs a TypeScript file of this project with Node 24 on a machine whose own Node may be older:
//   node local/bootstrap.mjs local/start.ts [arguments…]
// Plain JavaScript without imports from node_modules, because it is what installs them. Writes nothing to stdout.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.installed-from');
const OLDEST_NODE = [20, 12];
const NODE_MAJOR = 24;
const PARENT_CHECK_MS = 1000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const say = (text) => process.stderr.write(`${text}\n`);

function fail(text) {
  say(text);
  process.exit(1);
}

function checkThisNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(
    `Prefect Vitals needs Node ${OLDEST_NODE.join('.')} or newer to start; this is ${process.versions.node}.`,
  );
}

/** Installs what package-lock.json names, once for every content of it. */
function installModules() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return;
  say('Installing node_modules from package-lock.json …');
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm === undefined ? ['npm'] : [process.execPath, npm];
  const { status, error } = spawnSync(
    command,
    [...args, 'ci', '--include=dev', '--include=optional', '--loglevel=error'],
    {
      cwd: ROOT,
      stdio: ['ignore', process.stderr.fd, process.stderr.fd],
    },
  );
  if (error !== undefined) fail(`npm cannot be run: ${error.message}`);
  if (status !== 0) fail('npm ci failed: see above.');
  writeFileSync(STAMP, lock);
}

/** The pinned Node where there is a package of it for this platform, else this one if it is new enough. */
function nodeForTypeScript() {
  const pinned = join(MODULES, '.bin', 'node');
  if (existsSync(pinned)) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath;
  return fail(
    `Prefect Vitals runs on Node ${NODE_MAJOR}, and npm carries none for ${process.platform}-${process.arch}.\n` +
      `Install Node ${NODE_MAJOR} from nodejs.org or by your package manager, and run this again.`,
  );
}

/**
 * The child gets every signal and stops by itself. It also sees this process go, by the closed IPC channel, so that
 * nothing is left running even when this process is killed outright; and this process looks for its own parent.
 */
function run(node, args) {
  const child = spawn(node, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PATH: [join(MODULES, '.bin'), process.env.PATH].join(delimiter),
      NODE_NO_WARNINGS: '1',
    },
  });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), PARENT_CHECK_MS);
  child.on('error', (error) => fail(`${node} cannot be run: ${error.message}`));
  child.on('exit', (code, signal) => {
    clearInterval(watch);
    process.exit(code ?? 128 + constants.signals[signal]);
  });
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail('Usage: node local/bootstrap.mjs <file.ts> [arguments…]');
checkThisNode();
installModules();
run(nodeForTypeScript(), [resolve(ROOT, script), ...args]);
