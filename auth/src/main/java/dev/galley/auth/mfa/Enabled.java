package dev.galley.auth.mfa;

import dev.galley.auth.account.Factor;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.factor.MfaSettings;

/** Which kinds of factors the settings allow. */
record Enabled(MfaSettings settings) {

    void requireEnroll(Factor.Kind kind) {
        switch (kind) {
            case TOTP -> require(settings.totp().enroll(), ErrorCode.MFA_TOTP_ENROLL_NOT_ENABLED, "enroll", "TOTP");
            case PHONE -> require(settings.phone().enroll(), ErrorCode.MFA_PHONE_ENROLL_NOT_ENABLED, "enroll", "Phone");
            case WEBAUTHN ->
                require(settings.webAuthn().enroll(), ErrorCode.MFA_WEBAUTHN_ENROLL_NOT_ENABLED, "enroll", "WebAuthn");
        }
    }

    void requireVerify(Factor.Kind kind) {
        switch (kind) {
            case TOTP ->
                require(settings.totp().verify(), ErrorCode.MFA_TOTP_VERIFY_NOT_ENABLED, "verification", "TOTP");
            case PHONE ->
                require(settings.phone().verify(), ErrorCode.MFA_PHONE_VERIFY_NOT_ENABLED, "verification", "Phone");
            case WEBAUTHN ->
                require(
                        settings.webAuthn().verify(),
                        ErrorCode.MFA_WEBAUTHN_VERIFY_NOT_ENABLED,
                        "verification",
                        "WebAuthn");
        }
    }

    private static void require(boolean enabled, ErrorCode code, String what, String kind) {
        if (!enabled) {
            throw refused(code, what, kind);
        }
    }

    private static AuthException refused(ErrorCode code, String what, String kind) {
        return AuthError.of(422, code, "MFA " + what + " is disabled for " + kind)
                .thrown();
    }
}
