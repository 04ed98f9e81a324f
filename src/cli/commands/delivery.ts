// relay delivery: not built yet.

export function registerDelivery(): void {}
