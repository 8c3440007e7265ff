import { createTransport } from 'nodemailer';

export interface Mail {
  to: string[];
  subject: string;
  text: string;
  /** Makes the same Message-ID at each attempt. */
  id: string;
}

/** Sends mail over the operator's SMTP server. */
export interface Mailer {
  /** @returns what the server said. @throws when it took the mail for nobody */
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
    // No part of a mail comes from elsewhere.
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
