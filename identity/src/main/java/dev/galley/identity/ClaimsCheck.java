package dev.galley.identity;

import dev.galley.identity.Verification.Refused;
import dev.galley.identity.Verification.Verified;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Judges the claims of a token whose signature is good, and makes the caller of them. */
final class ClaimsCheck {
    /** How far the clocks of two computers may differ, in seconds. */
    static final long LEEWAY = 30;

    private static final BigDecimal LATEST = BigDecimal.valueOf(1L << 53);

    private final TokenRules rules;
    private final Optional<Clock> clock;

    /** @param clock empty to leave it to the asker when the token holds */
    ClaimsCheck(TokenRules rules, Optional<Clock> clock) {
        this.rules = rules;
        this.clock = clock;
    }

    Verification check(StrictJson.Parsed parsed, boolean signedByUs) {
        ObjectNode claims = parsed.object();
        for (String name : new String[] {"exp", "nbf", "iat"}) {
            if (present(claims, name) && !isTime(claims.path(name))) {
                return refused(new Refusal.BadClaim(name));
            }
        }
        // The last second of the leeway still counts.
        long notAfter = present(claims, "exp") ? seconds(claims, "exp") + LEEWAY + 1 : Long.MAX_VALUE;
        long notBefore = present(claims, "nbf") ? seconds(claims, "nbf") - LEEWAY : Long.MIN_VALUE;
        long issued = present(claims, "iat") ? seconds(claims, "iat") - LEEWAY : Long.MIN_VALUE;
        Optional<Refusal> refusal = checkTime(notBefore, issued, notAfter)
                .or(() -> checkAudience(claims))
                .or(() -> checkIssuer(claims));
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        if (!signedByUs
                && rules.foreignIssuer()
                        .filter(wanted -> !claims.path("iss").asString("").equals(wanted))
                        .isPresent()) {
            return refused(new Refusal.BadClaim("iss"));
        }
        // What tells an application who has signed in opens nothing here, also where no audience is asked for.
        if (signedByUs && claims.path("token_use").asString("").equals(TokenSigner.ID_TOKEN)) {
            return refused(new Refusal.WrongAudience());
        }
        if (present(claims, "sub") && !claims.path("sub").isString()) {
            return refused(new Refusal.BadClaim("sub"));
        }
        return takeRole(parsed, signedByUs, Math.max(notBefore, issued), notAfter);
    }

    private Verification takeRole(StrictJson.Parsed parsed, boolean signedByUs, long notBefore, long notAfter) {
        Optional<JsonNode> claimed = rules.roleClaim().find(parsed.object());
        if (claimed.isPresent() && !claimed.get().isString()) {
            return refused(new Refusal.BadClaim("role"));
        }
        Optional<String> role = claimed.map(JsonNode::stringValue).or(rules::roleless);
        if (role.isEmpty()) {
            return refused(new Refusal.KeyMissing());
        }
        if (claimed.isPresent() && !rules.mayTake(role.get(), signedByUs)) {
            return refused(new Refusal.RoleNotAllowed(role.get()));
        }
        boolean authenticated = !role.equals(rules.roleless()) && !role.get().equals(ProjectKeys.ANON);
        Caller caller = new Caller(
                role.get(),
                withRole(parsed, role.get()),
                parsed.object().path("sub").stringValueOpt(),
                authenticated);
        return new Verified(caller, notBefore, notAfter);
    }

    /** The claims as they were sent, where the role is among them already. */
    private static String withRole(StrictJson.Parsed parsed, String role) {
        JsonNode sent = parsed.object().path("role");
        if (sent.isString() && sent.stringValue().equals(role)) {
            return parsed.text();
        }
        return StrictJson.write(parsed.object().deepCopy().put("role", role));
    }

    private Optional<Refusal> checkTime(long notBefore, long issued, long notAfter) {
        if (clock.isEmpty()) {
            return Optional.empty();
        }
        long now = clock.get().instant().getEpochSecond();
        if (now >= notAfter) {
            return Optional.of(new Refusal.Expired());
        }
        if (now < notBefore) {
            return Optional.of(new Refusal.NotYetValid());
        }
        return now < issued ? Optional.of(new Refusal.IssuedInFuture()) : Optional.empty();
    }

    private Optional<Refusal> checkAudience(ObjectNode claims) {
        if (!present(claims, "aud")) {
            return Optional.empty();
        }
        JsonNode aud = claims.path("aud");
        boolean wellFormed =
                aud.isString() || (aud.isArray() && aud.valueStream().allMatch(JsonNode::isString));
        if (!wellFormed) {
            return Optional.of(new Refusal.BadClaim("aud"));
        }
        if (rules.audience().isEmpty() || (aud.isArray() && aud.isEmpty())) {
            return Optional.empty();
        }
        String wanted = rules.audience().get();
        boolean meant = aud.isString()
                ? aud.stringValue().equals(wanted)
                : aud.valueStream().anyMatch(one -> one.stringValue().equals(wanted));
        return meant ? Optional.empty() : Optional.of(new Refusal.WrongAudience());
    }

    private Optional<Refusal> checkIssuer(ObjectNode claims) {
        if (present(claims, "iss") && !claims.path("iss").isString()) {
            return Optional.of(new Refusal.BadClaim("iss"));
        }
        boolean accepted = rules.issuers().isEmpty()
                || rules.issuers().contains(claims.path("iss").asString(""));
        return accepted ? Optional.empty() : Optional.of(new Refusal.WrongIssuer());
    }

    private static boolean present(ObjectNode claims, String name) {
        return claims.hasNonNull(name);
    }

    private static boolean isTime(JsonNode value) {
        return value.isNumber() && value.decimalValue().abs().compareTo(LATEST) <= 0;
    }

    private static long seconds(ObjectNode claims, String name) {
        return claims.path(name).decimalValue().longValue();
    }

    private static Verification refused(Refusal refusal) {
        return new Refused(refusal);
    }
}
