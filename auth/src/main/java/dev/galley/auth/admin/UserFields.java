package dev.galley.auth.admin;

import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.flow.Addresses;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.password.StoredHash;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an administrator says of a user.
 *
 * @param passwordHash of the password given, or the hash given instead
 * @param ban how long; zero lifts it
 */
record UserFields(
        Optional<String> email,
        Optional<String> phone,
        Optional<String> passwordHash,
        boolean emailConfirm,
        boolean phoneConfirm,
        Optional<String> role,
        Optional<ObjectNode> userMetadata,
        Optional<ObjectNode> appMetadata,
        Optional<Duration> ban) {
    private static final Pattern PART = Pattern.compile("(\\d{1,9})(h|m|s)");
    private static final Pattern DURATION = Pattern.compile("(?:\\d{1,9}[hms])+");
    private static final Pattern ROLE = Pattern.compile("[^\\p{Cntrl}]{1,63}");

    /** @throws dev.galley.auth.error.AuthException when a field is not what it must be */
    static UserFields of(JsonBody body, Parts parts) {
        return new UserFields(
                body.text("email").map(Addresses::email),
                body.text("phone").map(Addresses::phone),
                hash(body, parts),
                body.flag("email_confirm", false),
                body.flag("phone_confirm", false),
                body.text("role").map(UserFields::role),
                body.object("user_metadata"),
                body.object("app_metadata"),
                body.text("ban_duration").map(UserFields::duration));
    }

    private static Optional<String> hash(JsonBody body, Parts parts) {
        Optional<String> password = body.text("password");
        Optional<String> given = body.text("password_hash");
        if (password.isPresent() && given.isPresent()) {
            throw AuthError.invalid("Only a password or a password hash should be provided")
                    .thrown();
        }
        if (given.isPresent() && StoredHash.parse(given.get()).isEmpty()) {
            throw AuthError.invalid("password_hash must be a hash of argon2, bcrypt or fbscrypt")
                    .thrown();
        }
        password.ifPresent(parts.policy()::require);
        return password.map(parts.hasher()::hash).or(() -> given);
    }

    private static String role(String role) {
        if (!ROLE.matcher(role).matches()) {
            throw AuthError.invalid("role must be the name of a database role").thrown();
        }
        return role;
    }

    /** {@code 24h}, {@code 1h30m}; {@code none} lifts a ban. */
    private static Duration duration(String text) {
        if (text.equals("none")) {
            return Duration.ZERO;
        }
        if (!DURATION.matcher(text).matches()) {
            throw AuthError.invalid("invalid format for ban duration: write 24h, 1h30m or none")
                    .thrown();
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long number = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "h" -> Duration.ofHours(number);
                        case "m" -> Duration.ofMinutes(number);
                        default -> Duration.ofSeconds(number);
                    });
        }
        // A few centuries are for ever, and PostgreSQL still has a date for them.
        Duration longest = Duration.ofDays(365_000);
        return sum.compareTo(longest) > 0 ? longest : sum;
    }
}
