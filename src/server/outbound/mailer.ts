import { createTransport } from 'nodemailer';

export interface Mail {
  to: string[];
  subject: string;
  text: string;
  /** Gives the same Message-ID at each attempt. */
  id: string;
}

/** Sends mail over the operator's SMTP server. */
export interface Mailer {
  /** @returns the server's answer. @throws when it accepted the mail for no recipient */
  send(mail: Mail): Promise<string>;
}

const TIMEOUT_MS = 15_000;

/** @param url like `smtps://user:password@mail.example.com:465`. */
export function createMailer(url: string, from: string): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // No part of a mail is loaded from files or URLs.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, id }) {
      const domain = /@([^>\s]+)/.exec(from)?.[1] ?? 'runwright';
      const { response } = await transport.sendMail({
        from,
        to,
        subject,
        text,
        messageId: `<${id}@${domain}>`,
      });
      return response;
    },
  };
}
