// The event that `webhook test` and `integration test` send: an incident that never was, marked as a test.

/** The `data`: an incident like any other, with `"test": true` beside it. */
export function testEventData(now: number): string {
  const at = new Date(now).toISOString();
  return JSON.stringify({
    incident: {
      id: 'inc_00000000000',
      status: 'triggered',
      title: 'Test from Relay',
      message: 'If you can read this, deliveries to this destination work. Nothing is wrong.',
      severity: 'info',
      priority: 'P5',
      source: 'relay',
      pack: 'generic',
      service: null,
      channel: null,
      assignee: null,
      url: null,
      image_url: null,
      grouping_id: 'test',
      labels: {},
      alert_count: 1,
      opened_at: at,
      last_alert_at: at,
      acknowledged_at: null,
      acknowledged_by: null,
      resolved_at: null,
      resolved_by: null,
    },
    test: true,
    actor: 'relay',
  });
}
