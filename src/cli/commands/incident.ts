// relay incident: not built yet.

export function registerIncident(): void {}
