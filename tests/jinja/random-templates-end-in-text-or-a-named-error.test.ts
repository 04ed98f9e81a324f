// The fuzz run. RELAY_FUZZ=100000 makes it long, RELAY_FUZZ_SEED=7 makes a run again, RELAY_FUZZ_OUT=file keeps the figures.

import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fuzz, tallyText } from './kit/fuzz-run.js';
import { watchForHangs } from './kit/hang-watch.js';
import { readCorpus } from './kit/random-payloads.js';

const COUNT = Number(process.env.RELAY_FUZZ ?? 2_000);
const SEED = Number(process.env.RELAY_FUZZ_SEED ?? Math.floor(Math.random() * 1e9));

describe('random templates over random payloads', () => {
  it(`end in text or a TemplateError, the same each time, and leave the payload alone (seed ${SEED})`, async () => {
    const corpus = readCorpus();
    expect(corpus.templates.length).toBeGreaterThan(10);
    expect(corpus.samples.length).toBeGreaterThan(3);
    const watch = watchForHangs(SEED);
    const tally = fuzz({ seed: SEED, count: COUNT, corpus }, watch.note);
    await watch.stop();
    const text = tallyText(tally);
    if (process.env.RELAY_FUZZ_OUT !== undefined) writeFileSync(process.env.RELAY_FUZZ_OUT, `${text}\n`);
    if (tally.findings.length > 0) throw new Error(text);
    // A generator that makes only broken templates would find nothing.
    expect(tally.rendered).toBeGreaterThan(COUNT / 10);
  }, 3_600_000);
});
