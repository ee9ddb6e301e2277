/** What the bridge has done since it was made. Totals only grow; gauges are asked for. */
export class MqttBridgeCounters {
  /** Connections that the broker let in, and those that ended without being asked to. */
  connectionsOpened = 0;
  connectionsLost = 0;
  /** Connections at which the broker had kept no session: the first one ever, or a loss of what was sent meanwhile. */
  sessionsNew = 0;
  /** ... of which this bridge knows that there had been a session. */
  sessionsLost = 0;
  uplinksAccepted = 0;
  /** Packets that the broker sent again. */
  redelivered = 0;
  /** Packets that the broker had kept for new subscribers; repeats, most of them. */
  retained = 0;
  /** Faults, refusals and oddities, by code. */
  readonly refused: Record<string, number> = Object.create(null) as Record<string, number>;

  constructor(private readonly gauges: { isConnected(): boolean; inFlight(): number }) {}

  /** 1 while the broker sends us uplinks, else 0. */
  get connected(): number {
    return this.gauges.isConnected() ? 1 : 0;
  }

  /** Uplinks that wait for the log. */
  get uplinksInFlight(): number {
    return this.gauges.inFlight();
  }

  refuse(code: string): void {
    this.refused[code] = (this.refused[code] ?? 0) + 1;
  }
}
