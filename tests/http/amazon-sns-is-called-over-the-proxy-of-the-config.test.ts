import { expect, it } from '@jest/globals';
import { startProxy } from '../faults/destinations/proxy.js';
import { startRunning } from '../kit/running.js';
import { CERTIFICATE_URL, notification } from '../sources/verify/kit/sns-messages.js';
import { refusalOf, startTcp } from './kit/listener.js';

it('egress.proxy holds for the certificates of Amazon SNS too, as the config stands when they are fetched', async () => {
  // Refuses: nothing of this test goes to Amazon.
  const proxy = await startProxy({ refuseWith: 403 });
  const config = (url: string) => ({
    egress: { proxy: url },
    sources: [{ name: 'aws', pack: 'aws-sns', key: 'key-of-aws-0123456' }],
  });
  const running = await startRunning({ config: config('http://127.0.0.1:9') });
  const tcp = await startTcp(running.runtime);
  try {
    running.write(config(proxy.url));
    await running.runtime.control.reload({ dryRun: false });
    const answer = await fetch(`${tcp.at}/in/aws/key-of-aws-0123456`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=UTF-8' },
      body: JSON.stringify(notification()),
    });
    expect(await refusalOf(answer)).toEqual([503, 'ingest.cannot_verify']);
    expect(proxy.asked.map(({ what }) => what)).toEqual([`CONNECT ${new URL(CERTIFICATE_URL).host}:443`]);
  } finally {
    await tcp.close();
    await running.remove();
    await proxy.close();
  }
});
