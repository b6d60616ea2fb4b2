// How often the progress of a download is reported.
import { expect, it } from 'vitest';
import { throttleProgress } from '../../src/node/progress-throttle.ts';

it('The progress of a download is reported ten times a second, and at the end', () => {
  let now = 0;
  const reported: number[] = [];
  const onProgress = throttleProgress(
    ({ received }) => reported.push(received),
    () => now,
  );
  for (let received = 1; received <= 995; received += 1) {
    now = received;
    onProgress({ received, size: 995, sources: 1 });
  }
  expect(reported).toEqual([1, 101, 201, 301, 401, 501, 601, 701, 801, 901, 995]);
});
