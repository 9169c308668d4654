package dev.galley.auth.mail;

import java.util.Locale;

/** The mails that users get; each has a template. */
public enum MailType {
    CONFIRMATION,
    INVITE,
    RECOVERY,
    MAGIC_LINK,
    EMAIL_CHANGE,
    REAUTHENTICATION,
    PASSWORD_CHANGED_NOTIFICATION,
    EMAIL_CHANGED_NOTIFICATION,
    PHONE_CHANGED_NOTIFICATION,
    IDENTITY_LINKED_NOTIFICATION,
    IDENTITY_UNLINKED_NOTIFICATION,
    MFA_FACTOR_ENROLLED_NOTIFICATION,
    MFA_FACTOR_UNENROLLED_NOTIFICATION;

    /** As settings and template files name it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
