package dev.galley.auth.mail;

import java.util.Locale;
import java.util.Optional;

/** The mails that users get; each has a template. */
public enum MailType {
    CONFIRMATION("Confirm your address"),
    INVITE("You are invited"),
    RECOVERY("Set a new password"),
    MAGIC_LINK("Sign in"),
    EMAIL_CHANGE("Confirm your new address"),
    REAUTHENTICATION("Your code"),
    PASSWORD_CHANGED_NOTIFICATION("Your password was changed"),
    EMAIL_CHANGED_NOTIFICATION("Your address was changed"),
    PHONE_CHANGED_NOTIFICATION("Your phone number was changed"),
    IDENTITY_LINKED_NOTIFICATION("Another way to sign in was added"),
    IDENTITY_UNLINKED_NOTIFICATION("A way to sign in was removed"),
    MFA_FACTOR_ENROLLED_NOTIFICATION("A second factor was added"),
    MFA_FACTOR_UNENROLLED_NOTIFICATION("A second factor was removed");

    private static final String NOTICE = "_NOTIFICATION";

    private final String subject;

    MailType(String subject) {
        this.subject = subject;
    }

    /** Unless the settings have another. */
    String subject() {
        return subject;
    }

    /** As settings and template files name it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of a mail that tells of a change, as settings name the change. */
    Optional<String> notice() {
        return name().endsWith(NOTICE)
                ? Optional.of(name().substring(0, name().length() - NOTICE.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '-'))
                : Optional.empty();
    }

    static MailType of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
