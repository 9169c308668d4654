package dev.galley.auth.hook;

import java.util.Locale;

/** Where code of the project's own is asked. */
public enum Hook {
    CUSTOM_ACCESS_TOKEN("customize-access-token", "that may change the claims of access tokens"),
    PASSWORD_VERIFICATION_ATTEMPT("password-verification", "that judges every try of a known user's password"),
    MFA_VERIFICATION_ATTEMPT("mfa-verification", "that judges every try of a second factor"),
    BEFORE_USER_CREATED("before-user-created", "that may refuse new users"),
    AFTER_USER_CREATED("after-user-created", "that is told of new users"),
    SEND_EMAIL("send-email", "that sends mails instead of a mail server"),
    SEND_SMS("send-sms", "that sends SMS instead of a provider");

    private final String metadataName;
    private final String what;

    Hook(String metadataName, String what) {
        this.metadataName = metadataName;
        this.what = what;
    }

    /** As events call it. */
    String metadataName() {
        return metadataName;
    }

    /** For descriptions of settings. */
    String what() {
        return what;
    }

    /** The table of its settings. */
    public String key() {
        return "auth.hook." + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
