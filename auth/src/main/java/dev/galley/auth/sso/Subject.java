package dev.galley.auth.sso;

import dev.galley.auth.account.StandardClaims;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Addresses;
import dev.galley.auth.flow.Vouched;
import dev.galley.identity.StrictJson;
import dev.galley.saml.Assertion;
import dev.galley.saml.NameId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The user whom an assertion is about. */
final class Subject {
    private static final String SUBJECT_ID = "urn:oasis:names:tc:SAML:attribute:subject-id";
    private static final int MAX_ID = 1024;

    /** The names under which providers send the address when nothing says another. */
    private static final List<String> EMAILS = List.of(
            "urn:oid:0.9.2342.19200300.100.1.3",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
            "http://schemas.xmlsoap.org/claims/EmailAddress",
            "mail",
            "email");

    /** With those of OpenID Connect, claims that have a place of their own; others are {@code custom_claims}. */
    private static final Set<String> KNOWN = Set.of("phone", "full_name", "avatar_url", "user_name");

    /** What no mapping may say. */
    private static final Set<String> RESERVED =
            Set.of("iss", "sub", "aud", "iat", "exp", "email", "email_verified", "phone_verified", "custom_claims");

    private Subject() {}

    /** @throws AuthException when it names nobody, or has no address */
    static Vouched of(Assertion assertion, ProviderRow provider) {
        ObjectNode claims = provider.mapping().claims(assertion);
        String email = Addresses.email(email(assertion, claims));
        String id = id(assertion);
        ObjectNode data = StrictJson.newObject()
                .put("iss", provider.entityId())
                .put("sub", id)
                .put("email", email)
                .put("email_verified", true)
                .put("phone_verified", false);
        ObjectNode custom = StrictJson.newObject();
        claims.properties().forEach(claim -> {
            if (RESERVED.contains(claim.getKey())) {
                return;
            }
            boolean known = KNOWN.contains(claim.getKey()) || StandardClaims.NAMES.contains(claim.getKey());
            (known && claim.getValue().isString() ? data : custom).set(claim.getKey(), claim.getValue());
        });
        data.set("custom_claims", custom);
        return new Vouched(provider.name(), id, Optional.of(email), data);
    }

    private static String id(Assertion assertion) {
        List<String> ids = AttributeMapping.values(assertion, SUBJECT_ID);
        NameId name = assertion.nameId();
        String id = "";
        if (!ids.isEmpty()) {
            id = ids.getFirst();
        } else if (name.format().equals(NameId.EMAIL)) {
            id = name.value().toLowerCase(Locale.ROOT);
        } else if (!name.format().equals(NameId.TRANSIENT)) {
            id = name.value();
        }
        if (id.isEmpty() || id.length() > MAX_ID) {
            throw AuthError.of(
                            400,
                            ErrorCode.SAML_ASSERTION_NO_USER_ID,
                            "SAML Assertion did not contain a persistent Subject Identifier attribute or Subject NameID"
                                    + " uniquely identifying this user")
                    .thrown();
        }
        return id;
    }

    private static String email(Assertion assertion, ObjectNode claims) {
        return claims.path("email")
                .stringValueOpt()
                .or(() -> EMAILS.stream()
                        .flatMap(name -> AttributeMapping.values(assertion, name).stream())
                        .findFirst())
                .or(() -> Optional.of(assertion.nameId())
                        .filter(name -> name.format().equals(NameId.EMAIL))
                        .map(NameId::value))
                .filter(email -> !email.isEmpty())
                .orElseThrow(() -> AuthError.of(
                                400,
                                ErrorCode.SAML_ASSERTION_NO_EMAIL,
                                "SAML Assertion does not contain an email address")
                        .thrown());
    }
}
