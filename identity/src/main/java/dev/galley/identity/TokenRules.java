package dev.galley.identity;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a token must say besides having a good signature.
 *
 * @param keyless the role of a request without key and token; empty refuses it
 * @param roleless the role of a token without a role; empty refuses it
 * @param roles the roles a token may name; empty for any
 * @param foreignIssuer what {@code iss} must be where the key is not ours
 */
record TokenRules(
        Optional<String> keyless,
        Optional<String> roleless,
        Optional<Set<String>> roles,
        RoleClaim roleClaim,
        Optional<String> audience,
        List<String> issuers,
        Optional<String> foreignIssuer,
        int tokenLimit) {

    private static final Set<String> API_ROLES = Set.of("anon", "authenticated", "service_role");

    /**
     * @param platform whether the database has our roles; without them Galley is a plain REST server, where the
     *     database login alone decides what may be acted as
     */
    static TokenRules of(IdentitySettings settings, boolean platform) {
        Optional<Set<String>> roles;
        if (settings.roles().equals(List.of("*"))) {
            roles = Optional.empty();
        } else if (settings.roles().isEmpty()) {
            roles = platform ? Optional.of(API_ROLES) : Optional.empty();
        } else {
            roles = Optional.of(Set.copyOf(settings.roles()));
        }
        return new TokenRules(
                settings.anonymousRole(),
                settings.anonymousRole().or(() -> platform ? Optional.of(ProjectKeys.ANON) : Optional.empty()),
                roles,
                settings.roleClaim(),
                settings.audience(),
                settings.issuers(),
                settings.foreignIssuer(),
                settings.tokenLimit());
    }

    /** For the keys of the project: they always may take their roles, and are no tokens of a user. */
    TokenRules forOwnKeys() {
        return new TokenRules(
                keyless,
                roleless,
                Optional.of(API_ROLES),
                RoleClaim.DEFAULT,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                tokenLimit);
    }

    /**
     * The service role passes over row level security, so only a key that we hold ourselves may give it away: a foreign
     * identity provider whose keys are accepted must not. {@code none} would make the database forget the role.
     */
    boolean mayTake(String role, boolean signedByUs) {
        if (role.isEmpty() || role.equals("none") || role.indexOf('\0') >= 0) {
            return false;
        }
        return roles.map(allowed -> allowed.contains(role) && (signedByUs || !role.equals(ProjectKeys.SERVICE_ROLE)))
                .orElse(true);
    }
}
