// relay event: not built yet.

export function registerEvent(): void {}
