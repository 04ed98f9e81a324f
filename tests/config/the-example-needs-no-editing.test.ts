import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadConfigFile } from '../../src/config/load.js';
import { buildTopology } from '../../src/config/topology.js';
import { loadPacks } from '../../src/sources/pack/pack-loader.js';

const EXAMPLE = fileURLToPath(new URL('../../config.example.yaml', import.meta.url));

describe('config.example.yaml', () => {
  it('loads without a diagnostic, in an empty environment', () => {
    const result = loadConfigFile(EXAMPLE, { variables: {} });
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    expect(result.config.warnings).toEqual([]);
    expect(result.config.server).toMatchObject({
      host: '127.0.0.1',
      port: 8480,
      publicUrl: 'http://127.0.0.1:8480',
    });
  });

  it('has the sources, the channel and the destinations that the first steps use', () => {
    const result = loadConfigFile(EXAMPLE, { variables: {} });
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    const { topology, problems, needed } = buildTopology({
      config: result.config,
      stored: [],
      secrets: [],
      snapshots: [],
      paused: new Set(),
      packs: loadPacks([]),
      now: 0,
    });
    expect(problems).toEqual([]);
    expect(needed.sourceKeys).toEqual(['datadog-prod', 'alertmanager', 'generic']);
    expect(needed.signingSecrets).toEqual(['local']);
    expect([...topology.destinations.keys()]).toEqual(['integration/terminal', 'integration/wallboard']);
    expect([...topology.channels.keys()]).toEqual(['ops']);
  });
});
