// The lines that the simulator's README shows for this SDK do what it says they do.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { address } from './simulator.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

describe('the README', () => {
  it('shows lines for Node that pay', async () => {
    const readme = await readFile(path.join(here, '../../../src-tauri/crates/stripe-sim/README.md'), 'utf8');
    const lines = readme.split('```js\n')[1].split('```')[0];
    const shown = "host: '127.0.0.1', port: 12111";
    assert.equal(lines.split(shown).length, 2, lines);
    assert.match(lines, /console\.log\(payment\.status\); \/\/ succeeded/);
    const real = lines.replace(shown, `host: '${address.hostname}', port: ${address.port}`);
    // In this folder, where the SDK is found.
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', real], { cwd: here, timeout: 30_000 });
    assert.equal((await run).stdout, 'succeeded\n');
  });
});
