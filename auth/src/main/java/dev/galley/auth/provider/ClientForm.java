package dev.galley.auth.provider;

import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.provider.Client.AuthMethod;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a request says of a client, checked. Metadata that we do not know is passed over (RFC 7591, 2).
 *
 * @param confidential by {@code client_type}
 */
record ClientForm(
        Optional<List<String>> redirectUris,
        Optional<Boolean> confidential,
        Optional<AuthMethod> authMethod,
        Optional<List<String>> grantTypes,
        Optional<String> name,
        Optional<String> uri,
        Optional<String> logo) {
    private static final int MAX_NAME = 1024;
    private static final int MAX_URL = 2048;

    /** @throws OAuthRefusal in the words of RFC 7591, 3.2.2 */
    static ClientForm read(JsonBody body) {
        ClientForm form = new ClientForm(
                redirectUris(body),
                body.text("client_type").map(ClientForm::confidential),
                body.text("token_endpoint_auth_method").map(ClientForm::authMethod),
                list(body, "grant_types"),
                body.textIfPresent("client_name"),
                url(body, "client_uri"),
                url(body, "logo_uri"));
        form.grantTypes.ifPresent(ClientForm::checkGrants);
        list(body, "response_types").ifPresent(types -> {
            if (!types.equals(List.of("code"))) {
                throw metadata("response_types must only contain 'code'");
            }
        });
        if (form.name.orElse("").length() > MAX_NAME) {
            throw metadata("client_name cannot exceed " + MAX_NAME + " characters");
        }
        return form;
    }

    boolean empty() {
        return redirectUris.isEmpty()
                && authMethod.isEmpty()
                && grantTypes.isEmpty()
                && name.isEmpty()
                && uri.isEmpty()
                && logo.isEmpty();
    }

    /** Of a new client: as it says, and confidential when it says nothing. */
    AuthMethod newAuthMethod() {
        AuthMethod method =
                authMethod.orElse(confidential.orElse(true) ? AuthMethod.CLIENT_SECRET_BASIC : AuthMethod.NONE);
        if (confidential.isPresent() && confidential.get() == (method == AuthMethod.NONE)) {
            throw metadata("client_type is inconsistent with token_endpoint_auth_method '" + method.text() + "'");
        }
        return method;
    }

    private static Optional<List<String>> redirectUris(JsonBody body) {
        Optional<List<String>> uris = list(body, "redirect_uris");
        uris.ifPresent(all -> {
            if (all.isEmpty() || all.size() > RedirectUris.MOST) {
                throw redirect("redirect_uris must have 1 to " + RedirectUris.MOST + " items");
            }
            for (int i = 0; i < all.size(); i++) {
                int at = i;
                RedirectUris.fault(all.get(i)).ifPresent(fault -> {
                    throw redirect("invalid redirect_uri at position " + (at + 1) + ": " + fault);
                });
            }
        });
        return uris;
    }

    private static boolean confidential(String type) {
        return switch (type) {
            case "confidential" -> true;
            case "public" -> false;
            default -> throw metadata("client_type must be 'public' or 'confidential'");
        };
    }

    private static AuthMethod authMethod(String text) {
        return AuthMethod.of(text)
                .orElseThrow(() -> metadata(
                        "token_endpoint_auth_method must be one of: none, client_secret_basic, client_secret_post"));
    }

    private static void checkGrants(List<String> types) {
        if (types.isEmpty() || !Client.GRANT_TYPES.containsAll(types)) {
            throw metadata("grant_types must only contain 'authorization_code' and/or 'refresh_token'");
        }
    }

    /** The empty text, which removes it, or an address of the web: it becomes a link on the page of consent. */
    private static Optional<String> url(JsonBody body, String field) {
        Optional<String> url = body.textIfPresent(field);
        url.filter(text -> !text.isEmpty()).ifPresent(text -> {
            if (text.length() > MAX_URL) {
                throw metadata(field + " cannot exceed " + MAX_URL + " characters");
            }
            if (!web(text)) {
                throw metadata(field + " must be a valid URL (https or http)");
            }
        });
        return url;
    }

    private static boolean web(String text) {
        try {
            URI uri = URI.create(text);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            return uri.getHost() != null && (scheme.equals("https") || scheme.equals("http"));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Optional<List<String>> list(JsonBody body, String field) {
        if (!body.has(field)) {
            return Optional.empty();
        }
        JsonNode value = body.object().path(field);
        boolean right = value.isArray()
                && value.valueStream()
                        .allMatch(each -> each.isString() && each.stringValue().indexOf('\0') < 0);
        if (!right) {
            throw field.equals("redirect_uris")
                    ? redirect(field + " must be a list of texts")
                    : metadata(field + " must be a list of texts");
        }
        return Optional.of(
                value.valueStream().map(JsonNode::stringValue).distinct().toList());
    }

    static OAuthRefusal redirect(String description) {
        return new OAuthRefusal(400, "invalid_redirect_uri", description);
    }

    static OAuthRefusal metadata(String description) {
        return new OAuthRefusal(400, "invalid_client_metadata", description);
    }
}
