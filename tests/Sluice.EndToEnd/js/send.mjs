// Sends logs, events, spans and metrics through the OpenTelemetry JavaScript SDK, and prints what it sent, one JSON object per record, in
// the form of the envelope (config/envelope.schema.json) as far as the SDK lets the sender decide.
//
//   node send.mjs --protocol grpc|http/protobuf|http/json --endpoint HOST:PORT --compression none|gzip --count N --run ID
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { credentials } from '@grpc/grpc-js';

const options = Object.fromEntries(
  process.argv.slice(2).reduce((pairs, word, i, words) => (i % 2 === 0 ? [...pairs, [word.slice(2), words[i + 1]]] : pairs), []));
const { protocol, endpoint, compression, run } = options;
const count = Number(options.count);
const kind = { grpc: 'grpc', 'http/protobuf': 'proto', 'http/json': 'http' }[protocol];
if (!kind) {
  throw new Error(`--protocol ${protocol} is not grpc, http/protobuf or http/json`);
}

async function exporter(signal, name) {
  const exporters = await import(`@opentelemetry/exporter-${signal}-otlp-${kind}`);
  const settings = kind === 'grpc'
    ? { url: `http://${endpoint}`, credentials: credentials.createInsecure(), compression }
    : { url: `http://${endpoint}/v1/${signal === 'trace' ? 'traces' : signal}`, compression };
  return new exporters[name](settings);
}

const resource = resourceFromAttributes({ 'service.name': `js-${run}`, 'service.version': '3.1.4', 'host.id': 'h-1' });
const sent = record => console.log(JSON.stringify(record));
const at = milliseconds => new Date(milliseconds).toISOString().replace('Z', '000000Z');
const base = Math.floor(Date.now() / 1000) * 1000;

// Traces first: logs refer to their spans.
const tracerProvider = new BasicTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(await exporter('trace', 'OTLPTraceExporter'), { scheduledDelayMillis: 100, maxQueueSize: count * 4 })],
});
const tracer = tracerProvider.getTracer('js-scope', '0.9.0');
const spans = [];
for (let i = 0; i < count; i++) {
  const start = base + i * 10;
  const parent = i % 2 === 1 ? spans[i - 1] : undefined;
  const links = i % 3 === 0 && i > 0 ? [{ context: spans[i - 1].spanContext(), attributes: { 'link.reason': 'follows' } }] : [];
  const span = tracer.startSpan(
    `operation ${i}`,
    { kind: SpanKind.SERVER, startTime: start, links, attributes: { seq: i, ratio: i + 0.5, ok: i % 2 === 0, name: 'grüße ✓', list: ['a', 'b'] } },
    parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT);
  span.addEvent('checkpoint', { step: i }, start + 2);
  if (i % 4 === 0) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'made up' });
  }
  span.end(start + 5);
  spans.push(span);
  const { traceId, spanId } = span.spanContext();
  sent({
    signal: 'span',
    name: `operation ${i}`,
    service: `js-${run}`,
    time: at(start),
    duration_ns: 5000000,
    trace_id: traceId,
    span_id: spanId,
    ...(parent ? { parent_span_id: parent.spanContext().spanId } : {}),
    kind: 'server',
    attributes: { seq: i, ratio: i + 0.5, ok: i % 2 === 0, name: 'grüße ✓', list: ['a', 'b'] },
    events: [{ time: at(start + 2), name: 'checkpoint', attributes: { step: i } }],
    ...(links.length ? { links: [{ trace_id: links[0].context.traceId, span_id: links[0].context.spanId, attributes: { 'link.reason': 'follows' } }] } : {}),
    ...(i % 4 === 0 ? { status: { code: 'error', message: 'made up' } } : {}),
    scope: { name: 'js-scope', version: '0.9.0' },
  });
}

const loggerProvider = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor(await exporter('logs', 'OTLPLogExporter'), { scheduledDelayMillis: 100, maxQueueSize: count * 4 })],
});
const logger = loggerProvider.getLogger('js-scope', '0.9.0');
for (let i = 0; i < count; i++) {
  const time = base + i;
  const span = spans[i];
  const event = i % 5 === 0;
  const body = event ? { action: 'buy', items: [1, 'two', { three: 3.5 }] } : `line ${i} of ${run} — “quoted”`;
  logger.emit({
    timestamp: time,
    observedTimestamp: time + 1,
    severityNumber: i % 2 === 0 ? SeverityNumber.INFO : SeverityNumber.ERROR2,
    severityText: i % 2 === 0 ? 'INFO' : 'ERROR2',
    body,
    attributes: { seq: i, pi: 3.14, yes: true, text: 'tab\there', tags: ['x', 'y'], nested: { deep: { deeper: 7 } } },
    ...(event ? { eventName: 'shop.checkout' } : {}),
    context: trace.setSpan(ROOT_CONTEXT, span),
  });
  sent({
    signal: event ? 'event' : 'log',
    ...(event ? { name: 'shop.checkout' } : {}),
    service: `js-${run}`,
    time: at(time),
    observed_time: at(time + 1),
    severity: i % 2 === 0 ? 'INFO' : 'ERROR2',
    severity_number: i % 2 === 0 ? 9 : 18,
    trace_id: span.spanContext().traceId,
    span_id: span.spanContext().spanId,
    body,
    attributes: { seq: i, pi: 3.14, yes: true, text: 'tab\there', tags: ['x', 'y'], nested: { deep: { deeper: 7 } } },
    scope: { name: 'js-scope', version: '0.9.0' },
  });
}

const meterProvider = new MeterProvider({
  resource,
  views: [{ instrumentName: 'js.exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 20, recordMinMax: true } } }],
  readers: [new PeriodicExportingMetricReader({ exporter: await exporter('metrics', 'OTLPMetricExporter'), exportIntervalMillis: 3600000, exportTimeoutMillis: 20000 })],
});
const meter = meterProvider.getMeter('js-scope', '0.9.0');
meter.createCounter('js.counter', { unit: '{call}', description: 'Calls.' }).add(count, { route: '/a' });
meter.createUpDownCounter('js.updown').add(-3, { route: '/a' });
meter.createGauge('js.gauge').record(2.5, { route: '/a' });
const histogram = meter.createHistogram('js.histogram', { advice: { explicitBucketBoundaries: [1, 10, 100] } });
const exponential = meter.createHistogram('js.exponential');
for (const value of [0.5, 5, 50, 500]) {
  histogram.record(value, { route: '/a' });
  exponential.record(value, { route: '/a' });
}
const point = fields => [{ attributes: { route: '/a' }, ...fields }];
const metric = (name, type, fields, data_points) => sent({ signal: 'metric', name, service: `js-${run}`, scope: { name: 'js-scope', version: '0.9.0' }, type, ...fields, data_points });
metric('js.counter', 'sum', { unit: '{call}', description: 'Calls.', temporality: 'cumulative', monotonic: true }, point({ value: count }));
metric('js.updown', 'sum', { temporality: 'cumulative', monotonic: false }, point({ value: -3 }));
metric('js.gauge', 'gauge', {}, point({ value: 2.5 }));
metric('js.histogram', 'histogram', { temporality: 'cumulative' },
  point({ count: 4, sum: 555.5, min: 0.5, max: 500, explicit_bounds: [1, 10, 100], bucket_counts: [1, 1, 1, 1] }));
metric('js.exponential', 'exponential_histogram', { temporality: 'cumulative' }, point({ count: 4, sum: 555.5, min: 0.5, max: 500 }));

await tracerProvider.shutdown();
await loggerProvider.shutdown();
await meterProvider.shutdown();
