package dev.galley.auth.sso;

import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.error.AuthError;
import dev.galley.saml.NameId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;

/** The parts of a request that creating and changing have in common; empty where they are not given. */
record ProviderForm(
        Optional<List<String>> domains,
        Optional<AttributeMapping> mapping,
        Optional<String> nameIdFormat,
        Optional<String> resourceId) {
    private static final int MAX_DOMAINS = 1000;
    private static final int MAX_TEXT = 255;

    static ProviderForm of(JsonBody body) {
        Optional<String> format = body.textIfPresent("name_id_format");
        if (format.filter(text -> !text.isEmpty() && !NameId.FORMATS.contains(text))
                .isPresent()) {
            throw AuthError.invalid("name_id_format must be unspecified or one of " + String.join(", ", NameId.FORMATS))
                    .thrown();
        }
        Optional<String> resource = body.textIfPresent("resource_id");
        if (resource.filter(text -> text.length() > MAX_TEXT).isPresent()) {
            throw AuthError.invalid("resource_id is longer than " + MAX_TEXT + " characters")
                    .thrown();
        }
        return new ProviderForm(
                domainsOf(body), body.object("attribute_mapping").map(AttributeMapping::of), format, resource);
    }

    private static Optional<List<String>> domainsOf(JsonBody body) {
        if (!body.has("domains")) {
            return Optional.empty();
        }
        boolean right = body.object().path("domains") instanceof ArrayNode array
                && array.size() <= MAX_DOMAINS
                && array.valueStream()
                        .allMatch(domain ->
                                domain.isString() && domain.stringValue().matches("[^\\s\\p{Cntrl}/@:]{1,253}"));
        if (!right) {
            throw AuthError.invalid("domains must be a list of domain names").thrown();
        }
        return Optional.of(body.object()
                .path("domains")
                .valueStream()
                .map(domain -> domain.stringValue().toLowerCase(Locale.ROOT))
                .distinct()
                .toList());
    }
}
