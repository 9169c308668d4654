package dev.galley.auth.flow;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import java.util.Locale;
import java.util.regex.Pattern;

/** E-mail addresses and phone numbers in the one form in which they are stored. */
public final class Addresses {
    private static final int MAX_EMAIL = 255;

    /** A mailbox as mail servers take it (RFC 5321), without quoted local parts and address literals. */
    private static final Pattern EMAIL = Pattern.compile(
            "[a-z0-9!#$%&'*+/=?^_`{|}~\\p{L}\\p{N}-]+(?:\\.[a-z0-9!#$%&'*+/=?^_`{|}~\\p{L}\\p{N}-]+)*"
                    + "@[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?(?:\\.[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?)*");

    private static final Pattern PHONE = Pattern.compile("[1-9][0-9]{1,14}");

    private Addresses() {}

    /** @throws dev.galley.auth.error.AuthException when it is none */
    public static String email(String given) {
        String email = given.strip().toLowerCase(Locale.ROOT);
        if (email.length() > MAX_EMAIL || !EMAIL.matcher(email).matches()) {
            throw AuthError.of(400, ErrorCode.VALIDATION_FAILED, "Unable to validate email address: invalid format")
                    .thrown();
        }
        return email;
    }

    /** E.164 without the plus. */
    public static String phone(String given) {
        String phone = given.replace(" ", "").replaceFirst("^\\+", "");
        if (!PHONE.matcher(phone).matches()) {
            throw AuthError.invalid("Invalid phone number format (E.164 required)")
                    .thrown();
        }
        return phone;
    }
}
