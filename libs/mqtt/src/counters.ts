/** What the intake has done since it was made. Totals only grow; gauges are asked for. */
export class MqttIntakeCounters {
  connectionsOpened = 0;
  uplinksAccepted = 0;
  /** Connections let in after a verification, or from memory. */
  authenticated = 0;
  authenticatedFromMemory = 0;
  authenticationsFailed = 0;
  /** Refusals, and what was left out of a connection, by code. */
  readonly refused: Record<string, number> = Object.create(null) as Record<string, number>;

  constructor(
    private readonly gauges: {
      connections(): number;
      unauthenticated(): number;
      waiting(): number;
      devices(): number;
      inFlight(): number;
      verifying(): number;
    },
  ) {}

  /** Open sockets. */
  get connections(): number {
    return this.gauges.connections();
  }

  /** Open sockets whose device has not authenticated. */
  get unauthenticated(): number {
    return this.gauges.unauthenticated();
  }

  /** Those of them that wait to be let in. */
  get waiting(): number {
    return this.gauges.waiting();
  }

  /** Connections of authenticated devices. */
  get connectedDevices(): number {
    return this.gauges.devices();
  }

  /** Uplinks that wait for the log. */
  get uplinksInFlight(): number {
    return this.gauges.inFlight();
  }

  /** Passwords that are being verified or wait for it. */
  get verifications(): number {
    return this.gauges.verifying();
  }

  refuse(code: string): void {
    this.refused[code] = (this.refused[code] ?? 0) + 1;
  }
}
