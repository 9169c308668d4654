package dev.galley.auth.mail;

import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How mails are sent.
 *
 * @param smtp empty: none leaves this program
 * @param mailbox whether mails are kept in this program for its developer, when there is no mail server
 * @param mailboxPort on the loopback interface
 * @param attempts after so many failures a mail is given up
 * @param notices which changes of their account users are told of
 */
public record MailSettings(
        Optional<Smtp> smtp,
        boolean mailbox,
        int mailboxPort,
        int attempts,
        Set<MailType> notices,
        MailTemplates templates) {

    /** What becomes of the connection to the mail server. */
    public enum Security {
        /** Encrypted from the first byte (port 465). */
        TLS,
        /** Encrypted after a greeting; refused when the server cannot. */
        STARTTLS,
        /** As the server likes: for servers of one's own network only. */
        OPPORTUNISTIC
    }

    /** The server that mails are handed to, and as whom. */
    public record Smtp(
            String host,
            int port,
            Security security,
            Optional<String> user,
            Optional<String> password,
            String senderAddress,
            String senderName,
            Duration timeout) {
        /** Never prints the password. */
        @Override
        public String toString() {
            return "Smtp[host=" + host + "]";
        }
    }

    public static MailSettings from(SettingsReader reader) {
        Optional<String> host = reader.optionalText("auth.email.smtp.host", "Server that mails are handed to (SMTP).")
                .filter(server -> !server.isBlank());
        int port = reader.integer("auth.email.smtp.port", 587, 1, 65535, "Its TCP port.");
        Security security = reader.choice(
                "auth.email.smtp.security",
                port == 465 ? Security.TLS : Security.STARTTLS,
                "Encryption of the connection to the mail server: tls from the first byte, starttls, or opportunistic (as the"
                        + " server likes). Default: tls on port 465, else starttls.");
        Optional<String> user = reader.optionalText("auth.email.smtp.user", "Login at the mail server.");
        Optional<String> password = reader.secret("auth.email.smtp.pass", "Password of the login at the mail server.");
        String address =
                reader.text("auth.email.smtp.admin-email", "noreply@localhost", "Address that mails come from.");
        String name = reader.text("auth.email.smtp.sender-name", "Galley", "Name that mails come from.");
        Duration timeout = reader.duration(
                "auth.email.smtp.timeout", Duration.ofSeconds(20), "Time for a mail to be handed over.");
        return new MailSettings(
                host.map(server -> new Smtp(server, port, security, user, password, address, name, timeout)),
                reader.flag(
                        "auth.mailbox.enabled",
                        false,
                        "Whether mails are kept in this program, for its developer to read, when no mail server is set."
                                + " `galley dev` turns it on."),
                reader.integer(
                        "auth.mailbox.port",
                        54324,
                        0,
                        65535,
                        "TCP port of the mailbox on the loopback interface; 0, or one that is taken: a free one."),
                reader.integer(
                        "auth.email.max-attempts",
                        8,
                        1,
                        100,
                        "How often a mail is tried, with growing pauses, before it is given up."),
                notices(reader),
                MailTemplates.from(reader));
    }

    private static Set<MailType> notices(SettingsReader reader) {
        boolean all = reader.flag(
                "auth.email.notification.enabled",
                false,
                "Whether users get a mail when their password, an address, a way to sign in or a second factor was changed.");
        Set<MailType> on = EnumSet.noneOf(MailType.class);
        for (MailType type : MailType.values()) {
            Optional<String> about = type.notice();
            if (about.isPresent()
                    && reader.flag(
                            "auth.email.notification." + about.get() + ".enabled",
                            all,
                            "Whether the mail " + type.text()
                                    + " is sent. Default: auth.email.notification.enabled.")) {
                on.add(type);
            }
        }
        return Set.copyOf(on);
    }

    /** Whether a mail would get anywhere. */
    public boolean canSend() {
        return smtp.isPresent() || mailbox;
    }
}
