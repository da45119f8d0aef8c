import type { NodemailerError } from 'nodemailer';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { messageOf } from '../base/errors.ts';
import { oneLine, shorten } from '../base/text/one-line.ts';

/** An open line as nodemailer has it. */
export type Smtp = SMTPConnection;

/** Error of nodemailer, with the server's reply where there is one. */
export type SendError = Pick<
  NodemailerError,
  'message' | 'name' | 'code' | 'command' | 'responseCode' | 'response'
>;

/** The server's words, else the error's. */
export function sayWhatHappened(error: SendError): string {
  return inOneLine(error.response ?? messageOf(error));
}

/** Returns a reply in the form that the ledger stores: one line, at most 500 characters. */
export function inOneLine(text: string): string {
  return shorten(oneLine(text), 500);
}
