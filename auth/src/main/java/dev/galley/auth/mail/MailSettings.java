package dev.galley.auth.mail;

import dev.galley.settings.SettingsReader;
import java.util.Optional;

/**
 * The server that mails are handed to, and as whom.
 *
 * @param host empty: no mail leaves this program
 */
public record MailSettings(
        Optional<String> host,
        int port,
        Optional<String> user,
        Optional<String> password,
        String senderAddress,
        String senderName) {

    public static MailSettings from(SettingsReader reader) {
        return new MailSettings(
                reader.optionalText("auth.email.smtp.host", "Server that mails are handed to (SMTP)."),
                reader.integer("auth.email.smtp.port", 587, 1, 65535, "Its TCP port."),
                reader.optionalText("auth.email.smtp.user", "Login at the mail server."),
                reader.secret("auth.email.smtp.pass", "Password of the login at the mail server."),
                reader.text("auth.email.smtp.admin-email", "noreply@localhost", "Address that mails come from."),
                reader.text("auth.email.smtp.sender-name", "Galley", "Name that mails come from."));
    }

    /** Never prints the password. */
    @Override
    public String toString() {
        return "MailSettings[host=" + host + "]";
    }
}
