package dev.galley.saml;

/** A document is not what it must be. The message says why, holds nothing secret and may be shown. */
public final class SamlException extends Exception {
    SamlException(String message) {
        super(message);
    }

    SamlException(String message, Throwable cause) {
        super(message, cause);
    }
}
