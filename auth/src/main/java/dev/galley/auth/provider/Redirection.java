package dev.galley.auth.provider;

import dev.galley.auth.flow.Redirects;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The address at which a client gets its answer. It says who answers (RFC 9207), so that a client of several providers is not confused. */
final class Redirection {
    private final Supplier<String> issuer;

    Redirection(Supplier<String> issuer) {
        this.issuer = issuer;
    }

    String code(Authorization authorization, String code) {
        return to(authorization.redirectUri(), Map.of("code", code), authorization.state());
    }

    String error(String redirectUri, OAuthRefusal refusal, Optional<String> state) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("error", refusal.code());
        parameters.put("error_description", refusal.description());
        return to(redirectUri, parameters, state);
    }

    private String to(String redirectUri, Map<String, String> answer, Optional<String> state) {
        Map<String, String> parameters = new LinkedHashMap<>(answer);
        state.ifPresent(text -> parameters.put("state", text));
        parameters.put("iss", issuer.get());
        return Redirects.withQuery(redirectUri, parameters);
    }
}
