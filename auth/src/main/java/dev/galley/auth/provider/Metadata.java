package dev.galley.auth.provider;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What clients have to know of this provider: OpenID Connect Discovery and RFC 8414 in one document. */
final class Metadata implements Endpoint {
    private static final List<String> CLAIMS = List.of(
            "sub",
            "aud",
            "iss",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "email",
            "email_verified",
            "phone_number",
            "phone_number_verified",
            "name",
            "picture",
            "preferred_username",
            "updated_at");

    private static final List<String> METHODS = List.of("client_secret_basic", "client_secret_post", "none");

    private final Parts parts;
    private final Supplier<String> issuer;
    private final Supplier<String> jwks;
    private final boolean openid;

    /** @param openid whether ID tokens can be signed so that others can verify them */
    Metadata(Parts parts, Supplier<String> issuer, Supplier<String> jwks, boolean openid) {
        this.parts = parts;
        this.issuer = issuer;
        this.jwks = jwks;
        this.openid = openid;
    }

    @Override
    public Reply answer(AuthRequest request) {
        String base = issuer.get().replaceAll("/+$", "");
        ObjectNode json = StrictJson.newObject();
        json.put("issuer", issuer.get());
        json.put("authorization_endpoint", base + "/oauth/authorize");
        json.put("token_endpoint", base + "/oauth/token");
        json.put("revocation_endpoint", base + "/oauth/revoke");
        json.put("introspection_endpoint", base + "/oauth/introspect");
        json.put("userinfo_endpoint", base + "/oauth/userinfo");
        json.put("jwks_uri", base + "/.well-known/jwks.json");
        boolean registers = parts.settings().oauthServer().enabled()
                && parts.settings().oauthServer().dynamicRegistration();
        if (registers) {
            json.put("registration_endpoint", base + "/oauth/clients/register");
        }
        list(
                json,
                "scopes_supported",
                Scopes.SUPPORTED.stream()
                        .filter(scope -> openid || !scope.equals(Scopes.OPENID))
                        .toList());
        list(json, "response_types_supported", List.of("code"));
        list(json, "response_modes_supported", List.of("query"));
        list(json, "grant_types_supported", Client.GRANT_TYPES);
        list(json, "subject_types_supported", List.of("public"));
        list(json, "id_token_signing_alg_values_supported", algorithms());
        list(json, "token_endpoint_auth_methods_supported", METHODS);
        list(json, "revocation_endpoint_auth_methods_supported", METHODS);
        list(json, "introspection_endpoint_auth_methods_supported", METHODS.subList(0, 2));
        list(json, "code_challenge_methods_supported", List.of("S256"));
        list(json, "claims_supported", CLAIMS);
        json.put("authorization_response_iss_parameter_supported", true);
        json.put("request_parameter_supported", false);
        json.put("request_uri_parameter_supported", false);
        return Reply.ok(json).with("Cache-Control", "public, max-age=600");
    }

    private static void list(ObjectNode json, String name, List<String> values) {
        values.forEach(json.putArray(name)::add);
    }

    private List<String> algorithms() {
        return StrictJson.read(jwks.get())
                .path("keys")
                .valueStream()
                .map(Metadata::algorithm)
                .distinct()
                .toList();
    }

    private static String algorithm(JsonNode key) {
        String named = key.path("alg").asString("");
        return switch (named.isEmpty() ? key.path("kty").asString("") : "") {
            case "RSA" -> "RS256";
            case "EC" -> "ES256";
            case "OKP" -> "EdDSA";
            default -> named;
        };
    }
}
