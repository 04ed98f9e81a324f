// Brackets without end, in a payload that a filter looks into and in a filter that a client sends, and numbers that JSON has no words
// for: taken or refused in words, never a defect.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExplainAnswer } from '../../src/http/wire/explain-types.js';
import type { Source } from '../../src/model/topology.js';
import { type Running, startRunning } from '../kit/running.js';
import { ask, startSocket } from './kit/listener.js';

const URL = 'http://127.0.0.1:9/hook';
let running: Running;
let server: Awaited<ReturnType<typeof startSocket>>;

beforeAll(async () => {
  const filter = {
    any: ['nan', 'inf', 'big', 'deep', 'long'].map((name) => ({
      field: `payload.${name}`,
      op: 'is',
      value: 'x',
    })),
  };
  running = await startRunning({
    config: {
      egress: { allow: ['127.0.0.0/8'] },
      sources: [{ name: 'mine', pack: 'generic' }],
      webhooks: [{ name: 'crm', urls: [{ url: URL }], events: ['*'], filter }],
    },
  });
  server = await startSocket(running.runtime);
});
afterAll(async () => {
  await server?.close();
  await running?.remove();
});

const inBrackets = (text: string, levels: number): string => '['.repeat(levels) + text + ']'.repeat(levels);

describe('a payload', () => {
  const post = (text: string) =>
    running.runtime.ingest(running.runtime.topology().sources.get('mine') as Source, {
      text,
      contentType: 'application/json',
      idempotencyKey: null,
    });
  const explained = async (incident: string): Promise<ExplainAnswer> => {
    const [event] = (await running.store.listEvents({ incident })).items;
    const answer = await ask(server.at, 'POST', '/api/v1/webhooks/crm/explain', { event: event?.id });
    expect(answer.status).toBe(200);
    return answer.json as ExplainAnswer;
  };

  it('of lists in lists opens its incident, whatever filters ask of it', async () => {
    const { alerts } = await post(`{"id":"d","title":"Deep","deep":${inBrackets('1', 50_000)}}`);
    expect(alerts[0]?.result).toBe('opened');
    expect((await explained(alerts[0]?.incident as string)).would_get).toBe(false);
  });

  it('with numbers that JSON has no words for is explained', async () => {
    const long = 'y'.repeat(5_000);
    const { alerts } = await post(
      `{"id":"n","title":"Numbers","nan":NaN,"inf":-1e999,"big":12345678901234567890,"deep":[1e999],"long":"${long}"}`,
    );
    const { steps } = await explained(alerts[0]?.incident as string);
    const found = steps.find(({ step }) => step === 'filter')?.inner.map((one) => one.found);
    expect(found?.slice(0, 3)).toEqual(['NaN', '-Infinity', '12345678901234567890']);
    expect(found?.[3]).toEqual(expect.anything());
    expect(found?.[4]).toBe(`${long.slice(0, 2_000)}…`);
  });
});

describe('a filter of a client', () => {
  it.each([
    ['{"not":', '}'],
    ['{"all":[', ']}'],
  ])('that nests %s… 10,000 times is refused in words', async (open, close) => {
    const filter = `${open.repeat(10_000)}{"field":"pack","op":"exists"}${close.repeat(10_000)}`;
    const body = JSON.stringify({ name: 'deep', urls: [{ url: URL }] }).replace(/}$/, `,"filter":${filter}}`);
    const answer = await ask(server.at, 'POST', '/api/v1/webhooks', Buffer.from(body), {
      'content-type': 'application/json',
    });
    expect([answer.status, answer.json]).toMatchObject([
      422,
      { error: { code: 'object.invalid', message: expect.stringMatching(/nested deeper than 300 levels/) } },
    ]);
  });
});
