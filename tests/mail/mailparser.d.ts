// What of mailparser the tests use; the package brings no types.
declare module 'mailparser' {
  export interface ParsedMail {
    readonly subject?: string;
    readonly text?: string;
    readonly html?: string | false;
    readonly messageId?: string;
    readonly inReplyTo?: string;
    readonly date?: Date;
    readonly from?: { readonly text: string };
    readonly to?: { readonly text: string };
    readonly headerLines: readonly { readonly key: string; readonly line: string }[];
  }
  export function simpleParser(source: Buffer): Promise<ParsedMail>;
}
