package dev.galley.auth.password;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which passwords are good enough. */
public final class PasswordPolicy {
    private final PasswordSettings settings;
    private final Optional<BreachedPasswords> breached;

    public PasswordPolicy(PasswordSettings settings) {
        this.settings = settings;
        this.breached = settings.breached().map(BreachedPasswords::required);
    }

    /** What is wrong with a new password; nothing when it is good. */
    public Optional<AuthError> fault(String password) {
        if (password.getBytes(StandardCharsets.UTF_8).length > settings.maxBytes()) {
            return Optional.of(AuthError.invalid("Password cannot be longer than " + settings.maxBytes() + " bytes"));
        }
        List<String> reasons = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        if (password.codePointCount(0, password.length()) < settings.minLength()) {
            reasons.add("length");
            texts.add("Password should be at least " + settings.minLength() + " characters.");
        }
        if (!settings.required().holdsFor(password)) {
            reasons.add("characters");
            texts.add("Password should contain at least one character of each kind that the project asks for.");
        }
        if (reasons.isEmpty() && settings.minStrength() > 0 && Strength.of(password) < settings.minStrength()) {
            reasons.add("characters");
            texts.add("Password is too easy to guess. Add words that do not belong together.");
        }
        if (breached.filter(known -> known.contains(password)).isPresent()) {
            reasons.add("pwned");
            texts.add("Password is known to be weak and easy to guess, please choose a different one.");
        }
        return reasons.isEmpty()
                ? Optional.empty()
                : Optional.of(new AuthError(
                        422, ErrorCode.WEAK_PASSWORD, String.join(" ", texts), reasons, Optional.empty()));
    }

    /** @throws dev.galley.auth.error.AuthException when it is not good enough */
    public void require(String password) {
        fault(password).ifPresent(error -> {
            throw error.thrown();
        });
    }
}
