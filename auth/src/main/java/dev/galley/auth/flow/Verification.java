package dev.galley.auth.flow;

import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.error.AuthError;
import java.util.List;

/** What a message was for, as the field {@code type} of {@code /verify} says it. */
enum Verification {
    SIGNUP("email/signup"),
    INVITE("invite"),
    RECOVERY("recovery"),
    MAGICLINK("magiclink"),
    EMAIL("magiclink"),
    EMAIL_CHANGE("email_change"),
    SMS("otp"),
    PHONE_CHANGE("otp");

    private final String flowMethod;

    Verification(String flowMethod) {
        this.flowMethod = flowMethod;
    }

    /** The authentication method of the flow (PKCE) that such a link ends. */
    String flowMethod() {
        return flowMethod;
    }

    /** The tokens that may be redeemed for it. */
    List<Kind> kinds() {
        return switch (this) {
            case SIGNUP, INVITE, SMS -> List.of(Kind.CONFIRMATION);
            case RECOVERY, MAGICLINK -> List.of(Kind.RECOVERY);
            case EMAIL -> List.of(Kind.RECOVERY, Kind.CONFIRMATION);
            case EMAIL_CHANGE -> List.of(Kind.EMAIL_CHANGE_NEW, Kind.EMAIL_CHANGE_CURRENT);
            case PHONE_CHANGE -> List.of(Kind.PHONE_CHANGE);
        };
    }

    boolean byPhone() {
        return this == SMS || this == PHONE_CHANGE;
    }

    /** @throws dev.galley.auth.error.AuthException for any other text */
    static Verification of(String text) {
        return switch (text) {
            case "signup" -> SIGNUP;
            case "invite" -> INVITE;
            case "recovery" -> RECOVERY;
            case "magiclink" -> MAGICLINK;
            case "email" -> EMAIL;
            case "email_change" -> EMAIL_CHANGE;
            case "sms" -> SMS;
            case "phone_change" -> PHONE_CHANGE;
            case "" ->
                throw AuthError.invalid("Verify requires a verification type").thrown();
            default -> throw AuthError.invalid("Unsupported verification type").thrown();
        };
    }
}
