package dev.galley.auth.provider;

import dev.galley.identity.StrictJson;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * Another application, whose users sign in here.
 *
 * @param secretDigest of a client that can keep a secret
 * @param registration {@code manual} or {@code dynamic}
 */
record Client(
        UUID id,
        Optional<String> secretDigest,
        AuthMethod authMethod,
        List<String> redirectUris,
        List<String> grantTypes,
        Optional<String> name,
        Optional<String> uri,
        Optional<String> logo,
        String registration,
        Instant createdAt,
        Instant updatedAt) {
    static final String CODE = "authorization_code";
    static final String REFRESH = "refresh_token";
    static final List<String> GRANT_TYPES = List.of(CODE, REFRESH);

    /** How a client shows at the token endpoint who it is. */
    enum AuthMethod {
        CLIENT_SECRET_BASIC,
        CLIENT_SECRET_POST,
        /** Not at all: a public client, which runs where it can keep no secret. */
        NONE;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<AuthMethod> of(String text) {
            return List.of(values()).stream()
                    .filter(method -> method.text().equals(text))
                    .findFirst();
        }
    }

    boolean confidential() {
        return authMethod != AuthMethod.NONE;
    }

    boolean mayUse(String grantType) {
        return grantTypes.contains(grantType);
    }

    String type() {
        return confidential() ? "confidential" : "public";
    }

    /** For administrators, and for whoever registers it. */
    ObjectNode json() {
        ObjectNode json = StrictJson.newObject();
        json.put("client_id", id.toString());
        json.put("client_type", type());
        redirectUris.forEach(json.putArray("redirect_uris")::add);
        json.put("token_endpoint_auth_method", authMethod.text());
        grantTypes.forEach(json.putArray("grant_types")::add);
        json.putArray("response_types").add("code");
        name.ifPresent(text -> json.put("client_name", text));
        uri.ifPresent(text -> json.put("client_uri", text));
        logo.ifPresent(text -> json.put("logo_uri", text));
        json.put("registration_type", registration);
        json.put("created_at", createdAt.toString());
        json.put("updated_at", updatedAt.toString());
        return json;
    }

    /** For the user who is asked for consent. */
    ObjectNode shown() {
        ObjectNode json = StrictJson.newObject();
        json.put("id", id.toString());
        json.put("name", name.orElse(""));
        json.put("uri", uri.orElse(""));
        json.put("logo_uri", logo.orElse(""));
        return json;
    }

    /** Never prints a digest. */
    @Override
    public String toString() {
        return "Client[" + id + "]";
    }
}
