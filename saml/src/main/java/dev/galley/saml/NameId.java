package dev.galley.saml;

import java.util.List;

/**
 * How a provider names the user.
 *
 * @param format a URN; empty when it says nothing
 */
public record NameId(String value, String format) {
    public static final String PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    public static final String TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
    public static final String EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    public static final String UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

    /** Those that may be asked for. */
    public static final List<String> FORMATS = List.of(PERSISTENT, EMAIL, TRANSIENT, UNSPECIFIED);

    /** Never prints who it is. */
    @Override
    public String toString() {
        return "NameId[" + format + "]";
    }
}
