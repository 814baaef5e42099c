import { Histogram, Registry } from 'prom-client';
import { RequestHistogram } from './request-histogram';

const NAME = 'http_request_duration_seconds';
const BOUNDS = [0.01, 0.1, 1];
const observations = [0, 0.01, 0.010_1, 0.05, 0.1, 0.9, 1, 1.5, 100];

describe('the histogram of requests', () => {
  it('is exposed exactly as the one of prom-client', async () => {
    const theirs = new Registry();
    const histogram = new Histogram({
      name: NAME,
      help: 'Time.',
      labelNames: ['method', 'route', 'status'],
      buckets: BOUNDS,
      registers: [theirs],
    });
    const ours = new Registry();
    const fast = new RequestHistogram(NAME, 'Time.', BOUNDS);
    ours.registerMetric(fast as unknown as Histogram);
    for (const route of ['/a', '/b/:id']) {
      const labels = { method: 'GET', route, status: '2xx' };
      for (const seconds of observations) {
        histogram.observe(labels, seconds);
        fast.seriesOf(labels).observe(seconds);
      }
    }
    expect(await ours.metrics()).toBe(await theirs.metrics());
  });

  it('keeps one series for the same labels', () => {
    const histogram = new RequestHistogram(NAME, 'Time.', BOUNDS);
    const labels = { method: 'GET', route: '/a', status: '2xx' };
    expect(histogram.seriesOf({ ...labels })).toBe(histogram.seriesOf({ ...labels }));
    expect(histogram.seriesOf({ ...labels, status: '5xx' })).not.toBe(histogram.seriesOf(labels));
  });
});
