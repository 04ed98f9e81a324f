// How `source test --send` posts a payload: to the Integration URL as a tool would; or, where the source asks for a signature that only the
// tool can make, over the local socket, whose user need not prove who they are.

import { request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { RelayError } from '../../../core/errors.js';
import type { IngestAnswer, SourceDetail } from '../../../http/wire/api-types.js';
import { errorOfAnswer } from '../../api-error.js';
import type { CliContext } from '../../context.js';

const SEND_TIMEOUT_MS = 15_000;

export interface TestPayload {
  /** Name of the pack's sample, or null for one of the user's own. */
  readonly sample: string | null;
  readonly text: string;
  readonly contentType: string;
  /** Sent besides the content type; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly content: unknown;
}

const headersOf = ({ headers, contentType }: TestPayload): Record<string, string> => ({
  ...headers,
  'content-type': contentType,
});

async function overNetwork(url: string, payload: TestPayload): Promise<Answer> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: headersOf(payload),
      body: payload.text,
      redirect: 'manual',
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
    });
    return { status: answer.status, content: await answer.json().catch(() => null) };
  } catch (cause) {
    const { message, cause: inner } = cause as Error;
    throw new RelayError('delivery.refused', 'the Integration URL cannot be reached from here', {
      why: `${new URL(url).origin}: ${inner instanceof Error ? inner.message : message}`,
      fix: 'check server.public_url in the config: monitoring tools post to that address too',
      cause,
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function overSocket(socketPath: string, path: string, payload: TestPayload): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath,
        path,
        method: 'POST',
        headers: { ...headersOf(payload), 'content-length': Buffer.byteLength(payload.text) },
        timeout: SEND_TIMEOUT_MS,
        agent: false,
      },
      (answer) => {
        readText(answer).then(
          (text) => resolve({ status: answer.statusCode ?? 0, content: parsed(text) }),
          reject,
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', (cause) =>
      reject(
        new RelayError('daemon.unreachable', `the daemon does not answer on ${socketPath}`, {
          why: cause.message,
          cause,
        }),
      ),
    );
    outgoing.end(payload.text);
  });
}

/** Its path here: a public URL may have one of its own before it, which a proxy takes away. */
const localPath = ({ url }: SourceDetail): string => {
  const { pathname } = new URL(url);
  return pathname.slice(pathname.lastIndexOf('/in/'));
};

/** @throws delivery.refused when the URL does not lead here, and whatever ingest answers */
export async function postPayload(
  source: SourceDetail,
  payload: TestPayload,
  context: CliContext,
): Promise<IngestAnswer> {
  const isSigned = source.signature.startsWith('checked');
  const answer = isSigned
    ? await overSocket(await context.api.socket(), localPath(source), payload)
    : await overNetwork(source.url, payload);
  if (answer.status < 200 || answer.status > 299) throw errorOfAnswer(answer.status, answer.content);
  if (isSigned)
    context.hint('over the local socket: only the tool itself can sign, so the signature was not tried');
  return answer.content as IngestAnswer;
}
