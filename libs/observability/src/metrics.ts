import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The process's metrics in Prometheus' words. One per process; names begin with `stadtfunk_`. */
export class Metrics {
  readonly #registry = new Registry();

  constructor(labels: Readonly<Record<string, string>> = {}) {
    this.#registry.setDefaultLabels(labels);
    collectDefaultMetrics({ register: this.#registry });
  }

  counter<Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []): Counter<Label> {
    return new Counter({ name: `stadtfunk_${name}`, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  histogram(name: string, help: string, buckets: readonly number[]): Histogram {
    return new Histogram({ name: `stadtfunk_${name}`, help, buckets: [...buckets], registers: [this.#registry] });
  }

  /** A value with labels that is set when it changes. */
  info<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name: `stadtfunk_${name}`, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  /** Values by a label that are looked up when somebody asks. */
  gauges<Label extends string>(
    name: string,
    help: string,
    label: Label,
    read: () => Promise<Readonly<Record<string, number>>>,
  ): void {
    new Gauge<Label>({
      name: `stadtfunk_${name}`,
      help,
      labelNames: [label],
      registers: [this.#registry],
      async collect() {
        for (const [of, value] of Object.entries(await read())) this.labels(of).set(value);
      },
    });
  }

  /** A value that is looked up when somebody asks; NaN where that fails. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name: `stadtfunk_${name}`,
      help,
      registers: [this.#registry],
      async collect() {
        this.set(await orUnknown(read));
      },
    });
  }

  /** The text that Prometheus scrapes. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}

/** What cannot be looked up now, because its engine is away, must not hide everything else. */
async function orUnknown(read: () => number | Promise<number>): Promise<number> {
  try {
    return await read();
  } catch {
    return NaN;
  }
}
