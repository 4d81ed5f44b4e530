/** How the profiler shows operations: `meta.markerSchema` (docs-developer/markers.md). */
export const MARKER_TYPE = 'stackscope-operation';

const FIELDS: readonly (readonly [key: string, label: string, format: string])[] = [
  ['kind', 'Kind', 'string'],
  ['host', 'Host', 'string'],
  ['address', 'Address', 'string'],
  ['port', 'Port', 'integer'],
  ['result', 'Result', 'string'],
  ['error', 'Error', 'string'],
  ['queue', 'Waited for its turn', 'microseconds'],
  ['dns', 'DNS', 'microseconds'],
  ['connect', 'Connect', 'microseconds'],
  ['tls', 'TLS', 'microseconds'],
  ['firstByte', 'First byte', 'microseconds'],
  ['body', 'Body', 'microseconds'],
  ['attempts', 'Attempts', 'integer'],
  ['bytesIn', 'Received', 'bytes'],
  ['bytesOut', 'Sent', 'bytes'],
  ['count', 'Stands for', 'integer'],
];

export const MARKER_SCHEMA = [
  {
    name: MARKER_TYPE,
    display: ['marker-chart', 'marker-table', 'timeline-overview'],
    tooltipLabel: '{marker.name}',
    tableLabel: '{marker.data.kind} {marker.data.host} {marker.data.error}',
    chartLabel: '{marker.name}',
    fields: FIELDS.map(([key, label, format]) => ({ key, label, format })),
  },
] as const;
