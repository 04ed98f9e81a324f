// What the tests use of Amazon's validator, which comes without types.

declare module 'sns-validator' {
  class MessageValidator {
    validate(
      message: Readonly<Record<string, unknown>>,
      done: (error: Error | null, message?: unknown) => void,
    ): void;
  }
  export = MessageValidator;
}
