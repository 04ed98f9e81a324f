// relay init: not built yet.

export function registerInit(): void {}
